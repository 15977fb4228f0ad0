// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/stream_writer.h"

#include "core/foundation/json/writer.h"
#include "core/request/dialect/gemini/part_writer.h"
#include "core/request/dialect/gemini/words.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
using neutral::PartGains;

Value candidate(int index, std::vector<Value> parts)
{
    Value content = Value::object();
    content.add("role", Value::string("model"));
    content.add("parts", Value::array(std::move(parts)));
    Value out = Value::object();
    out.add("content", std::move(content));
    out.add("index", Value::integer(index));
    return out;
}
} // namespace

void StreamWriter::write(const neutral::StreamItem &item, std::string &out)
{
    std::visit([&](const auto &what) { on(what, out); }, item);
}

void StreamWriter::chunk(Value candidates, bool last, std::string &out) const
{
    Value data = Value::object();
    data.add("candidates", std::move(candidates));
    if (last && m_usage) {
        data.add("usageMetadata", usageOf(*m_usage));
    }
    data.add("modelVersion", Value::string(m_head.model));
    data.add("responseId", Value::string(m_head.id.empty() ? m_context.id : m_head.id));
    out += "data: " + json::writeCompact(data) + "\n\n";
}

void StreamWriter::part(int choice, Value part, std::string &out) const
{
    chunk(Value::array({candidate(choice, {std::move(part)})}), false, out);
}

StreamWriter::Part *StreamWriter::partOf(int number)
{
    const auto at = static_cast<std::size_t>(number);
    return number >= 0 && at < m_parts.size() ? &m_parts[at] : nullptr;
}

void StreamWriter::on(const neutral::AnswerBegins &item, std::string &)
{
    m_head = item;
}

void StreamWriter::on(const neutral::PartBegins &item, std::string &)
{
    if (m_parts.size() <= static_cast<std::size_t>(item.part)) {
        m_parts.resize(static_cast<std::size_t>(item.part) + 1);
    }
    m_parts[static_cast<std::size_t>(item.part)] = {.choice = item.choice, .what = item.what};
}

void StreamWriter::on(const neutral::PartGrows &item, std::string &out)
{
    Part *known = partOf(item.part);
    if (!known || item.text.empty()) {
        return;
    }
    if (auto *call = std::get_if<neutral::ToolCall>(&known->what.what)) {
        call->arguments += item.text;
        return;
    }
    Value said = textPart(item.text);
    if (std::holds_alternative<neutral::Reasoning>(known->what.what)) {
        said.add("thought", Value::boolean(true));
    }
    part(known->choice, std::move(said), out);
}

void StreamWriter::on(const PartGains &item, std::string &out)
{
    Part *known = partOf(item.part);
    if (!known) {
        return;
    }
    auto *call = std::get_if<neutral::ToolCall>(&known->what.what);
    const auto *thought = std::get_if<neutral::Reasoning>(&known->what.what);
    if (item.what == PartGains::What::Signature && call) {
        call->signature = item.text;
    } else if (item.what == PartGains::What::Signature && thought
               && thought->origin == base::Dialect::Gemini) {
        Value said = textPart("");
        said.add("thought", Value::boolean(true));
        said.add("thoughtSignature", Value::string(item.text));
        part(known->choice, std::move(said), out);
    } else if (item.what == PartGains::What::NextSummaryPart) {
        Value said = textPart("\n\n");
        said.add("thought", Value::boolean(true));
        part(known->choice, std::move(said), out);
    } else {
        m_drops.add(item.what == PartGains::What::Annotation ? "annotations" : "thinking signature");
    }
}

void StreamWriter::on(const neutral::PartEnds &item, std::string &out)
{
    Part *known = partOf(item.part);
    if (!known || std::holds_alternative<neutral::Text>(known->what.what)
        || std::holds_alternative<neutral::Reasoning>(known->what.what)
        || std::holds_alternative<neutral::Refusal>(known->what.what)) {
        return; // said as it grew
    }
    if (auto written = writePart(known->what, true, m_drops)) {
        part(known->choice, std::move(*written), out);
    }
}

void StreamWriter::on(const neutral::ChoiceLogprobs &, std::string &)
{
    m_drops.add("logprobs");
}

void StreamWriter::on(const neutral::ChoiceEnds &item, std::string &)
{
    m_ends.push_back(item);
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
    Value candidates = Value::array();
    for (const neutral::ChoiceEnds &end : m_ends) {
        Value one = candidate(end.choice, {});
        one.add("finishReason", Value::string(std::string(finishReasonOf(end.stop))));
        candidates.append(std::move(one));
    }
    chunk(std::move(candidates), true, out);
}

} // namespace signalbox::gemini
