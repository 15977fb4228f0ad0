// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/dialect/random_conversation.h"

#include <array>

#include "core/foundation/base/random.h"
#include "core/foundation/json/writer.h"

namespace signalbox::test {

namespace {
using json::Value;
using neutral::Conversation;
using neutral::Media;
using neutral::Message;
using neutral::Part;
using neutral::Role;
using neutral::Tool;

constexpr std::array kWords{"Tell", "me",   "about",  "\n",  "\"quoted\"", "back\\slash", "Zürich", "日本",
                            "😀",   "\t",   "</tag>", "{}",  "data: x",    "\r\n",        "naïve",  "0",
                            " ",    "null", "a/b",    "'s'", "\x01",       "ß",           "…",      "end"};

class Generator
{
public:
    Generator(std::uint64_t seed, const Vocabulary &words) : m_random(seed), m_words(words) {}
    Conversation make();
    std::string text()
    {
        std::string out;
        const std::size_t count = 1 + below(5);
        for (std::size_t i = 0; i < count; ++i) {
            out += kWords[below(kWords.size())];
        }
        return "T" + out;
    }

private:
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(m_random.next() % n); }
    bool coin() { return below(2) == 0; }
    bool maybe(bool allowed) { return allowed && below(3) == 0; }
    std::string word(const char *head) { return head + std::to_string(below(1000)); }
    std::string decimal() { return "0." + std::to_string(1 + below(9)); }

    Part plain(auto what) { return {.what = std::move(what), .cache = {}}; }
    Part textPart()
    {
        Part out = plain(neutral::Text{.text = text()});
        if (maybe(m_words.cacheMarks)) {
            out.cache = neutral::CacheMark{.ttl = coin() ? "1h" : ""};
        }
        return out;
    }
    void texts(std::vector<Part> &out)
    {
        const std::size_t count = m_words.severalTexts ? 1 + below(3) : 1;
        for (std::size_t i = 0; i < count; ++i) {
            out.push_back(textPart());
        }
    }
    std::vector<Media> media();
    Value schema();
    Value arguments();
    std::vector<Tool> tools();
    void settings(Conversation &out);
    void sampling(neutral::Sampling &out);
    void thinking(neutral::Thinking &out);
    neutral::OutputFormat format();
    neutral::ToolChoice choice(const std::vector<Tool> &tools);
    Message user();
    void assistant(Conversation &out);
    neutral::ToolResult result(const neutral::ToolCall &call);

    base::Random m_random;
    const Vocabulary &m_words;
    std::size_t m_calls = 0;
};

/// One of each kind that can be said.
std::vector<Media> Generator::media()
{
    std::vector<Media> out;
    if (m_words.images) {
        out.push_back({.kind = Media::Kind::Image, .mime = "image/png", .data = "iVBORw0KGgo="});
        out.back().detail = maybe(m_words.imageDetail) ? "low" : "";
    }
    if (m_words.imageUrls) {
        out.push_back({.kind = Media::Kind::Image, .url = "https://example.org/" + word("i") + ".png"});
    }
    if (m_words.audio) {
        out.push_back({.kind = Media::Kind::Audio, .mime = "audio/mpeg", .data = "SUQz"});
    }
    if (m_words.video) {
        out.push_back({.kind = Media::Kind::Video, .mime = "video/mp4", .data = "AAAA"});
    }
    if (m_words.documents) {
        out.push_back({.kind = Media::Kind::Document, .mime = "application/pdf", .data = "JVBERi0="});
        out.back().name = "report.pdf";
    }
    if (m_words.fileIds) {
        out.push_back({.kind = Media::Kind::Document, .fileId = word("file-")});
    }
    return out;
}

Value Generator::schema()
{
    Value city = Value::object();
    city.add("type", Value::string("string"));
    city.add("description", Value::string(text()));
    Value properties = Value::object();
    properties.add(word("p"), std::move(city));
    Value out = Value::object();
    out.add("type", Value::string("object"));
    out.add("properties", std::move(properties));
    return out;
}

Value Generator::arguments()
{
    Value out = Value::object();
    out.add(word("a"), Value::string(text()));
    if (coin()) {
        out.add("n", Value::number("1.50"));
    }
    return out;
}

std::vector<Tool> Generator::tools()
{
    std::vector<Tool> out;
    const std::size_t count = below(4);
    for (std::size_t i = 0; i < count; ++i) {
        Tool tool;
        tool.name = "tool_" + std::to_string(i);
        tool.description = coin() ? text() : "";
        if (maybe(m_words.customTools)) {
            tool.kind = Tool::Kind::Custom;
        } else {
            tool.schema = schema();
            tool.strict = maybe(m_words.strict) ? std::optional(coin()) : std::nullopt;
        }
        if (maybe(m_words.cacheMarks)) {
            tool.cache = neutral::CacheMark{};
        }
        out.push_back(std::move(tool));
    }
    return out;
}

neutral::ToolChoice Generator::choice(const std::vector<Tool> &tools)
{
    using Mode = neutral::ToolChoice::Mode;
    neutral::ToolChoice out;
    if (tools.empty()) {
        return out;
    }
    out.mode = static_cast<Mode>(below(5));
    if (out.mode == Mode::Named) {
        out.name = tools.front().name;
        out.custom = tools.front().kind == Tool::Kind::Custom;
    } else if (out.mode == Mode::Required && maybe(m_words.allowedTools)) {
        for (const Tool &tool : tools) {
            out.allowed.push_back(tool.name);
        }
        out.allowed.push_back("another"); // so that it is not the same as Named
    }
    return out;
}

neutral::OutputFormat Generator::format()
{
    using Kind = neutral::OutputFormat::Kind;
    neutral::OutputFormat out;
    if (!maybe(m_words.formats || m_words.schemaOnly)) {
        return out;
    }
    out.kind = coin() ? Kind::JsonObject : Kind::JsonSchema;
    if (out.kind == Kind::JsonSchema) {
        out.schema = schema();
        if (!m_words.schemaOnly) {
            out.name = word("answer_");
            out.description = coin() ? text() : "";
            out.strict = coin() ? std::optional(true) : std::nullopt;
        }
    }
    return out;
}

void Generator::sampling(neutral::Sampling &out)
{
    out.temperature = coin() ? decimal() : "";
    out.topP = coin() ? decimal() : "";
    out.topK = maybe(m_words.topK) ? "40" : "";
    out.minP = maybe(m_words.minP) ? decimal() : "";
    out.frequencyPenalty = maybe(m_words.penalties) ? "-" + decimal() : "";
    out.presencePenalty = maybe(m_words.penalties) ? decimal() : "";
    out.seed = maybe(m_words.seed) ? "12345678901" : "";
    if (maybe(m_words.severalAnswers)) {
        out.n = 2;
    }
    if (maybe(m_words.logprobs)) {
        out.logprobs = true;
        out.topLogprobs = coin() ? std::optional<std::int64_t>(3) : std::nullopt;
    }
    if (maybe(m_words.logitBias)) {
        out.logitBias = Value::object();
        out.logitBias.add("50256", Value::integer(-100));
    }
}

void Generator::thinking(neutral::Thinking &out)
{
    constexpr std::array kEfforts{"low", "medium", "high"};
    if (maybe(m_words.effort)) {
        out.effort = kEfforts[below(kEfforts.size())];
    } else if (maybe(m_words.budget)) {
        out.budget = 1024 + static_cast<std::int64_t>(below(9000));
    }
    if (maybe(m_words.includeThoughts)) {
        out.includeThoughts = coin();
    }
}

void Generator::settings(Conversation &out)
{
    out.origin = m_words.origin;
    out.model = word("model-");
    out.tools = tools();
    out.toolChoice = choice(out.tools);
    out.parallelTools =
        !out.tools.empty() && maybe(m_words.parallelTools) ? std::optional(coin()) : std::nullopt;
    out.format = format();
    thinking(out.thinking);
    sampling(out.sampling);
    if (coin()) {
        out.maxOutput = 100 + static_cast<std::int64_t>(below(5000));
        out.maxCompletion = maybe(m_words.maxCompletion);
    }
    const std::size_t stops = below(m_words.stops + 1);
    for (std::size_t i = 0; i < stops; ++i) {
        out.stop.push_back(text());
    }
    out.verbosity = maybe(m_words.verbosity) ? "low" : "";
    out.user = maybe(m_words.user) ? word("user-") : "";
    out.cacheKey = maybe(m_words.cacheKey) ? word("key-") : "";
    out.serviceTier = maybe(m_words.serviceTier) ? "flex" : "";
    if (maybe(m_words.metadata)) {
        out.metadata = Value::object();
        out.metadata.add("topic", Value::string(text()));
    }
    out.store = maybe(m_words.store) ? std::optional(coin()) : std::nullopt;
    if (maybe(m_words.rest)) {
        out.rest.push_back({.name = "vendor_member", .value = arguments()});
    }
}

Message Generator::user()
{
    Message out;
    out.name = maybe(m_words.names) ? word("name_") : "";
    texts(out.parts);
    for (Media &one : media()) {
        if (below(4) == 0) {
            out.parts.push_back(plain(std::move(one)));
        }
    }
    return out;
}

neutral::ToolResult Generator::result(const neutral::ToolCall &call)
{
    neutral::ToolResult out{.callId = call.id, .name = call.name};
    out.content.emplace_back(neutral::Text{.text = text()});
    out.custom = call.custom;
    out.error = maybe(m_words.resultError);
    for (Media &one : media()) {
        if (m_words.resultMedia && one.kind == Media::Kind::Image && below(3) == 0) {
            out.content.emplace_back(std::move(one));
        }
    }
    return out;
}

/// A turn of the model, and the results of what it called.
void Generator::assistant(Conversation &out)
{
    Message turn{.role = Role::Assistant};
    if (maybe(m_words.reasoning)) {
        neutral::Reasoning thought{.text = text(), .origin = m_words.origin};
        thought.signature = m_words.reasoningSignature ? word("c2lnbmVk") : "";
        turn.parts.push_back(plain(std::move(thought)));
    }
    const std::size_t calls = out.tools.empty() ? 0 : below(3);
    if (calls == 0 && maybe(m_words.refusals)) {
        turn.parts.push_back(plain(neutral::Refusal{text()}));
    } else if (calls == 0 || coin()) {
        texts(turn.parts);
    }
    Message results{.role = Role::Tool};
    for (std::size_t i = 0; i < calls; ++i) {
        const Tool &tool = out.tools[below(out.tools.size())];
        neutral::ToolCall call{.name = tool.name};
        call.id = m_words.callIds ? word("call_x") + "_" + std::to_string(m_calls)
                                  : "call_" + std::to_string(m_calls);
        ++m_calls;
        call.custom = tool.kind == Tool::Kind::Custom;
        const bool broken = !m_words.objectArguments && below(4) == 0;
        call.arguments = call.custom ? text() : broken ? "{ \"cut\": \"o" : json::writeCompact(arguments());
        call.signature = maybe(m_words.callSignatures) ? word("c2ln") : "";
        results.parts.push_back(plain(result(call)));
        turn.parts.push_back(plain(std::move(call)));
    }
    out.messages.push_back(std::move(turn));
    if (calls > 0) {
        out.messages.push_back(std::move(results));
    }
}

Conversation Generator::make()
{
    Conversation out;
    settings(out);
    const auto system = [this] {
        Message message{.role = m_words.developer && coin() ? Role::Developer : Role::System};
        texts(message.parts);
        return message;
    };
    if (coin()) {
        out.messages.push_back(system());
    }
    const std::size_t turns = below(4);
    for (std::size_t i = 0; i < turns; ++i) {
        out.messages.push_back(user());
        if (maybe(m_words.systemAnywhere)) {
            out.messages.push_back(system());
        }
        assistant(out);
    }
    if (out.messages.empty() || out.messages.back().role != Role::Tool) {
        out.messages.push_back(user());
    }
    return out;
}
} // namespace

Conversation randomConversation(std::uint64_t seed, const Vocabulary &words)
{
    return Generator(seed, words).make();
}

std::string randomText(std::uint64_t seed)
{
    return Generator(seed, {}).text();
}

} // namespace signalbox::test
