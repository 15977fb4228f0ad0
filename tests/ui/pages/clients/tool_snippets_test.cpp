// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/clients/tool_snippets.h"

#include <set>

#include <QJsonDocument>
#include <QTest>

#include "tests/support/registry.h"

using namespace signalbox::clients;

class ToolSnippetsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySnippetIsFilledCompletely()
    {
        const SnippetValues values{QStringLiteral("http://127.0.0.1:4242/v1"), QStringLiteral("sb-token"),
                                   QStringLiteral("coding")};
        std::set<std::string> ids;
        for (const auto &tool : tools()) {
            QVERIFY(ids.insert(tool.id).second);
            const auto text = filled(tool, values);
            QCOMPARE(text.isEmpty(), !tool.served);
            for (const char *left : {"{url}", "{root}", "{token}", "{model}"}) {
                QVERIFY2(!text.contains(QLatin1String(left)), tool.id);
            }
            if (tool.served) {
                QVERIFY2(text.contains(QStringLiteral("http://127.0.0.1:4242")), tool.id);
            } else {
                QVERIFY2(*tool.note, tool.id); // says why
            }
        }
    }

    void jsonSnippetsAreJson()
    {
        const SnippetValues values{QStringLiteral("http://127.0.0.1:4242/v1"), QStringLiteral("sb-token"),
                                   QStringLiteral("coding")};
        int checked = 0;
        for (const auto &tool : tools()) {
            const auto text = filled(tool, values);
            if (text.startsWith(u'{')) {
                QJsonParseError error;
                QJsonDocument::fromJson(text.toUtf8(), &error);
                QCOMPARE(error.error, QJsonParseError::NoError);
                ++checked;
            }
        }
        QCOMPARE(checked, 2); // Zed and opencode
    }

    void theRootIsTheUrlWithoutItsVersion()
    {
        QCOMPARE(rootOf(QStringLiteral("http://127.0.0.1:8377/v1")), QStringLiteral("http://127.0.0.1:8377"));
        QCOMPARE(rootOf(QString()), QString());
    }
};

SIGNALBOX_TEST(ToolSnippetsTest)
#include "tool_snippets_test.moc"
