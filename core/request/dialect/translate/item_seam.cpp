// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/translate/item_seam.h"

#include <algorithm>
#include <utility>

namespace signalbox::translate {

using neutral::PartBegins;
using neutral::PartEnds;
using neutral::PartGrows;
using neutral::StreamItem;

ItemSeam::ItemSeam(const neutral::Codec &codec, const neutral::AnswerContext &context)
    : m_codec(codec), m_writer(codec.makeWriter(context)), m_reader(codec.makeReader())
{}

std::vector<StreamItem> ItemSeam::read(std::string_view events)
{
    std::vector<StreamItem> items;
    m_parser.feed(events);
    while (const auto event = m_parser.next()) {
        if (event->hasData) {
            m_reader->take(*event, items);
        }
    }
    return items;
}

void ItemSeam::sent(std::string_view events)
{
    std::string known; // the client has it
    for (const StreamItem &item : read(events)) {
        follow(item);
        m_writer->write(item, known);
        known.clear();
    }
}

/// Which part of the answer is open, and how many there are.
void ItemSeam::follow(const StreamItem &item)
{
    if (const auto *const begins = std::get_if<PartBegins>(&item)) {
        m_parts = std::max(m_parts, begins->part + 1);
        if (std::holds_alternative<neutral::Text>(begins->what.what)) {
            m_open = begins->part;
        }
    } else if (const auto *const ends = std::get_if<PartEnds>(&item); ends && m_open == ends->part) {
        m_open.reset();
    }
}

void ItemSeam::goOn(std::string text)
{
    m_sent = std::move(text);
    m_overlap.emplace(m_sent);
    m_held.clear();
    m_part.clear();
    m_textSeen = false;
    m_reader = m_codec.makeReader(); // the continuation is an answer of its own
    m_parser = http::SseParser();
}

void ItemSeam::feed(std::string_view relayed, std::string &out)
{
    for (StreamItem &item : read(relayed)) {
        take(std::move(item), out);
    }
}

void ItemSeam::finish(std::string &out)
{
    m_overlap->end();
    settle(out);
}

void ItemSeam::take(StreamItem item, std::string &out)
{
    if (std::holds_alternative<neutral::AnswerBegins>(item)) {
        return; // it has begun long ago
    }
    if (auto *const begins = std::get_if<PartBegins>(&item)) {
        begin(std::move(*begins), out);
        return;
    }
    if (const auto *const grows = std::get_if<PartGrows>(&item)) {
        say(*grows, out);
        return;
    }
    if (std::holds_alternative<neutral::UsageKnown>(item)) { // some say it before anything else
        m_writer->write(item, out);
        return;
    }
    if (auto *const gains = std::get_if<neutral::PartGains>(&item)) {
        if (!m_part[gains->part]) {
            return;
        }
        gains->part = *m_part[gains->part];
    } else if (auto *const ends = std::get_if<PartEnds>(&item)) {
        if (!m_part[ends->part]) {
            return;
        }
        ends->part = *m_part[ends->part];
    }
    finish(out); // no text comes that could repeat anything
    if (restarted()) {
        return;
    }
    follow(item);
    m_writer->write(item, out);
}

void ItemSeam::begin(PartBegins begins, std::string &out)
{
    const int theirs = begins.part;
    auto *const text = std::get_if<neutral::Text>(&begins.what.what);
    const bool thought = std::holds_alternative<neutral::Reasoning>(begins.what.what);
    if (thought && !m_textSeen) {
        m_part[theirs].reset(); // what it thinks of going on belongs before what was said
        return;
    }
    if (text && !std::exchange(m_textSeen, true) && m_open) {
        m_part[theirs] = m_open;
        say({theirs, text->text}, out);
        return;
    }
    const std::string first = text ? std::exchange(text->text, {}) : std::string();
    if (!text) {
        finish(out);
    }
    if (restarted()) {
        m_part[theirs].reset();
        return;
    }
    begins.part = m_parts;
    m_part[theirs] = begins.part;
    const StreamItem item = std::move(begins);
    follow(item);
    m_writer->write(item, out);
    say({theirs, first}, out);
}

void ItemSeam::say(const PartGrows &grows, std::string &out)
{
    const std::optional<int> part = m_part[grows.part];
    if (!part || grows.text.empty()) {
        return;
    }
    if (part == m_open && !m_overlap->decided()) {
        m_held += grows.text;
        m_overlap->feed(grows.text);
        if (m_overlap->decided()) {
            settle(out);
        }
        return;
    }
    if (!restarted()) {
        m_writer->write(PartGrows{*part, grows.text}, out);
    }
}

/// It is known how much of the held text repeats what was sent.
void ItemSeam::settle(std::string &out)
{
    const std::string held = std::exchange(m_held, {});
    const std::size_t repeated = std::min(m_overlap->repeated(), held.size());
    if (m_open && !restarted() && repeated < held.size()) {
        m_writer->write(PartGrows{*m_open, held.substr(repeated)}, out);
    }
}

std::string ItemSeam::sentWith(std::string_view continuation) const
{
    if (!m_overlap || restarted()) {
        return m_sent;
    }
    return m_sent + std::string(continuation.substr(std::min(m_overlap->repeated(), continuation.size())));
}

} // namespace signalbox::translate
