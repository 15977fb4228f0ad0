// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/spend/spend_page.h"

#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QTableView>
#include <QTemporaryDir>

#include "tests/support/registry.h"
#include "tests/ui/support/page_fixture.h"
#include "ui/widgets/empty_state.h"

namespace signalbox::spend {

using test::FakeEngine;
using test::PageFixture;
using State = FakeEngine::State;

class SpendPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksForTheDaysChosen()
    {
        PageFixture f;
        const auto page = f.show<SpendPage>();
        auto *table = page->findChild<QTableView *>();
        QCOMPARE(table->model()->rowCount(), 1 + 30 * 3);
        page->findChild<QComboBox *>()->setCurrentIndex(0);
        PageFixture::settle(*page);
        QCOMPARE(table->model()->rowCount(), 1 + 7 * 3);
    }

    void saysWhatTheSumLeavesOut()
    {
        PageFixture f;
        const auto page = f.show<SpendPage>();
        bool said = false;
        for (const QLabel *label : page->findChildren<QLabel *>()) {
            said = said || label->text().contains(QStringLiteral("excludes 8 without a price"));
        }
        QVERIFY(said);
    }

    void nothingSpentIsASentenceAndNoExport()
    {
        PageFixture f(State::Empty);
        const auto page = f.show<SpendPage>();
        QVERIFY(page->findChild<widgets::EmptyState *>()->isVisible());
        QVERIFY(!page->pageActions().constFirst()->isEnabled());
    }

    void exportsWhatIsShown()
    {
        const QTemporaryDir folder;
        PageFixture f;
        const auto page = f.show<SpendPage>();
        page->pageActions().constFirst()->trigger();
        auto *dialog = page->findChild<QFileDialog *>();
        QVERIFY(dialog);
        const QString file = folder.filePath(QStringLiteral("out.csv"));
        Q_EMIT dialog->fileSelected(file);
        dialog->close();
        QFile csv(file);
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QCOMPARE(csv.readAll().count('\n'), 1 + 30 * 3);
    }
};

} // namespace signalbox::spend

using signalbox::spend::SpendPageTest;
SIGNALBOX_TEST(SpendPageTest)

#include "spend_page_test.moc"
