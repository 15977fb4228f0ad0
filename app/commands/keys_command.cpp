// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/keys_command.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <termios.h>
#include <unistd.h>

#include <QEventLoop>
#include <QFileInfo>

#include "app/commands/check_command.h"
#include "app/commands/commands.h"
#include "core/foundation/base/system_clock.h"
#include "core/foundation/config/file/profile_paths.h"
#include "core/foundation/config/reading.h"
#include "core/foundation/secrets/keychain_secret_store.h"

namespace signalbox::app {

namespace {
constexpr std::size_t kLongestKey = 8 * 1024;

/// Switches a terminal's echo off for as long as it lives.
class NoEcho
{
public:
    explicit NoEcho(int file) : m_file(file)
    {
        if (::isatty(file) && ::tcgetattr(file, &m_before) == 0) {
            termios quiet = m_before;
            quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            m_changed = ::tcsetattr(file, TCSAFLUSH, &quiet) == 0;
            std::fputs("Key (not shown): ", stderr);
        }
    }
    ~NoEcho()
    {
        if (m_changed) {
            ::tcsetattr(m_file, TCSAFLUSH, &m_before);
            std::fputc('\n', stderr);
        }
    }
    NoEcho(const NoEcho &) = delete;
    NoEcho &operator=(const NoEcho &) = delete;

private:
    int m_file;
    termios m_before = {};
    bool m_changed = false;
};

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

int failed(const std::string &message)
{
    std::fprintf(stderr, "signalbox: %s\n", message.c_str());
    return kFailed;
}

base::Result<void> providerIsThere(const config::Config &config, const std::string &id)
{
    if (config.provider(id)) {
        return {};
    }
    std::vector<std::string_view> ids;
    std::string names;
    for (const config::ProviderConfig &provider : config.providers) {
        ids.push_back(provider.id);
        names += (names.empty() ? "" : ", ") + provider.id;
    }
    const auto like = config::nearest(id, ids);
    return base::fail(base::ErrorCode::NotFound,
                      "there is no provider '" + id + "' in the configuration"
                          + (like ? "; did you mean '" + std::string(*like) + "'?" : "; there is: " + names));
}
} // namespace

base::Result<base::SecretString> readKey(int file)
{
    std::string text(kLongestKey, '\0'); // read in place: no copies left behind by a string that grows
    std::size_t length = 0;
    {
        const NoEcho noEcho(file);
        while (length < text.size()) {
            const ssize_t got = ::read(file, text.data() + length, text.size() - length);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                break;
            }
            const std::size_t before = length;
            length += static_cast<std::size_t>(got);
            if (text.find('\n', before) < length) {
                break;
            }
        }
    }
    const bool tooLong = length == text.size();
    std::size_t end = std::min(text.find('\n'), length);
    std::size_t begin = 0;
    while (end > begin && isBlank(text[end - 1])) {
        --end;
    }
    while (begin < end && isBlank(text[begin])) {
        ++begin;
    }
    std::copy(text.begin() + static_cast<std::ptrdiff_t>(begin),
              text.begin() + static_cast<std::ptrdiff_t>(end), text.begin());
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(end - begin), text.end(), '\0');
    text.resize(end - begin);
    const bool sound = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F;
    });
    base::SecretString key(std::move(text)); // wipes `text` in every case
    if (tooLong || !sound) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "what came on standard input is not a key: a key is one word without blanks");
    }
    if (key.empty()) {
        return base::fail(base::ErrorCode::InvalidArgument, "no key came on standard input");
    }
    return key;
}

void setProviderKey(config::ConfigStore &store, secrets::SecretStore &keychain, const std::string &provider,
                    base::SecretString key, std::function<void(base::Result<void>)> done)
{
    const config::KeySource source{config::KeySource::Kind::Keychain, "provider/" + provider, key.last4()};
    keychain.write(source.name, std::move(key),
                   [&store, provider, source, done = std::move(done)](base::Result<void> written) {
                       if (!written) {
                           done(written);
                           return;
                       }
                       config::Config next = *store.current();
                       for (config::ProviderConfig &one : next.providers) {
                           one.key = one.id == provider ? source : one.key;
                       }
                       done(next == *store.current() ? base::Result<void>() : store.save(next));
                   });
}

int runKeysSet(const CommandLine &commandLine)
{
    const auto paths = config::profilePaths(commandLine.profile);
    if (!paths) {
        return failed(paths.error().message);
    }
    if (!QFileInfo::exists(QString::fromStdString(paths->config))) {
        return failed("there is no configuration at '" + paths->config + "' yet: start Signalbox once");
    }
    base::SystemClock clock;
    config::ConfigStore store(clock, paths->config, shippedPresets());
    if (const config::Mistakes mistakes = store.load(); config::hasErrors(mistakes)) {
        for (const config::Mistake &mistake : mistakes) {
            std::fputs(mistakeLine(paths->config, mistake).c_str(), stderr);
        }
        return failed("the configuration has mistakes; nothing was changed");
    }
    if (const auto there = providerIsThere(*store.current(), commandLine.argument); !there) {
        return failed(there.error().message);
    }
    auto key = readKey(STDIN_FILENO);
    if (!key) {
        return failed(key.error().message);
    }
    const auto keychain = secrets::openKeychain(clock);
    std::optional<base::Result<void>> result;
    QEventLoop loop;
    setProviderKey(store, *keychain, commandLine.argument, *std::move(key), [&](base::Result<void> ended) {
        result = std::move(ended);
        loop.quit();
    });
    loop.exec();
    if (!result || !*result) {
        return failed(result ? result->error().message : "interrupted");
    }
    std::printf("The key of %s is in the keychain.\n", commandLine.argument.c_str());
    return 0;
}

} // namespace signalbox::app
