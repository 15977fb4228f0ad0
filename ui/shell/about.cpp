// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/about.h"

#include <QCoreApplication>
#include <QMessageBox>

namespace signalbox::shell {

namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(about)
};
} // namespace

void showAbout(QWidget *parent)
{
    auto *box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(Words::tr("About Signalbox"));
    box->setText(Words::tr("Signalbox %1").arg(QLatin1String(SIGNALBOX_VERSION)));
    box->setInformativeText(
        Words::tr("Routes AI requests so that the answer gets through.\n\nFree software under "
                  "the GNU General Public License, "
                  "version 3 or later, without any warranty. Built with Qt %1.")
            .arg(QLatin1String(qVersion())));
    box->setStandardButtons(QMessageBox::Close);
    box->open();
}

} // namespace signalbox::shell
