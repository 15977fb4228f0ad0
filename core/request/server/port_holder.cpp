// SPDX-License-Identifier: GPL-3.0-or-later
// /proc/net/tcp, one socket per line after the heading:
//   sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
//   0: 0100007F:20B9 00000000:0000 0A …
// Addresses and ports in hexadecimal; state 0A is LISTEN.
#include "core/request/server/port_holder.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace signalbox::server {

namespace fs = std::filesystem;

namespace {
constexpr std::size_t kLocal = 1;
constexpr std::size_t kState = 3;
constexpr std::size_t kInode = 9;

std::vector<std::string_view> words(std::string_view line)
{
    std::vector<std::string_view> found;
    for (std::size_t at = line.find_first_not_of(' '); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find(' ', at), line.size());
        found.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(' ', end);
    }
    return found;
}

std::string contents(const fs::path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool holdsOneOf(const fs::path &process, const std::vector<std::string> &links)
{
    std::error_code error;
    for (fs::directory_iterator fd(process / "fd", error), end; !error && fd != end; fd.increment(error)) {
        std::error_code unreadable;
        const std::string link = fs::read_symlink(fd->path(), unreadable).string();
        if (!unreadable && std::find(links.begin(), links.end(), link) != links.end()) {
            return true;
        }
    }
    return false;
}
} // namespace

std::vector<std::string> listeningInodes(std::string_view table, std::uint16_t port)
{
    std::vector<std::string> inodes;
    for (std::size_t start = 0; start < table.size();) {
        const std::size_t end = std::min(table.find('\n', start), table.size());
        const auto fields = words(table.substr(start, end - start));
        start = end + 1;
        if (fields.size() <= kInode || fields[kState] != "0A") {
            continue;
        }
        const std::string_view local = fields[kLocal];
        const std::size_t colon = local.rfind(':');
        unsigned value = 0;
        if (colon != std::string_view::npos
            && std::from_chars(local.data() + colon + 1, local.data() + local.size(), value, 16).ec
                   == std::errc()
            && value == port) {
            inodes.emplace_back(fields[kInode]);
        }
    }
    return inodes;
}

std::optional<PortHolder> findPortHolder(std::uint16_t port)
{
    std::vector<std::string> links;
    for (const char *table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        for (const std::string &inode : listeningInodes(contents(table), port)) {
            links.push_back("socket:[" + inode + "]");
        }
    }
    if (links.empty()) {
        return std::nullopt;
    }
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        int pid = 0;
        const auto read = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (read.ec != std::errc() || read.ptr != name.data() + name.size()
            || !holdsOneOf(entry->path(), links)) {
            continue;
        }
        std::string command = contents(entry->path() / "comm");
        while (!command.empty() && command.back() == '\n') {
            command.pop_back();
        }
        return PortHolder{pid, command};
    }
    return std::nullopt;
}

} // namespace signalbox::server
