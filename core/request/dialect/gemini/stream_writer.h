// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"
#include "core/request/dialect/neutral/drop_list.h"

namespace signalbox::gemini {

/// Writes chunks as streamGenerateContent?alt=sse does: calls come whole, and why the answer ended comes with
/// its usage in the last chunk. One answer, one writer.
class StreamWriter final : public neutral::StreamWriter
{
public:
    explicit StreamWriter(const neutral::AnswerContext &context) : m_context(context) {}
    void write(const neutral::StreamItem &item, std::string &out) override;
    const std::vector<std::string> &dropped() const override { return m_drops.names(); }

private:
    struct Part {
        int choice = 0;
        neutral::Part what;
    };
    void on(const neutral::AnswerBegins &item, std::string &out);
    void on(const neutral::PartBegins &item, std::string &out);
    void on(const neutral::PartGrows &item, std::string &out);
    void on(const neutral::PartGains &item, std::string &out);
    void on(const neutral::PartEnds &item, std::string &out);
    void on(const neutral::ChoiceLogprobs &item, std::string &out);
    void on(const neutral::ChoiceEnds &item, std::string &out);
    void on(const neutral::UsageKnown &item, std::string &out);
    void on(const neutral::AnswerFails &item, std::string &out);
    void on(const neutral::AnswerEnds &item, std::string &out);

    Part *partOf(int number);
    void part(int choice, json::Value part, std::string &out) const;
    void chunk(json::Value candidates, bool last, std::string &out) const;

    neutral::AnswerContext m_context;
    neutral::DropList m_drops;
    neutral::AnswerBegins m_head;
    std::vector<Part> m_parts;
    std::vector<neutral::ChoiceEnds> m_ends;
    std::optional<events::TokenUsage> m_usage;
};

} // namespace signalbox::gemini
