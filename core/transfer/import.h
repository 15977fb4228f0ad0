// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/foundation/base/secret_string.h"
#include "core/foundation/config/config.h"
#include "core/request/provider/preset.h"

// The configuration of other programs, read into ours. Pure: text in, values out; any thread.
namespace signalbox::transfer {

enum class Format : std::uint8_t {
    LiteLlm,
    Portkey,
    OneApi,
    NewApi,
    ClaudeCodeRouter,
    CcSwitch,
    Environment,
    Signalbox,
};

/// "litellm", "portkey", "one-api", "new-api", "claude-code-router", "cc-switch", "env", "signalbox".
std::string_view nameOf(Format format);
std::optional<Format> formatFromName(std::string_view name);
/// All names, with commas, as messages show them.
std::string formatNames();

/// One thing that was or was not taken over. Never holds a secret.
struct ReportLine {
    enum class Kind : std::uint8_t {
        Taken,
        Changed, ///< taken, but it means something a little different here
        NotTaken,
    };
    Kind kind = Kind::Taken;
    std::string place; ///< in the document: "model_list[2].litellm_params"; empty: all of it
    int line = 0;      ///< counts from 1; 0: unknown
    std::string text;
    bool operator==(const ReportLine &) const = default;
};

/// What a document of another program comes to: parts of a configuration, not yet one.
struct Import {
    Format format = Format::Signalbox;
    std::vector<config::ProviderConfig> providers;
    std::vector<config::ChainConfig> chains; ///< with their aliases
    std::vector<config::ClientConfig> clients;
    std::vector<config::RuleConfig> rules;
    /// Keys that stood in the document, by the keychain entry that a provider's `key` names.
    std::map<std::string, base::SecretString> secrets;
    std::vector<ReportLine> report;
};

/// Which program wrote this; nothing if none that we know.
std::optional<Format> detectFormat(std::string_view text);

/// Reads a document; without a format it is detected. InvalidArgument (says where it cannot be read, or names
/// the formats), TooLarge.
base::Result<Import> importText(std::string_view text, std::optional<Format> format,
                                const provider::PresetList &presets);

using Variables = std::map<std::string, std::string>;
/// The customary variables of all presets. Keys stay where they are: the import only says which variable.
Import importVariables(const Variables &variables, const provider::PresetList &presets);

} // namespace signalbox::transfer
