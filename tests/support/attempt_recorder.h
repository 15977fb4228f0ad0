// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/request/upstream/attempt.h"

namespace signalbox::test {

/// Writes down what an attempt reports, and can do something at any of it.
class AttemptRecorder final : public upstream::AttemptObserver
{
public:
    int written = 0;
    int heads = 0;
    int pieces = 0;
    http::ResponseHead head;
    std::string body;
    std::optional<upstream::WireResult> result;
    /// The order of facts: w, h, b (once for all pieces in a row), e.
    std::string order;
    std::function<void(char fact)> atFact;

    bool ended() const { return result.has_value(); }
    bool endedWith(upstream::WireEnd end) const { return result && result->end == end; }

    void onWritten() override
    {
        ++written;
        note('w');
    }
    void onHead(const http::ResponseHead &given) override
    {
        ++heads;
        head = given;
        note('h');
    }
    void onBody(std::string_view bytes) override
    {
        ++pieces;
        body += bytes;
        note('b');
    }
    void onEnd(const upstream::WireResult &given) override
    {
        result = given;
        note('e');
    }

private:
    void note(char fact)
    {
        if (order.empty() || order.back() != 'b' || fact != 'b') {
            order += fact;
        }
        if (const auto act = atFact) {
            act(fact);
        }
    }
};

} // namespace signalbox::test
