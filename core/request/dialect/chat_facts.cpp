// SPDX-License-Identifier: GPL-3.0-or-later
// A chat answer:  {"choices":[{"message":{…},"finish_reason":"stop"}],"usage":{…},"model":"…"}
// A stream chunk: {"choices":[{"delta":{…},"finish_reason":null}],"usage":null}
// An error:       {"error":{"message":…}} or {"error":"…"}, with any status
#include "core/request/dialect/chat_facts.h"

#include <algorithm>
#include <array>
#include <deque>
#include <vector>

#include <simdjson.h>

#include "core/foundation/json/utf8.h"
#include "core/request/dialect/parts/json_check.h"
#include "core/request/dialect/parts/json_text.h"
#include "core/request/dialect/parts/loop_detector.h"
#include "core/request/dialect/usage.h"

namespace signalbox::dialect {

namespace {
namespace ondemand = simdjson::ondemand;
using Kind = ChatPiece::Kind;

constexpr std::size_t kKeepParserUpTo = 1024 * 1024;

/// A filter stopped it: OpenAI's word, and those of Gemini and Bedrock behind relays.
constexpr std::array<std::string_view, 4> kFiltered = {"content_filter", "SAFETY", "RECITATION",
                                                       "guardrail_intervened"};
/// The provider gave up, as OpenRouter, Mistral and DeepSeek write it.
constexpr std::array<std::string_view, 2> kGaveUp = {"error", "insufficient_system_resource"};

bool isArray(ondemand::value value)
{
    ondemand::json_type type;
    return !value.type().get(type) && type == ondemand::json_type::array;
}

bool isObject(ondemand::value value)
{
    ondemand::json_type type;
    return !value.type().get(type) && type == ondemand::json_type::object;
}

std::string_view trimmed(std::string_view token)
{
    const std::size_t last = token.find_last_not_of(" \t\r\n");
    return token.substr(0, last == token.npos ? 0 : last + 1);
}

/// One pass over an answer.
class Pass
{
public:
    Pass(ChatFacts &facts, std::vector<ChatPiece> &pieces, std::deque<std::string> &spare)
        : m_facts(facts), m_pieces(pieces), m_spare(spare)
    {}

    void topLevel(std::string_view key, ondemand::value value)
    {
        if (key == "choices") {
            m_facts.hasChoices = isArray(value);
            m_facts.choicesEmpty = elements(value, [this](ondemand::value one) { choice(one); }) == 0;
        } else if (key == "usage") {
            usage(value, true);
        } else if (key == "error") {
            m_facts.error |= truthy(value);
        } else if (key == "model") {
            m_facts.model = text(value);
        } else if (key == "object") {
            m_facts.error |=
                value.raw_json_token().starts_with("\"error\""); // Mistral's errors have no wrapper
        } else if (key == "data") {
            m_facts.hasVectors = elements(value, [](ondemand::value) {}) > 0;
        } else if (key == "x_groq") {
            members(value, [this](std::string_view k, ondemand::value v) {
                if (k == "usage") {
                    usage(v, false);
                }
                m_facts.error |= k == "error" && truthy(v);
            });
        } else if (key == "base_resp") {
            members(value, [this](std::string_view k, ondemand::value v) {
                m_facts.error |= k == "status_code" && truthy(v);
            });
        }
    }

    void finish()
    {
        parts::LoopDetector loop;
        for (const ChatPiece &piece : m_pieces) {
            const bool call = piece.kind == Kind::ToolCall || piece.kind == Kind::FunctionCall;
            m_facts.toolCalls |= call;
            m_facts.content |=
                call || piece.kind == Kind::Other || (piece.kind != Kind::Finish && !piece.text.empty());
            m_facts.contentBytes += piece.kind == Kind::Finish ? 0 : piece.text.size() + piece.name.size();
            m_facts.refusal |= piece.kind == Kind::Refusal && !piece.text.empty();
            if (!m_whole) {
                continue;
            }
            if (call && !piece.custom) {
                parts::JsonCheck check;
                check.feed(piece.text);
                m_facts.brokenToolCall |= !check.holds();
            } else if (piece.choice == 0 && (piece.kind == Kind::Text || piece.kind == Kind::Reasoning)) {
                loop.feed(piece.text);
            }
        }
        m_facts.looping = loop.looping();
        m_facts.pieces = m_pieces;
    }

private:
    std::string_view text(ondemand::value value) { return parts::stringText(value, m_spare); }

    /// Goes over an object's members; a mistake in it makes the whole unreadable. Of another type: nothing we
    /// know of.
    template<typename Visit>
    void members(ondemand::value value, Visit visit)
    {
        ondemand::object object;
        if (value.get_object().get(object)) {
            return;
        }
        for (auto entry : object) {
            ondemand::field field;
            if (std::move(entry).get(field)) {
                m_facts.readable = false;
                return;
            }
            visit(parts::nameText(field), field.value());
        }
    }

    template<typename Visit>
    std::size_t elements(ondemand::value value, Visit visit)
    {
        ondemand::array array;
        std::size_t count = 0;
        if (value.get_array().get(array)) {
            return 0;
        }
        for (auto entry : array) {
            ondemand::value element;
            if (std::move(entry).get(element)) {
                m_facts.readable = false;
                break;
            }
            ++count;
            visit(element);
        }
        return count;
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
            return !text(value).empty();
        case ondemand::json_type::number:
            return value.raw_json_token().front() != '0';
        default:
            return true;
        }
    }

    void usage(ondemand::value value, bool counts)
    {
        ondemand::object object;
        if ((counts || !m_facts.usage) && !value.get_object().get(object)) {
            m_facts.usage = readChatUsage(object);
        }
    }

    void add(Kind kind, std::string_view text)
    {
        if (!text.empty()) {
            m_pieces.push_back({.kind = kind, .text = text});
        }
    }

    void choice(ondemand::value value)
    {
        const std::size_t first = m_pieces.size();
        std::size_t whole = 0; ///< pieces of `message`, behind which those of a later `delta` stand
        bool hasDelta = false;
        int index = 0;
        std::string_view reason;
        members(value, [&](std::string_view key, ondemand::value member) {
            if (key == "delta") {
                hasDelta |= isObject(member);
                message(member, false);
            } else if (key == "message") {
                const std::size_t before = m_pieces.size();
                message(member, true);
                if (hasDelta) {
                    m_pieces.resize(before); // Perplexity repeats all that was said in every chunk
                } else {
                    whole = m_pieces.size() - first;
                    m_whole = true;
                }
            } else if (key == "text") { // a text completion
                add(Kind::Text, text(member));
            } else if (key == "index") {
                std::int64_t n = 0;
                index = member.get_int64().get(n) || n < 0 || n > 1'000'000 ? 0 : static_cast<int>(n);
            } else if (key == "finish_reason") {
                reason = text(member);
            } else if (key == "usage") {
                usage(member, false); // Moonshot's older models
            }
        });
        if (hasDelta && whole > 0) {
            const auto at = m_pieces.begin() + static_cast<std::ptrdiff_t>(first);
            m_pieces.erase(at, at + static_cast<std::ptrdiff_t>(whole));
        }
        m_whole &= !hasDelta;
        finishReason(reason);
        for (std::size_t i = first; i < m_pieces.size(); ++i) {
            m_pieces[i].choice = index;
        }
    }

    void finishReason(std::string_view reason)
    {
        if (reason.empty()) {
            return;
        }
        m_facts.finishReason = reason;
        m_facts.refusal |= std::ranges::find(kFiltered, reason) != kFiltered.end();
        m_facts.error |= std::ranges::find(kGaveUp, reason) != kGaveUp.end();
        add(Kind::Finish, reason);
    }

    void message(ondemand::value value, bool whole)
    {
        bool reasoned = false; // some send it under both names
        members(value, [&](std::string_view key, ondemand::value member) {
            if (key == "content") {
                isArray(member) ? contentParts(member) : add(Kind::Text, text(member));
            } else if (key == "reasoning_content" || key == "reasoning") {
                const std::string_view thought = reasoned ? std::string_view() : text(member);
                reasoned |= !thought.empty();
                add(Kind::Reasoning, thought);
            } else if (key == "refusal") {
                add(Kind::Refusal, text(member));
            } else if (key == "tool_calls") {
                int position = 0;
                elements(member, [&](ondemand::value call) { toolCall(call, whole ? position++ : -1); });
            } else if (key == "function_call" && isObject(member)) {
                m_pieces.push_back({.kind = Kind::FunctionCall});
                function(member);
            } else if (key == "audio" && isObject(member)) {
                m_pieces.push_back({.kind = Kind::Other});
            }
        });
    }

    /// Mistral sends arrays of typed parts, also nested ones for reasoning.
    void contentParts(ondemand::value value)
    {
        elements(value, [this](ondemand::value part) {
            members(part, [this](std::string_view key, ondemand::value inner) {
                if (key == "text") {
                    add(Kind::Text, text(inner));
                } else if (key == "refusal") {
                    add(Kind::Refusal, text(inner));
                } else if (key == "thinking") {
                    elements(inner, [this](ondemand::value thought) {
                        members(thought, [this](std::string_view k, ondemand::value v) {
                            if (k == "text") {
                                add(Kind::Reasoning, text(v));
                            }
                        });
                    });
                }
            });
        });
    }

    void toolCall(ondemand::value value, int position)
    {
        m_pieces.push_back({.kind = Kind::ToolCall, .call = position});
        members(value, [this](std::string_view key, ondemand::value member) {
            ChatPiece &piece = m_pieces.back();
            if (key == "index") {
                std::int64_t n = 0;
                if (!member.get_int64().get(n) && n >= 0 && n <= 1'000'000) {
                    piece.call = static_cast<int>(n);
                }
            } else if (key == "id") {
                piece.id = text(member);
            } else if (key == "function") {
                function(member);
            } else if (key == "custom") {
                piece.custom = isObject(member);
                function(member);
            }
        });
    }

    void function(ondemand::value value)
    {
        members(value, [this](std::string_view key, ondemand::value member) {
            ChatPiece &piece = m_pieces.back();
            if (key == "name") {
                piece.name = text(member);
            } else if (key == "arguments" || key == "input") {
                // Some send the object itself instead of its text.
                piece.text = isObject(member) ? objectText(member) : text(member);
            }
        });
    }

    std::string_view objectText(ondemand::value value)
    {
        ondemand::object object;
        std::string_view raw;
        return value.get_object().get(object) || object.raw_json().get(raw) ? std::string_view()
                                                                            : trimmed(raw);
    }

    ChatFacts &m_facts;
    std::vector<ChatPiece> &m_pieces;
    std::deque<std::string> &m_spare;
    bool m_whole = false; ///< an answer, not a chunk of one
};
} // namespace

struct ChatFactsReader::Private {
    ondemand::parser parser;
    std::string padded;
    std::vector<ChatPiece> pieces;
    std::deque<std::string> spare;

    simdjson::error_code open(ondemand::document &document)
    {
        const simdjson::padded_string_view text(padded.data(), padded.size(), padded.capacity());
        return parser.iterate(text).get(document);
    }
};

ChatFactsReader::ChatFactsReader() : d(std::make_unique<Private>()) {}
ChatFactsReader::~ChatFactsReader() = default;

ChatFacts ChatFactsReader::read(std::string_view json)
{
    if (std::max(d->parser.capacity(), d->padded.capacity()) > kKeepParserUpTo) {
        d = std::make_unique<Private>(); // one large answer must not cost memory for good
    }
    ChatFacts facts;
    d->pieces.clear();
    d->spare.clear();
    d->padded.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    d->padded.assign(json);
    ondemand::document document;
    simdjson::error_code error = d->open(document);
    if (error == simdjson::UTF8_ERROR) {
        json::repairUtf8(d->padded);
        error = d->open(document);
    }
    ondemand::object root;
    if (!error && !document.get_object().get(root)) {
        facts.readable = true;
        Pass pass(facts, d->pieces, d->spare);
        for (auto entry : root) {
            ondemand::field field;
            if (std::move(entry).get(field)) {
                facts.readable = false;
                break;
            }
            pass.topLevel(parts::nameText(field), field.value());
        }
        pass.finish();
    }
    return facts;
}

} // namespace signalbox::dialect
