// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/file/profile_paths.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace signalbox::config {

namespace fs = std::filesystem;

namespace {
std::string home(const Environment &environment)
{
    const auto variable = environment("HOME");
    if (variable && variable->starts_with('/')) {
        return *variable;
    }
    const passwd *const entry = ::getpwuid(::getuid());
    return entry && entry->pw_dir && entry->pw_dir[0] == '/' ? entry->pw_dir : std::string();
}

std::string inFolder(const std::string &folder, const char *name)
{
    return (fs::path(folder) / name).lexically_normal().string();
}
} // namespace

std::optional<std::string> environmentVariable(const char *name)
{
    const char *const value = std::getenv(name);
    return value ? std::optional<std::string>(value) : std::nullopt;
}

base::Result<ProfilePaths> profilePaths(const std::string &profile, const Environment &environment)
{
    ProfilePaths out;
    if (const auto runtime = environment("XDG_RUNTIME_DIR"); runtime && runtime->starts_with('/')) {
        out.runtime = inFolder(*runtime, "signalbox");
    }
    if (!profile.empty()) {
        std::error_code error;
        const fs::path folder = fs::absolute(profile, error).lexically_normal();
        if (error) {
            return base::fail(base::ErrorCode::Io,
                              "the folder '" + profile + "' cannot be used: " + error.message());
        }
        out.config = inFolder(folder, "config.json");
        out.ledger = inFolder(folder, "ledger.db");
        out.state = inFolder(folder, "state");
        return out;
    }
    const std::string homeFolder = home(environment);
    const auto base = [&](const char *variable, const char *fallback) -> std::string {
        const auto value = environment(variable);
        if (value && value->starts_with('/')) {
            return inFolder(*value, "signalbox");
        }
        return homeFolder.empty() ? std::string() : inFolder(inFolder(homeFolder, fallback), "signalbox");
    };
    const std::string config = base("XDG_CONFIG_HOME", ".config");
    const std::string data = base("XDG_DATA_HOME", ".local/share");
    out.state = base("XDG_STATE_HOME", ".local/state");
    if (config.empty() || data.empty() || out.state.empty()) {
        return base::fail(
            base::ErrorCode::NotFound,
            "there is no home folder to keep the configuration in: set HOME or use --profile DIR");
    }
    out.config = inFolder(config, "config.json");
    out.ledger = inFolder(data, "ledger.db");
    return out;
}

base::Result<void> createPrivateFolder(const std::string &folder)
{
    fs::path path;
    for (const fs::path &part : fs::path(folder)) {
        path /= part;
        struct stat info = {};
        if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
            continue;
        }
        // mkdir's mode is cut by the umask, which can only take rights away from 0700.
        if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
            return base::fail(base::ErrorCode::Io,
                              "the folder '" + path.string() + "' cannot be made: " + std::strerror(errno));
        }
        if (::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
            return base::fail(base::ErrorCode::Io,
                              "'" + path.string() + "' is in the way: it is not a folder");
        }
    }
    return {};
}

base::Result<void> createFolders(const ProfilePaths &paths)
{
    for (const std::string &folder :
         {fs::path(paths.config).parent_path().string(), fs::path(paths.ledger).parent_path().string(),
          paths.state, paths.runtime}) {
        if (folder.empty()) {
            continue;
        }
        if (const auto made = createPrivateFolder(folder); !made) {
            return made;
        }
    }
    return {};
}

} // namespace signalbox::config
