// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/providers_page.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

#include "tests/support/registry.h"
#include "tests/ui/support/find.h"
#include "tests/ui/support/page_fixture.h"
#include "tests/ui/support/walk.h"
#include "ui/pages/parts/message_stack.h"
#include "ui/pages/providers/preset_picker.h"
#include "ui/widgets/status_pill.h"

using namespace signalbox;
using config::KeySource;
using providers::ProvidersPage;
using test::button;
using test::FakeEngine;
using test::named;
using test::PageFixture;

namespace {
struct Shown {
    explicit Shown(FakeEngine::State state = FakeEngine::State::Busy)
        : fixture(state), page(fixture.show<ProvidersPage>())
    {
        page->activateWindow();
        settle();
    }
    void settle() const { PageFixture::settle(*page); }
    void click(const QString &text) const
    {
        auto *target = button(*page, text);
        QVERIFY2(target, qPrintable(text));
        QVERIFY2(target->isEnabled(), qPrintable(text));
        QTest::mouseClick(target, Qt::LeftButton);
        settle();
    }
    QLineEdit *edit(const char *name) const { return named<QLineEdit>(*page, QString::fromLatin1(name)); }
    parts::MessageStack *messages() const { return page->findChild<parts::MessageStack *>(); }
    QString message(const char *subject) const { return messages()->textOf(QString::fromLatin1(subject)); }
    void pick(const char *preset) const
    {
        page->pageActions().first()->trigger();
        Q_EMIT page->findChild<providers::PresetPicker *>()->picked(QString::fromLatin1(preset));
        settle();
    }
    /// Whatever text any widget of the page shows or tells a screen reader.
    bool showsAnywhere(const QString &text) const
    {
        for (auto *widget : page->findChildren<QWidget *>()) {
            const auto *field = qobject_cast<QLineEdit *>(widget);
            const auto *label = qobject_cast<QLabel *>(widget);
            if (widget->accessibleName().contains(text) || widget->accessibleDescription().contains(text)
                || widget->toolTip().contains(text) || (field && field->text().contains(text))
                || (label && label->text().contains(text))) {
                return true;
            }
        }
        return false;
    }

    PageFixture fixture;
    std::unique_ptr<ProvidersPage> page;
};

const auto kKey = QStringLiteral("sk-planted-key-000000001234");
} // namespace

class ProvidersPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyControlHasANameAndIsReachedByTab()
    {
        for (const auto state :
             {FakeEngine::State::Empty, FakeEngine::State::Degraded, FakeEngine::State::LongNames}) {
            Shown shown(state);
            QCOMPARE(test::unnamedControls(*shown.page), QStringList());
            QCOMPARE(test::controlsTabMisses(*shown.page), QStringList());
            QCOMPARE(test::clippedTexts(*shown.page), QStringList());
            shown.page->pageActions().first()->trigger();
            QCOMPARE(test::unnamedControls(*shown.page), QStringList());
        }
    }

    void steersTheProviderAndItsModelsByHand()
    {
        Shown shown(FakeEngine::State::Degraded);
        shown.page->reveal(QStringLiteral("groq"));
        shown.settle();
        const auto press = [&](const char *name) {
            auto *target = named<QPushButton>(*shown.page, QString::fromLatin1(name));
            QVERIFY2(target && target->isEnabled(), name);
            target->setFocus();
            QTest::keyClick(target, Qt::Key_Space);
            shown.settle();
        };
        press("Pause All models");
        press("Pause llama-4-70b");
        press("Reset llama-4-70b");
        press("Hold llama-4-70b open");
        QCOMPARE(shown.fixture.engine.steered,
                 (std::vector<std::string>{"pause groq", "pause groq/llama-4-70b", "reset groq/llama-4-70b",
                                           "hold groq/llama-4-70b"}));
    }

    void saysWhatIsPausedAndWhatIsHeldOpen()
    {
        Shown shown(FakeEngine::State::Degraded);
        shown.page->reveal(QStringLiteral("groq"));
        engine::Snapshot snapshot = *shown.fixture.engine.snapshot();
        for (engine::ProviderHealth &health : snapshot.providers) {
            health.paused = health.provider == "groq";
            for (engine::BreakerView &breaker : health.breakers) {
                breaker.forced = true;
            }
        }
        shown.fixture.engine.publish(snapshot);
        shown.settle();
        QTRY_VERIFY(named<QPushButton>(*shown.page, QStringLiteral("Resume All models")));
        QVERIFY(shown.showsAnywhere(QStringLiteral("Held open by hand")));
        QVERIFY(shown.showsAnywhere(QStringLiteral("Chains skip it until you resume it")));
        QVERIFY(!named<QPushButton>(*shown.page, QStringLiteral("Hold llama-4-70b open"))->isEnabled());
        shown.fixture.engine.failures["pauseTarget"] = {base::ErrorCode::NotFound, "it is gone"};
        QTest::mouseClick(named<QPushButton>(*shown.page, QStringLiteral("Resume All models")),
                          Qt::LeftButton);
        shown.settle();
        QCOMPARE(shown.fixture.engine.steered, std::vector<std::string>{"resume groq"});
        QVERIFY(shown.message("done").contains(QStringLiteral("it is gone")));
    }

    void storesTheKeyFirstAndThenTheReference()
    {
        Shown shown;
        shown.pick("anthropic");
        shown.fixture.engine.holdReplies = true;
        shown.edit("Name")->setFocus();
        QTest::keyClicks(shown.edit("Name"), QStringLiteral("Second"));
        shown.edit("Key")->setText(QStringLiteral(" ") + kKey + QStringLiteral("\n"));
        QTest::mouseClick(button(*shown.page, QStringLiteral("Add provider")), Qt::LeftButton);
        QCOMPARE(shown.fixture.engine.storedKeys, std::vector<std::string>{"anthropic-2"});
        QVERIFY(shown.fixture.engine.applied.empty()); // not before the keychain has answered
        shown.fixture.engine.holdReplies = false;
        shown.fixture.engine.deliver();
        shown.settle();
        const auto *provider = shown.fixture.engine.config()->provider("anthropic-2");
        QVERIFY(provider);
        QCOMPARE(provider->key.kind, KeySource::Kind::Keychain);
        QCOMPARE(provider->key.last4, std::string("1234")); // freed from the blanks
        QCOMPARE(shown.fixture.engine.applied.size(), std::size_t(1));
    }

    void neverShowsTheKeyAgainOnceItIsSaved()
    {
        Shown shown;
        shown.pick("anthropic");
        shown.edit("Key")->setText(kKey);
        shown.click(QStringLiteral("Add provider"));
        QVERIFY(!shown.showsAnywhere(kKey));
        QVERIFY(shown.showsAnywhere(QStringLiteral("•••• 1234")));
        QVERIFY(!shown.edit("Key"));
    }

    void whatIsTypedIsHiddenAndDoesNotFollowToAnotherProvider()
    {
        Shown shown;
        shown.click(QStringLiteral("Replace key…"));
        auto *key = shown.edit("Key");
        QCOMPARE(key->echoMode(), QLineEdit::Password);
        key->setText(kKey);
        shown.page->reveal(QStringLiteral("anthropic"));
        QVERIFY(!shown.showsAnywhere(kKey));
    }

    void withoutAKeychainItOffersThisSessionOnly()
    {
        Shown shown;
        shown.fixture.engine.failures["storeProviderKey"] = {base::ErrorCode::Unavailable,
                                                             "No keychain service answers"};
        shown.fixture.engine.keychain = {engine::KeychainState::Missing, "", "Install gnome-keyring."};
        shown.pick("anthropic");
        shown.edit("Key")->setText(kKey);
        shown.click(QStringLiteral("Add provider"));
        QVERIFY(shown.fixture.engine.applied.empty());
        QVERIFY(shown.message("key").contains(QStringLiteral("No keychain service answers")));
        QVERIFY(shown.message("key").contains(QStringLiteral("Install gnome-keyring.")));
        shown.fixture.engine.failures.clear();
        shown.messages()->runAction(QStringLiteral("key"));
        shown.settle();
        QCOMPARE(shown.fixture.engine.config()->provider("anthropic-2")->key.kind, KeySource::Kind::Memory);
    }

    void anotherAddressAsksForTheKeyAgain()
    {
        Shown shown;
        auto *url = shown.edit("Base URL");
        url->setFocus();
        QTest::keyClicks(url, QStringLiteral("https://api.openai.com/other"));
        QVERIFY(!shown.edit("Key")); // same host: the key stays
        QVERIFY(button(*shown.page, QStringLiteral("Save"))->isEnabled());
        url->clear();
        QTest::keyClicks(url, QStringLiteral("https://elsewhere.example/v1"));
        QVERIFY(shown.edit("Key"));
        QVERIFY(!button(*shown.page, QStringLiteral("Save"))->isEnabled());
        shown.edit("Key")->setText(kKey);
        shown.click(QStringLiteral("Save"));
        QCOMPARE(shown.fixture.engine.storedKeys, std::vector<std::string>{"openai"});
        QCOMPARE(shown.fixture.engine.config()->provider("openai")->baseUrl,
                 std::string("https://elsewhere.example/v1"));
    }

    void aKeyOfAnotherProviderOffersThatOne()
    {
        Shown shown;
        shown.pick("openai");
        shown.edit("Key")->setText(QStringLiteral("sk-ant-api03-0000000001234"));
        shown.click(QStringLiteral("This looks like a key for Anthropic. Make this Anthropic"));
        shown.click(QStringLiteral("Add provider"));
        QCOMPARE(shown.fixture.engine.storedKeys, std::vector<std::string>{"anthropic-2"});
        QCOMPARE(shown.fixture.engine.config()->provider("anthropic-2")->preset, std::string("anthropic"));
    }

    void aConfigurationThatWouldBeRefusedCostsNoKey()
    {
        Shown shown;
        shown.fixture.engine.mistakes = {{0, "providers[4].baseUrl", "must be https", false}};
        shown.pick("anthropic");
        shown.edit("Key")->setText(kKey);
        shown.click(QStringLiteral("Add provider"));
        QVERIFY(shown.fixture.engine.storedKeys.empty());
        QVERIFY(shown.message("save").contains(QStringLiteral("must be https")));
    }

    void testsAndShowsEveryStep()
    {
        Shown shown;
        shown.click(QStringLiteral("Test"));
        QStringList words;
        for (auto *pill : shown.page->findChildren<widgets::StatusPill *>()) {
            if (pill->isVisibleTo(shown.page.get())) {
                words.append(pill->look().word);
            }
        }
        for (const char *step : {"Name found", "Connected", "TLS", "Key accepted", "Models listed"}) {
            QCOMPARE(words.count(QString::fromLatin1(step)), 1);
        }
        shown.click(QStringLiteral("Suggest these models in chains"));
        QCOMPARE(shown.fixture.engine.config()->provider("openai")->models.size(), std::size_t(3));
    }

    void aProviderInUseIsNotRemovedAndAnotherIsAndComesBack()
    {
        Shown shown;
        shown.click(QStringLiteral("Remove"));
        QVERIFY(shown.message("done").contains(QStringLiteral("coding")));
        QVERIFY(shown.fixture.engine.applied.empty());
        auto config = *shown.fixture.engine.config();
        config.chains.clear();
        config.clients.clear();
        shown.fixture.engine.replaceConfig(config);
        shown.click(QStringLiteral("Remove"));
        QVERIFY(!shown.fixture.engine.config()->provider("openai"));
        shown.messages()->runAction(QStringLiteral("done"));
        shown.settle();
        QVERIFY(shown.fixture.engine.config()->provider("openai"));
        QVERIFY(shown.fixture.engine.removedKeys.empty());
    }

    void deletingAKeyAsksFirst()
    {
        Shown shown;
        shown.click(QStringLiteral("Delete key"));
        QVERIFY(shown.fixture.engine.removedKeys.empty());
        QVERIFY(shown.message("key").contains(QStringLiteral("OpenAI")));
        shown.messages()->runAction(QStringLiteral("key"));
        shown.settle();
        QCOMPARE(shown.fixture.engine.removedKeys.size(), std::size_t(1));
        QCOMPARE(shown.fixture.engine.config()->provider("openai")->key.kind, KeySource::Kind::None);
    }

    void disablesAtOnceAndCanBeUndone()
    {
        Shown shown;
        shown.click(QStringLiteral("Disable"));
        QVERIFY(!shown.fixture.engine.config()->provider("openai")->enabled);
        QVERIFY(button(*shown.page, QStringLiteral("Enable")));
        shown.messages()->runAction(QStringLiteral("done"));
        shown.settle();
        QVERIFY(shown.fixture.engine.config()->provider("openai")->enabled);
    }

    void aSimulatedProviderIsEditedByItsNumbers()
    {
        Shown shown(FakeEngine::State::Empty);
        auto *refused = named<QSpinBox>(*shown.page, QStringLiteral("Refuses with 429"));
        QVERIFY(refused);
        QCOMPARE(refused->value(), 50);
        refused->setValue(25);
        named<QSpinBox>(*shown.page, QStringLiteral("First token after"))->setValue(900);
        shown.click(QStringLiteral("Save"));
        const auto &behaviour = shown.fixture.engine.config()->provider("shaky")->simulate;
        QCOMPARE(behaviour.errors.at("429"), 0.25);
        QCOMPARE(behaviour.firstToken, config::Ms(900));
        QVERIFY(shown.fixture.engine.storedKeys.empty());
    }

    void editsSurviveLookingAtAnotherProviderAndAChangeOutside()
    {
        Shown shown;
        shown.edit("Name")->setFocus();
        QTest::keyClicks(shown.edit("Name"), QStringLiteral("X"));
        const auto typed = shown.edit("Name")->text();
        shown.page->reveal(QStringLiteral("groq"));
        auto config = *shown.fixture.engine.config();
        config.providers[3].name = "Groq Cloud";
        shown.fixture.engine.replaceConfig(config);
        shown.settle();
        QCOMPARE(shown.edit("Name")->text(), QStringLiteral("Groq Cloud"));
        shown.page->reveal(QStringLiteral("openai"));
        QCOMPARE(shown.edit("Name")->text(), typed);
        shown.click(QStringLiteral("Discard"));
        QCOMPARE(shown.edit("Name")->text(), QStringLiteral("OpenAI"));
    }

    void theSearchNarrowsThePresets()
    {
        Shown shown;
        shown.page->pageActions().first()->trigger();
        auto *tiles = named<QListView>(*shown.page, QStringLiteral("Providers to add"));
        const int all = tiles->model()->rowCount();
        auto *search = shown.edit("Search providers");
        QVERIFY(search->hasFocus());
        QTest::keyClicks(search, QStringLiteral("groq"));
        QVERIFY(tiles->model()->rowCount() < all);
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(button(*shown.page, QStringLiteral("Add provider")));
        shown.click(QStringLiteral("Discard"));
        QVERIFY(!button(*shown.page, QStringLiteral("Add provider")));
    }
};

SIGNALBOX_TEST(ProvidersPageTest)
#include "providers_page_test.moc"
