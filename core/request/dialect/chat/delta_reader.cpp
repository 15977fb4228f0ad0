// SPDX-License-Identifier: GPL-3.0-or-later
// {"role"?,"content"?,"refusal"?,"reasoning_content"|"reasoning"?,"annotations"?,"images"?,
//  "tool_calls"?:[{"index"?,"id"?,"type"?,"function":{"name"?,"arguments"?},"extra_content"?}]}
#include "core/request/dialect/chat/delta_reader.h"

#include <algorithm>

#include "core/request/dialect/chat/request/message_reader.h"
#include "core/request/dialect/chat/words.h"
#include "core/request/dialect/neutral/tools/call_id.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::itemsOf;
using neutral::memberOf;
using neutral::objectOf;
using neutral::Part;
using neutral::PartBegins;
using neutral::PartEnds;
using neutral::PartGains;
using neutral::PartGrows;
using neutral::textOf;

constexpr int kMostIndex = 1'000'000;

bool isWhole(const std::string &arguments, const parts::JsonCheck &check)
{
    return arguments.ends_with('}') && check.holds();
}
} // namespace

DeltaReader::Choice &DeltaReader::choiceOf(int index)
{
    const auto at = std::ranges::find(m_choices, index, &Choice::index);
    return at != m_choices.end() ? *at : m_choices.emplace_back(Choice{.index = index});
}

bool DeltaReader::ended(int choice) const
{
    const auto at = std::ranges::find(m_choices, choice, &Choice::index);
    return at != m_choices.end() && at->ended;
}

bool DeltaReader::allEnded() const
{
    return !m_choices.empty() && std::ranges::all_of(m_choices, &Choice::ended);
}

void DeltaReader::closeText(Choice &choice, Items &out)
{
    if (choice.open != Kind::None) {
        out.push_back(PartEnds{choice.part});
        choice.open = Kind::None;
    }
}

void DeltaReader::say(Choice &choice, Kind kind, const std::string &text, Items &out)
{
    if (text.empty()) {
        return;
    }
    if (choice.open != kind) {
        closeText(choice, out);
        Part what;
        if (kind == Kind::Reasoning) {
            what.what = neutral::Reasoning{};
        } else if (kind == Kind::Refusal) {
            what.what = neutral::Refusal{};
        }
        choice.open = kind;
        choice.part = m_parts++;
        out.push_back(PartBegins{.part = choice.part, .choice = choice.index, .what = std::move(what)});
    }
    out.push_back(PartGrows{.part = choice.part, .text = text});
}

void DeltaReader::whole(Choice &choice, Part part, Items &out)
{
    closeText(choice, out);
    const int number = m_parts++;
    out.push_back(PartBegins{.part = number, .choice = choice.index, .what = std::move(part)});
    out.push_back(PartEnds{number});
}

void DeltaReader::takeContent(Choice &choice, const Value &content, Items &out)
{
    auto parts = readContent(content, {});
    if (!parts) {
        return;
    }
    for (Part &part : *parts) {
        if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
            say(choice, Kind::Text, text->text, out);
        } else if (const auto *thought = std::get_if<neutral::Reasoning>(&part.what)) {
            say(choice, Kind::Reasoning, thought->text, out);
        } else if (const auto *refusal = std::get_if<neutral::Refusal>(&part.what)) {
            say(choice, Kind::Refusal, refusal->text, out);
        } else {
            whole(choice, std::move(part), out);
        }
    }
}

void DeltaReader::takeAnnotations(Choice &choice, const Value &delta, Items &out)
{
    for (const Value &annotation : itemsOf(delta, "annotations")) {
        if (choice.open == Kind::Text) {
            out.push_back(
                PartGains{.part = choice.part, .what = PartGains::What::Annotation, .value = annotation});
        }
    }
}

void DeltaReader::begin(Call &call, std::size_t slot, Items &out)
{
    if (call.told.id.empty()) {
        call.told.id = neutral::madeUpCallId(m_answerId, slot);
    }
    neutral::ToolCall head = call.told;
    head.arguments.clear();
    call.part = m_parts++;
    out.push_back(PartBegins{.part = call.part, .choice = call.choice, .what = {.what = std::move(head)}});
    if (!call.told.arguments.empty()) {
        out.push_back(PartGrows{.part = call.part, .text = call.told.arguments});
    }
}

void DeltaReader::grow(Call &call, const std::string &arguments, Items &out)
{
    const bool again = arguments == call.told.arguments && isWhole(arguments, call.check);
    if (call.ended || arguments.empty() || again) { // some say the whole once more at the end
        return;
    }
    call.check.feed(arguments);
    call.told.arguments += arguments;
    if (call.part >= 0) {
        out.push_back(PartGrows{.part = call.part, .text = arguments});
    }
}

/// Calls may interleave, but mostly one is over when the next begins. Then it need not wait for the end.
void DeltaReader::endWholeCalls(const Choice &choice, std::size_t but, Items &out)
{
    for (std::size_t i = 0; i < m_calls.size(); ++i) {
        Call &call = m_calls[i];
        const bool whole = isWhole(call.told.arguments, call.check) && !call.told.custom;
        if (i != but && call.choice == choice.index && call.part >= 0 && !call.ended && whole) {
            call.ended = true;
            out.push_back(PartEnds{call.part});
        }
    }
}

/// Gemini behind its Chat surface says several whole calls with one index and no ids.
bool DeltaReader::isAnother(const Call &call, const neutral::ToolCall &said)
{
    parts::JsonCheck check;
    check.feed(said.arguments);
    return said.id.empty() && !said.name.empty() && isWhole(call.told.arguments, call.check)
           && said.arguments.starts_with('{') && isWhole(said.arguments, check)
           && (said.name != call.told.name || said.arguments != call.told.arguments);
}

void DeltaReader::takeCall(Choice &choice, const Value &value, bool old, Items &out)
{
    neutral::ToolCall said = readCall(value);
    const auto index = neutral::integerOf(value, "index").value_or(parts::ToolCallSlots::kNoIndex);
    const auto position = static_cast<int>(std::clamp<std::int64_t>(index, -1, kMostIndex));
    std::size_t slot =
        m_slots.slotOf(choice.index, position, old ? std::string_view("old") : said.id, said.name);
    if (slot < m_calls.size() && isAnother(m_calls[slot], said)) {
        slot = m_slots.slotOf(choice.index, kMostIndex + static_cast<int>(m_calls.size()) + 1, {}, said.name);
    }
    if (slot >= m_calls.size()) {
        m_calls.resize(slot + 1);
        m_calls[slot].choice = choice.index;
        endWholeCalls(choice, slot, out);
    }
    closeText(choice, out);
    choice.calls = true;
    Call &call = m_calls[slot];
    neutral::ToolCall &told = call.told;
    told.custom |= said.custom;
    told.id = told.id.empty() ? said.id : told.id;
    told.name = told.name.empty() ? said.name : told.name;
    if (told.signature.empty() && !said.signature.empty()) {
        told.signature = said.signature;
        if (call.part >= 0 && !call.ended) {
            out.push_back(
                PartGains{.part = call.part, .what = PartGains::What::Signature, .text = said.signature});
        }
    }
    if (call.part < 0 && !told.name.empty()) {
        begin(call, slot, out);
    }
    grow(call, said.arguments, out);
}

void DeltaReader::take(int index, const Value &delta, Items &out)
{
    Choice &choice = choiceOf(index);
    if (choice.ended) {
        return;
    }
    say(choice, Kind::Reasoning, reasoningText(delta), out);
    if (const Value *content = memberOf(delta, "content")) {
        takeContent(choice, *content, out);
    }
    say(choice, Kind::Refusal, textOf(delta, "refusal"), out);
    takeAnnotations(choice, delta, out);
    for (const Value &image : itemsOf(delta, "images")) { // OpenRouter, Gemini behind relays
        takeContent(choice, image, out);
    }
    for (const Value &call : itemsOf(delta, "tool_calls")) {
        takeCall(choice, call, false, out);
    }
    if (const Value *old = objectOf(delta, "function_call")) {
        Value call = Value::object();
        call.add("function", *old);
        takeCall(choice, call, true, out);
    }
}

void DeltaReader::endCalls(int choice, Items &out)
{
    for (std::size_t i = 0; i < m_calls.size(); ++i) {
        Call &call = m_calls[i];
        if (call.choice != choice || call.ended) {
            continue;
        }
        if (call.part < 0) {
            begin(call, i, out); // it never got a name
        }
        call.ended = true;
        out.push_back(PartEnds{call.part});
    }
}

void DeltaReader::endChoice(int index, std::string_view finishReason, Items &out)
{
    Choice &choice = choiceOf(index);
    if (choice.ended) {
        return;
    }
    closeText(choice, out);
    endCalls(index, out);
    choice.ended = true;
    neutral::Stop stop = stopOf(finishReason);
    if (stop == neutral::Stop::End || stop == neutral::Stop::None || stop == neutral::Stop::ToolCalls) {
        stop = choice.calls ? neutral::Stop::ToolCalls : neutral::Stop::End;
    }
    out.push_back(neutral::ChoiceEnds{.choice = index, .stop = stop, .stopText = std::string(finishReason)});
}

void DeltaReader::endAll(Items &out)
{
    for (Choice &choice : m_choices) {
        if (!choice.ended) {
            closeText(choice, out);
            endCalls(choice.index, out);
        }
    }
}

void DeltaReader::endRest(Items &out)
{
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        endChoice(m_choices[i].index, {}, out);
    }
}

} // namespace signalbox::chat
