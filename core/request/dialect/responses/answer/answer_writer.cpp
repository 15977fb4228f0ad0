// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/answer/answer_writer.h"

#include <utility>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/answer/stream_writer.h"
#include "core/request/dialect/responses/items/fields.h"

namespace signalbox::responses {

namespace {
using neutral::Part;
using neutral::PartGains;

/// Feeds parts to a writer as a stream would bring them.
class Replay
{
public:
    explicit Replay(StreamWriter &writer) : m_writer(writer) {}

    void say(const Part &part)
    {
        m_part = m_next++;
        if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
            begin({.what = neutral::Text{}});
            grow(text->text);
            for (const json::Value &note : text->annotations.items()) {
                take(PartGains{
                    .part = m_part, .what = PartGains::What::Annotation, .text = {}, .value = note});
            }
        } else if (const auto *refusal = std::get_if<neutral::Refusal>(&part.what)) {
            begin({.what = neutral::Refusal{}});
            grow(refusal->text);
        } else if (const auto *call = std::get_if<neutral::ToolCall>(&part.what)) {
            neutral::ToolCall head = *call;
            head.arguments.clear();
            begin({.what = std::move(head)});
            grow(call->arguments);
        } else if (const auto *reasoning = std::get_if<neutral::Reasoning>(&part.what)) {
            think(*reasoning);
        } else {
            begin(part);
        }
        take(neutral::PartEnds{.part = m_part});
    }

private:
    void take(const neutral::StreamItem &item) { m_writer.write(item, m_unheard); }
    void begin(Part part) { take(neutral::PartBegins{.part = m_part, .choice = 0, .what = std::move(part)}); }
    void grow(const std::string &text)
    {
        if (!text.empty()) {
            take(neutral::PartGrows{.part = m_part, .text = text});
        }
    }
    void think(const neutral::Reasoning &reasoning)
    {
        neutral::Reasoning head = reasoning;
        head.text.clear();
        head.parts.clear();
        begin({.what = std::move(head)});
        grow(reasoning.text);
        for (std::size_t i = 0; i < reasoning.parts.size(); ++i) {
            if (i > 0) {
                take(PartGains{.part = m_part, .what = PartGains::What::NextSummaryPart});
            }
            grow(reasoning.parts[i]);
        }
    }

    StreamWriter &m_writer;
    std::string m_unheard;
    int m_part = 0;
    int m_next = 0;
};
} // namespace

neutral::Written writeAnswer(const neutral::Answer &answer, const neutral::AnswerContext &context)
{
    StreamWriter writer(context, StreamWriter::Events::Unheard);
    std::string unheard;
    writer.write(neutral::AnswerBegins{.id = answer.id,
                                       .model = answer.model,
                                       .created = answer.created,
                                       .serviceTier = answer.serviceTier},
                 unheard);
    if (answer.usage) {
        writer.write(neutral::UsageKnown{.usage = *answer.usage}, unheard);
    }
    neutral::Written out;
    if (!answer.choices.empty()) {
        const neutral::Choice &choice = answer.choices.front();
        Replay replay(writer);
        for (const Part &part : choice.parts) {
            replay.say(part);
        }
        if (!choice.logprobs.is(json::Value::Type::Null)) {
            writer.write(neutral::ChoiceLogprobs{.choice = 0, .value = choice.logprobs}, unheard);
        }
        writer.write(neutral::ChoiceEnds{.choice = 0,
                                         .stop = choice.stop,
                                         .stopText = choice.stopText,
                                         .stopSequence = choice.stopSequence},
                     unheard);
    }
    out.body = json::writeCompact(writer.response());
    out.dropped = writer.dropped();
    if (answer.choices.size() > 1) {
        addOnce(out.dropped, "n");
    }
    return out;
}

} // namespace signalbox::responses
