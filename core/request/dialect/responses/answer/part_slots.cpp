// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/answer/part_slots.h"

#include <utility>

#include "core/request/dialect/responses/items/fields.h"

namespace signalbox::responses {

using json::Value;
using neutral::Part;
using neutral::PartGains;

void PartSlots::begin(const Value &response)
{
    if (std::exchange(m_begun, true)) {
        return;
    }
    m_out->push_back(neutral::AnswerBegins{.id = textOf(response, "id"),
                                           .model = textOf(response, "model"),
                                           .created = integerOf(response, "created_at").value_or(0),
                                           .serviceTier = textOf(response, "service_tier")});
}

void PartSlots::open(Slot &slot, Part what)
{
    if (slot.part >= 0) {
        return;
    }
    begin({});
    m_said.note(what);
    m_spoke = m_spoke || std::holds_alternative<neutral::Text>(what.what)
              || std::holds_alternative<neutral::Refusal>(what.what);
    slot.part = m_parts++;
    m_out->push_back(neutral::PartBegins{.part = slot.part, .choice = 0, .what = std::move(what)});
}

void PartSlots::grow(Slot &slot, const std::string &text)
{
    if (text.empty() || slot.ended) {
        return;
    }
    slot.got += text;
    m_out->push_back(neutral::PartGrows{.part = slot.part, .text = text});
}

void PartSlots::complete(Slot &slot, const std::string &whole)
{
    if (whole.size() > slot.got.size() && whole.starts_with(slot.got)) {
        grow(slot, whole.substr(slot.got.size()));
    }
}

void PartSlots::end(Slot &slot)
{
    if (slot.part >= 0 && !slot.ended) {
        slot.ended = true;
        m_out->push_back(neutral::PartEnds{.part = slot.part});
    }
}

void PartSlots::annotate(Slot &slot, const Value &annotation)
{
    if (!slot.ended) {
        ++slot.notes;
        m_out->push_back(PartGains{
            .part = slot.part, .what = PartGains::What::Annotation, .text = {}, .value = annotation});
    }
}

void PartSlots::seal(Slot &slot, const std::string &encrypted)
{
    if (!encrypted.empty() && slot.part >= 0 && !slot.ended) {
        m_out->push_back(
            PartGains{.part = slot.part, .what = PartGains::What::Encrypted, .text = encrypted, .value = {}});
    }
}

void PartSlots::nextSummaryPart(Slot &slot)
{
    if (!slot.ended) {
        m_out->push_back(PartGains{.part = slot.part, .what = PartGains::What::NextSummaryPart});
        slot.got.clear();
    }
}

} // namespace signalbox::responses
