// SPDX-License-Identifier: GPL-3.0-or-later
// The list stands here and not in ui/shell, so that the frame knows no page and pages may know the frame.
#include <QCoreApplication>

#include "ui/pages/activity/activity_page.h"
#include "ui/pages/chains/chains_page.h"
#include "ui/pages/clients/clients_page.h"
#include "ui/pages/overview/overview_page.h"
#include "ui/pages/providers/providers_page.h"
#include "ui/pages/settings/settings_page.h"
#include "ui/pages/spend/spend_page.h"
#include "ui/shell/page_registry.h"

namespace signalbox::shell {

namespace {

template<typename P>
Page *make(const PageContext &context)
{
    return new P(context);
}

struct Words {
    Q_DECLARE_TR_FUNCTIONS(pages)
};

} // namespace

std::vector<PageEntry> allPages()
{
    // clang-format off
    return {
        {PageId::Overview,  Words::tr("Overview"),  theme::Glyph::Overview,  u"Ctrl+1"_qs, make<overview::OverviewPage>},
        {PageId::Chains,    Words::tr("Chains"),    theme::Glyph::Chains,    u"Ctrl+2"_qs, make<chains::ChainsPage>},
        {PageId::Providers, Words::tr("Providers"), theme::Glyph::Providers, u"Ctrl+3"_qs, make<providers::ProvidersPage>},
        {PageId::Activity,  Words::tr("Activity"),  theme::Glyph::Activity,  u"Ctrl+4"_qs, make<activity::ActivityPage>},
        {PageId::Spend,     Words::tr("Spend"),     theme::Glyph::Spend,     u"Ctrl+5"_qs, make<spend::SpendPage>},
        {PageId::Clients,   Words::tr("Clients"),   theme::Glyph::Clients,   u"Ctrl+6"_qs, make<clients::ClientsPage>},
        {PageId::Settings,  Words::tr("Settings"),  theme::Glyph::Settings,  u"Ctrl+,"_qs, make<settings::SettingsPage>},
    };
    // clang-format on
}

} // namespace signalbox::shell
