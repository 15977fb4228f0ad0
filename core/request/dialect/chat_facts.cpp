// SPDX-License-Identifier: GPL-3.0-or-later
// A chat answer:  {"choices":[{"message":{…},"finish_reason":"stop"}],"usage":{…},"model":"…"}
// A stream chunk: {"choices":[{"delta":{…},"finish_reason":null}],"usage":null}
// An error:       {"error":{"message":…}} or {"error":"…"}, with any status
#include "core/request/dialect/chat_facts.h"

#include <simdjson.h>

#include "core/request/dialect/usage.h"

namespace signalbox::dialect {

namespace {
namespace ondemand = simdjson::ondemand;

constexpr std::size_t kKeepParserUpTo = 1024 * 1024;

std::size_t textBytes(ondemand::value value)
{
    std::string_view text;
    return value.get_string().get(text) ? 0 : text.size();
}

/// Goes over an object's members; a mistake in it makes the whole unreadable.
template<typename Visit>
void members(ChatFacts &facts, ondemand::value value, Visit visit)
{
    ondemand::object object;
    if (value.get_object().get(object)) {
        return; // of another type: nothing we know of
    }
    for (auto entry : object) {
        ondemand::field field;
        std::string_view key;
        if (std::move(entry).get(field) || field.unescaped_key().get(key)) {
            facts.readable = false;
            return;
        }
        visit(key, field.value());
    }
}

template<typename Visit>
std::size_t elements(ChatFacts &facts, ondemand::value value, Visit visit)
{
    ondemand::array array;
    std::size_t count = 0;
    if (value.get_array().get(array)) {
        return 0;
    }
    for (auto entry : array) {
        ondemand::value element;
        if (std::move(entry).get(element)) {
            facts.readable = false;
            break;
        }
        ++count;
        visit(element);
    }
    return count;
}

void content(ChatFacts &facts, std::size_t bytes)
{
    facts.content |= bytes > 0;
    facts.contentBytes += bytes;
}

/// Mistral sends arrays of typed parts, also nested ones for reasoning.
void contentParts(ChatFacts &facts, ondemand::value value)
{
    elements(facts, value, [&](ondemand::value part) {
        members(facts, part, [&](std::string_view key, ondemand::value inner) {
            if (key == "text" || key == "refusal") {
                content(facts, textBytes(inner));
            } else if (key == "thinking") {
                elements(facts, inner, [&](ondemand::value thought) {
                    members(facts, thought, [&](std::string_view k, ondemand::value v) {
                        content(facts, k == "text" ? textBytes(v) : 0);
                    });
                });
            }
        });
    });
}

void toolCalls(ChatFacts &facts, ondemand::value value)
{
    const std::size_t calls = elements(facts, value, [&](ondemand::value call) {
        members(facts, call, [&](std::string_view key, ondemand::value function) {
            if (key == "function") {
                members(facts, function, [&](std::string_view k, ondemand::value v) {
                    facts.contentBytes += k == "arguments" || k == "name" ? textBytes(v) : 0;
                });
            }
        });
    });
    facts.content |= calls > 0;
}

void message(ChatFacts &facts, ondemand::value value)
{
    members(facts, value, [&](std::string_view key, ondemand::value member) {
        if (key == "content") {
            ondemand::json_type type;
            if (!member.type().get(type) && type == ondemand::json_type::array) {
                contentParts(facts, member);
            } else {
                content(facts, textBytes(member));
            }
        } else if (key == "reasoning_content" || key == "reasoning") {
            content(facts, textBytes(member));
        } else if (key == "refusal") {
            const std::size_t bytes = textBytes(member);
            facts.refusal |= bytes > 0;
            content(facts, bytes);
        } else if (key == "tool_calls") {
            toolCalls(facts, member);
        } else if (key == "function_call" || key == "audio") {
            ondemand::json_type type;
            facts.content |= !member.type().get(type) && type == ondemand::json_type::object;
        }
    });
}

void choice(ChatFacts &facts, ondemand::value value)
{
    members(facts, value, [&](std::string_view key, ondemand::value member) {
        if (key == "delta" || key == "message") {
            message(facts, member);
        } else if (key == "finish_reason") {
            std::string_view reason;
            if (!member.get_string().get(reason) && !reason.empty()) {
                facts.finishReason = reason;
                facts.refusal |= reason == "content_filter";
            }
        }
    });
}

bool truthy(ondemand::value value)
{
    ondemand::json_type type;
    if (value.type().get(type)) {
        return false;
    }
    switch (type) {
    case ondemand::json_type::null:
        return false;
    case ondemand::json_type::boolean: {
        bool is = false;
        return !value.get_bool().get(is) && is;
    }
    case ondemand::json_type::string:
        return textBytes(value) > 0;
    case ondemand::json_type::number:
        return value.raw_json_token().front() != '0';
    default:
        return true;
    }
}

void topLevel(ChatFacts &facts, std::string_view key, ondemand::value value)
{
    if (key == "choices") {
        ondemand::json_type type;
        facts.hasChoices = !value.type().get(type) && type == ondemand::json_type::array;
        facts.choicesEmpty = elements(facts, value, [&](ondemand::value one) { choice(facts, one); }) == 0;
    } else if (key == "usage") {
        ondemand::object usage;
        if (!value.get_object().get(usage)) {
            facts.usage = readChatUsage(usage);
        }
    } else if (key == "error") {
        facts.error |= truthy(value);
    } else if (key == "model") {
        std::string_view model;
        if (!value.get_string().get(model)) {
            facts.model = model;
        }
    }
}
} // namespace

struct ChatFactsReader::Private {
    ondemand::parser parser;
    std::string padded;
};

ChatFactsReader::ChatFactsReader() : d(std::make_unique<Private>()) {}
ChatFactsReader::~ChatFactsReader() = default;

ChatFacts ChatFactsReader::read(std::string_view json)
{
    ChatFacts facts;
    d->padded.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    d->padded.assign(json);
    ondemand::document document;
    ondemand::object root;
    const simdjson::padded_string_view text(d->padded.data(), d->padded.size(), d->padded.capacity());
    if (!d->parser.iterate(text).get(document) && !document.get_object().get(root)) {
        facts.readable = true;
        for (auto entry : root) {
            ondemand::field field;
            std::string_view key;
            if (std::move(entry).get(field) || field.unescaped_key().get(key)) {
                facts.readable = false;
                break;
            }
            topLevel(facts, key, field.value());
        }
    }
    if (d->parser.capacity() > kKeepParserUpTo) {
        d = std::make_unique<Private>();
    }
    return facts;
}

} // namespace signalbox::dialect
