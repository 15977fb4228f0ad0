// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

// What in a document is a key, stands for one, or must not be shown. Pure.
namespace signalbox::transfer {

/// Whether this looks like a key or token: one of the customary beginnings, or a long run that no word has.
/// Errs on the side of yes.
bool looksLikeSecret(std::string_view text);

/// What a key field holds that holds no key: "sk-xxx", "your-key-here", "none", "****", "PROXY_MANAGED".
bool isPlaceholder(std::string_view key);

/// The variable's name in "os.environ/NAME", "$NAME", "${NAME}", "env.NAME" or "{env:NAME}".
std::optional<std::string> environmentReference(std::string_view key);
bool isVariableName(std::string_view name);

/// `text` in quotes for a message: on one line, not too long, and not at all where it looks like a secret.
std::string shown(std::string_view text);

} // namespace signalbox::transfer
