// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace signalbox::routing {

/// The language a text is mostly in: "en", "de", "fr", "es", "zh", "ja", "ko", "ru", or empty where it cannot
/// be told (code, numbers, few words, other languages). By script, then by the commonest words. Looks at the
/// first 4 KB. Pure.
std::string language(std::string_view text);

} // namespace signalbox::routing
