// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/request_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/foundation/json/tree.h"
#include "core/request/dialect/messages/block_reader.h"
#include "core/request/dialect/messages/block_writer.h"

namespace signalbox::messages {

namespace {
using neutral::Conversation;
using neutral::Message;
using neutral::Role;
using neutral::ToolChoice;
using Type = json::Value::Type;

std::string at(const std::string &path, std::size_t i)
{
    return path + "[" + std::to_string(i) + "]";
}

struct Reader {
    Conversation out{.origin = base::Dialect::Messages};
    std::string error;

    bool wrong(const std::string &path, std::string_view wanted)
    {
        error = path + ": must be " + std::string(wanted);
        return false;
    }

    /// The blocks of a content. Results of tools go to `results`, if that is given.
    bool readContent(const json::Value *content, const std::string &path, Message &message, Message *results)
    {
        if (content && content->is(Type::String)) {
            if (!content->text().empty()) {
                message.parts.push_back({neutral::Text{.text = content->text()}, std::nullopt});
            }
            return true;
        }
        if (!content || !content->is(Type::Array)) {
            return wrong(path, "a string or an array of blocks");
        }
        for (std::size_t i = 0; i < content->items().size(); ++i) {
            const json::Value &block = content->items()[i];
            const bool typed = block.is(Type::Object) && !textOf(block, "type").empty();
            if (!typed && !block.is(Type::String)) {
                return wrong(at(path, i) + ".type", "the name of a kind of block");
            }
            neutral::Part part = readBlock(block, message.role);
            const auto *const result = std::get_if<neutral::ToolResult>(&part.what);
            if (result && result->callId.empty()) {
                return wrong(at(path, i) + ".tool_use_id", "the id of a tool_use");
            }
            (result && results ? results : &message)->parts.push_back(std::move(part));
        }
        return true;
    }

    bool readSystem(const json::Value *system)
    {
        if (!system || system->is(Type::Null)) {
            return true;
        }
        Message message{.role = Role::System};
        if (!readContent(system, "system", message, nullptr)) {
            return false;
        }
        if (!message.parts.empty()) {
            out.messages.push_back(std::move(message));
        }
        return true;
    }

    bool readMessage(const json::Value &value, const std::string &path)
    {
        const std::string role = textOf(value, "role");
        Message message;
        Message results{.role = Role::Tool};
        if (role == "assistant") {
            message.role = Role::Assistant;
        } else if (role == "system") {
            message.role = Role::System;
        } else if (role != "user") {
            return wrong(path + ".role", "user, assistant or system");
        }
        if (!readContent(value.find("content"), path + ".content", message, &results)) {
            return false;
        }
        const bool onlyResults = message.parts.empty() && !results.parts.empty();
        if (!results.parts.empty()) {
            out.messages.push_back(std::move(results));
        }
        if (!onlyResults) {
            out.messages.push_back(std::move(message));
        }
        return true;
    }

    bool readMessages(const json::Value *messages)
    {
        if (!messages || !messages->is(Type::Array) || messages->items().empty()) {
            return wrong("messages", "an array of at least one message");
        }
        for (std::size_t i = 0; i < messages->items().size(); ++i) {
            if (!readMessage(messages->items()[i], at("messages", i))) {
                return false;
            }
        }
        return true;
    }

    bool readTool(const json::Value &value, const std::string &path)
    {
        if (!value.is(Type::Object)) {
            return wrong(path, "an object");
        }
        neutral::Tool tool{.name = textOf(value, "name")};
        const std::string type = textOf(value, "type");
        if (!type.empty() && type != "custom") {
            tool.kind = neutral::Tool::Kind::Foreign;
            tool.foreign = {.origin = base::Dialect::Messages, .what = type, .value = value};
            out.tools.push_back(std::move(tool));
            return true;
        }
        if (tool.name.empty()) {
            return wrong(path + ".name", "the name of the tool");
        }
        tool.description = textOf(value, "description");
        tool.strict = boolOf(value, "strict");
        tool.cache = readCacheMark(value);
        if (const json::Value *const schema = objectOf(value, "input_schema")) {
            tool.schema = *schema;
        }
        static constexpr std::array<std::string_view, 6> kKnown = {"name",   "type",         "description",
                                                                   "strict", "input_schema", "cache_control"};
        for (const json::Member &member : value.members()) {
            if (std::ranges::find(kKnown, member.name) == kKnown.end()) {
                tool.foreign.origin = base::Dialect::Messages;
                if (!tool.foreign.value.is(Type::Object)) {
                    tool.foreign.value = json::Value::object();
                }
                tool.foreign.value.add(member.name, member.value);
            }
        }
        out.tools.push_back(std::move(tool));
        return true;
    }

    bool readTools(const json::Value &tools)
    {
        if (!tools.is(Type::Array)) {
            return tools.is(Type::Null) || wrong("tools", "an array of tools");
        }
        for (std::size_t i = 0; i < tools.items().size(); ++i) {
            if (!readTool(tools.items()[i], at("tools", i))) {
                return false;
            }
        }
        return true;
    }

    bool readToolChoice(const json::Value &choice)
    {
        static constexpr std::array<std::pair<std::string_view, ToolChoice::Mode>, 4> kModes = {
            {{"auto", ToolChoice::Mode::Auto},
             {"any", ToolChoice::Mode::Required},
             {"none", ToolChoice::Mode::None},
             {"tool", ToolChoice::Mode::Named}}};
        if (choice.is(Type::Null)) {
            return true;
        }
        const std::string type = textOf(choice, "type");
        const auto mode = std::ranges::find(kModes, type, [](const auto &one) { return one.first; });
        if (mode == kModes.end()) {
            return wrong("tool_choice.type", "auto, any, tool or none");
        }
        out.toolChoice.mode = mode->second;
        if (mode->second == ToolChoice::Mode::Named) {
            out.toolChoice.name = textOf(choice, "name");
            if (out.toolChoice.name.empty()) {
                return wrong("tool_choice.name", "the name of a tool");
            }
        }
        if (const auto off = boolOf(choice, "disable_parallel_tool_use")) {
            out.parallelTools = !*off;
        }
        return true;
    }

    bool readThinking(const json::Value &value)
    {
        if (value.is(Type::Null)) {
            return true;
        }
        const std::string type = textOf(value, "type");
        if (type != "enabled" && type != "adaptive" && type != "disabled") {
            return wrong("thinking.type", "enabled, adaptive or disabled");
        }
        out.thinking.on = type != "disabled";
        out.thinking.adaptive = type == "adaptive";
        out.thinking.budget = integerOf(value, "budget_tokens");
        out.thinking.show = textOf(value, "display");
        return true;
    }

    void readFormat(const json::Value &format)
    {
        const json::Value *const schema = objectOf(format, "schema");
        if (schema && textOf(format, "type") == "json_schema") {
            out.format.kind = neutral::OutputFormat::Kind::JsonSchema;
            out.format.name = textOf(format, "name");
            out.format.schema = *schema;
        }
    }

    /// What of it is not known stays what it is.
    void readOutputConfig(json::Value config)
    {
        if (const auto effort = config.take("effort"); effort && effort->is(Type::String)) {
            out.thinking.effort = effort->text();
        }
        if (const auto format = config.take("format")) {
            readFormat(*format);
        }
        if (!config.members().empty()) {
            out.rest.push_back({"output_config", std::move(config)});
        }
    }

    /// Claude Code names its session in it, as JSON or behind "_session_": that is what a provider should
    /// keep together.
    void readUser(const std::string &user)
    {
        out.user = user;
        if (user.starts_with("{")) {
            if (const auto tree = json::readTree(user)) {
                out.cacheKey = textOf(*tree, "session_id");
            }
        } else if (const std::size_t at = user.rfind("_session_"); at != std::string::npos) {
            out.cacheKey = user.substr(at + std::string_view("_session_").size());
        }
    }

    bool readStops(const json::Value &stops)
    {
        for (const json::Value &one : stops.items()) {
            if (!one.is(Type::String)) {
                return wrong("stop_sequences", "an array of strings");
            }
            out.stop.push_back(one.text());
        }
        return true;
    }

    bool readMember(const json::Member &member)
    {
        const std::string &name = member.name;
        const json::Value &value = member.value;
        if (name == "model" || name == "stream" || name == "max_tokens" || name == "service_tier"
            || name == "temperature" || name == "top_p" || name == "top_k" || name == "messages"
            || name == "system") {
            return true;
        }
        if (name == "tools") {
            return readTools(value);
        }
        if (name == "tool_choice") {
            return readToolChoice(value);
        }
        if (name == "thinking") {
            return readThinking(value);
        }
        if (name == "stop_sequences") {
            return readStops(value);
        }
        if (name == "output_config") {
            readOutputConfig(value);
        } else if (name == "output_format") {
            readFormat(value);
        } else if (name == "metadata") {
            readUser(textOf(value, "user_id"));
        } else {
            out.rest.push_back({name, value});
        }
        return true;
    }

    bool read(const json::Value &root)
    {
        out.model = textOf(root, "model");
        if (out.model.empty()) {
            return wrong("model", "the name of a model");
        }
        out.stream = boolOf(root, "stream").value_or(false);
        out.maxOutput = integerOf(root, "max_tokens");
        out.serviceTier = textOf(root, "service_tier");
        out.sampling.temperature = numberOf(root, "temperature");
        out.sampling.topP = numberOf(root, "top_p");
        out.sampling.topK = numberOf(root, "top_k");
        return readSystem(root.find("system")) && readMessages(root.find("messages"))
               && std::ranges::all_of(root.members(),
                                      [this](const json::Member &member) { return readMember(member); });
    }
};
} // namespace

base::Result<neutral::Conversation> readRequest(std::string_view body)
{
    const auto root = json::readTree(body);
    if (!root) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "line " + std::to_string(root.error().line) + ", column "
                              + std::to_string(root.error().column) + ": " + root.error().message);
    }
    if (!root->is(Type::Object)) {
        return base::fail(base::ErrorCode::InvalidArgument, "the body must be an object");
    }
    Reader reader;
    if (!reader.read(*root)) {
        return base::fail(base::ErrorCode::InvalidArgument, reader.error);
    }
    return std::move(reader.out);
}

} // namespace signalbox::messages
