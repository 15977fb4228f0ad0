// SPDX-License-Identifier: GPL-3.0-or-later
// data: {"id","created","model","choices":[{"index","delta":{…},"finish_reason"|null,"logprobs"?}],"usage"?}
// data: [DONE]
#include "core/request/dialect/chat/stream_reader.h"

#include <algorithm>

#include "core/foundation/json/tree.h"
#include "core/request/dialect/chat/words.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::itemsOf;
using neutral::objectOf;
using neutral::textOf;
using Items = std::vector<neutral::StreamItem>;

constexpr std::int64_t kMostChoices = 128;

void keep(std::string &known, const std::string &told)
{
    known = known.empty() ? told : known;
}
} // namespace

/// The first chunk may have nothing but filter results and an empty head (Azure).
void StreamReader::takeHead(const Value &chunk, Items &out)
{
    if (m_begun) {
        return;
    }
    keep(m_head.id, textOf(chunk, "id"));
    keep(m_head.model, textOf(chunk, "model"));
    keep(m_head.serviceTier, textOf(chunk, "service_tier"));
    if (m_head.created == 0) {
        const Value *created = neutral::memberOf(chunk, "created");
        m_head.created = created ? neutral::toInteger(Value::number(created->text())).value_or(0) : 0;
    }
    if (!itemsOf(chunk, "choices").empty() || usageIn(chunk)) {
        m_begun = true;
        m_deltas.setAnswerId(m_head.id);
        out.push_back(m_head);
    }
}

void StreamReader::fail(neutral::Failure failure, std::string_view body, Items &out)
{
    m_over = true;
    out.push_back(neutral::AnswerFails{.failure = std::move(failure), .body = std::string(body)});
}

void StreamReader::takeChoice(const Value &choice, std::string_view data, Items &out)
{
    const auto index = static_cast<int>(
        std::clamp<std::int64_t>(neutral::integerOf(choice, "index").value_or(0), 0, kMostChoices - 1));
    const Value *delta = objectOf(choice, "delta");
    if (!delta) {
        delta = objectOf(choice, "message");
    }
    if (delta) {
        m_deltas.take(index, *delta, out);
    } else if (const std::string &text = textOf(choice, "text"); !text.empty()) {
        Value content = Value::object();
        content.add("content", Value::string(text));
        m_deltas.take(index, content, out);
    }
    if (const Value *logprobs = objectOf(choice, "logprobs"); logprobs && !m_deltas.ended(index)) {
        out.push_back(neutral::ChoiceLogprobs{.choice = index, .value = *logprobs});
    }
    const std::string &reason = textOf(choice, "finish_reason");
    if (stopOf(reason) == neutral::Stop::Failed) {
        fail({.status = 502,
              .message = "The provider gave up: " + reason,
              .type = "server_error",
              .code = reason},
             data, out);
    } else if (!reason.empty()) {
        m_deltas.endChoice(index, reason, out);
    }
}

bool StreamReader::take(const http::SseEvent &event, Items &out)
{
    if (m_over || !event.hasData || event.data.empty()) {
        return true;
    }
    if (event.data.starts_with("[DONE]")) {
        m_over = true;
        if (!m_begun) {
            out.push_back(m_head);
        }
        m_deltas.endRest(out);
        out.push_back(neutral::AnswerEnds{});
        return true;
    }
    const auto tree = json::readTree(event.data);
    if (!tree || !tree->is(Value::Type::Object)) {
        return false;
    }
    auto failure = failureIn(*tree);
    if (!failure && event.name == "error") {
        failure = neutral::Failure{.message = textOf(*tree, "message"), .type = textOf(*tree, "type")};
    }
    if (failure) {
        fail(std::move(*failure), event.data, out);
        return true;
    }
    takeHead(*tree, out);
    for (const Value &choice : itemsOf(*tree, "choices")) {
        if (!m_over) {
            takeChoice(choice, event.data, out);
        }
    }
    if (const auto usage = usageIn(*tree); usage && !m_over) {
        out.push_back(neutral::UsageKnown{*usage});
    }
    return true;
}

void StreamReader::finish(Items &out)
{
    if (m_over) {
        return;
    }
    m_over = true;
    const bool whole = m_deltas.allEnded();
    m_deltas.endAll(out);
    if (whole) {
        out.push_back(neutral::AnswerEnds{});
    }
}

} // namespace signalbox::chat
