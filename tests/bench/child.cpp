// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/child.h"

#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/link.h"
#include "tests/bench/mock_upstream.h"
#include "tests/bench/profile.h"

extern char **environ;

namespace signalbox::bench {

namespace {
constexpr auto kStartLimit = std::chrono::minutes(1);
constexpr std::string_view kListening = "listening on http://127.0.0.1:";

/// Ours, without what could lead Signalbox to a proxy, a display or somebody's keychain.
std::vector<std::string> childEnvironment()
{
    std::vector<std::string> out{"BENCH_TOKEN=" + std::string(kClientToken),
                                 "BENCH_KEY=" + std::string(kProviderKey)};
    for (char **entry = environ; *entry; ++entry) {
        const std::string_view one = *entry;
        const std::string_view name = one.substr(0, one.find('='));
        const bool proxy = name.size() >= 6 && ::strncasecmp(name.data() + name.size() - 6, "_proxy", 6) == 0;
        if (!proxy && name != "DISPLAY" && name != "WAYLAND_DISPLAY" && name != "DBUS_SESSION_BUS_ADDRESS"
            && !name.starts_with("BENCH_")) {
            out.emplace_back(one);
        }
    }
    return out;
}

std::vector<char *> pointers(std::vector<std::string> &texts)
{
    std::vector<char *> out;
    for (std::string &text : texts) {
        out.push_back(text.data());
    }
    out.push_back(nullptr);
    return out;
}

struct Prepared {
    std::vector<char *> arguments;
    std::vector<char *> environment;
    int output;
    int log;
    ChildOptions options;
    pid_t parent;
};

/// Between fork and exec: system calls only.
[[noreturn]] void become(const Prepared &prepared)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != prepared.parent) {
        ::_exit(127);
    }
    ::setrlimit(RLIMIT_NOFILE, &prepared.options.files);
    if (prepared.options.core >= 0) {
        cpu_set_t cores;
        CPU_ZERO(&cores);
        CPU_SET(static_cast<unsigned>(prepared.options.core), &cores);
        ::sched_setaffinity(0, sizeof cores, &cores);
    }
    ::dup2(prepared.output, STDOUT_FILENO);
    ::dup2(prepared.log, STDERR_FILENO);
    ::execve(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
    ::_exit(127);
}

/// Sum of what stands behind the name in a file of /proc.
std::uint64_t numberIn(const std::filesystem::path &file, std::string_view name)
{
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with(name)) {
            return std::strtoull(line.c_str() + name.size(), nullptr, 10);
        }
    }
    return 0;
}
} // namespace

Child::Child(const ChildOptions &options, const std::filesystem::path &profile)
    : m_log(profile / "stderr.txt")
{
    std::vector<std::string> arguments{options.program,  "--headless", "--profile",
                                       profile.string(), "--port",     "0"};
    std::vector<std::string> environment = childEnvironment();
    std::array<int, 2> output{};
    if (::pipe2(output.data(), O_CLOEXEC) != 0) {
        throw Failure("no pipe");
    }
    const int log = ::open(m_log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const Prepared prepared{pointers(arguments), pointers(environment), output[1], log, options, ::getpid()};
    m_started = Clock::now();
    m_pid = ::fork();
    if (m_pid == 0) {
        become(prepared);
    }
    ::close(output[1]);
    ::close(log);
    m_output = output[0];
    if (m_pid < 0) {
        throw Failure("no process can be made");
    }
    try {
        waitForAddress();
    } catch (...) {
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
        ::close(m_output);
        throw;
    }
}

Child::~Child()
{
    if (m_pid > 0) {
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
    }
    ::close(m_output);
}

void Child::waitForAddress()
{
    std::string text;
    const Time limit = m_started + kStartLimit;
    for (;;) {
        const std::size_t at = text.find(kListening);
        if (at != std::string::npos && text.find('\n', at) != std::string::npos) {
            std::from_chars(text.data() + at + kListening.size(), text.data() + text.size(), m_port);
            return;
        }
        pollfd readable{.fd = m_output, .events = POLLIN, .revents = 0};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - Clock::now());
        std::array<char, 4096> buffer;
        const bool ready = left.count() > 0 && ::poll(&readable, 1, static_cast<int>(left.count())) > 0;
        const ssize_t count = ready ? ::read(m_output, buffer.data(), buffer.size()) : 0;
        if (count <= 0) {
            fail("it did not start");
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

void Child::fail(const std::string &what) const
{
    std::ifstream file(m_log);
    std::ostringstream log;
    log << file.rdbuf();
    throw Failure("Signalbox: " + what + (log.str().empty() ? "" : "; it said:\n" + log.str()));
}

void Child::stop()
{
    ::kill(m_pid, SIGTERM);
    int status = 0;
    const Time limit = Clock::now() + kStartLimit;
    pid_t ended = 0;
    while ((ended = ::waitpid(m_pid, &status, WNOHANG)) == 0 && Clock::now() < limit) {
        ::usleep(1000);
    }
    if (ended == 0) {
        fail("SIGTERM did not end it");
    }
    m_pid = -1;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail("it ended with wait status " + std::to_string(status));
    }
}

Duration Child::cpu() const
{
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(m_pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
        fail("its CPU time cannot be read: has it ended?");
    }
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

double Child::pssKiB() const
{
    return static_cast<double>(numberIn("/proc/" + std::to_string(m_pid) + "/smaps_rollup", "Pss:"));
}

std::uint64_t Child::wakeUps() const
{
    std::uint64_t sum = 0;
    for (const auto &task : std::filesystem::directory_iterator("/proc/" + std::to_string(m_pid) + "/task")) {
        sum += numberIn(task.path() / "status", "voluntary_ctxt_switches:");
    }
    return sum;
}

Time answeredHealth(std::uint16_t port)
{
    constexpr std::string_view kRequest =
        "GET /health HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\n\r\n";
    std::string request(kRequest);
    request.replace(request.find("PORT"), 4, std::to_string(port));
    const int fd = connectTo(port);
    std::string answer;
    if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
        std::array<char, 4096> buffer;
        const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
        answer.assign(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    const Time at = Clock::now();
    ::close(fd);
    if (!answer.starts_with("HTTP/1.1 200 ")) {
        throw Failure("/health was answered with: " + answer);
    }
    return at;
}

} // namespace signalbox::bench
