// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/activity/activity_page.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTabWidget>

#include "tests/support/registry.h"
#include "tests/ui/support/page_fixture.h"
#include "ui/charts/waterfall.h"
#include "ui/models/activity_model.h"
#include "ui/pages/activity/request_table.h"
#include "ui/widgets/empty_state.h"

namespace signalbox::activity {

using test::FakeEngine;
using test::PageFixture;
using State = FakeEngine::State;

class ActivityPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChosenRequestIsExplainedAsPictureAndTable()
    {
        PageFixture f;
        const auto page = f.show<ActivityPage>();
        auto *table = page->findChild<RequestTable *>();
        table->selectRow(0);
        PageFixture::settle(*page);
        const auto *waterfall = page->findChild<charts::Waterfall *>();
        QVERIFY(waterfall->isVisible());
        const QString said = waterfall->accessibleDescription();
        QVERIFY(said.contains(QStringLiteral("1 OpenAI: 429 Too Many Requests")));
        QVERIFY(said.contains(QStringLiteral("2 Anthropic")));
        QVERIFY(said.contains(QStringLiteral("3 Groq: skipped, breaker open: open until 12:14")));
        auto *tabs = page->findChild<QTabWidget *>();
        tabs->setCurrentIndex(1);
        const auto *attempts = tabs->currentWidget()->findChild<QTableView *>();
        const auto *facts = attempts ? attempts : qobject_cast<QTableView *>(tabs->currentWidget());
        QCOMPARE(facts->model()->rowCount(), 4);
        QCOMPARE(facts->model()->index(0, 3).data().toString(), QStringLiteral("Rate limited"));
    }

    void revealsARequestByItsId()
    {
        PageFixture f;
        const auto page = f.show<ActivityPage>();
        const base::RequestId wanted = f.engine.ledgerRows[5].request.started.id;
        page->reveal(QString::fromStdString(wanted.text()));
        PageFixture::settle(*page);
        QCOMPARE(page->findChild<RequestTable *>()->currentIndex().row(), 5);
        QVERIFY(page->findChild<charts::Waterfall *>()->isVisible());
    }

    void revealsAWordAsFilter()
    {
        PageFixture f;
        const auto page = f.show<ActivityPage>();
        page->reveal(QStringLiteral("fallback"));
        PageFixture::settle(*page);
        const auto *model = page->findChild<models::ActivityModel *>();
        QVERIFY(model->rowCount() > 0);
        QVERIFY(model->rowCount() < 100);
        QCOMPARE(page->findChild<QLineEdit *>()->text(), QStringLiteral("fallback"));
    }

    void theChainIsAskedOfTheLedger()
    {
        PageFixture f;
        const auto page = f.show<ActivityPage>();
        for (QComboBox *box : page->findChildren<QComboBox *>()) {
            if (box->accessibleName() == QStringLiteral("Chain")) {
                box->setCurrentIndex(box->findText(QStringLiteral("cheap")));
            }
        }
        PageFixture::settle(*page);
        QCOMPARE(f.engine.queries.back().chain, std::string("cheap"));
    }

    void keepsItsPlaceWhileNewRequestsComeIn()
    {
        PageFixture f;
        const auto page = f.show<ActivityPage>();
        auto *table = page->findChild<RequestTable *>();
        auto *model = page->findChild<models::ActivityModel *>();
        table->verticalScrollBar()->setValue(200);
        const base::RequestId top = model->idAt(table->rowAt(0));
        ledger::RequestDetail fresh;
        fresh.request.started.id = base::RequestId::fromText("7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        f.engine.addRequest(fresh);
        model->refresh();
        PageFixture::settle(*page);
        QCOMPARE(model->idAt(0), fresh.request.started.id);
        QCOMPARE(model->idAt(table->rowAt(0)), top);
    }

    void anEmptyLedgerOffersATestRequest()
    {
        PageFixture f(State::Empty);
        const auto page = f.show<ActivityPage>();
        const auto *empty = page->findChild<widgets::EmptyState *>();
        QVERIFY(empty->isVisible());
        QVERIFY(empty->accessibleName().contains(QStringLiteral("http://127.0.0.1:8377/v1")));
        for (QPushButton *button : empty->findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Send a test request")) {
                button->click();
            }
        }
        QCOMPARE(f.engine.testRequests, std::vector<std::string>{"demo"});
    }
};

} // namespace signalbox::activity

using signalbox::activity::ActivityPageTest;
SIGNALBOX_TEST(ActivityPageTest)

#include "activity_page_test.moc"
