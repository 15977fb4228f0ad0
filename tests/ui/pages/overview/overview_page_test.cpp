// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/overview_page.h"

#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

#include "tests/support/registry.h"
#include "tests/ui/support/page_fixture.h"
#include "ui/pages/overview/first_run_card.h"
#include "ui/pages/overview/stat_tile.h"
#include "ui/pages/overview/stat_tiles.h"
#include "ui/widgets/copy_field.h"

namespace signalbox::overview {

using test::FakeEngine;
using test::PageFixture;
using State = FakeEngine::State;

namespace {

QPushButton *button(QWidget &root, const QString &text)
{
    for (QPushButton *candidate : root.findChildren<QPushButton *>()) {
        if (candidate->isVisibleTo(&root) && candidate->text() == text) {
            return candidate;
        }
    }
    return nullptr;
}

bool shows(const QWidget &root, const QString &text)
{
    for (const QLabel *label : root.findChildren<QLabel *>()) {
        if (label->isVisibleTo(&root) && label->text().contains(text)) {
            return true;
        }
    }
    return false;
}

} // namespace

class OverviewPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFreshProfileShowsHowToSendTheFirstRequest()
    {
        PageFixture f(State::Empty);
        const auto page = f.show<OverviewPage>();
        auto *card = page->findChild<FirstRunCard *>();
        QVERIFY(card->isVisible());
        QVERIFY(!page->findChild<StatTiles *>()->isVisible());
        const QString curl = card->findChild<widgets::CopyField *>()->text();
        QVERIFY(curl.startsWith(QStringLiteral("curl http://127.0.0.1:8377/v1/chat/completions")));
        QVERIFY(curl.contains(QStringLiteral("\"model\":\"demo\"")));
        QVERIFY(curl.contains(QStringLiteral("Authorization: Bearer")));
    }

    void theLineIsCopiedWithTheTokenButNotShownWithIt()
    {
        PageFixture f(State::Empty);
        config::Config config = *f.engine.config();
        config.clients = {{"default", {config::KeySource::Kind::Memory, "client/default", "wxyz"}, {}}};
        f.engine.replaceConfig(config);
        const auto page = f.show<OverviewPage>();
        QPushButton *copy = button(*page, QStringLiteral("Copy with the token"));
        QVERIFY(copy);
        copy->click();
        PageFixture::settle(*page);
        const QString token = QStringLiteral("sb-default-not-a-real-token-wxyz");
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("Bearer %1").arg(token)));
        QVERIFY(
            !page->findChild<FirstRunCard *>()->findChild<widgets::CopyField *>()->text().contains(token));
    }

    void theTestRequestShowsWhoAnswered()
    {
        PageFixture f(State::Empty);
        const auto page = f.show<OverviewPage>();
        QSignalSpy opened(page.get(), &shell::Page::openRequested);
        QPushButton *send = button(*page, QStringLiteral("Send a test request"));
        QVERIFY(send);
        send->click();
        QVERIFY(!send->isEnabled());
        QCOMPARE(f.engine.testRequests, std::vector<std::string>{"demo"});
        PageFixture::settle(*page);
        QVERIFY(shows(*page, QStringLiteral("by Steady (simulated), 2 attempts")));
        QVERIFY(shows(*page, QStringLiteral("Hello from the backup")));
        button(*page, QStringLiteral("Show what happened"))->click();
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.front().at(1).toString(), QString::fromStdString(f.engine.testAnswer.id.text()));
    }

    void aFailedTestSaysWhy()
    {
        PageFixture f(State::Empty);
        f.engine.failures["sendTestRequest"] = {base::ErrorCode::Unavailable, "The server does not listen"};
        const auto page = f.show<OverviewPage>();
        button(*page, QStringLiteral("Send a test request"))->click();
        PageFixture::settle(*page);
        QVERIFY(shows(*page, QStringLiteral("The server does not listen")));
        QVERIFY(button(*page, QStringLiteral("Send another"))->isEnabled());
    }

    void aQuietHourIsNotAFirstRun()
    {
        PageFixture f(State::Busy);
        engine::Snapshot quiet = *f.engine.snapshot();
        quiet.totals = {};
        quiet.inFlight.clear();
        f.engine.publish(quiet);
        const auto page = f.show<OverviewPage>();
        QVERIFY(!page->findChild<FirstRunCard *>()->isVisible());
        QVERIFY(page->findChild<StatTiles *>()->isVisible());
    }

    void cancelCancelsThatRequest()
    {
        PageFixture f(State::Busy);
        const auto page = f.show<OverviewPage>();
        QPushButton *cancel = button(*page, QStringLiteral("Cancel"));
        QVERIFY(cancel);
        cancel->click();
        QCOMPARE(f.engine.cancelled.size(), 1U);
        QCOMPARE(f.engine.cancelled.front(), f.engine.snapshot()->inFlight.front().id);
        QVERIFY(!cancel->isEnabled());
    }

    void anInFlightRowKeepsItsButtonWhileOthersEnd()
    {
        PageFixture f(State::Busy);
        const auto page = f.show<OverviewPage>();
        const auto named = [&](const QString &client) -> QPushButton * {
            for (QPushButton *candidate : page->findChildren<QPushButton *>()) {
                if (candidate->isVisibleTo(page.get())
                    && candidate->accessibleName()
                           == QStringLiteral("Cancel the request of %1").arg(client)) {
                    return candidate;
                }
            }
            return nullptr;
        };
        const QPushButton *codex = named(QStringLiteral("codex"));
        QVERIFY(codex);
        engine::Snapshot next = *f.engine.snapshot();
        next.inFlight.erase(next.inFlight.begin());
        f.engine.publish(next);
        QTRY_VERIFY(!named(QStringLiteral("aider")));
        QCOMPARE(named(QStringLiteral("codex")), codex);
    }

    void whyShowsTheEvidence()
    {
        PageFixture f(State::Degraded);
        const auto page = f.show<OverviewPage>();
        QVERIFY(!shows(*page, QStringLiteral("5 failures in a row")));
        for (QPushButton *why : page->findChildren<QPushButton *>()) {
            if (why->accessibleName().startsWith(QStringLiteral("Why is Groq"))) {
                why->click();
            }
        }
        QVERIFY(shows(*page, QStringLiteral("llama-4-70b: Rate limited until 12:14, 5 failures in a row")));
    }

    void aNumberOpensWhatIsBehindIt()
    {
        PageFixture f(State::Busy);
        const auto page = f.show<OverviewPage>();
        QSignalSpy opened(page.get(), &shell::Page::openRequested);
        for (StatTile *tile : page->findChildren<StatTile *>()) {
            if (tile->accessibleName().startsWith(QStringLiteral("Errors"))) {
                tile->click();
            }
        }
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.front().at(0).value<shell::PageId>(), shell::PageId::Activity);
        QCOMPARE(opened.front().at(1).toString(), QStringLiteral("error"));
    }

    void drawsNothingWhenOutOfView()
    {
        PageFixture f(State::Busy);
        const auto page = f.show<OverviewPage>();
        page->deactivated();
        engine::Snapshot next = *f.engine.snapshot();
        next.totals.requestsPerMinute = 99;
        f.engine.publish(next);
        QTRY_COMPARE(f.bridge.snapshot()->totals.requestsPerMinute, 99.0);
        const auto figure = [&] { return page->findChild<StatTile *>()->accessibleName(); };
        QCOMPARE(figure(), QStringLiteral("Requests / min: 42"));
        page->activated();
        QCOMPARE(figure(), QStringLiteral("Requests / min: 99"));
    }
};

} // namespace signalbox::overview

using signalbox::overview::OverviewPageTest;
SIGNALBOX_TEST(OverviewPageTest)

#include "overview_page_test.moc"
