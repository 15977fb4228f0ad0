// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/page_fixture.h"

#include <QCoreApplication>

namespace signalbox::test {

PageFixture::PageFixture(FakeEngine::State state)
    : engine(state), bridge(engine), context{engine, bridge, theme}
{
    bridge.setWatched(true);
}

void PageFixture::settle(shell::Page &page)
{
    page.resize(1160, 780);
    page.show();
    page.activated();
    // Replies of the engine, then what they lead to.
    for (int i = 0; i < 5; ++i) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
}

} // namespace signalbox::test
