// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/command_line.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "core/foundation/config/reading.h"
#include "core/request/provider/fault.h"
#include "core/transfer/import.h"

namespace signalbox::app {

namespace {
using Command = CommandLine::Command;

struct CommandSpec {
    std::string_view name;
    Command command;
    std::string_view argument; ///< what stands behind it; empty: nothing
    bool argumentNeeded;
};

constexpr CommandSpec kCommands[] = {
    {"check", Command::Check, "FILE", false},
    {"requests", Command::Requests, "", false},
    {"explain", Command::Explain, "REQUEST_ID", true},
    {"keys set", Command::KeysSet, "PROVIDER", true},
    {"breakers", Command::Breakers, "", false},
    {"breakers pause", Command::Breakers, "PROVIDER[/MODEL]", true},
    {"breakers resume", Command::Breakers, "PROVIDER[/MODEL]", true},
    {"breakers reset", Command::Breakers, "PROVIDER[/MODEL]", true},
    {"breakers open", Command::Breakers, "PROVIDER/MODEL", true},
    {"models", Command::Models, "PROVIDER", true},
    {"servers", Command::Servers, "", false},
    {"drill", Command::Drill, "CHAIN", false},
    {"import", Command::Import, "FILE, or env", true},
    {"export", Command::Export, "FILE", false},
    {"connect", Command::Connect, "TOOL", false},
    {"launch", Command::Launch, "TOOL", true},
};

constexpr unsigned bit(Command command)
{
    return 1U << static_cast<unsigned>(command);
}

constexpr unsigned kEverywhere = ~0U;

struct OptionSpec {
    std::string_view name;
    unsigned commands; ///< where it may stand
    std::string_view value;
    bool (*apply)(CommandLine &out, std::string_view value); ///< false: the value is wrong
    std::string_view valueIs = {};
};

template<typename T>
bool readNumber(std::string_view text, T least, T &out)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() && out >= least;
}

bool applyPort(CommandLine &out, std::string_view value)
{
    std::uint16_t port = 0;
    const bool sound = readNumber<std::uint16_t>(value, 0, port);
    out.port = port;
    return sound;
}

bool applyProfile(CommandLine &out, std::string_view value)
{
    out.profile = std::string(value);
    return !value.empty();
}

bool applyChain(CommandLine &out, std::string_view value)
{
    out.chain = std::string(value);
    return !value.empty();
}

bool applyFault(CommandLine &out, std::string_view value)
{
    out.fault = std::string(value);
    return provider::faultFromText(value).has_value();
}

bool applyFormat(CommandLine &out, std::string_view value)
{
    out.format = std::string(value);
    return transfer::formatFromName(value).has_value();
}

const OptionSpec kOptions[] = {
    {"--headless", bit(Command::Run), "", [](CommandLine &o, std::string_view) { return o.headless = true; }},
    {"--background", bit(Command::Run), "",
     [](CommandLine &o, std::string_view) { return o.background = true; }},
    {"--show-token", bit(Command::Run), "",
     [](CommandLine &o, std::string_view) { return o.showToken = true; }},
    {"--port", bit(Command::Run), "N", applyPort, "a number from 0 to 65535"},
    {"--profile", kEverywhere, "DIR", applyProfile, "a folder"},
    {"--json",
     bit(Command::Requests) | bit(Command::Explain) | bit(Command::Drill) | bit(Command::Import)
         | bit(Command::Connect) | bit(Command::Models) | bit(Command::Servers),
     "", [](CommandLine &o, std::string_view) { return o.json = true; }},
    {"--limit", bit(Command::Requests), "N",
     [](CommandLine &o, std::string_view value) { return readNumber(value, 1, o.limit); },
     "a number from 1 on"},
    {"--stream", bit(Command::Drill), "", [](CommandLine &o, std::string_view) { return o.stream = true; }},
    {"--whole", bit(Command::Drill), "", [](CommandLine &o, std::string_view) { return o.whole = true; }},
    {"--live", bit(Command::Drill), "", [](CommandLine &o, std::string_view) { return o.live = true; }},
    {"--stop", bit(Command::Drill), "", [](CommandLine &o, std::string_view) { return o.stop = true; }},
    {"--step", bit(Command::Drill), "N",
     [](CommandLine &o, std::string_view value) { return readNumber(value, 1, o.step); },
     "a number from 1 on"},
    {"--fault", bit(Command::Drill), "NAME", applyFault,
     "one of 429, quota, 500, hang, slow, cut, stall, empty, garbage, tls"},
    {"--requests", bit(Command::Drill), "N",
     [](CommandLine &o, std::string_view value) { return readNumber(value, 1, o.requests); },
     "a number from 1 on"},
    {"--minutes", bit(Command::Drill) | bit(Command::Breakers), "N",
     [](CommandLine &o, std::string_view value) {
         return readNumber(value, 1, o.minutes) && o.minutes <= 24 * 60;
     },
     "a number from 1 to 1440"},
    {"--dry-run", bit(Command::Import) | bit(Command::Connect), "",
     [](CommandLine &o, std::string_view) { return o.dryRun = true; }},
    {"--refresh", bit(Command::Models), "",
     [](CommandLine &o, std::string_view) { return o.refresh = true; }},
    {"--undo", bit(Command::Connect), "", [](CommandLine &o, std::string_view) { return o.undo = true; }},
    {"--chain", bit(Command::Connect) | bit(Command::Launch), "NAME", applyChain, "the name of a chain"},
    {"--format", bit(Command::Import), "NAME", applyFormat,
     "one of litellm, portkey, one-api, new-api, claude-code-router, cc-switch, env, signalbox"},
};

std::unexpected<base::Error> wrong(std::string message)
{
    return base::fail(base::ErrorCode::InvalidArgument, std::move(message));
}

std::string quoted(std::string_view word)
{
    return "'" + std::string(word) + "'";
}

std::string didYouMean(std::string_view word, const std::vector<std::string_view> &known)
{
    const auto like = config::nearest(word, known);
    return like ? "; did you mean " + quoted(*like) + "?" : std::string("; see --help");
}

/// Reads the words one by one.
class Parser
{
public:
    explicit Parser(std::span<const std::string_view> words) : m_words(words) {}

    base::Result<CommandLine> parse()
    {
        for (; m_at < m_words.size(); ++m_at) {
            const std::string_view word = m_words[m_at];
            if (word == "--help" || word == "-h" || word == "--version") {
                m_out.command = word == "--version" ? Command::Version : Command::Help;
                return std::move(m_out);
            }
            if (word == "--" && m_command && m_command->command == Command::Launch) {
                m_out.rest.assign(m_words.begin() + static_cast<std::ptrdiff_t>(m_at) + 1, m_words.end());
                break;
            }
            const auto read = word.starts_with('-') && word != "-" ? option(word) : plain(word);
            if (!read) {
                return std::unexpected(read.error());
            }
        }
        return finish();
    }

private:
    base::Result<void> option(std::string_view word)
    {
        const std::size_t equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        const auto spec = std::find_if(std::begin(kOptions), std::end(kOptions),
                                       [&](const OptionSpec &one) { return one.name == name; });
        if (spec == std::end(kOptions)) {
            return wrong(
                "unknown option " + quoted(name)
                + didYouMean(name, {"--headless", "--background", "--show-token", "--port",     "--profile",
                                    "--json",     "--limit",      "--stream",     "--whole",    "--live",
                                    "--stop",     "--step",       "--fault",      "--requests", "--minutes",
                                    "--dry-run",  "--undo",       "--refresh",    "--chain",    "--format",
                                    "--help",     "--version"}));
        }
        std::string_view value;
        if (spec->value.empty()) {
            if (equals != std::string_view::npos) {
                return wrong("option " + quoted(name) + " takes no value");
            }
        } else if (equals != std::string_view::npos) {
            value = word.substr(equals + 1);
        } else if (m_at + 1 < m_words.size()) {
            value = m_words[++m_at];
        } else {
            return wrong("option " + quoted(name) + " needs a value: " + std::string(spec->valueIs));
        }
        if (!spec->apply(m_out, value)) {
            return wrong("option " + quoted(name) + " needs " + std::string(spec->valueIs) + ", not "
                         + quoted(value));
        }
        m_given.push_back(&*spec);
        return {};
    }

    base::Result<void> plain(std::string_view word)
    {
        if (!m_command) {
            std::string name(word);
            if ((word == "keys" || word == "breakers") && m_at + 1 < m_words.size()
                && !m_words[m_at + 1].starts_with('-')) {
                name += " " + std::string(m_words[++m_at]);
            }
            m_command = std::find_if(std::begin(kCommands), std::end(kCommands),
                                     [&](const CommandSpec &one) { return one.name == name; });
            if (word == "keys" && name == word) {
                return wrong("'keys' needs a second word: keys set PROVIDER");
            }
            if (m_command == std::end(kCommands)) {
                return wrong("unknown command " + quoted(name)
                             + didYouMean(name, {"check", "requests", "explain", "keys set", "breakers",
                                                 "breakers pause", "breakers resume", "breakers reset",
                                                 "breakers open", "models", "servers", "drill", "import",
                                                 "export", "connect", "launch"}));
            }
            m_out.command = m_command->command;
            if (m_out.command == Command::Breakers && name != word) {
                m_out.action = name.substr(word.size() + 1);
            }
            return {};
        }
        if (m_command->command == Command::KeysSet && m_hasArgument) {
            return wrong("a key does not belong on the command line, where every program can see it: "
                         "'keys set' reads it from standard input");
        }
        if (m_command->argument.empty() || m_hasArgument) {
            return wrong(
                quoted(word) + " is too much behind " + quoted(m_command->name)
                + (m_out.command == Command::Launch ? ": the tool's own arguments stand behind '--'" : ""));
        }
        m_hasArgument = true;
        m_out.argument = std::string(word);
        return {};
    }

    base::Result<CommandLine> finish()
    {
        if (m_command && m_command->argumentNeeded && m_out.argument.empty()) {
            return wrong(quoted(m_command->name) + " needs a " + std::string(m_command->argument));
        }
        for (const OptionSpec *given : m_given) {
            if (!(given->commands & bit(m_out.command))) {
                return wrong("option " + quoted(given->name) + " does not belong to "
                             + (m_command ? quoted(m_command->name) : "a start without a command"));
            }
        }
        if (const auto drill = checkDrill(); !drill) {
            return std::unexpected(drill.error());
        }
        if (const auto connect = checkConnect(); !connect) {
            return std::unexpected(connect.error());
        }
        if (m_out.command == Command::Breakers && m_out.minutes > 0 && m_out.action != "open") {
            return wrong("option '--minutes' belongs to 'breakers open'");
        }
        if (m_out.headless && m_out.background) {
            return wrong("option '--background' does not go with '--headless'");
        }
        return std::move(m_out);
    }

    /// List (nothing, --json), connect (TOOL …) or take back (TOOL --undo).
    base::Result<void> checkConnect() const
    {
        const bool acts = m_out.dryRun || m_out.undo || !m_out.chain.empty();
        if (m_out.command == Command::Connect && m_out.argument.empty() && acts) {
            return wrong("'--dry-run', '--undo' and '--chain' need a TOOL: 'signalbox connect' lists them");
        }
        if (m_out.undo && !m_out.chain.empty()) {
            return wrong("option '--chain' does not go with '--undo'");
        }
        return {};
    }

    /// Played (CHAIN), in live traffic (CHAIN --live …), or ended (--stop).
    base::Result<void> checkDrill() const
    {
        if (m_out.command != Command::Drill) {
            return {};
        }
        if (m_out.stream && m_out.whole) {
            return wrong("option '--stream' does not go with '--whole'; without them both are played");
        }
        if ((m_out.live || m_out.stop) && (m_out.stream || m_out.whole || m_out.json)) {
            return wrong("'--json', '--stream' and '--whole' do not go with '--live' and '--stop'");
        }
        if (m_out.stop) {
            return m_out.argument.empty() ? base::Result<void>()
                                          : wrong("'drill --stop' ends all drills; it takes no chain");
        }
        if (m_out.argument.empty()) {
            return wrong("'drill' needs a CHAIN, or --stop");
        }
        if (m_out.live && (m_out.step == 0 || m_out.fault.empty())) {
            return wrong("'drill CHAIN --live' needs --step N --fault NAME");
        }
        if (!m_out.live
            && (m_out.step > 0 || !m_out.fault.empty() || m_out.requests > 0 || m_out.minutes > 0)) {
            return wrong("'--step', '--fault', '--requests' and '--minutes' need '--live'");
        }
        return {};
    }

    std::span<const std::string_view> m_words;
    std::size_t m_at = 0;
    CommandLine m_out;
    const CommandSpec *m_command = nullptr;
    bool m_hasArgument = false;
    std::vector<const OptionSpec *> m_given;
};
} // namespace

base::Result<CommandLine> parseCommandLine(std::span<const std::string_view> arguments)
{
    return Parser(arguments).parse();
}

base::Result<CommandLine> parseCommandLine(int argc, const char *const *argv)
{
    const std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);
    return parseCommandLine(words);
}

std::string helpText()
{
    return R"(Signalbox routes AI requests through chains of providers, so that the answer gets through.

usage: signalbox [OPTIONS]            the window
       signalbox --headless [OPTIONS] without a display
       signalbox COMMAND [ARGUMENTS]

Options
  --headless        run without a window; prints the address once it serves; SIGTERM ends it
  --show-token      with --headless: print an example request with the first client's token
  --background      start without showing the window; start Signalbox again to show it
  --port N          listen on this port instead of the configured one (0: any free one)
  --profile DIR     keep configuration, ledger and state in DIR
  --version         print the version
  --help, -h        print this

Commands
  check [FILE]                          check a configuration file (without FILE: the profile's)
  requests [--json] [--limit N]         list the latest requests (20)
  explain REQUEST_ID [--json]           show what happened to one request
  keys set PROVIDER                     read a provider's key from standard input into the keychain
                                        and note in the configuration where it is
  breakers                              list what is known of each provider and model
  breakers pause|resume PROVIDER[/MODEL]
                                        skip its steps until it is resumed
  breakers reset PROVIDER[/MODEL]       close its breakers and let go of what is held open
  breakers open PROVIDER/MODEL [--minutes N]
                                        hold its breaker open, so long or until it is reset
  models PROVIDER [--refresh] [--json]  list a provider's models as it names them; the list is kept for a day
  servers [--json]                      look for model servers on this machine (Ollama, LM Studio,
                                        llama.cpp, vLLM ...)
  drill CHAIN [--json] [--stream|--whole]
                                        play every fault against every step and print a scorecard; sends
                                        nothing. Exit code 1 if the chain would fail its user, 2 if it
                                        cannot be played
  drill CHAIN --live --step N --fault NAME [--requests N] [--minutes N]
                                        let a step of a chain fail on purpose, for one request if nothing
                                        else is said; NAME is 429, quota, 500, hang, slow, cut, stall,
                                        empty, garbage or tls
  drill --stop                          end all drills
  import FILE|env [--format NAME] [--dry-run] [--json]
                                        take over providers, chains and aliases from LiteLLM, Portkey,
                                        one-api, new-api, claude-code-router, CC Switch, a .env file or
                                        an export of Signalbox ('-': standard input), or from the
                                        variables that are set. Keys go to the keychain; what is there
                                        stays; --dry-run writes nothing. NAME is litellm, portkey,
                                        one-api, new-api, claude-code-router, cc-switch, env or signalbox,
                                        if the document does not tell
  export [FILE]                         write the configuration without secrets (without FILE: to
                                        standard output)
  connect [--json]                      list the tools Signalbox can be written into, and how they stand
  connect TOOL [--chain NAME] [--dry-run] [--json]
                                        give a tool a client and token of its own and write Signalbox's
                                        address into its settings, or print what to enter where it has to
                                        be done by hand; --dry-run shows the difference only. The client
                                        takes chain NAME, else the one it has, else the first
  connect TOOL --undo [--dry-run] [--json]
                                        take back what was written, key by key; what was changed since
                                        stays
  launch TOOL [--chain NAME] [-- ARGUMENTS]
                                        start a tool with Signalbox in its environment; nothing is
                                        written. If no Signalbox runs, it starts with its own settings.
                                        Of openai-sdk, anthropic-sdk and langchain ARGUMENTS begin with
                                        your own program

breakers, models, servers, drill --live, drill --stop and launch speak to the Signalbox that runs
with the profile.
Each command takes --profile DIR. Exit codes: 0 done, 1 failed, 2 wrong usage.

Without --profile the configuration is $XDG_CONFIG_HOME/signalbox/config.json, the ledger
$XDG_DATA_HOME/signalbox/ledger.db, and logs are in $XDG_STATE_HOME/signalbox.
)";
}

std::string versionText()
{
    return "Signalbox " SIGNALBOX_VERSION "\n";
}

} // namespace signalbox::app
