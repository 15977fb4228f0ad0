// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat/stream_writer.h"

#include <algorithm>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/chat/answer_writer.h"
#include "core/request/dialect/chat/words.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::PartGains;

void append(const Value &data, std::string &out)
{
    out += "data: " + json::writeCompact(data) + "\n\n";
}

Value listOf(Value value)
{
    Value out = Value::array();
    out.append(std::move(value));
    return out;
}
} // namespace

StreamWriter::StreamWriter(const neutral::AnswerContext &context) : m_context(context)
{
    if (context.request) {
        m_custom.emplace(*context.request);
    }
}

void StreamWriter::write(const neutral::StreamItem &item, std::string &out)
{
    const auto one = [&](const auto &what) { on(what, out); };
    if (!m_custom || !m_custom->any()) {
        std::visit(one, item);
        return;
    }
    std::vector<neutral::StreamItem> restored;
    m_custom->take(item, restored);
    for (const neutral::StreamItem &each : restored) {
        std::visit(one, each);
    }
}

Value StreamWriter::head() const
{
    Value out = Value::object();
    out.add("id", Value::string(answerId(m_head.id, m_context.id)));
    out.add("object", Value::string("chat.completion.chunk"));
    out.add("created", Value::integer(m_head.created > 0 ? m_head.created : m_context.now));
    const std::string &asked = m_context.request ? m_context.request->model : m_head.model;
    out.add("model", Value::string(m_head.model.empty() ? asked : m_head.model));
    neutral::addText(out, "service_tier", m_head.serviceTier);
    return out;
}

void StreamWriter::event(const Value &choice, std::string &out) const
{
    Value chunk = head();
    chunk.add("choices", listOf(choice));
    if (m_context.usageAsked) {
        chunk.add("usage", Value());
    }
    append(chunk, out);
}

void StreamWriter::delta(int choice, const char *name, Value value, std::string &out) const
{
    Value delta = Value::object();
    delta.add(name, std::move(value));
    Value written = Value::object();
    written.add("index", Value::integer(choice));
    written.add("delta", std::move(delta));
    written.add("finish_reason", Value());
    event(written, out);
}

/// With the chunk that says whose it is, on first sight.
StreamWriter::Choice &StreamWriter::choiceOf(int index, std::string &out)
{
    const auto at = std::ranges::find(m_choices, index, &Choice::index);
    if (at != m_choices.end()) {
        return *at;
    }
    Value delta = Value::object();
    delta.add("role", Value::string("assistant"));
    delta.add("content", Value::string(""));
    delta.add("refusal", Value());
    Value written = Value::object();
    written.add("index", Value::integer(index));
    written.add("delta", std::move(delta));
    written.add("finish_reason", Value());
    event(written, out);
    return m_choices.emplace_back(Choice{.index = index});
}

StreamWriter::Part *StreamWriter::partOf(int number)
{
    const auto at = static_cast<std::size_t>(number);
    return number >= 0 && at < m_parts.size() ? &m_parts[at] : nullptr;
}

void StreamWriter::on(const neutral::AnswerBegins &item, std::string &out)
{
    m_head = item;
    choiceOf(0, out);
}

void StreamWriter::callDelta(const Part &part, Value entry, std::string &out) const
{
    Value indexed = Value::object();
    indexed.add("index", Value::integer(part.call));
    for (json::Member &member : entry.members()) {
        indexed.add(std::move(member.name), std::move(member.value));
    }
    delta(part.choice, "tool_calls", listOf(std::move(indexed)), out);
}

void StreamWriter::on(const neutral::PartBegins &item, std::string &out)
{
    Choice &choice = choiceOf(item.choice, out);
    if (m_parts.size() <= static_cast<std::size_t>(item.part)) {
        m_parts.resize(static_cast<std::size_t>(item.part) + 1);
    }
    Part &part = m_parts[static_cast<std::size_t>(item.part)];
    part.choice = item.choice;
    part.what = item.what;
    if (const auto *call = std::get_if<neutral::ToolCall>(&part.what.what)) {
        part.call = choice.calls++;
        callDelta(part, writtenCall(*call), out);
    } else if (const auto *text = std::get_if<neutral::Text>(&item.what.what)) {
        if (!text->text.empty()) {
            delta(item.choice, "content", Value::string(text->text), out);
        }
    } else if (const auto *media = std::get_if<neutral::Media>(&item.what.what)) {
        if (Value image = writtenImage(*media, m_drops); !image.is(Value::Type::Null)) {
            delta(item.choice, "images", listOf(std::move(image)), out);
        }
    } else if (const auto *foreign = std::get_if<neutral::Foreign>(&item.what.what)) {
        m_drops.add(foreign->what);
    } else if (const auto *thought = std::get_if<neutral::Reasoning>(&item.what.what)) {
        if (!thought->text.empty()) {
            delta(item.choice, "reasoning_content", Value::string(thought->text), out);
        }
        m_drops.addIf(!thought->signature.empty(), "thinking signature");
        m_drops.addIf(!thought->encrypted.empty(), "encrypted reasoning");
    }
}

void StreamWriter::on(const neutral::PartGrows &item, std::string &out)
{
    Part *part = partOf(item.part);
    if (!part || item.text.empty()) {
        return;
    }
    if (const auto *call = std::get_if<neutral::ToolCall>(&part->what.what)) {
        Value inside = Value::object();
        inside.add(call->custom ? "input" : "arguments", Value::string(item.text));
        Value entry = Value::object();
        entry.add(call->custom ? "custom" : "function", std::move(inside));
        callDelta(*part, std::move(entry), out);
        return;
    }
    const bool refusal = std::holds_alternative<neutral::Refusal>(part->what.what);
    const bool thought = std::holds_alternative<neutral::Reasoning>(part->what.what);
    choiceOf(part->choice, out).refused |= refusal;
    delta(part->choice,
          refusal   ? "refusal"
          : thought ? "reasoning_content"
                    : "content",
          Value::string(item.text), out);
}

void StreamWriter::on(const PartGains &item, std::string &out)
{
    Part *part = partOf(item.part);
    if (!part) {
        return;
    }
    const auto *call = std::get_if<neutral::ToolCall>(&part->what.what);
    switch (item.what) {
    case PartGains::What::Signature:
        if (call) {
            const neutral::ToolCall signedOnly{.signature = item.text};
            Value entry = Value::object();
            entry.add("extra_content", *writtenCall(signedOnly).find("extra_content"));
            callDelta(*part, std::move(entry), out);
        } else {
            m_drops.add("thinking signature");
        }
        break;
    case PartGains::What::Encrypted:
        m_drops.add("encrypted reasoning");
        break;
    case PartGains::What::Annotation:
        delta(part->choice, "annotations", listOf(annotationOf(item.value)), out);
        break;
    case PartGains::What::NextSummaryPart:
        delta(part->choice, "reasoning_content", Value::string("\n\n"), out);
        break;
    }
}

void StreamWriter::on(const neutral::ChoiceLogprobs &item, std::string &out)
{
    choiceOf(item.choice, out);
    Value written = Value::object();
    written.add("index", Value::integer(item.choice));
    written.add("delta", Value::object());
    written.add("logprobs", item.value);
    written.add("finish_reason", Value());
    event(written, out);
}

void StreamWriter::finishChoice(Choice &choice, neutral::Stop stop, std::string &out) const
{
    choice.ended = true;
    Value written = Value::object();
    written.add("index", Value::integer(choice.index));
    written.add("delta", Value::object());
    written.add("finish_reason", Value::string(finishReasonOf(stop, choice.refused)));
    event(written, out);
}

void StreamWriter::on(const neutral::ChoiceEnds &item, std::string &out)
{
    finishChoice(choiceOf(item.choice, out), item.stop, out);
}

void StreamWriter::on(const neutral::UsageKnown &item, std::string &)
{
    m_usage = item.usage;
}

void StreamWriter::on(const neutral::AnswerFails &item, std::string &out)
{
    out += "data: " + failureBody(item.failure) + "\n\n";
}

void StreamWriter::on(const neutral::AnswerEnds &, std::string &out)
{
    for (Choice &choice : m_choices) {
        if (!choice.ended) {
            finishChoice(choice, choice.calls > 0 ? neutral::Stop::ToolCalls : neutral::Stop::End, out);
        }
    }
    if (m_context.usageAsked && m_usage) {
        Value chunk = head();
        chunk.add("choices", Value::array());
        chunk.add("usage", usageOf(*m_usage));
        append(chunk, out);
    }
    out += "data: [DONE]\n\n";
}

} // namespace signalbox::chat
