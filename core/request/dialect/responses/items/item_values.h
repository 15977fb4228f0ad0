// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/request/dialect/neutral/conversation.h"

// Items and the parts of their content as they are written, in a request's history as in an answer. Pure, any
// thread.
namespace signalbox::responses {

json::Value ofType(std::string_view type);
/// output_text, with annotations even if there are none: SDKs demand them.
json::Value outputText(std::string_view text, const json::Value &annotations);
json::Value refusalContent(std::string_view text);
json::Value summaryText(std::string_view text);
/// {url_citation, file_citation, …}: Chat nests what is flat here.
json::Value flatAnnotation(const json::Value &annotation);
/// {token, logprob, bytes, top_logprobs} with all four, and none of them null.
json::Value wholeLogprob(json::Value entry);

/// The assistant's message. Without `id` as clients may send it back.
json::Value outputMessage(const std::string &id, const std::string &phase, std::string_view status,
                          json::Value content);
/// function_call, custom_tool_call, or local_shell_call if `request` has that tool; `answering`: with all
/// that SDKs demand of an answer.
json::Value callItem(const neutral::ToolCall &call, const std::string &id, bool answering,
                     const neutral::Conversation *request);
/// An empty one to which summary and thoughts are added.
json::Value reasoningItem(const std::string &id);
void addReasoning(json::Value &item, const neutral::Reasoning &reasoning, bool asSummary);

} // namespace signalbox::responses
