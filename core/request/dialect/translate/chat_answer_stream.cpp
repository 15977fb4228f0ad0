// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/translate/chat_answer_stream.h"

namespace signalbox::translate {

ChatAnswerStream::ChatAnswerStream(const AnswerTerms &terms, dialect::ChatFactsReader &reader)
    : m_stream(reader, terms.context.usageAsked, terms.refusalIsContent, terms.keepText)
{
    if (!terms.clientStreams) {
        m_assembler = std::make_unique<dialect::ChatAssembler>();
        m_stream.assembleInto(*m_assembler);
    }
}

} // namespace signalbox::translate
