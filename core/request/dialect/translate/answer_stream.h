// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/dialect.h"
#include "core/request/dialect/chat_facts.h"
#include "core/request/dialect/neutral/codec.h"
#include "core/request/dialect/parts/stream_state.h"

namespace signalbox::translate {

/// Between whom an answer is to be carried, and how.
struct AnswerTerms {
    base::Dialect client = base::Dialect::Chat;
    base::Dialect provider = base::Dialect::Chat;
    bool clientStreams = false;   ///< else it gets the answer whole, whatever the provider does
    bool refusalIsContent = true; ///< a refusal goes to the client
    bool keepText = false;        ///< what is said may have to be gone on from
    neutral::AnswerContext context;
};

/// Takes the stream of a provider apart as it comes, keeps its state and makes of it what the client is to
/// get: whole events, or one whole answer. Engine thread; owned by its attempt.
class AnswerStream
{
public:
    virtual ~AnswerStream() = default;
    /// Appends to `relay`. After an error or a garbled event nothing more is taken in.
    virtual void feed(std::string_view bytes, std::string &relay) = 0;
    /// The upstream body has ended well: takes what stands there without its blank line, and adds the end
    /// marker where the answer is whole but the provider forgot it.
    virtual void finish(std::string &relay) = 0;
    virtual const parts::StreamState &state() const = 0;
    /// For a client that does not stream: the answer so far. Whether that is all, the state says.
    virtual neutral::Written whole() const = 0;
    virtual bool tooLarge() const = 0;
    /// Of a stream: what the client's dialect had no words for.
    virtual std::vector<std::string> dropped() const = 0;
};

/// `reader` outlives the stream.
std::unique_ptr<AnswerStream> makeAnswerStream(const AnswerTerms &terms, dialect::ChatFactsReader &reader);

} // namespace signalbox::translate
