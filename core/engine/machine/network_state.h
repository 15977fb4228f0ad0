// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace signalbox::machine {

/// How this machine is connected.
struct NetworkState {
    bool online = true;
    bool captive = false; ///< behind a portal that wants a click or a password first
    bool metered = false;
    bool operator==(const NetworkState &) const = default;
};

} // namespace signalbox::machine
