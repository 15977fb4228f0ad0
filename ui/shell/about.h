// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace signalbox::shell {

/// Opens the dialog with name, version and licence; does not wait for it.
void showAbout(QWidget *parent);

} // namespace signalbox::shell
