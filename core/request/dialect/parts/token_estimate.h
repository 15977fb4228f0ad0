// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox::parts {

/// About how many tokens a text is to a model of these years, without any model's vocabulary. Walks it once
/// the way tokenisers cut text before they look words up: a word with the blank before it is one token, and
/// one more for each eight letters beyond the first eight; three digits are one; marks in a row share tokens;
/// a Chinese, Japanese or Korean character is one; two letters of other scripts are about one; an emoji two.
/// Meant to be near for prose, code and base64 alike, rather too high than too low.
std::int64_t estimateTokens(std::string_view text);

} // namespace signalbox::parts
