// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/request/server/listener.h"
#include "tests/support/server/raw_client.h"

namespace signalbox::test {

/// What became of the handlers of a ScriptedService.
struct HandlerLog {
    int alive = 0;
    int destroyed = 0;
    int drained = 0;
};

/// A handler that does nothing by itself and says when it is told something.
class LoggingHandler final : public server::Handler
{
public:
    explicit LoggingHandler(HandlerLog &log, std::function<void()> onDrained = nullptr)
        : m_log(log), m_onDrained(std::move(onDrained))
    {
        ++m_log.alive;
    }
    ~LoggingHandler() override
    {
        --m_log.alive;
        ++m_log.destroyed;
    }
    void onDrained() override
    {
        ++m_log.drained;
        if (m_onDrained) {
            m_onDrained();
        }
    }

private:
    HandlerLog &m_log;
    std::function<void()> m_onDrained;
};

/// Answers at once with what it was asked ("POST /path client body"), unless the test says otherwise; /health
/// always so.
class ScriptedService final : public server::Service
{
public:
    using Script =
        std::function<std::unique_ptr<server::Handler>(const server::ServerRequest &, chain::ReplySink &)>;

    Script script;
    HandlerLog log;
    std::vector<server::ServerRequest> requests;

    static void echo(const server::ServerRequest &request, chain::ReplySink &sink)
    {
        http::Headers fields;
        fields.add("Content-Type", "text/plain");
        sink.sendWhole(200, fields,
                       request.head.method + " " + request.head.target + " " + request.client + " "
                           + request.body);
    }

    std::string newRequestId() override { return "refused"; }
    std::unique_ptr<server::Handler> handle(server::ServerRequest request, chain::ReplySink &sink) override
    {
        requests.push_back(std::move(request));
        if (script && requests.back().endpoint != server::Endpoint::Health) { // tests settle by asking for it
            return script(requests.back(), sink);
        }
        echo(requests.back(), sink);
        return nullptr;
    }
};

/// Rules with one client, "aider", whose token is kToken.
inline std::shared_ptr<server::AccessRules> rulesWithOneClient()
{
    auto rules = std::make_shared<server::AccessRules>();
    rules->tokens.emplace_back("aider", base::SecretString(std::string(kToken)));
    return rules;
}

} // namespace signalbox::test
