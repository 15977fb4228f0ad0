// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/translate/answer_state.h"

#include <algorithm>

#include "core/foundation/json/splice.h"

namespace signalbox::translate {

using neutral::Stop;

namespace {
template<typename... Visits>
struct Visitor : Visits... {
    using Visits::operator()...;
};
} // namespace

void AnswerState::take(const neutral::StreamItem &item)
{
    std::visit(Visitor{[this](const neutral::AnswerBegins &one) {
                           if (!one.model.empty()) {
                               m_state.model = one.model;
                           }
                       },
                       [this](const neutral::PartBegins &one) { begins(one); },
                       [this](const neutral::PartGrows &one) {
                           if (const auto it = m_parts.find(one.part); it != m_parts.end()) {
                               says(it->second, one.text);
                           }
                       },
                       [](const neutral::PartGains &) {}, [](const neutral::PartEnds &) {},
                       [](const neutral::ChoiceLogprobs &) {},
                       [this](const neutral::ChoiceEnds &one) { ends(one); },
                       [this](const neutral::UsageKnown &one) { m_state.usage = one.usage; },
                       [this](const neutral::AnswerFails &one) { fails(one); },
                       [this](const neutral::AnswerEnds &) {
                           m_state.complete = m_state.doneSeen = true;
                           m_state.brokenToolCall = anyCallBroken();
                       }},
               item);
}

void AnswerState::begins(const neutral::PartBegins &begun)
{
    Open &part = m_parts[begun.part];
    part.choice = begun.choice;
    const auto &what = begun.what.what;
    if (const auto *const call = std::get_if<neutral::ToolCall>(&what)) {
        part.kind = call->custom ? Kind::FreeCall : Kind::Call;
        m_state.toolCalls = m_state.content = true;
        m_state.contentBytes += call->name.size();
        m_state.pieces += 1;
        says(part, call->arguments);
    } else if (const auto *const text = std::get_if<neutral::Text>(&what)) {
        part.kind = Kind::Text;
        says(part, text->text);
    } else if (const auto *const thought = std::get_if<neutral::Reasoning>(&what)) {
        part.kind = Kind::Thought;
        says(part, thought->text);
    } else if (const auto *const refusal = std::get_if<neutral::Refusal>(&what)) {
        part.kind = Kind::Refusal;
        says(part, refusal->text);
    } else {
        m_state.content = true; // an image, or the work of a provider's own tool
        m_state.continuable = false;
    }
    m_state.continuable &= !m_state.toolCalls;
}

void AnswerState::says(Open &part, std::string_view text)
{
    if (text.empty()) {
        return;
    }
    m_state.contentBytes += text.size();
    m_state.pieces += 1;
    if (part.kind == Kind::Refusal) {
        m_state.refusal = true;
        m_state.content |= m_refusalIsContent;
        m_state.continuable = false;
        return;
    }
    m_state.content = true;
    if (part.kind == Kind::Call) {
        part.arguments.feed(text);
    } else if ((part.kind == Kind::Text || part.kind == Kind::Thought) && part.choice == 0) {
        m_loop.feed(text);
        m_state.looping = m_loop.looping();
    }
    keepText(part, text);
}

void AnswerState::keepText(const Open &part, std::string_view text)
{
    if (!m_state.continuable || part.kind != Kind::Text) {
        return;
    }
    if (part.choice != 0 || m_state.text.size() + text.size() > parts::StreamState::kMostTextKept) {
        m_state.continuable = false;
        return;
    }
    m_state.text.append(text);
}

void AnswerState::ends(const neutral::ChoiceEnds &ended)
{
    m_state.finishReason = ended.stopText;
    m_state.brokenToolCall = anyCallBroken();
    if (ended.stop == Stop::Filter || ended.stop == Stop::Refusal) {
        m_state.refusal = true;
        m_state.content |= m_refusalIsContent;
    } else if (ended.stop == Stop::Failed) {
        m_state.error = true;
        m_state.errorBody = R"({"error":{"message":)"
                            + json::quoted("the provider gave up: " + ended.stopText)
                            + R"(,"type":"server_error"}})";
    }
}

void AnswerState::fails(const neutral::AnswerFails &failed)
{
    m_state.error = true;
    m_state.errorBody = failed.body;
    if (failed.body.empty()) {
        m_state.errorBody = R"({"error":{"message":)" + json::quoted(failed.failure.message) + R"(,"type":)"
                            + json::quoted(failed.failure.type) + R"(,"code":)"
                            + json::quoted(failed.failure.code) + "}}";
    }
}

bool AnswerState::anyCallBroken() const
{
    return std::ranges::any_of(m_parts, [](const auto &one) {
        return one.second.kind == Kind::Call && !one.second.arguments.holds();
    });
}

} // namespace signalbox::translate
