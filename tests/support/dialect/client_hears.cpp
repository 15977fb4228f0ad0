// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/dialect/client_hears.h"

#include <cstdlib>
#include <optional>

#include "core/foundation/http/sse_parser.h"
#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"

namespace signalbox::test {

using base::Dialect;
using json::Value;

namespace {
const Value &at(const Value &object, std::initializer_list<std::string_view> path)
{
    static const Value nothing;
    const Value *here = &object;
    for (const std::string_view name : path) {
        here = here->is(Value::Type::Object) ? here->find(name) : nullptr;
        if (!here) {
            return nothing;
        }
    }
    return *here;
}

std::string textAt(const Value &object, std::initializer_list<std::string_view> path)
{
    const Value &found = at(object, path);
    return found.is(Value::Type::String) ? found.text() : std::string();
}

bool isThere(const Value &object, std::initializer_list<std::string_view> path)
{
    return !at(object, path).is(Value::Type::Null);
}

int numberAt(const Value &object, std::initializer_list<std::string_view> path)
{
    const Value &found = at(object, path);
    return found.is(Value::Type::Number) ? std::atoi(found.text().c_str()) : -1;
}

/// Notes down one stream, event by event.
class Ear
{
public:
    explicit Ear(Dialect client) : m_client(client) {}

    void take(const http::SseEvent &event)
    {
        if (!event.hasData) {
            return;
        }
        check(!heard.ended, "an event behind the end marker");
        if (m_client == Dialect::Chat && event.data == "[DONE]") {
            heard.ended = true;
            check(heard.finished, "an end without a finish reason");
            return;
        }
        const auto data = json::readTree(event.data);
        if (!data || !data->is(Value::Type::Object)) {
            check(false, "no JSON");
            return;
        }
        if (m_client != Dialect::Chat) {
            check(event.name == textAt(*data, {"type"}), "the event's name is not its type");
        }
        m_client == Dialect::Chat        ? takeChat(*data)
        : m_client == Dialect::Responses ? takeResponses(*data)
                                         : takeMessages(*data);
    }
    void check(bool holds, const char *what)
    {
        if (!holds && heard.flaw.empty()) {
            heard.flaw = what;
        }
    }
    void usage(const Value &said, const char *prompt, const char *output)
    {
        const auto take = [&](const char *name, int &count) {
            count = isThere(said, {name}) ? numberAt(said, {name}) : count; // what comes later holds
        };
        take(prompt, heard.promptTokens);
        take(output, heard.outputTokens);
    }
    void fails(const Value &error, const char *code)
    {
        check(!heard.failed || m_client == Dialect::Responses, "two errors");
        heard.failed = true;
        heard.failure = textAt(error, {"message"});
        heard.code = textAt(error, {code});
        check(!heard.failure.empty(), "an error without a message");
    }

    Heard heard;

private:
    void takeChat(const Value &chunk)
    {
        if (isThere(chunk, {"error"})) {
            fails(at(chunk, {"error"}), "code");
            return;
        }
        check(!heard.failed, "a chunk behind an error");
        check(textAt(chunk, {"object"}) == "chat.completion.chunk", "no chunk");
        const std::string id = textAt(chunk, {"id"});
        check(!id.empty() && (m_id.empty() || m_id == id), "another answer's chunk");
        m_id = id;
        for (const Value &choice : at(chunk, {"choices"}).items()) {
            heard.beginnings += textAt(choice, {"delta", "role"}) == "assistant" ? 1 : 0;
            check(heard.beginnings > 0, "content before the role");
            heard.text += textAt(choice, {"delta", "content"});
            for (const Value &call : at(choice, {"delta", "tool_calls"}).items()) {
                heard.call += textAt(call, {"function", "name"}) + textAt(call, {"function", "arguments"});
            }
            heard.finished |= isThere(choice, {"finish_reason"});
        }
        usage(at(chunk, {"usage"}), "prompt_tokens", "completion_tokens");
    }

    void takeResponses(const Value &event)
    {
        const std::string type = textAt(event, {"type"});
        if (type == "error" || type == "response.failed") {
            fails(type == "error" ? event : at(event, {"response", "error"}), "code");
            return;
        }
        check(!heard.failed, "an event behind an error");
        if (type == "response.created") {
            ++heard.beginnings;
            m_id = textAt(event, {"response", "id"});
        }
        check(heard.beginnings > 0, "an event before response.created");
        if (type == "response.output_text.delta") {
            check(m_open > 0, "text outside of a content part");
            heard.text += textAt(event, {"delta"});
        }
        if (type == "response.output_item.added") {
            heard.call += textAt(event, {"item", "name"});
        } else if (type == "response.function_call_arguments.delta") {
            heard.call += textAt(event, {"delta"});
        }
        m_open += type == "response.content_part.added" ? 1 : type == "response.content_part.done" ? -1 : 0;
        if (type == "response.completed") {
            check(textAt(event, {"response", "id"}) == m_id, "another answer's end");
            check(m_open == 0, "a content part is still open");
            heard.finished = heard.ended = true;
            usage(at(event, {"response", "usage"}), "input_tokens", "output_tokens");
        }
    }

    void takeMessages(const Value &event)
    {
        const std::string type = textAt(event, {"type"});
        if (type == "error") {
            fails(at(event, {"error"}), "type");
            return;
        }
        check(!heard.failed, "an event behind an error");
        if (type == "message_start") {
            ++heard.beginnings;
            usage(at(event, {"message", "usage"}), "input_tokens", "output_tokens");
            check(heard.promptTokens >= 0, "a start without usage");
        }
        check(heard.beginnings > 0 || type == "ping", "an event before message_start");
        m_open += type == "content_block_start" ? 1 : type == "content_block_stop" ? -1 : 0;
        heard.call += textAt(event, {"content_block", "name"});
        if (type == "content_block_delta") {
            check(m_open == 1, "text outside of a block");
            heard.text += textAt(event, {"delta", "text"});
            heard.call += textAt(event, {"delta", "partial_json"});
        } else if (type == "message_delta") {
            check(m_open == 0, "a block is still open");
            heard.finished |= isThere(event, {"delta", "stop_reason"});
            usage(at(event, {"usage"}), "input_tokens", "output_tokens");
        } else if (type == "message_stop") {
            check(heard.finished, "an end without a stop reason");
            heard.ended = true;
        }
    }

    Dialect m_client;
    std::string m_id;
    int m_open = 0;
};

void hearChat(const Value &body, Ear &ear)
{
    ear.check(textAt(body, {"object"}) == "chat.completion", "no completion");
    for (const Value &choice : at(body, {"choices"}).items()) {
        ear.heard.beginnings += textAt(choice, {"message", "role"}) == "assistant" ? 1 : 0;
        ear.heard.text += textAt(choice, {"message", "content"});
        for (const Value &call : at(choice, {"message", "tool_calls"}).items()) {
            ear.heard.call += textAt(call, {"function", "name"}) + textAt(call, {"function", "arguments"});
        }
        ear.heard.finished = ear.heard.ended = isThere(choice, {"finish_reason"});
    }
    ear.usage(at(body, {"usage"}), "prompt_tokens", "completion_tokens");
}

void hearResponse(const Value &body, Ear &ear)
{
    ear.check(textAt(body, {"object"}) == "response", "no response");
    ear.heard.beginnings = 1;
    for (const Value &item : at(body, {"output"}).items()) {
        ear.heard.call += textAt(item, {"name"}) + textAt(item, {"arguments"});
        for (const Value &part : at(item, {"content"}).items()) {
            ear.heard.text += textAt(part, {"text"});
        }
    }
    ear.heard.finished = ear.heard.ended = textAt(body, {"status"}) == "completed";
    ear.usage(at(body, {"usage"}), "input_tokens", "output_tokens");
}

void hearMessage(const Value &body, Ear &ear)
{
    ear.check(textAt(body, {"type"}) == "message", "no message");
    ear.heard.beginnings = textAt(body, {"role"}) == "assistant" ? 1 : 0;
    for (const Value &block : at(body, {"content"}).items()) {
        ear.heard.text += textAt(block, {"text"});
        if (isThere(block, {"input"})) {
            ear.heard.call += textAt(block, {"name"}) + json::writeCompact(at(block, {"input"}));
        }
    }
    ear.heard.finished = ear.heard.ended = isThere(body, {"stop_reason"});
    ear.usage(at(body, {"usage"}), "input_tokens", "output_tokens");
}
} // namespace

std::string requestAsked(Dialect client, std::string_view model, bool stream, std::string_view text,
                         std::string_view extra)
{
    const std::string asked(text);
    std::string body = R"({"model":")" + std::string(model) + "\"" + (stream ? R"(,"stream":true)" : "")
                       + std::string(extra);
    if (client == Dialect::Responses) {
        return body + R"(,"input":")" + asked + R"("})";
    }
    body += client == Dialect::Messages ? R"(,"max_tokens":500)" : "";
    return body + R"(,"messages":[{"role":"user","content":")" + asked + R"("}]})";
}

std::string_view pathAsked(Dialect client)
{
    return client == Dialect::Responses  ? "/v1/responses"
           : client == Dialect::Messages ? "/v1/messages"
                                         : "/v1/chat/completions";
}

Heard heardWhole(Dialect client, const std::string &body)
{
    Ear ear(client);
    const auto tree = json::readTree(body);
    if (!tree || !tree->is(Value::Type::Object)) {
        ear.heard.flaw = "no JSON";
        return ear.heard;
    }
    if (isThere(*tree, {"error"})) {
        ear.check(client != Dialect::Messages || textAt(*tree, {"type"}) == "error",
                  "an error without a type");
        ear.check(!textAt(*tree, {"error", "type"}).empty(), "an error without a type");
        ear.fails(at(*tree, {"error"}), client == Dialect::Messages ? "type" : "code");
        return ear.heard;
    }
    client == Dialect::Chat        ? hearChat(*tree, ear)
    : client == Dialect::Responses ? hearResponse(*tree, ear)
                                   : hearMessage(*tree, ear);
    return ear.heard;
}

Heard heardStream(Dialect client, const std::string &body)
{
    Ear ear(client);
    http::SseParser parser;
    parser.feed(body);
    while (const auto event = parser.next()) {
        ear.take(*event);
    }
    ear.check(!parser.finish().has_value(), "half an event at the end");
    return ear.heard;
}

} // namespace signalbox::test
