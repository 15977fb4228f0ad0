// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/dialect.h"
#include "core/foundation/http/message.h"
#include "core/record/events/outcome.h"

// What providers of each conversation dialect say on the wire, written out by hand: no codec of ours has a
// part in it. Texts must not need escaping.
namespace signalbox::test {

inline constexpr std::array kProviderDialects = {base::Dialect::Chat, base::Dialect::Responses,
                                                 base::Dialect::Messages, base::Dialect::Gemini};

/// Every whole answer bills these.
constexpr int kPromptTokens = 11;
constexpr int kOutputTokens = 7;

std::string wholeSaid(base::Dialect provider, std::string_view text);

/// Events before any content: the head of the answer, pings.
std::vector<std::string> preambleSaid(base::Dialect provider);
/// … and the block that the text will stand in, if the dialect has such.
std::vector<std::string> openingSaid(base::Dialect provider);
std::string deltaSaid(base::Dialect provider, std::string_view text);
/// Everything behind the last delta: what closes, usage, the end marker. `text` is the whole one.
std::vector<std::string> endingSaid(base::Dialect provider, std::string_view text);
/// A whole stream.
std::vector<std::string> streamSaid(base::Dialect provider, const std::vector<std::string> &texts);
/// In the middle of a stream: the provider is overloaded.
std::string failureSaid(base::Dialect provider);

/// A refusal, and what it is to be taken for.
struct RefusalSaid {
    int status = 0;
    std::string body;
    std::vector<http::Header> headers;
    events::Outcome outcome{};
};
RefusalSaid tooLongSaid(base::Dialect provider);
RefusalSaid badKeySaid(base::Dialect provider);
/// To be tried again in 45 s.
RefusalSaid rateLimitSaid(base::Dialect provider);
RefusalSaid brokenSaid(base::Dialect provider);

} // namespace signalbox::test
