// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/error.h"

namespace signalbox::app {

/// What the user asked for on the command line. A plain value, known before any application object exists.
struct CommandLine {
    enum class Command : std::uint8_t {
        Run,
        Check,
        Requests,
        Explain,
        KeysSet,
        Breakers,
        Models,
        Servers,
        Drill,
        Import,
        Export,
        Connect,
        Launch,
        Version,
        Help
    };

    Command command = Command::Run;
    bool headless = false;
    bool background = false;
    bool showToken = false;            ///< headless: print an example with the first client's token
    std::string profile;               ///< empty: the user's own folders
    std::optional<std::uint16_t> port; ///< 0: any free one; no value: the configuration's
    bool json = false;
    int limit = 20;       ///< of `requests`
    std::string argument; ///< FILE (may be empty; of `import` also "env" and "-"), REQUEST_ID, PROVIDER,
                          ///< PROVIDER/MODEL, CHAIN or TOOL
    std::string action;   ///< of `breakers`: "pause", "resume", "reset", "open"; empty: list them
    bool dryRun = false;  ///< of `import` and `connect`: show, and write nothing
    bool undo = false;    ///< of `connect`
    bool refresh = false; ///< of `models`
    std::string chain;    ///< of `connect` and `launch`; empty: the tool's own, or the first
    std::vector<std::string> rest; ///< of `launch`: what stands behind "--"
    std::string format;            ///< of `import`; empty: what the document looks like
    // Of `drill`, and `minutes` of `breakers open`, too
    bool stream = false; ///< play only answers that stream …
    bool whole = false;  ///< … or only whole ones; neither: both
    bool live = false;   ///< not played, but in the Signalbox that runs
    bool stop = false;
    int step = 0;
    std::string fault;
    int requests = 0;
    int minutes = 0;
};

/// Exit codes besides 0.
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

/// `arguments` without the program's name. The error names the word that is wrong.
base::Result<CommandLine> parseCommandLine(std::span<const std::string_view> arguments);
base::Result<CommandLine> parseCommandLine(int argc, const char *const *argv);

std::string helpText();
std::string versionText();

} // namespace signalbox::app
