// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/answer_items.h"

#include <algorithm>
#include <utility>

#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::neutral {

namespace {
using json::Value;

/// Logprobs come in pieces: lists, to be put one behind the other.
void addLogprobs(Value &all, const Value &more)
{
    if (!all.is(Value::Type::Object)) {
        all = more;
        return;
    }
    for (const json::Member &member : more.members()) {
        Value *known = all.find(member.name);
        if (!known) {
            all.add(member.name, member.value);
        } else if (known->is(Value::Type::Array)) {
            for (const Value &item : member.value.items()) {
                known->append(item);
            }
        } else {
            *known = member.value;
        }
    }
}

void gain(Reasoning &thought, const PartGains &item)
{
    if (item.what == PartGains::What::Signature) {
        thought.signature = item.text;
    } else if (item.what == PartGains::What::Encrypted) {
        thought.encrypted = item.text;
    } else if (item.what == PartGains::What::NextSummaryPart) {
        thought.summary = true;
        if (thought.parts.empty()) {
            thought.parts.push_back(std::move(thought.text));
            thought.text.clear();
        }
        thought.parts.emplace_back();
    }
}

std::string takeText(Part &part)
{
    return std::visit(
        [](auto &what) -> std::string {
            if constexpr (requires { what.arguments; }) {
                return std::exchange(what.arguments, {});
            } else if constexpr (requires { what.callId; } || requires { what.mime; }) {
                return {}; // comes whole
            } else if constexpr (requires { what.text; }) {
                return std::exchange(what.text, {});
            } else {
                return {};
            }
        },
        part.what);
}

void addPart(const Choice &choice, const Part &given, int number, std::vector<StreamItem> &out)
{
    Part head = given;
    const auto grow = [&](std::string text) {
        if (!text.empty()) {
            out.push_back(PartGrows{.part = number, .text = std::move(text)});
        }
    };
    const std::string text = takeText(head);
    std::vector<std::string> summaries;
    std::vector<Value> annotations;
    if (auto *thought = std::get_if<Reasoning>(&head.what)) {
        summaries = std::exchange(thought->parts, {});
    } else if (auto *words = std::get_if<Text>(&head.what)) {
        annotations = std::exchange(words->annotations, {}).items();
    }
    out.push_back(PartBegins{.part = number, .choice = choice.index, .what = std::move(head)});
    grow(text);
    for (std::size_t i = 0; i < summaries.size(); ++i) {
        if (i > 0) {
            out.push_back(PartGains{.part = number, .what = PartGains::What::NextSummaryPart});
        }
        grow(std::move(summaries[i]));
    }
    for (Value &annotation : annotations) {
        out.push_back(
            PartGains{.part = number, .what = PartGains::What::Annotation, .value = std::move(annotation)});
    }
    out.push_back(PartEnds{number});
}
} // namespace

void AnswerBuilder::take(const StreamItem &item)
{
    std::visit([this](const auto &what) { on(what); }, item);
}

Choice &AnswerBuilder::choiceOf(int index)
{
    const auto at = std::ranges::lower_bound(m_answer.choices, index, {}, &Choice::index);
    return at != m_answer.choices.end() && at->index == index
               ? *at
               : *m_answer.choices.insert(at, Choice{.index = index});
}

Part *AnswerBuilder::partOf(int number)
{
    const auto place = static_cast<std::size_t>(number);
    if (number < 0 || place >= m_where.size()) {
        return nullptr;
    }
    return &choiceOf(m_where[place].first).parts[m_where[place].second];
}

void AnswerBuilder::on(const AnswerBegins &item)
{
    m_answer.id = item.id;
    m_answer.model = item.model;
    m_answer.created = item.created;
    m_answer.serviceTier = item.serviceTier;
}

void AnswerBuilder::on(const PartBegins &item)
{
    std::vector<Part> &parts = choiceOf(item.choice).parts;
    m_where.emplace_back(item.choice, parts.size());
    parts.push_back(item.what);
}

void AnswerBuilder::on(const PartGrows &item)
{
    Part *part = partOf(item.part);
    if (!part) {
        return;
    }
    if (auto *text = std::get_if<Text>(&part->what)) {
        text->text += item.text;
    } else if (auto *call = std::get_if<ToolCall>(&part->what)) {
        call->arguments += item.text;
    } else if (auto *refusal = std::get_if<Refusal>(&part->what)) {
        refusal->text += item.text;
    } else if (auto *thought = std::get_if<Reasoning>(&part->what)) {
        (thought->parts.empty() ? thought->text : thought->parts.back()) += item.text;
    }
}

void AnswerBuilder::on(const PartGains &item)
{
    Part *part = partOf(item.part);
    if (!part) {
        return;
    }
    if (auto *thought = std::get_if<Reasoning>(&part->what)) {
        gain(*thought, item);
    } else if (auto *call = std::get_if<ToolCall>(&part->what)) {
        call->signature = item.what == PartGains::What::Signature ? item.text : call->signature;
    } else if (auto *text = std::get_if<Text>(&part->what)) {
        if (item.what == PartGains::What::Annotation) {
            if (!text->annotations.is(Value::Type::Array)) {
                text->annotations = Value::array();
            }
            text->annotations.append(item.value);
        }
    }
}

void AnswerBuilder::on(const ChoiceLogprobs &item)
{
    addLogprobs(choiceOf(item.choice).logprobs, item.value);
}

void AnswerBuilder::on(const ChoiceEnds &item)
{
    Choice &choice = choiceOf(item.choice);
    choice.stop = item.stop;
    choice.stopText = item.stopText;
    choice.stopSequence = item.stopSequence;
}

void AnswerBuilder::on(const UsageKnown &item)
{
    m_answer.usage = item.usage;
}

std::vector<StreamItem> itemsOf(const Answer &answer)
{
    std::vector<StreamItem> out;
    out.push_back(AnswerBegins{.id = answer.id,
                               .model = answer.model,
                               .created = answer.created,
                               .serviceTier = answer.serviceTier});
    int number = 0;
    for (const Choice &choice : answer.choices) {
        for (const Part &part : choice.parts) {
            addPart(choice, part, number++, out);
        }
        if (!choice.logprobs.is(Value::Type::Null)) {
            out.push_back(ChoiceLogprobs{.choice = choice.index, .value = choice.logprobs});
        }
        out.push_back(ChoiceEnds{.choice = choice.index,
                                 .stop = choice.stop,
                                 .stopText = choice.stopText,
                                 .stopSequence = choice.stopSequence});
    }
    if (answer.usage) {
        out.push_back(UsageKnown{*answer.usage});
    }
    out.push_back(AnswerEnds{});
    return out;
}

} // namespace signalbox::neutral
