// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/request/request_reader.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "core/foundation/json/tree.h"
#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/request_tools.h"
#include "core/request/dialect/responses/request/input_items.h"

namespace signalbox::responses {

namespace {
using json::Value;
using neutral::Conversation;
using neutral::OutputFormat;

std::unexpected<base::Error> wrong(std::string what)
{
    return base::fail(base::ErrorCode::InvalidArgument, std::move(what));
}

/// Takes members of the request one after the other; what is left over at the end is `rest`.
struct Members {
    Value &request;

    std::string text(std::string_view name)
    {
        const Value *value = request.find(name);
        return value && value->is(Value::Type::String) ? request.take(name)->text() : std::string();
    }
    std::string number(std::string_view name)
    {
        const Value *value = request.find(name);
        return value && value->is(Value::Type::Number) ? request.take(name)->text() : std::string();
    }
    std::optional<bool> boolean(std::string_view name)
    {
        const Value *value = request.find(name);
        return value && value->is(Value::Type::Bool) ? std::optional(request.take(name)->toBool())
                                                     : std::nullopt;
    }
    std::optional<std::int64_t> integer(std::string_view name)
    {
        const auto value = integerOf(request, name);
        if (value) {
            request.take(name);
        }
        return value;
    }
    /// An object; what is left of it after `read` stays.
    template<typename Read>
    void object(std::string_view name, Read read)
    {
        Value *value = request.find(name);
        if (!value || !value->is(Value::Type::Object)) {
            return;
        }
        read(Members{*value});
        std::erase_if(value->members(),
                      [](const json::Member &left) { return left.value.is(Value::Type::Null); });
        if (value->members().empty()) {
            request.take(name);
        }
    }
};

base::Result<void> readInput(Value &request, Conversation &out)
{
    const Value *input = memberOf(request, "input");
    if (!input) {
        if (!out.previousResponseId.empty() || memberOf(request, "prompt")
            || memberOf(request, "conversation")) {
            return {};
        }
        return wrong("input is missing");
    }
    if (input->is(Value::Type::String)) {
        out.messages.push_back(
            {.role = neutral::Role::User,
             .parts = {{.what = neutral::Text{.text = input->text(), .annotations = {}}}}});
    } else if (input->is(Value::Type::Array)) {
        InputItems items;
        for (std::size_t i = 0; i < input->items().size(); ++i) {
            if (const auto read = items.take(input->items()[i], i); !read) {
                return read;
            }
        }
        for (neutral::Message &message : std::move(items).messages()) {
            out.messages.push_back(std::move(message));
        }
    } else {
        return wrong("input must be a string or a list");
    }
    request.take("input");
    return {};
}

base::Result<void> readInstructions(Value &request, Conversation &out)
{
    const auto instructions = request.take("instructions");
    if (!instructions || instructions->is(Value::Type::Null)) {
        return {};
    }
    if (!instructions->is(Value::Type::String)) {
        return wrong("instructions must be a string");
    }
    if (!instructions->text().empty()) {
        out.messages.push_back(
            {.role = neutral::Role::System,
             .parts = {{.what = neutral::Text{.text = instructions->text(), .annotations = {}}}}});
    }
    return {};
}

void readFormat(Value &text, OutputFormat &format)
{
    const Value *given = objectOf(text, "format");
    const std::string type = given ? textOf(*given, "type") : std::string();
    if (type == "text") {
        format.kind = OutputFormat::Kind::Text;
    } else if (type == "json_object") {
        format.kind = OutputFormat::Kind::JsonObject;
    } else if (type == "json_schema") {
        format.kind = OutputFormat::Kind::JsonSchema;
        format.name = textOf(*given, "name");
        format.description = textOf(*given, "description");
        format.strict = boolOf(*given, "strict");
        if (const Value *schema = objectOf(*given, "schema")) {
            format.schema = *schema;
        }
    } else {
        return;
    }
    text.take("format");
}

void readInclude(Value &request, neutral::Sampling &sampling)
{
    Value *include = request.find("include");
    if (!include || !include->is(Value::Type::Array)) {
        return;
    }
    const auto removed = std::erase_if(include->items(), [](const Value &name) {
        return name.is(Value::Type::String) && name.text() == "message.output_text.logprobs";
    });
    if (removed > 0) {
        sampling.logprobs = true;
    }
    if (include->items().empty()) {
        request.take("include");
    }
}

void readSettings(Value &request, Conversation &out)
{
    Members members{request};
    out.stream = members.boolean("stream").value_or(false);
    out.store = members.boolean("store");
    out.parallelTools = members.boolean("parallel_tool_calls");
    out.maxOutput = members.integer("max_output_tokens");
    out.sampling.temperature = members.number("temperature");
    out.sampling.topP = members.number("top_p");
    out.sampling.topLogprobs = members.integer("top_logprobs");
    out.user = members.text("user");
    if (out.user.empty()) { // the newer name; beside the older one it stays apart
        out.user = members.text("safety_identifier");
    }
    out.cacheKey = members.text("prompt_cache_key");
    out.serviceTier = members.text("service_tier");
    if (objectOf(request, "metadata")) {
        out.metadata = *request.take("metadata");
    }
    members.object("reasoning", [&](Members reasoning) {
        out.thinking.effort = reasoning.text("effort");
        out.thinking.show = reasoning.text("summary");
    });
    members.object("text", [&](Members text) {
        out.verbosity = text.text("verbosity");
        readFormat(text.request, out.format);
    });
    readInclude(request, out.sampling);
}

/// Of members with one name the last counts.
void keepLast(Value &request)
{
    std::set<std::string> seen;
    std::vector<json::Member> kept;
    for (auto member = request.members().rbegin(); member != request.members().rend(); ++member) {
        if (seen.insert(member->name).second) {
            kept.push_back(std::move(*member));
        }
    }
    std::ranges::reverse(kept);
    request.members() = std::move(kept);
}
} // namespace

base::Result<Conversation> readRequest(std::string_view body)
{
    auto tree = json::readTree(body);
    if (!tree || !tree->is(Value::Type::Object)) {
        return wrong("the request must be a JSON object");
    }
    Value &request = *tree;
    keepLast(request);
    Conversation out;
    out.origin = base::Dialect::Responses;
    Members members{request};
    out.model = members.text("model");
    out.previousResponseId = members.text("previous_response_id");
    if (const auto read = readInstructions(request, out); !read) {
        return std::unexpected(read.error());
    }
    if (const auto read = readInput(request, out); !read) {
        return std::unexpected(read.error());
    }
    if (const auto read = readTools(request, out); !read) {
        return std::unexpected(read.error());
    }
    readSettings(request, out);
    for (json::Member &left : request.members()) {
        if (!left.value.is(Value::Type::Null)) {
            out.rest.push_back(std::move(left));
        }
    }
    std::ranges::sort(out.rest, {}, &json::Member::name); // one order, whatever the client's
    return out;
}

} // namespace signalbox::responses
