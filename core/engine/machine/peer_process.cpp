// SPDX-License-Identifier: GPL-3.0-or-later
// proc(5): /proc/net/tcp and tcp6 have a line for each socket,
//     sl local_address remote_address st tx:rx tr:tm retrnsmt uid timeout inode …
// addresses as hexadecimal words of the machine's byte order, ":", the port. /proc/PID/fd/N is a link to
// "socket:[INODE]".
#include "core/engine/machine/peer_process.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

namespace signalbox::machine {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {
constexpr base::Duration kRemembered = 5s;
constexpr base::Duration kLongest = 20ms;
constexpr std::size_t kMostKnown = 256;
constexpr std::size_t kMostRecent = 8;
constexpr int kMostSockets = 20'000;
constexpr int kMostProcesses = 4'000;
constexpr int kMostFiles = 40'000;
constexpr std::size_t kLongestName = 64;

/// 127.x.x.x, the same as an IPv6 address, or ::1.
bool isLoopback(std::string_view address)
{
    if (address.size() == 8) {
        return address.ends_with("7F");
    }
    return address == "00000000000000000000000001000000"
           || (address.starts_with("0000000000000000FFFF0000") && address.ends_with("7F"));
}

bool isEnd(std::string_view field, std::uint16_t port)
{
    const std::size_t colon = field.find(':');
    unsigned number = 0;
    if (colon == std::string_view::npos || !isLoopback(field.substr(0, colon))) {
        return false;
    }
    const char *const end = field.data() + field.size();
    return std::from_chars(field.data() + colon + 1, end, number, 16).ptr == end && number == port;
}

/// The inode of the socket between two ports.
std::optional<std::string> inodeOf(const std::string &table, std::uint16_t from, std::uint16_t to)
{
    std::ifstream in(table);
    std::string line;
    std::getline(in, line); // the headings
    for (int i = 0; i < kMostSockets && std::getline(in, line); ++i) {
        std::istringstream words(line);
        const std::vector<std::string> fields{std::istream_iterator<std::string>(words), {}};
        if (fields.size() > 9 && isEnd(fields[1], from) && isEnd(fields[2], to) && fields[9] != "0") {
            return fields[9];
        }
    }
    return std::nullopt;
}

std::vector<std::string> commandLine(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    std::string text(4096, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\0', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string_view lastPart(std::string_view path)
{
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

std::string_view withoutSuffix(std::string_view name)
{
    for (const std::string_view suffix : {".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".pl", ".sh", ".jar"}) {
        if (name.size() > suffix.size() && name.ends_with(suffix)) {
            return name.substr(0, name.size() - suffix.size());
        }
    }
    return name;
}

/// Versions off: "python3.11" is python.
std::string_view interpreterOf(std::string_view file)
{
    const std::string_view bare = file.substr(0, file.find_last_not_of("0123456789.-") + 1);
    for (const std::string_view known :
         {"python", "node", "nodejs", "bun", "deno", "ruby", "perl", "java", "bash", "sh", "dash", "zsh"}) {
        if (bare == known) {
            return known;
        }
    }
    return {};
}

/// Names that say nothing; the folder around may.
bool saysNothing(std::string_view name)
{
    for (const std::string_view one :
         {"", "cli", "index", "main", "__main__", "app", "run", "start", "server", "bin", "dist", "src",
          "build", "lib", "out", "scripts", "node_modules", ".", ".."}) {
        if (name == one) {
            return true;
        }
    }
    return false;
}

std::string scriptName(std::string_view path)
{
    const std::string_view own = withoutSuffix(lastPart(path));
    std::string_view rest = path;
    for (int i = 0; i < 6 && !rest.empty(); ++i) {
        const std::string_view name = withoutSuffix(lastPart(rest));
        if (!saysNothing(name)) {
            return std::string(name);
        }
        const std::size_t slash = rest.rfind('/');
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(0, slash);
    }
    return std::string(own);
}

/// What an interpreter runs: a file, or with -m a module; nothing for text on the command line.
std::string scriptOf(std::string_view interpreter, const std::vector<std::string> &words)
{
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string &word = words[i];
        const bool named =
            (word == "-m" && interpreter == "python") || (word == "-jar" && interpreter == "java");
        if (named) {
            return i + 1 < words.size() ? words[i + 1] : std::string();
        }
        if (word == "-c" || word == "-e" || word == "-p" || word == "--eval") {
            return {};
        }
        const bool isVerb = word == "run" && (interpreter == "bun" || interpreter == "deno");
        if (!word.starts_with('-') && !isVerb) {
            return interpreter == "java" ? std::string() : word;
        }
    }
    return {};
}
} // namespace

std::string programName(std::string_view file, const std::vector<std::string> &commandLine)
{
    constexpr std::string_view kReplaced = " (deleted)"; // by a newer version while it runs
    if (file.ends_with(kReplaced)) {
        file.remove_suffix(kReplaced.size());
    }
    std::string name(lastPart(file));
    if (const std::string_view interpreter = interpreterOf(name); !interpreter.empty()) {
        const std::string script = scriptOf(interpreter, commandLine);
        name = script.empty() ? std::string(interpreter) : scriptName(script);
    }
    std::erase_if(name, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F;
    });
    return name.substr(0, kLongestName);
}

std::string PeerProcess::nameOf(std::uint16_t peerPort, std::uint16_t localPort)
{
    const base::SteadyTime now = m_clock.now();
    const Ports ports(peerPort, localPort);
    if (const auto known = m_known.find(ports); known != m_known.end() && now < known->second.until) {
        return known->second.name;
    }
    if (m_known.size() >= kMostKnown) {
        std::erase_if(m_known, [&](const auto &one) { return one.second.until <= now; });
    }
    if (m_known.size() >= kMostKnown) {
        m_known.clear();
    }
    return (m_known[ports] = {find(ports), now + kRemembered}).name;
}

std::string PeerProcess::find(const Ports &ports)
{
    auto inode = inodeOf(m_proc + "/net/tcp", ports.first, ports.second);
    if (!inode) {
        inode = inodeOf(m_proc + "/net/tcp6", ports.first, ports.second);
    }
    if (!inode) {
        return {};
    }
    const std::string socket = "socket:[" + *inode + "]";
    const base::SteadyTime limit = m_clock.now() + kLongest;
    int left = kMostFiles;
    for (const int process : processes()) {
        if (left <= 0 || m_clock.now() > limit) {
            return {};
        }
        if (!holds(process, socket, left)) {
            continue;
        }
        const std::string folder = m_proc + "/" + std::to_string(process);
        std::error_code problem;
        const std::string file = fs::read_symlink(folder + "/exe", problem).string();
        remember(process);
        return problem ? std::string() : programName(file, commandLine(folder + "/cmdline"));
    }
    return {};
}

/// Those found lately first, then the newest.
std::vector<int> PeerProcess::processes() const
{
    std::vector<int> out;
    std::error_code problem;
    fs::directory_iterator at(m_proc, fs::directory_options::skip_permission_denied, problem);
    for (int i = 0; !problem && at != fs::directory_iterator() && i < kMostProcesses;
         at.increment(problem), ++i) {
        const std::string name = at->path().filename().string();
        int process = 0;
        const char *const end = name.data() + name.size();
        if (std::from_chars(name.data(), end, process).ptr == end && process > 0) {
            out.push_back(process);
        }
    }
    std::sort(out.begin(), out.end(), std::greater<>());
    out.insert(out.begin(), m_recent.begin(), m_recent.end());
    return out;
}

bool PeerProcess::holds(int process, const std::string &socket, int &left) const
{
    std::error_code problem;
    fs::directory_iterator at(m_proc + "/" + std::to_string(process) + "/fd", problem);
    for (; !problem && at != fs::directory_iterator() && left > 0; at.increment(problem), --left) {
        std::error_code unreadable;
        if (fs::read_symlink(at->path(), unreadable) == socket) {
            return true;
        }
    }
    return false;
}

void PeerProcess::remember(int process)
{
    std::erase(m_recent, process);
    m_recent.insert(m_recent.begin(), process);
    m_recent.resize(std::min(m_recent.size(), kMostRecent));
}

} // namespace signalbox::machine
