// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/chains_page.h"

#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
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
#include "ui/pages/chains/chain_header.h"
#include "ui/pages/chains/seconds_field.h"
#include "ui/pages/chains/step_list.h"
#include "ui/pages/parts/message_stack.h"

using namespace signalbox;
using chains::ChainsPage;
using chains::StepList;
using models::ChainStepsModel;
using test::button;
using test::FakeEngine;
using test::named;
using test::PageFixture;

namespace {
QString order(const StepList &list)
{
    QStringList names;
    for (int row = 0; row < list.model()->rowCount(); ++row) {
        names.append(list.model()->index(row, 0).data().toString());
    }
    return names.join(u' ');
}

struct Shown {
    explicit Shown(FakeEngine::State state = FakeEngine::State::Busy)
        : fixture(state), page(fixture.show<ChainsPage>())
    {
        page->activateWindow();
        list = page->findChild<StepList *>();
        list->setFocus();
        settle();
    }
    void settle() const { PageFixture::settle(*page); }
    void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const
    {
        QTest::keyClick(list, static_cast<Qt::Key>(key), modifiers);
    }
    QString message(const char *subject) const
    {
        return page->findChild<parts::MessageStack *>()->textOf(QString::fromLatin1(subject));
    }
    void apply()
    {
        auto *apply =
            page->findChild<chains::ChainHeader *>()->findChild<QPushButton *>(QStringLiteral("apply"));
        QTest::mouseClick(apply, Qt::LeftButton);
        settle();
    }
    config::ChainConfig applied() const { return fixture.engine.config()->chains[0]; }
    static void choose(QComboBox *box, int index) // as a click in its list
    {
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }
    parts::MessageStack *messages() const { return page->findChild<parts::MessageStack *>(); }

    PageFixture fixture;
    std::unique_ptr<ChainsPage> page;
    StepList *list = nullptr;
};
} // namespace

class ChainsPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyControlHasANameAndIsReachedByTab()
    {
        for (const auto state :
             {FakeEngine::State::Busy, FakeEngine::State::Degraded, FakeEngine::State::LongNames}) {
            Shown shown(state);
            QCOMPARE(test::unnamedControls(*shown.page), QStringList());
            QCOMPARE(test::controlsTabMisses(*shown.page), QStringList());
            QCOMPARE(test::clippedTexts(*shown.page), QStringList());
        }
    }

    void movesStepsByKeyboardAndUndoes()
    {
        Shown shown;
        shown.list->setCurrentIndex(shown.list->model()->index(1, 0));
        QCOMPARE(order(*shown.list), QStringLiteral("OpenAI Anthropic Groq Ollama"));
        shown.press(Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(order(*shown.list), QStringLiteral("Anthropic OpenAI Groq Ollama"));
        QCOMPARE(shown.list->currentIndex().row(), 0);
        shown.press(Qt::Key_Up, Qt::AltModifier); // already the first
        shown.press(Qt::Key_Down, Qt::AltModifier);
        shown.press(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(order(*shown.list), QStringLiteral("OpenAI Groq Anthropic Ollama"));
        shown.press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(order(*shown.list), QStringLiteral("OpenAI Anthropic Groq Ollama"));
        shown.press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(order(*shown.list), QStringLiteral("OpenAI Groq Anthropic Ollama"));
    }

    void addsSwitchesAndRemovesByKeyboard()
    {
        Shown shown;
        shown.list->setCurrentIndex(shown.list->model()->index(0, 0));
        shown.press(Qt::Key_Space);
        QCOMPARE(shown.list->currentIndex().data(ChainStepsModel::StateRole).value<models::StepState>(),
                 models::StepState::Off);
        shown.press(Qt::Key_Delete);
        QCOMPARE(order(*shown.list), QStringLiteral("Anthropic Groq Ollama"));
        QCOMPARE(shown.list->currentIndex().row(), 0);
        shown.press(Qt::Key_Insert);
        QCOMPARE(shown.list->model()->rowCount(), 4);
        QCOMPARE(shown.list->currentIndex().row(), 1);
        QVERIFY(named<QComboBox>(*shown.page, QStringLiteral("Provider"))->hasFocus());
        shown.list->setFocus();
        shown.press(Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(shown.list->model()->rowCount(), 5);
        shown.press(Qt::Key_F2);
        QVERIFY(!shown.list->hasFocus());
    }

    void readsOutTheNewPlaceOfAMovedStep()
    {
        Shown shown;
        shown.list->setCurrentIndex(shown.list->model()->index(1, 0));
        shown.press(Qt::Key_Down, Qt::AltModifier);
        auto *face = QAccessible::queryAccessibleInterface(shown.list);
        QVERIFY(face);
        QCOMPARE(face->child(2)->text(QAccessible::Name), QStringLiteral("Anthropic, step 3 of 4"));
    }

    void aFieldEditGoesIntoTheDraftAndUndoShowsInTheField()
    {
        Shown shown;
        shown.list->setCurrentIndex(shown.list->model()->index(0, 0));
        auto *field = named<chains::SecondsField>(*shown.page, QStringLiteral("First token"));
        QVERIFY(field);
        QCOMPARE(field->text(), QStringLiteral("8 s"));
        field->setValue(9.5);
        QVERIFY(shown.list->currentIndex()
                    .data(ChainStepsModel::LimitsRole)
                    .toString()
                    .contains(QStringLiteral("9.5 s")));
        field->setFocus();
        QTest::keyClick(field, Qt::Key_Z, Qt::ControlModifier); // the chain's undo, from inside a field too
        QCOMPARE(field->text(), QStringLiteral("8 s"));
    }

    void applyHandsTheNextVersionToTheEngine()
    {
        Shown shown;
        QVERIFY(!button(*shown.page, QStringLiteral("Apply as v8"))->isEnabled());
        shown.list->setCurrentIndex(shown.list->model()->index(0, 0));
        shown.press(Qt::Key_Down, Qt::AltModifier);
        QTest::mouseClick(button(*shown.page, QStringLiteral("Apply as v8")), Qt::LeftButton);
        shown.settle();
        QCOMPARE(shown.fixture.engine.applied.size(), std::size_t(1));
        const auto &chain = shown.fixture.engine.applied[0].chains[0];
        QCOMPARE(chain.version, 8);
        QCOMPARE(chain.steps[0].provider, std::string("anthropic"));
        QCOMPARE(chain.steps[1].provider, std::string("openai"));
        QVERIFY(!button(*shown.page, QStringLiteral("Apply as v9"))->isEnabled());
    }

    void aMistakeIsNamedAndItsStepChosen()
    {
        Shown shown;
        shown.list->setCurrentIndex(shown.list->model()->index(0, 0));
        shown.press(Qt::Key_Down, Qt::AltModifier);
        shown.fixture.engine.mistakes = {{0, "chains[0].steps[2].model", "is empty", false}};
        QTest::mouseClick(button(*shown.page, QStringLiteral("Apply as v8")), Qt::LeftButton);
        QVERIFY(shown.fixture.engine.applied.empty());
        QCOMPARE(shown.message("apply"), QStringLiteral("Not applied, step 3 model: is empty"));
        QCOMPARE(shown.list->currentIndex().row(), 2);
    }

    void aRefusedApplyKeepsTheDraft()
    {
        Shown shown;
        shown.press(Qt::Key_Down, Qt::AltModifier);
        const auto mine = order(*shown.list);
        shown.fixture.engine.failures["applyConfig"] = {base::ErrorCode::Io, "The disk is full"};
        QTest::mouseClick(button(*shown.page, QStringLiteral("Apply as v8")), Qt::LeftButton);
        shown.settle();
        QCOMPARE(shown.message("apply"), QStringLiteral("Not applied: The disk is full"));
        QCOMPARE(order(*shown.list), mine);
        QVERIFY(button(*shown.page, QStringLiteral("Apply as v8"))->isEnabled());
    }

    void aChangeOutsideKeepsTheDraftAndOffersToReload()
    {
        Shown shown;
        shown.list->setCurrentIndex(shown.list->model()->index(0, 0));
        shown.press(Qt::Key_Down, Qt::AltModifier);
        auto config = *shown.fixture.engine.config();
        config.chains[0].steps.pop_back();
        config.chains[0].version = 8;
        shown.fixture.engine.replaceConfig(config);
        shown.settle();
        QCOMPARE(order(*shown.list), QStringLiteral("Anthropic OpenAI Groq Ollama"));
        QVERIFY(shown.message("outside").contains(QStringLiteral("changed outside")));
        shown.messages()->runAction(QStringLiteral("outside"));
        QCOMPARE(order(*shown.list), QStringLiteral("OpenAI Anthropic Groq"));
        QVERIFY(shown.message("outside").isEmpty());
    }

    void draftsOfTwoChainsHaveTheirOwnUndo()
    {
        Shown shown;
        shown.list->setCurrentIndex(shown.list->model()->index(0, 0));
        shown.press(Qt::Key_Down, Qt::AltModifier);
        shown.page->reveal(QStringLiteral("cheap"));
        QCOMPARE(order(*shown.list), QStringLiteral("Groq Ollama"));
        shown.press(Qt::Key_Z, Qt::ControlModifier);
        shown.page->reveal(QStringLiteral("coding"));
        QCOMPARE(order(*shown.list), QStringLiteral("Anthropic OpenAI Groq Ollama"));
        shown.list->setFocus();
        shown.press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(order(*shown.list), QStringLiteral("OpenAI Anthropic Groq Ollama"));
    }

    void aChainInUseIsNotDeletedAndAnotherIsAndComesBack()
    {
        Shown shown;
        auto *remove = named<QPushButton>(*shown.page, QStringLiteral("Delete chain"));
        QTest::mouseClick(remove, Qt::LeftButton);
        QVERIFY(shown.message("delete").contains(QStringLiteral("aider")));
        QVERIFY(shown.fixture.engine.applied.empty());
        shown.page->reveal(QStringLiteral("local"));
        QTest::mouseClick(remove, Qt::LeftButton);
        shown.settle();
        QVERIFY(!shown.fixture.engine.config()->chain("local"));
        shown.messages()->runAction(QStringLiteral("delete"));
        shown.settle();
        QVERIFY(shown.fixture.engine.config()->chain("local"));
    }

    void aNewChainIsNamedAndApplied()
    {
        Shown shown;
        QTest::mouseClick(named<QPushButton>(*shown.page, QStringLiteral("New chain")), Qt::LeftButton);
        auto *name = named<QLineEdit>(*shown.page, QStringLiteral("Chain name"));
        QVERIFY(name);
        name->setText(QStringLiteral("drafting"));
        QTest::keyClick(name, Qt::Key_Return);
        shown.list->addStep();
        auto *provider = named<QComboBox>(*shown.page, QStringLiteral("Provider"));
        const int groq = provider->findText(QStringLiteral("Groq"));
        provider->setCurrentIndex(groq);
        Q_EMIT provider->activated(groq);
        QTest::mouseClick(button(*shown.page, QStringLiteral("Apply as v1")), Qt::LeftButton);
        shown.settle();
        const auto *chain = shown.fixture.engine.config()->chain("drafting");
        QVERIFY(chain);
        QCOMPARE(chain->version, 1);
        QCOMPARE(chain->steps.size(), std::size_t(1));
        QCOMPARE(chain->steps[0].provider, std::string("groq"));
        QCOMPARE(chain->steps[0].model, std::string("llama-4-70b")); // the preset's first suggestion
    }

    void aFailureIsSwitchedInTheDraftAndUndone()
    {
        Shown shown;
        auto *looping = named<QCheckBox>(*shown.page, QStringLiteral("Go on after: endless repetition"));
        QVERIFY(looping && !looping->isChecked());
        QTest::mouseClick(looping, Qt::LeftButton, {}, QPoint(8, looping->height() / 2));
        shown.apply();
        QVERIFY(shown.applied().policy.fallbackOn.looping);
        shown.list->setFocus();
        shown.press(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!looping->isChecked());
    }

    void aRefusalHasThreeWays()
    {
        Shown shown;
        auto *refusal = named<QComboBox>(*shown.page, QStringLiteral("Refusal"));
        QVERIFY(refusal);
        QCOMPARE(refusal->currentIndex(), 0);
        shown.choose(refusal, 2);
        shown.apply();
        QVERIFY(shown.applied().policy.fallbackOn.refusal && shown.applied().policy.fallbackOn.refusalOnce);
        shown.choose(refusal, 1);
        shown.apply();
        QVERIFY(shown.applied().policy.fallbackOn.refusal && !shown.applied().policy.fallbackOn.refusalOnce);
        shown.list->setFocus();
        shown.press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(refusal->currentIndex(), 2);
    }

    void theStrategyEnablesWhatBelongsToIt()
    {
        Shown shown;
        auto *strategy = named<QComboBox>(*shown.page, QStringLiteral("Strategy"));
        auto *hedge = named<chains::SecondsField>(*shown.page, QStringLiteral("Hedge after"));
        auto *weight = named<QSpinBox>(*shown.page, QStringLiteral("Weight"));
        QVERIFY(strategy && hedge && weight);
        QVERIFY(!hedge->isEnabled() && !weight->isEnabled());
        shown.choose(strategy, static_cast<int>(config::Strategy::Weighted));
        QVERIFY(!hedge->isEnabled() && weight->isEnabled());
        weight->setValue(7);
        shown.choose(strategy, static_cast<int>(config::Strategy::Hedged));
        QVERIFY(hedge->isEnabled() && !weight->isEnabled());
        hedge->setValue(3);
        hedge->setFocus();
        QTest::keyClick(hedge, Qt::Key_Z, Qt::ControlModifier); // the chain's undo, from inside the field
        QCOMPARE(hedge->value(), 2.0);
        hedge->setValue(1.5);
        shown.apply();
        QCOMPARE(shown.applied().strategy, config::Strategy::Hedged);
        QCOMPARE(shown.applied().policy.hedgeAfter, config::Ms(1500));
        QCOMPARE(shown.applied().steps[0].weight, 7);
        shown.list->setFocus();
        shown.press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(hedge->value(), 2.0);
        shown.press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(strategy->currentIndex(), static_cast<int>(config::Strategy::Weighted));
    }

    void stickinessAndStreamPolicyReachTheConfiguration()
    {
        Shown shown;
        auto *stay = named<QCheckBox>(*shown.page, QStringLiteral("Sessions stay with their step"));
        auto *failback = named<QComboBox>(*shown.page, QStringLiteral("Go back"));
        auto *probes = named<QSpinBox>(*shown.page, QStringLiteral("Good answers"));
        auto *cut = named<QComboBox>(*shown.page, QStringLiteral("When cut"));
        auto *tokens = named<QSpinBox>(*shown.page, QStringLiteral("Hold back"));
        QVERIFY(stay && failback && probes && cut && tokens);
        QVERIFY(!failback->isEnabled() && !probes->isEnabled());
        QTest::mouseClick(stay, Qt::LeftButton, {}, QPoint(8, stay->height() / 2));
        shown.choose(failback, static_cast<int>(config::Failback::AfterProbes));
        QVERIFY(probes->isEnabled());
        probes->setValue(5);
        tokens->setValue(40);
        shown.choose(cut, static_cast<int>(config::MidStream::Restart));
        QVERIFY(!tokens->isEnabled());
        shown.apply();
        const auto policy = shown.applied().policy;
        QCOMPARE(policy.sticky.failback, config::Failback::AfterProbes);
        QCOMPARE(policy.sticky.probes, 5);
        QCOMPARE(policy.midStream, config::MidStream::Restart);
        QCOMPARE(policy.holdBackTokens, 40);
    }

    void anAutomaticFirstTokenAndAConditionAreShown()
    {
        Shown shown;
        auto config = *shown.fixture.engine.config();
        config.chains[0].steps[0].firstToken = config::Ms(0);
        config.chains[0].steps[0].when = {config::Condition::Op::Equal, "tools", {"true"}, {}};
        config.rules = {{"all", true, {}, "coding"}, {"other", true, {}, "cheap"}};
        shown.fixture.engine.replaceConfig(config);
        shown.settle();
        shown.list->setCurrentIndex(shown.list->model()->index(0, 0));
        QCOMPARE(named<chains::SecondsField>(*shown.page, QStringLiteral("First token"))->text(),
                 QStringLiteral("automatic"));
        const auto labels = shown.page->findChildren<QLabel *>();
        const auto says = [&](const QString &text) {
            return std::ranges::any_of(labels, [&](const QLabel *one) {
                return one->text() == text && one->isVisibleTo(shown.page.get());
            });
        };
        QVERIFY(says(QStringLiteral("Only if tools")));
        QVERIFY(says(QStringLiteral("Also by rule: all (always)")));
        auto *adaptive = named<QCheckBox>(*shown.page, QStringLiteral("Limits follow what is usual"));
        QTest::mouseClick(adaptive, Qt::LeftButton, {}, QPoint(8, adaptive->height() / 2));
        shown.apply();
        QVERIFY(shown.applied().steps[0].adaptive);
        QCOMPARE(shown.applied().steps[0].when, config.chains[0].steps[0].when); // kept
    }

    void aNewNameIsMadeFitForAnId()
    {
        Shown shown;
        QTest::mouseClick(named<QPushButton>(*shown.page, QStringLiteral("Chain name coding")),
                          Qt::LeftButton);
        auto *name = named<QLineEdit>(*shown.page, QStringLiteral("Chain name"));
        name->setText(QStringLiteral(" My Chain v1.5 "));
        QTest::keyClick(name, Qt::Key_Return);
        QTest::mouseClick(button(*shown.page, QStringLiteral("Apply as v8")), Qt::LeftButton);
        shown.settle();
        QVERIFY(shown.fixture.engine.config()->chain("my-chain-v1.5"));
        QCOMPARE(shown.fixture.engine.config()->clients[0].chain, std::string("my-chain-v1.5"));
    }

    void withoutChainsItSaysWhatAChainIs()
    {
        Shown shown;
        shown.fixture.engine.replaceConfig(config::Config());
        shown.settle();
        QVERIFY(button(*shown.page, QStringLiteral("New chain")));
        QVERIFY(!shown.list->isVisible());
    }
};

SIGNALBOX_TEST(ChainsPageTest)
#include "chains_page_test.moc"
