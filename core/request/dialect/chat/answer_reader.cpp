// SPDX-License-Identifier: GPL-3.0-or-later
// {"id","object":"chat.completion","created","model","choices":[{"index","message":{…},"logprobs",
//  "finish_reason"}],"usage"?,"service_tier"?,"system_fingerprint"?}
#include "core/request/dialect/chat/answer_reader.h"

#include "core/foundation/json/tree.h"
#include "core/request/dialect/chat/request/message_reader.h"
#include "core/request/dialect/chat/words.h"
#include "core/request/dialect/neutral/tools/call_id.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::itemsOf;
using neutral::memberOf;
using neutral::objectOf;
using neutral::Part;
using neutral::Stop;
using neutral::textOf;

void takeContent(const Value &message, std::vector<Part> &out)
{
    const Value *content = memberOf(message, "content");
    auto parts = content ? readContent(*content, {}) : std::vector<Part>();
    for (Part &part : parts.value_or(std::vector<Part>())) {
        part.cache.reset();
        out.push_back(std::move(part));
    }
    const Value *annotations = memberOf(message, "annotations");
    if (annotations && !annotations->items().empty()) {
        for (std::size_t i = out.size(); i-- > 0;) {
            if (auto *text = std::get_if<neutral::Text>(&out[i].what)) {
                text->annotations = *annotations;
                break;
            }
        }
    }
}

std::vector<Part> partsOf(const Value &message, std::string_view answerId, std::size_t &calls)
{
    std::vector<Part> out;
    if (std::string thought = reasoningText(message); !thought.empty()) {
        out.push_back({.what = neutral::Reasoning{.text = std::move(thought)}});
    }
    takeContent(message, out);
    if (const std::string &refusal = textOf(message, "refusal"); !refusal.empty()) {
        out.push_back({.what = neutral::Refusal{refusal}});
    }
    for (const Value &image : itemsOf(message, "images")) {
        auto parts = readContent(image, {});
        if (parts && !parts->empty()) {
            out.push_back(std::move(parts->front()));
        }
    }
    if (const Value *audio = objectOf(message, "audio")) {
        out.push_back(
            {.what = neutral::Foreign{.origin = base::Dialect::Chat, .what = "audio", .value = *audio}});
    }
    std::vector<Value> told = itemsOf(message, "tool_calls");
    if (const Value *old = objectOf(message, "function_call"); old && told.empty()) {
        told.push_back(Value::object());
        told.back().add("function", *old);
    }
    for (const Value &value : told) {
        neutral::ToolCall call = readCall(value);
        if (call.id.empty()) {
            call.id = neutral::madeUpCallId(answerId, calls);
        }
        ++calls;
        out.push_back({.what = std::move(call)});
    }
    return out;
}

bool hasCalls(const std::vector<Part> &parts)
{
    for (const Part &part : parts) {
        if (std::holds_alternative<neutral::ToolCall>(part.what)) {
            return true;
        }
    }
    return false;
}
} // namespace

base::Result<neutral::Answer> readAnswer(std::string_view body)
{
    const auto tree = json::readTree(body);
    const Value *choices = tree ? memberOf(*tree, "choices") : nullptr;
    if (!choices || !choices->is(Value::Type::Array) || failureIn(*tree)) {
        return base::fail(base::ErrorCode::Corrupt, "this is no chat completion");
    }
    neutral::Answer out;
    out.id = textOf(*tree, "id");
    out.model = textOf(*tree, "model");
    out.serviceTier = textOf(*tree, "service_tier");
    out.fingerprint = textOf(*tree, "system_fingerprint");
    out.usage = usageIn(*tree);
    if (const Value *created = memberOf(*tree, "created")) { // a string with some vendors
        out.created = neutral::toInteger(Value::number(created->text())).value_or(0);
    }
    std::size_t calls = 0;
    for (const Value &value : choices->items()) {
        neutral::Choice choice;
        choice.index = static_cast<int>(neutral::integerOf(value, "index").value_or(0) & 0xffff);
        if (const Value *message = objectOf(value, "message")) {
            choice.parts = partsOf(*message, out.id, calls);
        } else if (const std::string &text = textOf(value, "text"); !text.empty()) {
            choice.parts.push_back({.what = neutral::Text{.text = text}});
        }
        choice.stopText = textOf(value, "finish_reason");
        choice.stop = stopOf(choice.stopText);
        if (choice.stop == Stop::End || choice.stop == Stop::None || choice.stop == Stop::ToolCalls) {
            choice.stop = hasCalls(choice.parts) ? Stop::ToolCalls : Stop::End;
        }
        choice.logprobs = neutral::valueOf(value, "logprobs");
        out.choices.push_back(std::move(choice));
    }
    return out;
}

} // namespace signalbox::chat
