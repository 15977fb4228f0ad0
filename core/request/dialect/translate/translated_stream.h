// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "core/foundation/http/sse_parser.h"
#include "core/request/dialect/neutral/answer_items.h"
#include "core/request/dialect/neutral/tools/custom_tools.h"
#include "core/request/dialect/neutral/tools/wire_names.h"
#include "core/request/dialect/translate/answer_state.h"
#include "core/request/dialect/translate/answer_stream.h"

namespace signalbox::translate {

/// The stream of any conversation dialect: read item by item, and written in the client's dialect item by
/// item; where that is the same one, the provider's events go through byte for byte. Engine thread.
class TranslatedStream final : public AnswerStream
{
public:
    static constexpr std::size_t kMostBytes = std::size_t{64} * 1024 * 1024; ///< of an answer put together

    explicit TranslatedStream(const AnswerTerms &terms);

    void feed(std::string_view bytes, std::string &relay) override;
    void finish(std::string &relay) override;
    const parts::StreamState &state() const override { return m_state.state(); }
    neutral::Written whole() const override;
    bool tooLarge() const override { return m_builder && state().contentBytes > kMostBytes; }
    std::vector<std::string> dropped() const override;

private:
    void take(const http::SseEvent &event, std::string &relay);
    void findFailure(std::string_view data);
    void hand(std::string &relay);
    void write(const neutral::StreamItem &item, std::string &relay);

    AnswerTerms m_terms;
    http::SseParser m_parser;
    std::unique_ptr<neutral::StreamReader> m_reader;
    std::unique_ptr<neutral::StreamWriter> m_writer; ///< null: nothing to be written
    std::optional<neutral::AnswerBuilder> m_builder; ///< for a client that gets it whole
    std::optional<neutral::CustomCalls> m_custom;    ///< calls that the provider knows as functions
    neutral::ShortNames m_names;
    AnswerState m_state;
    std::vector<neutral::StreamItem> m_items; ///< of the event at hand
    bool m_passes = false;                    ///< events go through as they are
};

} // namespace signalbox::translate
