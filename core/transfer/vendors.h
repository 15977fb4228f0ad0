// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/request/provider/preset.h"

// Which preset another program's provider is. Pure.
namespace signalbox::transfer {

/// The preset for another program's word for a provider ("together_ai", "fireworks-ai", "vertex_ai"); empty
/// if there is none, or this build does not have it.
std::string presetForVendor(std::string_view word, const provider::PresetList &presets);
/// The preset that has its home at this address; empty if none has.
std::string presetForUrl(std::string_view url, const provider::PresetList &presets);

/// `text` as an id: "OpenAI GPT-4o" is "openai-gpt-4o". May be empty.
std::string idFrom(std::string_view text);

/// "https://host:port" in lower case with its port; empty if this is no address.
std::string originOf(std::string_view url);
/// Behind the origin, without a '/' at its end.
std::string pathOf(std::string_view url);

/// An address as another program has it, as ours: the endpoint at its end ("/chat/completions",
/// "/v1/messages"), user info, query and fragment are cut off.
struct CleanUrl {
    std::string url;
    bool messages = false;  ///< it ended in the endpoint of Anthropic's Messages
    bool cutSecret = false; ///< user info or a query was cut off
};
CleanUrl cleanUrl(std::string_view url);

/// The address that the OpenAI dialect of a base without a version has: "/v1" is added where no path ends in
/// one.
std::string withVersion(const std::string &url);

} // namespace signalbox::transfer
