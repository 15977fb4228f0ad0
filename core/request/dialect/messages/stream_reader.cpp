// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/stream_reader.h"

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/answer.h"
#include "core/request/dialect/messages/block_reader.h"
#include "core/request/dialect/messages/block_writer.h"
#include "core/request/dialect/messages/failures.h"

namespace signalbox::messages {

namespace {
using neutral::PartGains;
using neutral::StreamItem;
using Type = json::Value::Type;
} // namespace

bool MessagesStreamReader::take(const http::SseEvent &event, std::vector<StreamItem> &out)
{
    if (!event.hasData || m_over || event.name == "ping" || event.data.starts_with("[DONE]")) {
        return true;
    }
    const auto data = json::readTree(event.data);
    if (!data || !data->is(Type::Object)) {
        return false;
    }
    std::string type = textOf(*data, "type");
    if (type.empty()) {
        type = event.name;
    }
    return takeData(*data, type, event.data, out);
}

bool MessagesStreamReader::takeData(const json::Value &data, const std::string &type, std::string_view raw,
                                    Items &out)
{
    const json::Value *const error = data.find("error");
    if (type == "error" || (error && !error->is(Type::Null))) {
        const auto failure = readFailure(data);
        out.emplace_back(
            neutral::AnswerFails{failure.value_or(neutral::Failure{.status = 500}), std::string(raw)});
        m_over = true;
        return true;
    }
    if (type == "message_start") {
        const json::Value *const message = objectOf(data, "message");
        return message && begin(*message, out);
    }
    if (!m_began) {
        return !type.starts_with("content_block") && !type.starts_with("message_");
    }
    if (type == "content_block_start") {
        return openBlock(data, out);
    }
    if (type == "content_block_delta") {
        grow(data, out);
    } else if (type == "content_block_stop") {
        const auto block = m_blocks.find(integerOf(data, "index").value_or(0));
        if (block != m_blocks.end()) {
            closeBlock(block->second, out);
            m_blocks.erase(block);
        }
    } else if (type == "message_delta") {
        takeMessageDelta(data, out);
    } else if (type == "message_stop") {
        end({.stop = m_called ? neutral::Stop::ToolCalls : neutral::Stop::End}, out);
        out.emplace_back(neutral::AnswerEnds{});
        m_over = true;
    }
    return true; // what is new is ignored
}

bool MessagesStreamReader::begin(const json::Value &message, Items &out)
{
    const std::string id = textOf(message, "id");
    if (m_began) {
        return id == m_id && m_seen.empty();
    }
    m_began = true;
    m_id = id;
    neutral::AnswerBegins begins{.id = id, .model = textOf(message, "model")};
    const json::Value *const usage = objectOf(message, "usage");
    if (usage) {
        begins.serviceTier = textOf(*usage, "service_tier");
    }
    out.emplace_back(std::move(begins));
    if (usage) {
        readUsage(*usage, m_usage);
        out.emplace_back(neutral::UsageKnown{m_usage});
    }
    return true;
}

bool MessagesStreamReader::openBlock(const json::Value &data, Items &out)
{
    const std::int64_t index = integerOf(data, "index").value_or(0);
    const json::Value *const block = objectOf(data, "content_block");
    if (!block || m_choiceEnded || !m_seen.insert(index).second) {
        return false;
    }
    newBlock(index, *block, out);
    return true;
}

MessagesStreamReader::Block &MessagesStreamReader::newBlock(std::int64_t index, const json::Value &value,
                                                            Items &out)
{
    Block &block = m_blocks[index];
    neutral::Part what;
    const std::string type = textOf(value, "type");
    if (type == "thinking" || type == "redacted_thinking") {
        block.kind = Kind::Reasoning;
        what.what = neutral::Reasoning{.origin = base::Dialect::Messages};
    } else if (type == "tool_use") {
        block.kind = Kind::Call;
        what.what = neutral::ToolCall{.id = textOf(value, "id"), .name = textOf(value, "name")};
        m_called = true;
        if (const json::Value *const input = objectOf(value, "input")) {
            block.value = *input;
        }
    } else if (type != "text") {
        block.kind = Kind::Foreign;
        block.value = value;
        return block;
    }
    block.part = m_parts++;
    out.emplace_back(neutral::PartBegins{block.part, 0, std::move(what)});
    const std::string text = textOf(value, block.kind == Kind::Text ? "text" : "thinking");
    if (!text.empty()) {
        out.emplace_back(neutral::PartGrows{block.part, text});
        block.said += text.size();
    }
    for (const auto &[name, gain] : {std::pair{"signature", PartGains::What::Signature},
                                     std::pair{"data", PartGains::What::Encrypted}}) {
        const std::string proof = block.kind == Kind::Reasoning ? textOf(value, name) : std::string();
        if (!proof.empty()) {
            out.emplace_back(PartGains{.part = block.part, .what = gain, .text = proof, .value = {}});
        }
    }
    return block;
}

void MessagesStreamReader::grow(const json::Value &data, Items &out)
{
    const std::int64_t index = integerOf(data, "index").value_or(0);
    const json::Value *const delta = objectOf(data, "delta");
    if (!delta || m_choiceEnded) {
        return;
    }
    const std::string type = textOf(*delta, "type");
    auto at = m_blocks.find(index);
    if (at == m_blocks.end()) {
        const bool text = type == "text_delta" || type == "thinking_delta";
        if (!text || !m_seen.insert(index).second) {
            return;
        }
        newBlock(index, typed(type == "text_delta" ? "text" : "thinking"), out); // some relays begin nothing
        at = m_blocks.find(index);
    }
    growBlock(at->second, *delta, type, out);
}

void MessagesStreamReader::growBlock(Block &block, const json::Value &delta, const std::string &type,
                                     Items &out)
{
    std::string text;
    if (type == "text_delta" && block.kind == Kind::Text) {
        text = textOf(delta, "text");
    } else if (type == "thinking_delta" && block.kind == Kind::Reasoning) {
        text = textOf(delta, "thinking");
    } else if (type == "input_json_delta" && block.kind == Kind::Call) {
        text = textOf(delta, "partial_json");
    } else if (type == "input_json_delta" && block.kind == Kind::Foreign) {
        block.input += textOf(delta, "partial_json");
    } else if (type == "signature_delta" && block.kind == Kind::Reasoning) {
        out.emplace_back(PartGains{.part = block.part,
                                   .what = PartGains::What::Signature,
                                   .text = textOf(delta, "signature"),
                                   .value = {}});
    } else if (type == "citations_delta" && block.kind == Kind::Text) {
        const json::Value *const citation = objectOf(delta, "citation");
        json::Value value = citation ? readCitation(*citation, block.said) : json::Value();
        if (!value.is(Type::Null)) {
            out.emplace_back(PartGains{.part = block.part,
                                       .what = PartGains::What::Annotation,
                                       .text = {},
                                       .value = std::move(value)});
        }
    }
    if (!text.empty()) {
        block.grew = true;
        block.said += text.size();
        out.emplace_back(neutral::PartGrows{block.part, std::move(text)});
    }
}

void MessagesStreamReader::closeBlock(Block &block, Items &out)
{
    if (block.kind == Kind::Foreign) {
        if (const auto input = json::readTree(block.input); input && !block.input.empty()) {
            block.value.set("input", *input);
        }
        neutral::Foreign foreign{.origin = base::Dialect::Messages,
                                 .what = textOf(block.value, "type"),
                                 .value = std::move(block.value)};
        out.emplace_back(neutral::PartBegins{m_parts, 0, neutral::Part{std::move(foreign), std::nullopt}});
        out.emplace_back(neutral::PartEnds{m_parts++});
        return;
    }
    if (block.kind == Kind::Call && !block.grew) { // a tool without arguments has nothing to stream
        const bool given = block.value.is(Type::Object);
        out.emplace_back(neutral::PartGrows{block.part, given ? json::writeCompact(block.value) : "{}"});
    }
    out.emplace_back(neutral::PartEnds{block.part});
}

void MessagesStreamReader::closeAll(Items &out)
{
    for (auto &[index, block] : m_blocks) {
        closeBlock(block, out);
    }
    m_blocks.clear();
}

void MessagesStreamReader::takeMessageDelta(const json::Value &data, Items &out)
{
    const json::Value *const delta = objectOf(data, "delta");
    const std::string reason = delta ? textOf(*delta, "stop_reason") : std::string();
    if (!reason.empty() && !m_choiceEnded) {
        closeAll(out);
        const json::Value *const details = delta->find("stop_details");
        if (const std::string refusal = details ? readRefusal(*details) : ""; !refusal.empty()) {
            const int part = m_parts++;
            out.emplace_back(neutral::PartBegins{part, 0, neutral::Part{neutral::Refusal{}, std::nullopt}});
            out.emplace_back(neutral::PartGrows{part, refusal});
            out.emplace_back(neutral::PartEnds{part});
        }
        end({.stop = readStop(reason, m_called),
             .stopText = reason,
             .stopSequence = textOf(*delta, "stop_sequence")},
            out);
    }
    if (const json::Value *const usage = objectOf(data, "usage")) {
        readUsage(*usage, m_usage);
        out.emplace_back(neutral::UsageKnown{m_usage});
    }
}

void MessagesStreamReader::end(neutral::ChoiceEnds ends, Items &out)
{
    if (!m_choiceEnded) {
        closeAll(out);
        m_choiceEnded = true;
        out.emplace_back(std::move(ends));
    }
}

void MessagesStreamReader::finish(std::vector<StreamItem> &out)
{
    if (m_over) {
        return;
    }
    m_over = true;
    if (m_choiceEnded) {
        out.emplace_back(neutral::AnswerEnds{}); // only message_stop is missing
        return;
    }
    for (auto &[index, block] : m_blocks) { // nothing is put in where the answer breaks off
        if (block.kind != Kind::Foreign) {
            out.emplace_back(neutral::PartEnds{block.part});
        }
    }
}

} // namespace signalbox::messages
