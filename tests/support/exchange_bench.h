// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

#include "core/request/chain/exchange.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_attempts.h"

// An exchange on a fake clock over scripted attempts, and what its client and its events would have seen.
namespace signalbox::test {

/// What a client would have received.
struct Received final : chain::ReplySink {
    int status = 0;
    http::Headers headers;
    std::string body;
    bool streaming = false;
    bool ended = false;
    std::size_t pending = 0;

    void sendWhole(int code, const http::Headers &fields, std::string_view bytes) override
    {
        QVERIFY(!ended && !streaming);
        status = code;
        headers = fields;
        body = bytes;
        ended = true;
    }
    void beginStream(int code, const http::Headers &fields) override
    {
        QVERIFY(!ended && !streaming);
        status = code;
        headers = fields;
        streaming = true;
    }
    void streamBytes(std::string_view bytes) override { body += bytes; }
    void endStream() override { ended = true; }
    void breakStream() override { ended = true; }
    std::size_t pendingBytes() const override { return pending; }
    std::string header(const char *name) const { return std::string(headers.find(name).value_or("-")); }
};

struct Recorder final : events::EventSink {
    std::vector<events::Event> all;
    void record(const events::Event &event) override { all.push_back(event); }
    template<typename T>
    std::vector<T> of() const
    {
        std::vector<T> out;
        for (const auto &event : all) {
            if (const auto *const one = std::get_if<T>(&event)) {
                out.push_back(*one);
            }
        }
        return out;
    }
};

/// A chain a → b → c over scripted providers.
struct ExchangeBench {
    FakeClock clock;
    base::Random random{7};
    health::HealthBook health;
    routing::SessionBook sessions;
    ScriptedAttempts attempts{clock};
    dialect::ChatFactsReader reader;
    dialect::ClientRequestReader requests;
    Recorder recorder;
    chain::DrillBook drills;
    chain::ExchangeDeps deps{clock, random, health, sessions, attempts, reader, recorder, drills};
    config::Config config;
    std::shared_ptr<const routing::ModelCatalogue> models = std::make_shared<const routing::ModelCatalogue>();
    Received received;
    std::function<void(chain::ExchangeInput &)> adjust; ///< what a test changes in the request
    std::unique_ptr<chain::Exchange> exchange;

    ExchangeBench()
    {
        config::ChainConfig demo{.id = "demo", .version = 3};
        for (const char *const id : {"a", "b", "c"}) {
            config.providers.push_back({.id = id, .preset = "simulated"});
            demo.steps.push_back({.provider = id, .model = std::string("model-") + id});
        }
        config.chains.push_back(demo);
    }

    std::shared_ptr<const chain::Setup> setup() const
    {
        auto made = std::make_shared<chain::Setup>();
        made->config = std::make_shared<const config::Config>(config);
        made->prices = std::make_shared<const spend::PriceTable>();
        for (const config::ProviderConfig &one : made->config->providers) {
            chain::ProviderSetup provider;
            provider.config = &one;
            provider.target = provider::Target{.providerId = one.id,
                                               .speaks = {{base::Dialect::Chat, "/v1/chat/completions", {}}},
                                               .needsKey = false};
            made->providers.emplace(one.id, std::move(provider));
        }
        made->models = models;
        chain::complete(*made);
        return made;
    }

    void send(bool stream, const char *extra = "", const char *messages = "")
    {
        std::string body = std::string(R"({"model":"demo","messages":[)") + messages + R"(],"stream":)"
                           + (stream ? "true" : "false") + extra + "}";
        chain::ExchangeInput input;
        input.id = base::RequestIdSource().next(clock.wallNow(), random);
        input.setup = setup();
        input.route.chain = std::make_shared<const config::ChainConfig>(config.chains.front());
        input.request = *requests.read(body);
        input.body = body;
        input.client = "test";
        input.receivedAt = clock.now();
        if (adjust) {
            adjust(input);
        }
        received = {};
        exchange = std::make_unique<chain::Exchange>(deps, std::move(input), received);
        exchange->start();
    }
    void run(base::Duration time = {}) { clock.advance(time); }
    std::vector<events::Outcome> outcomes() const
    {
        std::vector<events::Outcome> out;
        for (const auto &one : recorder.of<events::AttemptEnded>()) {
            out.push_back(one.outcome);
        }
        return out;
    }
};

} // namespace signalbox::test
