// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/page_registry.h"

#include <QCoreApplication>

#include "ui/pages/activity/activity_page.h"
#include "ui/pages/chains/chains_page.h"
#include "ui/pages/clients/clients_page.h"
#include "ui/pages/overview/overview_page.h"
#include "ui/pages/providers/providers_page.h"
#include "ui/pages/settings/settings_page.h"
#include "ui/pages/spend/spend_page.h"

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
        {PageId::Chains,    tr("Chains"),    theme::Glyph::Chains,    u"Ctrl+2"_qs, make<chains::ChainsPage>},
        {PageId::Providers, tr("Providers"), theme::Glyph::Providers, u"Ctrl+3"_qs, make<providers::ProvidersPage>},
        {PageId::Activity,  tr("Activity"),  theme::Glyph::Activity,  u"Ctrl+4"_qs, make<activity::ActivityPage>},
        {PageId::Spend,     tr("Spend"),     theme::Glyph::Spend,     u"Ctrl+5"_qs, make<spend::SpendPage>},
        {PageId::Clients,   tr("Clients"),   theme::Glyph::Clients,   u"Ctrl+6"_qs, make<clients::ClientsPage>},
        {PageId::Settings,  tr("Settings"),  theme::Glyph::Settings,  u"Ctrl+,"_qs, make<settings::SettingsPage>},
    };
    // clang-format on
}

} // namespace signalbox::shell
