// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/foundation/http/sse_parser.h"
#include "core/request/dialect/parts/overlap.h"
#include "core/request/dialect/translate/answer_seam.h"

namespace signalbox::translate {

/// The seam of a dialect whose events count each other. A writer follows what the client is sent; after the
/// break it is the one that writes, so that numbers and ids go on where they were. Engine thread.
class ItemSeam final : public AnswerSeam
{
public:
    ItemSeam(const neutral::Codec &codec, const neutral::AnswerContext &context);

    void sent(std::string_view events) override;
    void goOn(std::string text) override;
    void feed(std::string_view relayed, std::string &out) override;
    void finish(std::string &out) override;
    bool restarted() const override { return m_overlap && m_overlap->restarted(); }
    std::string sentWith(std::string_view continuation) const override;

private:
    std::vector<neutral::StreamItem> read(std::string_view events);
    void follow(const neutral::StreamItem &item);
    void take(neutral::StreamItem item, std::string &out);
    void begin(neutral::PartBegins begins, std::string &out);
    void say(const neutral::PartGrows &grows, std::string &out);
    void settle(std::string &out);

    const neutral::Codec &m_codec;
    std::unique_ptr<neutral::StreamWriter> m_writer;
    std::unique_ptr<neutral::StreamReader> m_reader;
    http::SseParser m_parser;
    std::string m_sent;                       ///< text before the break
    std::optional<parts::Overlap> m_overlap;  ///< from the break on
    std::string m_held;                       ///< text that may repeat what was sent
    std::map<int, std::optional<int>> m_part; ///< of the continuation → of the answer; nothing: left out
    std::optional<int> m_open;                ///< the text part that the client has open
    int m_parts = 0;                          ///< begun so far
    bool m_textSeen = false;                  ///< in this continuation
};

} // namespace signalbox::translate
