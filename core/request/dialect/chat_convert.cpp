// SPDX-License-Identifier: GPL-3.0-or-later
// whole: {"id","object":"chat.completion","created","model","choices":[
//            {"index","message":{"role","content",…,"tool_calls"},"logprobs","finish_reason"}],"usage"}
// chunk: {"id","object":"chat.completion.chunk","created","model","choices":[
//            {"index","delta":{"role"?,"content"?,…,"tool_calls"?:[{"index",…}]},"finish_reason"}],"usage"?}
#include "core/request/dialect/chat_convert.h"

#include <algorithm>
#include <vector>

#include "core/foundation/json/splice.h"
#include "core/request/dialect/parts/chat_choice.h"
#include "core/request/dialect/parts/json_bag.h"
#include "core/request/dialect/parts/json_members.h"

namespace signalbox::dialect {

namespace {
using parts::isArray;
using parts::isObject;
using parts::isString;
using parts::JsonBag;
using parts::memberOf;
using parts::saysNothing;
} // namespace

struct ChatAssembler::Private {
    std::size_t bytes = 0;
    JsonBag head;
    std::string usage;
    std::vector<parts::ChatChoice> choices; ///< by index

    void take(std::string_view chunk)
    {
        parts::eachMember(parts::rootOf(chunk), [this](std::string_view name, std::string_view value) {
            if (name == "choices") {
                parts::eachElement(value, [this](std::string_view one) { choice(one); });
            } else if (name == "usage") {
                usage = isObject(value) ? value : usage;
            } else if (name == "id" || name == "created" || name == "model") {
                if (!saysNothing(value)) {
                    head.keep(name, value); // Azure's first chunk has none of them
                }
            } else if (name != "object" && name != "obfuscation" && value != "null") {
                head.set(name, value);
            }
        });
    }

    parts::ChatChoice &choiceOf(int index)
    {
        const auto at = std::ranges::lower_bound(choices, index, {}, &parts::ChatChoice::index);
        return at != choices.end() && at->index() == index ? *at : *choices.emplace(at, index);
    }

    void choice(std::string_view value)
    {
        parts::ChatChoice &one = choiceOf(parts::toCount(memberOf(value, "index"), 0));
        const std::string_view delta = memberOf(value, "delta");
        one.take(isObject(delta) ? delta : memberOf(value, "message"));
        parts::eachMember(value, [&](std::string_view name, std::string_view member) {
            if (name == "index" || name == "delta" || name == "message" || saysNothing(member)) {
                return;
            }
            if (name == "finish_reason") {
                one.finish(member);
            } else if (name == "logprobs" && isObject(member)) {
                one.takeLogprobs(member);
            } else if (name == "usage" && isObject(member)) {
                usage = usage.empty() ? member : usage; // Moonshot's older models
            } else {
                one.set(name, member);
            }
        });
    }
};

ChatAssembler::ChatAssembler() : d(std::make_unique<Private>()) {}
ChatAssembler::~ChatAssembler() = default;

void ChatAssembler::take(std::string_view chunk)
{
    d->bytes += chunk.size();
    if (!tooLarge()) {
        d->take(chunk);
    }
}

bool ChatAssembler::tooLarge() const
{
    return d->bytes > kMostBytes;
}

std::string ChatAssembler::whole() const
{
    JsonBag out;
    const auto known = [&](const char *name, const char *otherwise) {
        out.set(name, d->head.has(name) ? d->head.value(name) : otherwise);
    };
    known("id", "\"\"");
    out.set("object", "\"chat.completion\"");
    known("created", "0");
    known("model", "\"\"");
    std::string choices;
    for (const parts::ChatChoice &one : d->choices) {
        choices += choices.empty() ? "" : ",";
        one.write(choices);
    }
    out.set("choices", "[" + choices + "]");
    out.add(d->head);
    if (!d->usage.empty()) {
        out.set("usage", d->usage);
    }
    std::string text;
    out.write(text);
    text.front() = '{'; // in the place of the comma
    return text + "}";
}

namespace {
/// Writes the events of a stream.
class Events
{
public:
    explicit Events(std::string_view completion)
    {
        JsonBag head;
        parts::eachMember(completion, [&](std::string_view name, std::string_view value) {
            if (name == "system_fingerprint" || name == "service_tier") {
                head.set(name, value);
            } else if (name == "id" || name == "created" || name == "model") {
                m_known.set(name, value);
            } else if (name != "object" && name != "choices" && name != "usage") {
                m_once.set(name, value);
            }
        });
        const auto known = [this](std::string_view name, const char *otherwise) {
            return m_known.has(name) ? m_known.value(name) : std::string(otherwise);
        };
        m_head = "{\"id\":" + known("id", "\"\"") + ",\"object\":\"chat.completion.chunk\",\"created\":"
                 + known("created", "0") + ",\"model\":" + known("model", "\"\"");
        head.write(m_head);
    }

    /// Members of the answer that are not in every chunk go with the first.
    void event(const std::string &choices, std::string_view behind = {})
    {
        std::string data = m_head + ",\"choices\":[" + choices + "]";
        if (m_out.empty()) {
            m_once.write(data);
        }
        data.append(behind).append("}");
        std::ranges::replace_if(data, [](char c) { return c == '\n' || c == '\r'; }, ' '); // no text has any
        m_out.append("data: ").append(data).append("\n\n");
    }

    void delta(int index, const std::string &delta, const std::string &reason = "null",
               std::string_view more = {})
    {
        event("{\"index\":" + std::to_string(index) + ",\"delta\":{" + delta + "},\"finish_reason\":" + reason
              + std::string(more) + "}");
    }

    std::string done() { return std::move(m_out) + "data: [DONE]\n\n"; }

private:
    JsonBag m_known;
    JsonBag m_once;
    std::string m_head;
    std::string m_out;
};

std::string member(std::string_view name, std::string_view value)
{
    return "\"" + std::string(name) + "\":" + std::string(value);
}

/// A call as it comes in a stream: with its index, and with its arguments as a text.
std::string streamedCall(std::size_t index, std::string_view call)
{
    std::string out = "{\"index\":" + std::to_string(index);
    parts::eachMember(call, [&](std::string_view name, std::string_view value) {
        const std::string_view arguments = memberOf(value, "arguments");
        if (name == "function" && isObject(arguments)) {
            JsonBag function;
            parts::eachMember(value, [&](std::string_view k, std::string_view v) {
                function.set(k, k == "arguments" ? json::quoted(v) : std::string(v));
            });
            std::string text;
            function.write(text);
            out += ",\"function\":{" + text.substr(1) + "}";
        } else if (name != "index") {
            out += "," + member(name, value);
        }
    });
    return out + "}";
}

void streamChoice(Events &events, std::string_view choice, int position)
{
    const int index = parts::toCount(memberOf(choice, "index"), position);
    const std::string_view message = memberOf(choice, "message");
    const std::string_view content = memberOf(message, "content");
    const std::string_view role = memberOf(message, "role");
    events.delta(index, member("role", saysNothing(role) ? "\"assistant\"" : role) + ","
                            + member("content", isString(content) ? "\"\"" : "null"));
    const std::string_view logprobs = memberOf(choice, "logprobs");
    std::string probabilities = isObject(logprobs) ? "," + member("logprobs", logprobs) : "";
    bool calls = false;
    parts::eachMember(message, [&](std::string_view name, std::string_view value) {
        if (name == "role" || saysNothing(value)) {
            return;
        }
        if (name == "tool_calls") {
            std::size_t at = 0;
            parts::eachElement(value, [&](std::string_view call) {
                events.delta(index, member(name, "[" + streamedCall(at++, call) + "]"));
                calls = true;
            });
        } else {
            const bool text = name == "content" || name == "refusal";
            events.delta(index, member(name, value), "null", text ? probabilities : "");
            probabilities = text ? "" : probabilities;
        }
    });
    std::string more = probabilities;
    parts::eachMember(choice, [&](std::string_view name, std::string_view value) {
        const bool done =
            name == "index" || name == "message" || name == "logprobs" || name == "finish_reason";
        more += done || value == "null" ? "" : "," + member(name, value);
    });
    const std::string_view reason = memberOf(choice, "finish_reason");
    const std::string_view ours =
        calls ? "\"tool_calls\"" : "\"stop\""; // it is whole, and a stream has to say so
    events.delta(index, {}, std::string(saysNothing(reason) ? ours : reason), more);
}
} // namespace

std::string streamFromWhole(std::string_view completion, bool usageAsked)
{
    const std::string_view root = parts::rootOf(completion);
    const std::string_view choices = memberOf(root, "choices");
    if (!isArray(choices)) {
        return {};
    }
    Events events(root);
    int position = 0;
    parts::eachElement(choices, [&](std::string_view choice) { streamChoice(events, choice, position++); });
    const std::string_view usage = memberOf(root, "usage");
    if (usageAsked && isObject(usage)) {
        events.event({}, "," + member("usage", usage));
    }
    return events.done();
}

} // namespace signalbox::dialect
