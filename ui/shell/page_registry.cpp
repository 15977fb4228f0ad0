// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/page_registry.h"

#include <QCoreApplication>

#include "ui/pages/overview/overview_page.h"

namespace signalbox::shell {

namespace {

template<typename P>
Page *make(const PageContext &context)
{
    return new P(context);
}

QString tr(const char *text)
{
    return QCoreApplication::translate("pages", text);
}

} // namespace

std::vector<PageEntry> allPages()
{
    // clang-format off
    return {
        {PageId::Overview,  tr("Overview"),  theme::Glyph::Overview,  u"Ctrl+1"_qs, make<overview::OverviewPage>},
    };
    // clang-format on
}

} // namespace signalbox::shell
