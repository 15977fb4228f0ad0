// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_continue.h"

#include <algorithm>
#include <utility>

#include "core/foundation/json/scan.h"
#include "core/request/dialect/parts/json_members.h"

namespace signalbox::dialect {

namespace {
using json::Span;
using Kind = ChatPiece::Kind;

/// Puts a partial answer into a request.
class Continuation
{
public:
    Continuation(std::string_view body, std::string_view text, ContinueStyle style)
        : m_body(body), m_text(text), m_style(style)
    {}

    std::optional<std::string> body()
    {
        const Span root = json::rootAt(m_body);
        std::optional<Span> messages;
        for (const json::MemberAt &member : json::membersAt(m_body, root)) {
            const auto isNamed = [&](std::string_view name) { return json::says(m_body, member.name, name); };
            const std::string_view value = json::slice(m_body, member.value);
            if (isNamed("messages")) {
                if (std::exchange(messages, member.value)) {
                    return std::nullopt;
                }
            } else if (isNamed("n") && value != "1" && value != "null") {
                return std::nullopt;
            }
        }
        const auto elements = messages ? json::elementsAt(m_body, *messages) : std::vector<Span>();
        if (m_text.empty() || elements.empty() || !lastTurn(elements.back())) {
            return std::nullopt;
        }
        if (m_style == ContinueStyle::Vllm) {
            setMember(root, "continue_final_message", "true");
            setMember(root, "add_generation_prompt", "false");
        }
        json::putInOrder(m_changes);
        return json::splice(m_body, m_changes);
    }

private:
    void insert(std::size_t at, std::string text) { m_changes.push_back({{at, at}, std::move(text)}); }

    std::string_view mark() const
    {
        return m_style == ContinueStyle::Prefix    ? "prefix"
               : m_style == ContinueStyle::Partial ? "partial"
                                                   : "";
    }

    void setMember(Span object, std::string_view name, std::string_view value)
    {
        if (const auto at = json::memberAt(m_body, object, name)) {
            m_changes.push_back({*at, std::string(value)});
        } else {
            insert(object.begin + 1, "\"" + std::string(name) + "\":" + std::string(value) + ",");
        }
    }

    bool lastTurn(Span last)
    {
        const auto role = json::memberAt(m_body, last, "role");
        if (role && json::says(m_body, *role, "assistant")) {
            return extend(last);
        }
        const std::string marked = mark().empty() ? "" : ",\"" + std::string(mark()) + "\":true";
        insert(last.end, ",{\"role\":\"assistant\",\"content\":" + json::quoted(m_text) + marked + "}");
        return true;
    }

    /// The client's own beginning of the answer.
    bool extend(Span turn)
    {
        const auto calls = json::memberAt(m_body, turn, "tool_calls");
        const auto content = json::memberAt(m_body, turn, "content");
        if (!content || (calls && json::slice(m_body, *calls) != "null")) {
            return false;
        }
        const std::string_view value = json::slice(m_body, *content);
        if (parts::isString(value)) {
            const std::string more = json::quoted(m_text);
            insert(content->end - 1, more.substr(1, more.size() - 2));
        } else if (parts::isArray(value) && !json::elementsAt(m_body, *content).empty()) {
            insert(content->end - 1, ",{\"type\":\"text\",\"text\":" + json::quoted(m_text) + "}");
        } else {
            return false;
        }
        if (!mark().empty()) {
            setMember(turn, mark(), "true");
        }
        return true;
    }

    std::string_view m_body;
    std::string_view m_text;
    ContinueStyle m_style;
    std::vector<json::Replacement> m_changes;
};

/// The place of the first choice's text in a chunk, if it is a string.
std::optional<Span> contentAt(std::string_view chunk)
{
    const auto choices = json::memberAt(chunk, json::rootAt(chunk), "choices");
    for (const Span &choice : choices ? json::elementsAt(chunk, *choices) : std::vector<Span>()) {
        const auto index = json::memberAt(chunk, choice, "index");
        const auto delta = json::memberAt(chunk, choice, "delta");
        if (delta && (!index || json::slice(chunk, *index) == "0")) {
            const auto content = json::memberAt(chunk, *delta, "content");
            return content && parts::isString(json::slice(chunk, *content)) ? content : std::nullopt;
        }
    }
    return std::nullopt;
}

/// The event with another text.
std::string withText(std::string_view data, Span at, std::string_view text)
{
    std::string out = json::splice(data, {{at, json::quoted(text)}});
    std::ranges::replace(out, '\n', ' '); // of an event with several data lines
    return "data: " + out + "\n\n";
}
} // namespace

std::optional<std::string> continuedBody(std::string_view body, std::string_view partialText,
                                         ContinueStyle style)
{
    return Continuation(body, partialText, style).body();
}

ChatSeam::ChatSeam(ChatFactsReader &reader, std::string sentText)
    : m_reader(reader), m_sent(std::move(sentText)), m_overlap(m_sent)
{}

void ChatSeam::feed(std::string_view relayed, std::string &out)
{
    if (m_open) {
        out.append(relayed);
        return;
    }
    http::SseParser parser; // the events are whole: nothing is carried over
    parser.feed(relayed);
    while (const auto event = parser.next()) {
        take(*event, out);
    }
}

void ChatSeam::take(const http::SseEvent &event, std::string &out)
{
    if (m_open || !event.hasData) {
        out.append(restarted() ? std::string_view() : event.raw);
        return;
    }
    Held held{.raw = std::string(event.raw), .data = std::string(event.data), .text = {}, .onlyText = true};
    const ChatFacts facts = m_reader.read(event.data);
    bool textEnds = event.data.starts_with("[DONE]");
    for (const ChatPiece &piece : facts.pieces) {
        if (piece.kind == Kind::Text && piece.choice == 0) {
            held.text.append(piece.text);
        } else {
            held.onlyText = false;
            textEnds |= piece.kind != Kind::Reasoning;
        }
    }
    const bool onlyRole = facts.readable && facts.pieces.empty() && !facts.choicesEmpty && !facts.usage;
    if (onlyRole) {
        return;
    }
    const bool textInParts = !held.text.empty() && !contentAt(held.data); // not to be trimmed
    m_overlap.feed(held.text);
    if (textEnds || textInParts) {
        m_overlap.end();
    }
    held.onlyText &= !facts.usage;
    m_held.push_back(std::move(held));
    const bool undecided = std::ranges::any_of(m_held, [](const Held &one) { return !one.text.empty(); });
    if (m_overlap.decided() || !undecided) {
        letGo(out);
    }
}

void ChatSeam::finish(std::string &out)
{
    m_overlap.end();
    letGo(out);
}

void ChatSeam::letGo(std::string &out)
{
    std::size_t cut = m_overlap.decided() ? m_overlap.repeated() : 0;
    for (const Held &one : std::exchange(m_held, {})) {
        if (restarted()) {
            continue;
        }
        const std::size_t here = std::min(cut, one.text.size());
        cut -= here;
        const auto at = here > 0 ? contentAt(one.data) : std::nullopt;
        if (!at) {
            out.append(one.raw);
        } else if (here < one.text.size() || !one.onlyText) {
            out.append(withText(one.data, *at, std::string_view(one.text).substr(here)));
        }
        m_open |= !one.text.empty() && m_overlap.decided();
    }
}

std::string ChatSeam::sentWith(std::string_view continuation) const
{
    if (restarted()) {
        return m_sent;
    }
    return m_sent + std::string(continuation.substr(std::min(m_overlap.repeated(), continuation.size())));
}

} // namespace signalbox::dialect
