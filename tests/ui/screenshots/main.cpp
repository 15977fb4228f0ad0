// SPDX-License-Identifier: GPL-3.0-or-later
// screenshots FOLDER [part of a name]: the window in every state the scripted engine can play, as PNG files.
#include <cstdio>

#include <QApplication>
#include <QDir>
#include <QLocale>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>

#include "tests/support/fake_engine.h"
#include "ui/shell/page_registry.h"
#include "ui/shell/window.h"

namespace {

using signalbox::shell::MainWindow;
using signalbox::shell::PageEntry;
using signalbox::shell::PageId;
using signalbox::test::FakeEngine;
using signalbox::theme::Mode;
using State = FakeEngine::State;

struct Shot {
    const char *name;
    State state;
    Mode mode;
    QSize size;
};

const Shot kShots[] = {
    {"light", State::Degraded, Mode::Light, {1360, 860}},
    {"dark", State::Degraded, Mode::Dark, {1360, 860}},
    {"empty", State::Empty, Mode::Light, {1360, 860}},
    {"down", State::Down, Mode::Dark, {1360, 860}},
    {"long", State::LongNames, Mode::Light, {1360, 860}},
    {"small", State::Degraded, Mode::Light, {900, 600}},
    {"tables", State::Degraded, Mode::Light, {1360, 860}},
    {"tall", State::LongNames, Mode::Light, {1360, 1900}}, // what one has to scroll for
    {"tall-dark", State::LongNames, Mode::Dark, {1360, 1900}},
};

void settle()
{
    for (int i = 0; i < 8; ++i) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
}

void chooseFirstRow(QWidget &window)
{
    for (QTableView *table : window.findChildren<QTableView *>()) {
        if (table->isVisible() && table->model() && table->model()->rowCount() > 0) {
            table->setCurrentIndex(table->model()->index(0, 0));
            break;
        }
    }
}

// What is behind the links and tabs.
void openTables(QWidget &window)
{
    for (QPushButton *button : window.findChildren<QPushButton *>()) {
        if (button->isCheckable() && button->isVisible()) {
            button->setChecked(true);
        }
    }
    for (QTabWidget *tabs : window.findChildren<QTabWidget *>()) {
        tabs->setCurrentIndex(tabs->count() - 1);
    }
}

bool takeShot(const Shot &shot, const PageEntry &page, const QDir &folder, const QString &suffix)
{
    FakeEngine engine(shot.state);
    MainWindow window(engine);
    window.theme().setMode(shot.mode);
    window.resize(shot.size);
    window.show();
    window.openPage(page.id);
    settle();
    chooseFirstRow(window);
    if (shot.state == State::Empty && page.id == PageId::Overview) {
        for (QPushButton *button : window.findChildren<QPushButton *>()) {
            if (button->text() == QLatin1String("Send a test request")) {
                button->click();
            }
        }
    }
    if (QLatin1String(shot.name) == QLatin1String("tables")) {
        openTables(window);
    }
    settle();
    const QString file = folder.filePath(
        QStringLiteral("%1-%2%3.png").arg(page.title.toLower(), QLatin1String(shot.name), suffix));
    return window.grab().save(file);
}

} // namespace

int main(int argc, char **argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    qputenv("TZ", "UTC");
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QApplication app(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: screenshots FOLDER [part of a name]\n");
        return 2;
    }
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    const QString part = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QString();
    const QString suffix =
        app.devicePixelRatio() > 1 ? QStringLiteral("@%1x").arg(app.devicePixelRatio()) : QString();
    folder.mkpath(QStringLiteral("."));
    bool good = true;
    for (const Shot &shot : kShots) {
        for (const PageEntry &page : signalbox::shell::allPages()) {
            const QString name = QStringLiteral("%1-%2").arg(page.title.toLower(), QLatin1String(shot.name));
            if (name.contains(part)) {
                good = takeShot(shot, page, folder, suffix) && good;
            }
        }
    }
    return good ? 0 : 1;
}
