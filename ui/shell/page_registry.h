// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QString>

#include "ui/shell/page.h"
#include "ui/theme/glyphs.h"

namespace signalbox::shell {

struct PageEntry {
    PageId id;
    QString title; ///< in the sidebar
    theme::Glyph glyph;
    QString shortcut; ///< in Qt's portable form
    std::function<Page *(const PageContext &)> make;
};

/// The pages there are, in the order of the sidebar. Defined beside the pages: ui/pages/page_list.cpp.
std::vector<PageEntry> allPages();

} // namespace signalbox::shell
