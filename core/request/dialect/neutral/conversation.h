// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/foundation/base/dialect.h"
#include "core/foundation/json/value.h"

// What a client asks for, in no dialect: what one dialect says is read into this, and another written from
// it. Plain values, any thread. An empty string is "not given", and so is an empty optional. Numbers stay the
// text they were written as.
namespace signalbox::neutral {

/// "Keep the prompt up to here": Anthropic's cache_control, OpenAI's prompt_cache_breakpoint.
struct CacheMark {
    std::string ttl; ///< "5m", "1h"; empty: the provider's usual
    bool operator==(const CacheMark &) const = default;
};

struct Text {
    std::string text;
    json::Value annotations; ///< OpenAI's array of url_citations …; null: none
    bool operator==(const Text &) const = default;
};

/// An image, a clip, a document: by its bytes, its address or a provider's file id.
struct Media {
    enum class Kind : std::uint8_t { Image, Audio, Video, Document };
    Kind kind = Kind::Image;
    std::string mime;   ///< "image/png"; empty: not said
    std::string data;   ///< base64, without a "data:" head
    std::string url;    ///< https or gs
    std::string fileId; ///< only at the provider it was uploaded to
    std::string text;   ///< of a document in plain text (mime text/plain, no data)
    std::string name;   ///< file name or title
    std::string detail; ///< low, high, auto
    json::Value
        extra; ///< Messages: an object of a document's context and citations; others have no word for it
    bool operator==(const Media &) const = default;
};

/// What a model thought before it spoke.
struct Reasoning {
    std::string text;                           ///< may be empty: hidden
    bool summary = false;                       ///< of the provider's making, not the thoughts themselves
    std::string id;                             ///< Responses: rs_…
    std::string signature;                      ///< proves it to the provider it came from; opaque
    std::string encrypted;                      ///< redacted_thinking's data, encrypted_content; opaque
    base::Dialect origin = base::Dialect::Chat; ///< whose signature and encryption these are
    std::vector<std::string> parts;             ///< summary parts where there are several; text is then empty
    bool operator==(const Reasoning &) const = default;
};

/// Responses lists tools in namespaces. Here such a tool has one name, its namespace's and its own joined, so
/// that any dialect can say it; this is what was joined.
struct ToolSpace {
    std::string name;
    std::string tool;
    std::string description; ///< of the namespace
    bool operator==(const ToolSpace &) const = default;
};

struct ToolCall {
    std::string id; ///< joins call and result; made up by the reader where the dialect has none
    std::string name;
    std::string
        arguments;       ///< JSON text as the model wrote it, perhaps empty or broken; of a custom tool text
    bool custom = false; ///< a tool whose input is free text
    std::string itemId;  ///< Responses: fc_…
    std::string signature; ///< Gemini's thoughtSignature, wherever a client keeps it
    std::optional<ToolSpace> space;
    bool operator==(const ToolCall &) const = default;
};

struct ToolResult {
    std::string callId;
    std::string name; ///< of the tool, where known
    std::vector<std::variant<Text, Media>> content;
    bool error = false;
    bool custom = false;
    bool operator==(const ToolResult &) const = default;
};

struct Refusal {
    std::string text;
    bool operator==(const Refusal &) const = default;
};

/// What only its own dialect can say: server tools and their results, item references. Kept for that dialect,
/// dropped and reported for others.
struct Foreign {
    base::Dialect origin = base::Dialect::Chat;
    std::string what; ///< for the report: "web_search_tool_result"
    json::Value value;
    bool operator==(const Foreign &) const = default;
};

struct Part {
    std::variant<Text, Media, Reasoning, ToolCall, ToolResult, Refusal, Foreign> what;
    std::optional<CacheMark> cache;
    bool operator==(const Part &) const = default;
};

enum class Role : std::uint8_t {
    System,
    Developer,
    User,
    Assistant,
    Tool, ///< holds only ToolResult parts, one or more
};

struct Message {
    Role role = Role::User;
    std::vector<Part> parts;
    std::string name;
    std::string id;    ///< Responses: msg_…
    std::string phase; ///< Responses: commentary, final_answer
    bool operator==(const Message &) const = default;
};

struct Tool {
    enum class Kind : std::uint8_t { Function, Custom, Foreign };
    Kind kind = Kind::Function;
    std::string name;
    std::string description;
    json::Value schema; ///< of a function's arguments; null: none was given
    std::optional<bool> strict;
    json::Value format; ///< of a custom tool: OpenAI's `format`
    /// Of a tool that only its own dialect has. A Function with a `foreign` says the same to the others
    /// (Responses' local_shell), or keeps what only its own dialect knows of it (Messages: defer_loading …).
    Foreign foreign;
    std::optional<ToolSpace> space;
    std::optional<CacheMark> cache;
    bool operator==(const Tool &) const = default;
};

struct ToolChoice {
    enum class Mode : std::uint8_t { Unset, Auto, None, Required, Named };
    Mode mode = Mode::Unset;
    std::string name;                 ///< of Named
    bool custom = false;              ///< the named tool is a custom one
    std::vector<std::string> allowed; ///< only these may be called (Auto or Required)
    bool operator==(const ToolChoice &) const = default;
};

struct OutputFormat {
    enum class Kind : std::uint8_t { Unset, Text, JsonObject, JsonSchema };
    Kind kind = Kind::Unset;
    std::string name;
    std::string description;
    json::Value schema;
    std::optional<bool> strict;
    bool operator==(const OutputFormat &) const = default;
};

/// How much the model is to think.
struct Thinking {
    std::string effort;                  ///< none minimal low medium high xhigh max
    std::optional<std::int64_t> budget;  ///< tokens
    std::optional<bool> on;              ///< Anthropic's enabled or adaptive (true), disabled (false)
    bool adaptive = false;               ///< the model is to choose
    std::string show;                    ///< summary style: auto, concise, detailed; Anthropic's display
    std::optional<bool> includeThoughts; ///< Gemini
    bool operator==(const Thinking &) const = default;
};

/// Numbers are kept as written.
struct Sampling {
    std::string temperature, topP, topK, minP, frequencyPenalty, presencePenalty, seed;
    std::optional<std::int64_t> n;
    std::optional<bool> logprobs;
    std::optional<std::int64_t> topLogprobs;
    json::Value logitBias;
    bool operator==(const Sampling &) const = default;
};

struct Conversation {
    base::Dialect origin = base::Dialect::Chat;
    std::string model;
    bool stream = false;
    bool usageAsked = false;       ///< Chat: stream_options.include_usage. Others always report it
    std::vector<Message> messages; ///< system ones where they stood; those given apart come first
    std::vector<Tool> tools;
    ToolChoice toolChoice;
    std::optional<bool> parallelTools;
    OutputFormat format;
    Thinking thinking;
    Sampling sampling;
    std::optional<std::int64_t> maxOutput;
    bool maxCompletion = false; ///< Chat: it came as max_completion_tokens, not as max_tokens
    std::vector<std::string> stop;
    std::string verbosity;
    std::string user;     ///< who asks, for the provider's abuse watch
    std::string cacheKey; ///< prompt_cache_key
    std::string serviceTier;
    json::Value metadata; ///< key-value pairs; null: none
    std::optional<bool> store;
    std::string previousResponseId;
    /// Top-level members that have no place above: the same dialect gets them back, for another they are
    /// dropped and reported.
    std::vector<json::Member> rest;
    bool operator==(const Conversation &) const = default;
};

} // namespace signalbox::neutral
