// SPDX-License-Identifier: GPL-3.0-or-later
// {"candidates":[{"index"?,"content"?:{"role","parts"?:[…]},"finishReason"?}],"promptFeedback"?:{"blockReason"},
//  "usageMetadata"?,"modelVersion"?,"responseId"?}
#include "core/request/dialect/gemini/stream_reader.h"

#include <algorithm>
#include <utility>

#include "core/foundation/json/tree.h"
#include "core/request/dialect/gemini/part_reader.h"
#include "core/request/dialect/gemini/words.h"
#include "core/request/dialect/neutral/tools/call_id.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
using neutral::itemsOf;
using neutral::objectOf;
using neutral::Part;
using neutral::Stop;
using neutral::textOf;
using Items = std::vector<neutral::StreamItem>;
} // namespace

StreamReader::Candidate &StreamReader::candidateOf(int index)
{
    const auto at = std::ranges::find(m_candidates, index, &Candidate::index);
    return at != m_candidates.end() ? *at : m_candidates.emplace_back(Candidate{.index = index});
}

void StreamReader::begin(const Value &chunk, Items &out)
{
    if (!m_begun) {
        m_begun = true;
        m_answerId = textOf(chunk, "responseId");
        out.push_back(neutral::AnswerBegins{.id = m_answerId, .model = textOf(chunk, "modelVersion")});
    }
}

void StreamReader::close(Candidate &candidate, Items &out)
{
    if (candidate.open != Kind::None) {
        candidate.open = Kind::None;
        out.push_back(neutral::PartEnds{candidate.part});
    }
}

void StreamReader::say(Candidate &candidate, Kind kind, const std::string &text, Items &out)
{
    if (text.empty()) {
        return;
    }
    if (candidate.open != kind) {
        close(candidate, out);
        Part what;
        if (kind == Kind::Reasoning) {
            what.what = neutral::Reasoning{.origin = base::Dialect::Gemini};
        }
        candidate.open = kind;
        candidate.part = m_parts++;
        out.push_back(
            neutral::PartBegins{.part = candidate.part, .choice = candidate.index, .what = std::move(what)});
    }
    out.push_back(neutral::PartGrows{.part = candidate.part, .text = text});
}

void StreamReader::whole(Candidate &candidate, Part part, Items &out)
{
    close(candidate, out);
    std::string arguments;
    if (auto *call = std::get_if<neutral::ToolCall>(&part.what)) {
        candidate.calls = true;
        if (call->id.empty()) {
            call->id = neutral::madeUpCallId(m_answerId, m_calls);
        }
        ++m_calls;
        arguments = std::exchange(call->arguments, {});
    }
    const int number = m_parts++;
    out.push_back(neutral::PartBegins{.part = number, .choice = candidate.index, .what = std::move(part)});
    if (!arguments.empty()) {
        out.push_back(neutral::PartGrows{.part = number, .text = std::move(arguments)});
    }
    out.push_back(neutral::PartEnds{number});
}

/// A signature on a text is not needed again, and no client could keep it.
void StreamReader::takePart(Candidate &candidate, const Value &value, Items &out)
{
    Part part = readPart(value);
    if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
        say(candidate, Kind::Text, text->text, out);
    } else if (const auto *thought = std::get_if<neutral::Reasoning>(&part.what)) {
        say(candidate, Kind::Reasoning, thought->text, out);
        if (!thought->signature.empty() && candidate.open == Kind::Reasoning) {
            out.push_back(neutral::PartGains{.part = candidate.part,
                                             .what = neutral::PartGains::What::Signature,
                                             .text = thought->signature});
        }
    } else if (const auto *call = std::get_if<neutral::ToolCall>(&part.what); call && call->name.empty()) {
        return; // the close of a call that came in pieces, which nobody asked for
    } else {
        whole(candidate, std::move(part), out);
    }
}

void StreamReader::takeCandidate(const Value &value, std::string_view text, Items &out)
{
    const auto index =
        static_cast<int>(std::clamp<std::int64_t>(neutral::integerOf(value, "index").value_or(0), 0, 127));
    Candidate &candidate = candidateOf(index);
    if (const Value *content = objectOf(value, "content")) {
        for (const Value &part : itemsOf(*content, "parts")) {
            if (part.is(Value::Type::Object)) {
                takePart(candidate, part, out);
            }
        }
    }
    const std::string &reason = textOf(value, "finishReason");
    const Stop stop = stopOf(reason);
    if (stop == Stop::Failed) {
        const std::string &why = textOf(value, "finishMessage");
        fail({.status = 502,
              .message = "The provider gave up: " + reason + (why.empty() ? "" : " (" + why + ")"),
              .type = "server_error",
              .code = reason},
             text, out);
    } else if (stop != Stop::None) {
        candidate.reason = reason;
    }
}

void StreamReader::fail(neutral::Failure failure, std::string_view text, Items &out)
{
    m_over = true;
    out.push_back(neutral::AnswerFails{.failure = std::move(failure), .body = std::string(text)});
}

void StreamReader::takeChunk(const Value &chunk, std::string_view text, Items &out)
{
    if (m_over) {
        return;
    }
    if (auto failure = failureIn(chunk)) {
        fail(std::move(*failure), text, out);
        return;
    }
    const Value *feedback = objectOf(chunk, "promptFeedback");
    const std::string blocked = feedback ? textOf(*feedback, "blockReason") : std::string();
    const std::vector<Value> &candidates = itemsOf(chunk, "candidates");
    const auto usage = usageIn(chunk);
    if (!candidates.empty() || !blocked.empty() || usage) {
        begin(chunk, out);
    }
    m_blocked = blocked.empty() ? m_blocked : blocked;
    for (const Value &candidate : candidates) {
        if (!m_over && candidate.is(Value::Type::Object)) {
            takeCandidate(candidate, text, out);
        }
    }
    if (usage && !m_over) {
        out.push_back(neutral::UsageKnown{*usage});
    }
}

bool StreamReader::take(const http::SseEvent &event, Items &out)
{
    if (m_over || !event.hasData || event.data.empty() || event.data.starts_with("[DONE]")) {
        return true;
    }
    const auto tree = json::readTree(event.data);
    if (!tree || (!tree->is(Value::Type::Object) && !failureIn(*tree))) {
        return false;
    }
    takeChunk(*tree, event.data, out);
    return true;
}

void StreamReader::finish(Items &out)
{
    if (m_over) {
        return;
    }
    m_over = true;
    if (m_candidates.empty() && !m_blocked.empty()) {
        out.push_back(neutral::ChoiceEnds{.stop = Stop::Filter, .stopText = m_blocked});
        out.push_back(neutral::AnswerEnds{});
        return;
    }
    bool whole = !m_candidates.empty();
    for (Candidate &candidate : m_candidates) {
        close(candidate, out);
        whole &= !candidate.reason.empty();
        if (!candidate.reason.empty()) {
            const Stop stop = stopOf(candidate.reason);
            out.push_back(
                neutral::ChoiceEnds{.choice = candidate.index,
                                    .stop = stop == Stop::End && candidate.calls ? Stop::ToolCalls : stop,
                                    .stopText = candidate.reason});
        }
    }
    if (whole) {
        out.push_back(neutral::AnswerEnds{});
    }
}

} // namespace signalbox::gemini
