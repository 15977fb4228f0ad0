// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/request/dialect/chat_convert.h"
#include "core/request/dialect/chat_stream.h"
#include "core/request/dialect/translate/answer_stream.h"

namespace signalbox::translate {

/// OpenAI chat chunks, or text completions, for a client of the same dialect: its bytes go through. Engine
/// thread.
class ChatAnswerStream final : public AnswerStream
{
public:
    ChatAnswerStream(const AnswerTerms &terms, dialect::ChatFactsReader &reader);

    void feed(std::string_view bytes, std::string &relay) override { m_stream.feed(bytes, relay); }
    void finish(std::string &relay) override { m_stream.finish(relay); }
    const parts::StreamState &state() const override { return m_stream.state(); }
    neutral::Written whole() const override
    {
        return {m_assembler ? m_assembler->whole() : std::string(), {}};
    }
    bool tooLarge() const override { return m_assembler && m_assembler->tooLarge(); }
    std::vector<std::string> dropped() const override { return {}; }

private:
    dialect::ChatStream m_stream;
    std::unique_ptr<dialect::ChatAssembler> m_assembler;
};

} // namespace signalbox::translate
