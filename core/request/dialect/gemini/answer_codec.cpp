// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/answer_codec.h"

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/gemini/part_writer.h"
#include "core/request/dialect/gemini/stream_reader.h"
#include "core/request/dialect/gemini/words.h"
#include "core/request/dialect/neutral/answer_items.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
} // namespace

base::Result<neutral::Answer> readAnswer(std::string_view body)
{
    const auto tree = json::readTree(body);
    if (!tree) {
        return base::fail(base::ErrorCode::Corrupt, "this is no JSON");
    }
    StreamReader reader;
    std::vector<neutral::StreamItem> items;
    if (tree->is(Value::Type::Array) && !failureIn(*tree)) {
        for (const Value &chunk : tree->items()) {
            reader.takeChunk(chunk, body, items);
        }
    } else {
        reader.takeChunk(*tree, body, items);
    }
    reader.finish(items);
    neutral::AnswerBuilder builder(base::Dialect::Gemini);
    for (const neutral::StreamItem &item : items) {
        builder.take(item);
    }
    if (!builder.whole()) {
        return base::fail(base::ErrorCode::Corrupt, "this is no finished answer of generateContent");
    }
    return builder.answer();
}

neutral::Written writeAnswer(const neutral::Answer &answer, const neutral::AnswerContext &context)
{
    neutral::DropList drops;
    Value candidates = Value::array();
    for (const neutral::Choice &choice : answer.choices) {
        Value parts = Value::array();
        for (const neutral::Part &part : choice.parts) {
            if (auto written = writePart(part, true, drops)) {
                parts.append(std::move(*written));
            }
        }
        drops.addIf(!choice.logprobs.is(Value::Type::Null), "logprobs");
        Value content = Value::object();
        content.add("role", Value::string("model"));
        content.add("parts", std::move(parts));
        Value candidate = Value::object();
        candidate.add("content", std::move(content));
        candidate.add("finishReason", Value::string(std::string(finishReasonOf(choice.stop))));
        candidate.add("index", Value::integer(choice.index));
        candidates.append(std::move(candidate));
    }
    Value out = Value::object();
    out.add("candidates", std::move(candidates));
    if (answer.usage) {
        out.add("usageMetadata", usageOf(*answer.usage));
    }
    out.add("modelVersion", Value::string(answer.model));
    out.add("responseId", Value::string(answer.id.empty() ? context.id : answer.id));
    return {.body = json::writeCompact(out), .dropped = drops.take()};
}

} // namespace signalbox::gemini
