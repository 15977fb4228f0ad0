// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::gemini {

/// Reads the chunks of streamGenerateContent?alt=sse. There is no end marker, and older models repeat their
/// finishReason: the answer is whole when the body ended well and each candidate has said why it ended. One
/// answer, one reader.
class StreamReader final : public neutral::StreamReader
{
public:
    bool take(const http::SseEvent &event, std::vector<neutral::StreamItem> &out) override;
    /// A chunk, or the whole answer of generateContent.
    void takeChunk(const json::Value &chunk, std::string_view text, std::vector<neutral::StreamItem> &out);
    void finish(std::vector<neutral::StreamItem> &out) override;

private:
    enum class Kind { None, Text, Reasoning };
    struct Candidate {
        int index = 0;
        Kind open = Kind::None;
        int part = -1;
        bool calls = false;
        std::string reason;
    };

    Candidate &candidateOf(int index);
    void begin(const json::Value &chunk, std::vector<neutral::StreamItem> &out);
    void takeCandidate(const json::Value &value, std::string_view text,
                       std::vector<neutral::StreamItem> &out);
    void takePart(Candidate &candidate, const json::Value &value, std::vector<neutral::StreamItem> &out);
    void say(Candidate &candidate, Kind kind, const std::string &text, std::vector<neutral::StreamItem> &out);
    void close(Candidate &candidate, std::vector<neutral::StreamItem> &out);
    void whole(Candidate &candidate, neutral::Part part, std::vector<neutral::StreamItem> &out);
    void fail(neutral::Failure failure, std::string_view text, std::vector<neutral::StreamItem> &out);

    bool m_begun = false;
    bool m_over = false;
    std::string m_answerId;
    std::string m_blocked; ///< why the prompt was refused
    int m_parts = 0;
    std::size_t m_calls = 0;
    std::vector<Candidate> m_candidates;
};

} // namespace signalbox::gemini
