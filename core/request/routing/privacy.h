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
    /// Why the text is private ("holds what looks like a key"), never with a part of it; nothing: it is not.
    /// In time that grows with the text and no faster. The user's patterns are found where they cover at most
    /// 512 characters; one that gives up (signs/bounded_regex.h) makes the text private, for it may be; one
    /// that is invalid is left out.
    std::optional<std::string> match(std::string_view text) const;

private:
    struct Private;
    std::shared_ptr<const Private> d;
};

} // namespace signalbox::routing
