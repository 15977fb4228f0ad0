// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::messages {

/// What a model is told about thinking.
struct ThinkingPlan {
    std::string type;                   ///< enabled, adaptive, disabled; empty: the member is left out
    std::optional<std::int64_t> budget; ///< of enabled
    std::string display;
    std::string effort; ///< output_config.effort; empty: not given

    bool on() const { return type == "enabled" || type == "adaptive"; }
};

/// "claude-opus-4-6", "anthropic/claude-sonnet-4.5": 406, 405; 0: no Claude, or one before 3.
int claudeVersion(std::string_view model);

/// A client of this dialect gets what it asked for; of others, effort and budget are put into the words that
/// the model knows.
ThinkingPlan planThinking(const neutral::Thinking &thinking, base::Dialect origin, bool takesEffort);

} // namespace signalbox::messages
