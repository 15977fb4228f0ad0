// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/request/dialect/chat_facts.h"
#include "core/request/dialect/neutral/codec.h"

namespace signalbox::translate {

/// Joins a broken-off answer and what goes on from it, in the client's dialect, whatever its providers speak:
/// one beginning, one end, and what the continuation repeats taken out. Engine thread; one per answer.
class AnswerSeam
{
public:
    virtual ~AnswerSeam() = default;
    /// Whole events that went to the client as they are.
    virtual void sent(std::string_view events) = 0;
    /// The answer has broken off behind `text`; what is fed from now on continues it. Again for each break.
    virtual void goOn(std::string text) = 0;
    /// `relayed`: whole events of the continuation. Appends what the client is to get.
    virtual void feed(std::string_view relayed, std::string &out) = 0;
    /// No more comes of this continuation, however it ended: lets go what is held back.
    virtual void finish(std::string &out) = 0;
    /// The continuation wrote the answer anew. Nothing of it goes to the client: the answer stays broken off.
    virtual bool restarted() const = 0;
    /// All text the client has after finish(), if `continuation` is the text of the continuing stream.
    virtual std::string sentWith(std::string_view continuation) const = 0;
};

/// Null: in this dialect a broken-off answer cannot be gone on with. `reader` outlives the seam, and so does
/// what `context` points to.
std::unique_ptr<AnswerSeam> makeSeam(base::Dialect client, const neutral::AnswerContext &context,
                                     dialect::ChatFactsReader &reader);

} // namespace signalbox::translate
