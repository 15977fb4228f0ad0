// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::messages {

/// One block of content, of a request or an answer. What the neutral conversation has no word for becomes
/// Foreign, and so does what stands with a role that cannot say it. Pure, any thread.
neutral::Part readBlock(const json::Value &block, neutral::Role role);

std::optional<neutral::CacheMark> readCacheMark(const json::Value &object);

/// A citation as OpenAI's Chat writes it, {type: url_citation, url_citation: {…}}; null: it cites no address.
/// `saidBefore`: bytes of the text that it stands for.
json::Value readCitation(const json::Value &citation, std::size_t saidBefore);

} // namespace signalbox::messages
