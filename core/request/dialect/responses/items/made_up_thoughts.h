// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::responses {

/// How the ids begin under which a client of this dialect sees what a model of another one thought.
constexpr std::string_view kMadeUpThought = "rs_signalbox";

/// A request of this dialect without those thoughts, which its providers never had, for where bytes would
/// otherwise go through as they are. Nothing: there are none.
std::optional<std::string> withoutMadeUpThoughts(std::string_view body);

} // namespace signalbox::responses
