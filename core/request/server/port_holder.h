// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::server {

/// The process that listens on a port.
struct PortHolder {
    int pid = 0;
    std::string name;
};

/// Looks through /proc; nothing where there is none, or when the process is another user's.
std::optional<PortHolder> findPortHolder(std::uint16_t port);

/// The inodes of the sockets that listen on `port`, from the text of /proc/net/tcp or tcp6. Pure.
std::vector<std::string> listeningInodes(std::string_view table, std::uint16_t port);

} // namespace signalbox::server
