// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/request/dialect/neutral/answer.h"

// Names of tools and ids of calls, where the provider's dialect allows fewer characters than the client's:
// OpenAI and Gemini take 64 for a name where Messages takes 128, Chat 40 for an id. What is too long is cut
// and ends in a hash, the same each time, so that no table has to be kept.
namespace signalbox::neutral {

/// Letters, digits, `_` and `-`, at most `most` (> 9) of them. What fits already stays.
std::string plainName(std::string_view name, std::size_t most);

/// Does the dialect refuse a name or an id in there?
bool hasLongNames(const Conversation &conversation, base::Dialect dialect);
Conversation withShortNames(Conversation conversation, base::Dialect dialect);

/// The way back: gives the calls of an answer the names the client knows. Made from the request as the client
/// sent it, which outlives this. One answer, one thread.
class ShortNames
{
public:
    /// `request` null: nothing is known.
    ShortNames(const Conversation *request, base::Dialect provider);
    void restore(Answer &answer) const;
    void restore(StreamItem &item) const;

private:
    void restore(Part &part) const;

    const Conversation *m_request; ///< null: every name came as it was
    std::size_t m_most;
};

} // namespace signalbox::neutral
