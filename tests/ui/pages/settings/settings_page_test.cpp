// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/settings_page.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QSpinBox>
#include <QTest>

#include "tests/support/registry.h"
#include "tests/ui/support/find.h"
#include "tests/ui/support/page_fixture.h"
#include "tests/ui/support/walk.h"
#include "ui/pages/parts/message_stack.h"
#include "ui/widgets/status_pill.h"

using namespace signalbox;
using settings::SettingsPage;
using test::button;
using test::FakeEngine;
using test::named;
using test::PageFixture;

namespace {
struct Shown {
    explicit Shown(FakeEngine::State state = FakeEngine::State::Busy)
        : fixture(state), page(fixture.show<SettingsPage>())
    {}
    void settle() const { PageFixture::settle(*page); }
    void click(const char *text) const
    {
        auto *target = button(*page, QString::fromLatin1(text));
        QVERIFY2(target && target->isEnabled(), text);
        QTest::mouseClick(target, Qt::LeftButton);
        settle();
    }
    bool says(const QString &text) const
    {
        for (auto *label : page->findChildren<QLabel *>()) {
            if (label->isVisibleTo(page.get()) && label->text().contains(text)) {
                return true;
            }
        }
        return false;
    }
    bool hasPill(const char *word) const
    {
        for (auto *pill : page->findChildren<widgets::StatusPill *>()) {
            if (pill->look().word == QString::fromLatin1(word)) {
                return true;
            }
        }
        return false;
    }

    PageFixture fixture;
    std::unique_ptr<SettingsPage> page;
};
} // namespace

class SettingsPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyControlHasANameAndIsReachedByTab()
    {
        for (const auto state : {FakeEngine::State::Busy, FakeEngine::State::Down}) {
            Shown shown(state);
            QCOMPARE(test::unnamedControls(*shown.page), QStringList());
            QCOMPARE(test::controlsTabMisses(*shown.page), QStringList());
            QCOMPARE(test::clippedTexts(*shown.page), QStringList());
        }
    }

    void thePortWaitsForApply()
    {
        Shown shown;
        QVERIFY(!button(*shown.page, QStringLiteral("Apply"))->isEnabled());
        named<QSpinBox>(*shown.page, QStringLiteral("Port"))->setValue(9000);
        QVERIFY(shown.fixture.engine.applied.empty());
        shown.click("Apply");
        QCOMPARE(shown.fixture.engine.config()->server.port, std::uint16_t(9000));
        QVERIFY(!button(*shown.page, QStringLiteral("Apply"))->isEnabled());
    }

    void switchingTheTokenOffSaysWhatFollows()
    {
        Shown shown;
        QVERIFY(shown.says(QStringLiteral("401")));
        auto *token = shown.page->findChild<QCheckBox *>();
        token->setChecked(false);
        QVERIFY(shown.says(QStringLiteral("at your cost")));
        shown.click("Apply");
        QVERIFY(!shown.fixture.engine.config()->server.requireToken);
    }

    void warnsOfAPortOthersUse()
    {
        Shown shown;
        named<QSpinBox>(*shown.page, QStringLiteral("Port"))->setValue(11434);
        QVERIFY(shown.says(QStringLiteral("Ollama")));
    }

    void aRefusedApplyIsNamedAndKeepsTheEdit()
    {
        Shown shown;
        shown.fixture.engine.failures["applyConfig"] = {base::ErrorCode::Io, "The disk is full"};
        named<QSpinBox>(*shown.page, QStringLiteral("Port"))->setValue(9000);
        shown.click("Apply");
        QCOMPARE(shown.page->findChild<parts::MessageStack *>()->textOf(QStringLiteral("endpoint")),
                 QStringLiteral("Not applied: The disk is full"));
        QCOMPARE(named<QSpinBox>(*shown.page, QStringLiteral("Port"))->value(), 9000);
    }

    void anEditIsKeptWhenTheFileChangesAndFollowsOtherwise()
    {
        Shown shown;
        auto config = *shown.fixture.engine.config();
        config.server.port = 9100;
        shown.fixture.engine.replaceConfig(config);
        QCOMPARE(named<QSpinBox>(*shown.page, QStringLiteral("Port"))->value(), 9100);
        named<QSpinBox>(*shown.page, QStringLiteral("Port"))->setValue(9200);
        config.server.port = 9300;
        shown.fixture.engine.replaceConfig(config);
        QCOMPARE(named<QSpinBox>(*shown.page, QStringLiteral("Port"))->value(), 9200);
    }

    void aTakenPortIsSaidAndTriedAgain()
    {
        Shown shown(FakeEngine::State::Down);
        QVERIFY(shown.hasPill("Not running"));
        shown.click("Try again");
        QCOMPARE(shown.fixture.engine.retries, 1);
    }

    void theKeychainsStateHasItsOwnWords_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("word");
        QTest::newRow("available") << int(engine::KeychainState::Available) << "Available";
        QTest::newRow("locked") << int(engine::KeychainState::Locked) << "Locked";
        QTest::newRow("missing") << int(engine::KeychainState::Missing) << "Missing";
        QTest::newRow("refused") << int(engine::KeychainState::Refused) << "Refused";
    }
    void theKeychainsStateHasItsOwnWords()
    {
        QFETCH(int, state);
        QFETCH(QString, word);
        Shown shown;
        shown.fixture.engine.keychain = {static_cast<engine::KeychainState>(state), "Secret Service",
                                         "Do this."};
        shown.click("Check again");
        QVERIFY(shown.hasPill(word.toLatin1()));
        QVERIFY(shown.says(QStringLiteral("Do this.")));
    }

    void theThemeIsChosenHereAndFollowsTheMenu()
    {
        Shown shown;
        auto *dark = named<QRadioButton>(*shown.page, QStringLiteral("Dark theme"));
        QTest::mouseClick(dark, Qt::LeftButton);
        QCOMPARE(shown.fixture.theme.mode(), theme::Mode::Dark);
        QVERIFY(shown.fixture.theme.isDark());
        shown.fixture.theme.setMode(theme::Mode::Light);
        QVERIFY(named<QRadioButton>(*shown.page, QStringLiteral("Light theme"))->isChecked());
    }

    void everySettingNamesItsKey()
    {
        Shown shown;
        QStringList tips;
        for (auto *widget : shown.page->findChildren<QWidget *>()) {
            tips.append(widget->toolTip());
        }
        const auto all = tips.join(u' ');
        QVERIFY(all.contains(QStringLiteral("server.port")));
        QVERIFY(all.contains(QStringLiteral("server.requireToken")));
    }
};

SIGNALBOX_TEST(SettingsPageTest)
#include "settings_page_test.moc"
