// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fake_engine.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/shell/page.h"
#include "ui/theme/theme.h"

namespace signalbox::test {

/// What a page needs, with a scripted engine behind it.
struct PageFixture {
    explicit PageFixture(FakeEngine::State state = FakeEngine::State::Busy);

    /// Makes the page, shows it at 1160 × 780 and lets it settle.
    template<typename P>
    std::unique_ptr<P> show()
    {
        auto page = std::make_unique<P>(context);
        settle(*page);
        return page;
    }
    static void settle(shell::Page &page);

    FakeEngine engine;
    theme::Theme theme;
    bridge::EngineBridge bridge;
    shell::PageContext context;
};

} // namespace signalbox::test
