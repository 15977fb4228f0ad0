// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/clients/clients_page.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QTest>

#include "tests/support/registry.h"
#include "tests/ui/support/find.h"
#include "tests/ui/support/page_fixture.h"
#include "tests/ui/support/walk.h"
#include "ui/pages/parts/message_stack.h"

using namespace signalbox;
using clients::ClientListModel;
using clients::ClientsPage;
using config::KeySource;
using test::button;
using test::FakeEngine;
using test::named;
using test::PageFixture;

namespace {
struct Shown {
    explicit Shown(FakeEngine::State state = FakeEngine::State::Busy)
        : fixture(state), page(fixture.show<ClientsPage>())
    {
        page->activateWindow();
        settle();
    }
    void settle() const { PageFixture::settle(*page); }
    void click(const char *name) const
    {
        auto *target = named<QPushButton>(*page, QString::fromLatin1(name));
        target = target ? target : button(*page, QString::fromLatin1(name));
        QVERIFY2(target && target->isEnabled(), name);
        QTest::mouseClick(target, Qt::LeftButton);
        settle();
    }
    QString snippet() const { return page->findChild<QPlainTextEdit *>()->toPlainText(); }
    void chooseTool(const char *name) const
    {
        auto *tools = named<QComboBox>(*page, QStringLiteral("Tool"));
        tools->setCurrentIndex(tools->findText(QString::fromLatin1(name)));
    }
    QString message(const char *subject) const
    {
        return page->findChild<parts::MessageStack *>()->textOf(QString::fromLatin1(subject));
    }
    const config::ClientConfig *client(const char *id) const { return fixture.engine.config()->client(id); }

    PageFixture fixture;
    std::unique_ptr<ClientsPage> page;
};

const auto kToken = QStringLiteral("sb-aider-not-a-real-token-wxyz");
} // namespace

class ClientsPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyControlHasANameAndIsReachedByTab()
    {
        for (const auto state :
             {FakeEngine::State::Empty, FakeEngine::State::Busy, FakeEngine::State::LongNames}) {
            Shown shown(state);
            QCOMPARE(test::unnamedControls(*shown.page), QStringList());
            QCOMPARE(test::controlsTabMisses(*shown.page), QStringList());
            QCOMPARE(test::clippedTexts(*shown.page), QStringList());
            shown.page->pageActions().first()->trigger();
            QCOMPARE(test::unnamedControls(*shown.page), QStringList());
            QCOMPARE(test::clippedTexts(*shown.page), QStringList());
        }
    }

    void copiesTheBaseUrlWithAndWithoutItsVersion()
    {
        Shown shown;
        shown.click("Copy Base URL");
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("http://127.0.0.1:8377/v1"));
        shown.click("Copy Base URL without /v1");
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("http://127.0.0.1:8377"));
    }

    void makesATokenAndOnlyThenTheClient()
    {
        Shown shown;
        shown.click("New token for a tool");
        auto *name = named<QComboBox>(*shown.page, QStringLiteral("Tool"));
        name->setCurrentText(QStringLiteral("My Editor"));
        auto *chain = named<QComboBox>(*shown.page, QStringLiteral("Chain"));
        chain->setCurrentIndex(chain->findText(QStringLiteral("cheap")));
        shown.click("Create token");
        const auto *made = shown.client("my-editor");
        QVERIFY(made);
        QCOMPARE(made->chain, std::string("cheap"));
        QCOMPARE(made->token.kind, KeySource::Kind::Keychain);
        QVERIFY(shown.snippet().contains(QStringLiteral("OPENAI_BASE_URL=http://127.0.0.1:8377/v1")));
    }

    void aFailedTokenLeavesNoClient()
    {
        Shown shown;
        shown.fixture.engine.failures["createClientToken"] = {base::ErrorCode::Locked,
                                                              "The keychain is locked"};
        shown.click("New token for a tool");
        named<QComboBox>(*shown.page, QStringLiteral("Tool"))->setCurrentText(QStringLiteral("zed"));
        shown.click("Create token");
        QVERIFY(!shown.client("zed"));
        QVERIFY(shown.fixture.engine.applied.empty());
        QCOMPARE(shown.message("problem"), QStringLiteral("The keychain is locked"));
    }

    void aNameThatIsTakenIsRefused()
    {
        Shown shown;
        shown.click("New token for a tool");
        named<QComboBox>(*shown.page, QStringLiteral("Tool"))->setCurrentText(QStringLiteral("Aider"));
        QVERIFY(!button(*shown.page, QStringLiteral("Create token"))->isEnabled());
    }

    void theTokenIsHiddenUntilItIsAskedForAndCopiedWithoutBeingShown()
    {
        Shown shown;
        QVERIFY(!shown.snippet().contains(kToken));
        QVERIFY(shown.snippet().contains(QStringLiteral("OPENAI_API_KEY=TOKEN")));
        shown.click("Copy snippet");
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("OPENAI_API_KEY=") + kToken));
        QVERIFY(!shown.snippet().contains(kToken));
        shown.click("Show token");
        QVERIFY(shown.snippet().contains(kToken));
        QCOMPARE(named<QLineEdit>(*shown.page, QStringLiteral("Token in plain text"))->text(), kToken);
        shown.page->deactivated(); // and it does not stay there
        QVERIFY(!shown.snippet().contains(kToken));
    }

    void choosingAnotherToolHidesTheToken()
    {
        Shown shown;
        shown.click("Show token");
        shown.page->reveal(QStringLiteral("open-webui"));
        shown.page->reveal(QStringLiteral("aider"));
        QVERIFY(!shown.snippet().contains(kToken));
    }

    void aNewTokenReplacesTheOldOne()
    {
        Shown shown;
        auto config = *shown.fixture.engine.config();
        config.clients[0].token.last4 = "old4";
        shown.fixture.engine.replaceConfig(config);
        shown.settle();
        shown.click("New token");
        QCOMPARE(shown.client("aider")->token.last4, std::string("wxyz"));
        QCOMPARE(shown.client("aider")->chain, std::string("coding"));
        QVERIFY(shown.message("done").contains(QStringLiteral("aider")));
    }

    void changesTheChainAtOnce()
    {
        Shown shown;
        auto *chain = named<QComboBox>(*shown.page, QStringLiteral("Chain"));
        const int row = chain->findText(QStringLiteral("cheap"));
        chain->setCurrentIndex(row);
        Q_EMIT chain->activated(row);
        shown.settle();
        QCOMPARE(shown.client("aider")->chain, std::string("cheap"));
        QVERIFY(shown.snippet().contains(QStringLiteral("openai/cheap")));
    }

    void removesAndBringsBack()
    {
        Shown shown;
        const auto before = *shown.client("aider");
        shown.click("Remove tool");
        QVERIFY(!shown.client("aider"));
        shown.page->findChild<parts::MessageStack *>()->runAction(QStringLiteral("done"));
        shown.settle();
        QVERIFY(shown.client("aider") && *shown.client("aider") == before);
    }

    void saysWhichToolsCannotBeServed()
    {
        Shown shown;
        for (const char *tool : {"Cursor"}) {
            shown.chooseTool(tool);
            QVERIFY(!shown.page->findChild<QPlainTextEdit *>()->isVisibleTo(shown.page.get()));
            bool said = false;
            for (auto *label : shown.page->findChildren<QLabel *>()) {
                said = said
                       || (label->isVisibleTo(shown.page.get())
                           && label->text().startsWith(QString::fromLatin1(tool))
                           && label->text().contains(u'.'));
            }
            QVERIFY2(said, tool);
        }
    }

    void theFirstRequestTurnsWaitingIntoConnected()
    {
        Shown shown(FakeEngine::State::Empty);
        auto config = *shown.fixture.engine.config();
        config.clients.push_back({"aider", {KeySource::Kind::Keychain, "client/aider", "wxyz"}, "demo"});
        shown.fixture.engine.replaceConfig(config);
        shown.settle();
        auto *list = named<QListView>(*shown.page, QStringLiteral("Tools with a token"));
        QVERIFY(!list->model()->index(0, 0).data(ClientListModel::SeenRole).toBool());
        ledger::RequestDetail detail;
        detail.request.started.id = base::RequestId::fromText("01KAFAKE000000000000FIRST1");
        detail.request.started.client = "aider";
        shown.fixture.engine.addRequest(detail);
        auto snapshot = *shown.fixture.engine.snapshot();
        snapshot.totals.requestsLastHour += 1;
        shown.fixture.engine.publish(snapshot);
        QTRY_VERIFY(list->model()->index(0, 0).data(ClientListModel::SeenRole).toBool());
    }

    void theListModelIsSound()
    {
        FakeEngine engine;
        ClientListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setConfig(engine.config());
        QCOMPARE(model.rowCount(), 3);
        model.setLastSeen("codex", base::WallTime(std::chrono::hours(1)),
                          base::WallTime(std::chrono::hours(1)));
        QVERIFY(model.index(model.rowOf("codex")).data(ClientListModel::SeenRole).toBool());
        model.setConfig(std::make_shared<config::Config>());
        QCOMPARE(model.rowCount(), 0);
    }
};

SIGNALBOX_TEST(ClientsPageTest)
#include "clients_page_test.moc"
