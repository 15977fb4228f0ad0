// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/json/value.h"
#include "core/request/dialect/neutral/conversation.h"

// What one item, or one part of an item's content, says: the same in a request's history, a whole answer and
// the events of a stream. Pure, any thread.
namespace signalbox::responses {

/// The tool that Codex runs commands with; it needs no description at OpenAI.
constexpr std::string_view kLocalShell = "local_shell";

/// Text, Media, Refusal; Foreign for what only this dialect knows.
neutral::Part readContent(const json::Value &content);
/// Text and pictures of a tool's `output`: a string or a list.
std::vector<std::variant<neutral::Text, neutral::Media>> readToolOutput(const json::Value *output);

bool isCall(std::string_view itemType);
/// Of an item that isCall(); `id` is empty if it has neither call_id nor id.
neutral::ToolCall readCall(const json::Value &item);
/// One, or two if the item has both the thoughts and a summary of them; the last one has what is encrypted.
std::vector<neutral::Part> readReasoning(const json::Value &item);
neutral::Part foreign(std::string what, json::Value value);

/// The one name of a tool in a namespace: joined, and made to fit every dialect's names.
std::string joinedName(std::string_view space, std::string_view tool);

} // namespace signalbox::responses
