// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/answer/answer_reader.h"

#include <string>
#include <utility>

#include "core/foundation/json/tree.h"
#include "core/request/dialect/responses/answer/outcome.h"
#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/item_parts.h"

namespace signalbox::responses {

namespace {
using json::Value;
using neutral::Answer;
using neutral::Part;

void addLogprobs(const Value &content, Value &out)
{
    if (const Value *entries = arrayOf(content, "logprobs")) {
        for (const Value &entry : entries->items()) {
            out.append(entry);
        }
    }
}

std::vector<Part> readMessage(const Value &item, Value &logprobs)
{
    std::vector<Part> out;
    const Value *content = memberOf(item, "content");
    if (content && content->is(Value::Type::String)) {
        out.push_back({.what = neutral::Text{.text = content->text(), .annotations = {}}});
    } else if (content) {
        for (const Value &part : content->items()) {
            out.push_back(readContent(part));
            addLogprobs(part, logprobs);
        }
    }
    return out;
}
} // namespace

std::vector<Part> readOutputItem(const Value &item, Value &logprobs)
{
    const std::string type = textOf(item, "type");
    if (type == "message") {
        return readMessage(item, logprobs);
    }
    if (type == "reasoning") {
        return readReasoning(item);
    }
    if (isCall(type)) {
        neutral::ToolCall call = readCall(item);
        if (!call.name.empty()) {
            return {{.what = std::move(call)}};
        }
    }
    return {foreign(type.empty() ? "item" : type, item)};
}

Value chatLogprobs(Value entries)
{
    Value out = Value::object();
    out.add("content", std::move(entries));
    out.add("refusal", {});
    return out;
}

base::Result<Answer> readAnswer(std::string_view body)
{
    const auto tree = json::readTree(body);
    const Value *output = tree ? arrayOf(*tree, "output") : nullptr;
    if (!output) {
        return base::fail(base::ErrorCode::Corrupt, "not a response: it has no output");
    }
    Answer answer;
    answer.origin = base::Dialect::Responses;
    answer.id = textOf(*tree, "id");
    answer.model = textOf(*tree, "model");
    answer.created = integerOf(*tree, "created_at").value_or(0);
    answer.serviceTier = textOf(*tree, "service_tier");
    answer.usage = readUsage(tree->find("usage"));
    neutral::Choice choice;
    Said said;
    Value logprobs = Value::array();
    for (const Value &item : output->items()) {
        std::vector<Part> parts = readOutputItem(item, logprobs);
        for (Part &part : parts) {
            said.note(part);
            choice.parts.push_back(std::move(part));
        }
    }
    if (!logprobs.items().empty()) {
        choice.logprobs = chatLogprobs(std::move(logprobs));
    }
    choice.stop = readStop(*tree, textOf(*tree, "status"), said, choice.stopText);
    if (choice.stop == neutral::Stop::Failed) {
        return base::fail(base::ErrorCode::Corrupt, "the response did not end: " + choice.stopText);
    }
    answer.choices.push_back(std::move(choice));
    return answer;
}

} // namespace signalbox::responses
