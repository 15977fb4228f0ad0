// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/foundation/http/message.h"
#include "core/request/provider/dialect_entry.h"

namespace signalbox::provider {

/// Whether a provider wants a key.
enum class KeyNeed : std::uint8_t { Required, Optional, None };

/// What is kept as a provider's key: what is sent, or what a token is fetched with.
enum class KeyKind : std::uint8_t { Plain, ServiceAccount };

/// What kind of place a provider is; presets are offered in this order.
enum class PresetKind : std::uint8_t { Cloud, Gateway, Local, Generic, Simulated };

/// What is known about a kind of provider before anything is configured. resources/presets/ID.json.
struct Preset {
    std::string id;
    std::string name; ///< for people
    PresetKind kind = PresetKind::Cloud;
    std::string baseUrl; ///< empty: the user has to give one
    bool baseUrlRequired = false;
    std::string basePath;   ///< what follows the host where people give the host alone
    bool local = false;     ///< runs on this machine; the kind says so
    bool simulated = false; ///< answers by itself; the kind says so
    KeyNeed keyNeed = KeyNeed::Required;
    KeyKind keyKind = KeyKind::Plain;
    std::vector<DialectEntry> dialects;   ///< the first is the one it knows best; the list of models is asked
                                          ///< for with its key and headers
    std::vector<std::string> keyPrefixes; ///< "sk-", to notice a key pasted into the wrong place
    std::string keyVariable;              ///< the customary environment variable, "OPENAI_API_KEY"
    std::string modelsPath = "/models";   ///< relative to the base; empty: the provider has no list
    bool modelsPathFromRoot = false;      ///< … or to the origin
    http::Headers headers;
    std::vector<std::string> forward; ///< what of the client's header this provider understands
    std::vector<std::string> models;  ///< suggestions, best first
    std::string listOwner;            ///< "owned_by" in its list of models, to tell local servers apart
};

/// Reads one preset file (its members: resources/presets/README.md). Corrupt says what is wrong.
base::Result<Preset> parsePreset(std::string_view json);

/// All shipped presets, in the order they are offered. Never changes; share it.
class PresetList
{
public:
    /// Reads the resources; a preset that cannot be read is left out and logged.
    static PresetList shipped();
    const Preset *find(std::string_view id) const;
    const std::vector<Preset> &all() const { return m_presets; }

private:
    std::vector<Preset> m_presets;
};

} // namespace signalbox::provider
