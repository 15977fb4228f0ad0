// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/composition.h"
#include "core/foundation/config/config.h"
#include "core/record/ledger/ledger_reader.h"
#include "tests/support/engine/call.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/temp_profile.h"

namespace signalbox::test {

/// A whole Signalbox without its window, on a free port, with a profile of its own: the object graph of the
/// application, its threads, its files. Providers are fake ones in the test's thread. There is no keychain.
///
///     EngineFixture box;
///     FakeUpstream first, second;
///     box.addStep("first", first);
///     box.addStep("second", second);
///     box.start();
///     QCOMPARE(box.ask().status, 200);
class EngineFixture
{
public:
    EngineFixture();
    ~EngineFixture();

    /// What start() writes into the profile: a client with the token every Call has, and an empty chain
    /// "demo". Change it before.
    config::Config config;
    TempProfile profile;

    /// A provider that needs no key and costs 1 and 2 dollars per million tokens.
    config::ProviderConfig &addProvider(const std::string &id, const FakeUpstream &upstream);
    /// A provider and a step of chain "demo" with its model "ID-model".
    config::StepConfig &addStep(const std::string &id, const FakeUpstream &upstream);
    config::ChainConfig &demo() { return config.chains.front(); }

    /// Starts over the profile as it is: without a configuration unless the test has written one.
    void startAsItIs(std::optional<std::uint16_t> port = 0);
    /// Writes the configuration, starts, waits until it serves and knows the client.
    bool start();
    void stop();

    engine::LocalEngine &engine() { return m_composition->engine(); }
    std::uint16_t port() { return engine().server().port; }
    /// Every notice so far.
    const std::vector<events::Notice> &notices() const { return m_notices; }
    std::vector<events::Notice> notices(events::Notice::Kind kind) const;

    /// Sends a chat request; the fixture keeps the call.
    Call &call(bool stream = false, std::string_view extraFields = {}, std::string_view model = "demo");
    /// … with a body of the test's own, which should hold the mark.
    Call &callWith(const std::string &mark, const std::string &body, std::string_view extraFields = {});
    /// Sends one and waits for its answer.
    Answer ask(bool stream = false, std::string_view extraFields = {});
    /// Takes a configuration over, as the window does; the error's text, empty if there is none.
    std::string apply(const config::Config &next);

    const std::deque<Call> &calls() const { return m_calls; }
    std::deque<Call> &calls() { return m_calls; }
    struct Fake {
        std::string provider;
        const FakeUpstream *upstream;
    };
    const std::vector<Fake> &fakes() const { return m_fakes; }
    /// Requests that did not come from a Call: those of the window.
    int otherRequests = 0;

    /// Every request of the ledger, oldest first, once there are `count` and all have ended. From the file.
    std::vector<ledger::RequestDetail> rows(std::size_t count);
    /// Of the one request there is.
    ledger::RequestDetail onlyRow();

private:
    bool allEnded(std::size_t count);

    std::unique_ptr<app::Composition> m_composition;
    std::vector<events::Notice> m_notices;
    std::vector<Fake> m_fakes;
    std::deque<Call> m_calls;
};

/// A profile whose chain "demo" goes from `first` to `second`, which answers "from the second".
struct TwoProviders : EngineFixture {
    TwoProviders();

    FakeUpstream first;
    FakeUpstream second;
};

} // namespace signalbox::test
