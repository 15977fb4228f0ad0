// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "tests/support/fake_upstream.h"

// What a sound provider answers, with usage as those do that were asked for it.
namespace signalbox::test {

/// {"choices":[],"usage":{…}}
std::string usageChunk(int promptTokens, int completionTokens);
std::string roleChunk();
std::string finishChunk();

/// A whole chat answer or stream, whichever the request asks for. 11 prompt tokens, 7 of completion.
FakeUpstream::Script chatting(std::string text);
/// A stream up to and including some content: what comes then is the test's.
Reply openStream(std::string_view text);
bool asksForStream(const SeenRequest &request);

} // namespace signalbox::test
