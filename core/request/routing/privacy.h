// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/foundation/config/config.h"

namespace signalbox::routing {

/// Finds the texts that make a request private: what looks like a key, e-mail addresses, payment cards, the
/// user's own patterns; each only if the configuration asks for it. Made once per configuration, then
/// immutable and cheap to copy; match() may be called from any thread.
class PrivacyPatterns
{
public:
    PrivacyPatterns() = default; ///< finds nothing
    explicit PrivacyPatterns(const config::PrivacyConfig &config);

    bool empty() const { return !d; }
    /// Why the text is private ("holds what looks like a key"), never with a part of it. Linear in the text;
    /// a user's pattern that gives up (100,000 steps per 64 KB, or too long a text for it) counts as a match,
    /// for the request may be private. A pattern that is invalid is left out.
    std::optional<std::string> match(std::string_view text) const;

private:
    struct Private;
    std::shared_ptr<const Private> d;
};

} // namespace signalbox::routing
