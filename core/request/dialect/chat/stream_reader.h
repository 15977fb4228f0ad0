// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/chat/delta_reader.h"
#include "core/request/dialect/neutral/codec.h"

namespace signalbox::chat {

/// Reads the chunks of a Chat stream. One answer, one reader.
class StreamReader final : public neutral::StreamReader
{
public:
    bool take(const http::SseEvent &event, std::vector<neutral::StreamItem> &out) override;
    void finish(std::vector<neutral::StreamItem> &out) override;

private:
    void takeHead(const json::Value &chunk, std::vector<neutral::StreamItem> &out);
    void takeChoice(const json::Value &choice, std::string_view data, std::vector<neutral::StreamItem> &out);
    void fail(neutral::Failure failure, std::string_view body, std::vector<neutral::StreamItem> &out);

    bool m_begun = false;
    bool m_over = false; ///< ended or failed: nothing more is taken in
    neutral::AnswerBegins m_head;
    DeltaReader m_deltas;
};

} // namespace signalbox::chat
