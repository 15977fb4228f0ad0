// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"
#include "core/request/dialect/neutral/drop_list.h"
#include "core/request/dialect/neutral/tools/custom_tools.h"

namespace signalbox::chat {

/// Writes a Chat stream. One answer, one writer.
class StreamWriter final : public neutral::StreamWriter
{
public:
    explicit StreamWriter(const neutral::AnswerContext &context);
    void write(const neutral::StreamItem &item, std::string &out) override;
    const std::vector<std::string> &dropped() const override { return m_drops.names(); }

private:
    struct Part {
        int choice = 0;
        neutral::Part what;
        int call = -1; ///< its index among the choice's calls
    };
    struct Choice {
        int index = 0;
        int calls = 0;
        bool refused = false;
        bool ended = false;
    };

    void on(const neutral::AnswerBegins &item, std::string &out);
    void on(const neutral::PartBegins &item, std::string &out);
    void on(const neutral::PartGrows &item, std::string &out);
    void on(const neutral::PartGains &item, std::string &out);
    void on(const neutral::PartEnds &, std::string &) {}
    void on(const neutral::ChoiceLogprobs &item, std::string &out);
    void on(const neutral::ChoiceEnds &item, std::string &out);
    void on(const neutral::UsageKnown &item, std::string &out);
    void on(const neutral::AnswerFails &item, std::string &out);
    void on(const neutral::AnswerEnds &item, std::string &out);

    Choice &choiceOf(int index, std::string &out);
    Part *partOf(int number);
    json::Value head() const;
    void event(const json::Value &choice, std::string &out) const;
    void delta(int choice, const char *name, json::Value value, std::string &out) const;
    void callDelta(const Part &part, json::Value entry, std::string &out) const;
    void finishChoice(Choice &choice, neutral::Stop stop, std::string &out) const;

    neutral::AnswerContext m_context;
    std::optional<neutral::CustomCalls> m_custom; ///< of a client that has such tools
    neutral::DropList m_drops;
    neutral::AnswerBegins m_head;
    std::vector<Part> m_parts; ///< by number
    std::vector<Choice> m_choices;
    std::optional<events::TokenUsage> m_usage;
};

} // namespace signalbox::chat
