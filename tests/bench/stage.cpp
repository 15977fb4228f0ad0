// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/stage.h"

namespace signalbox::bench {

Stage::Stage(const Settings &settings)
    : m_settings(settings), m_poller(settings.spin), m_mock(m_poller, m_journal)
{}

Stage::~Stage() = default;

void Stage::start(std::vector<Chain> chains)
{
    const Profile profile{.providers = {{"first", m_mock.port(0)},
                                        {"second", m_mock.port(1)},
                                        {"refusing", m_mock.refusingPort()}},
                          .chains = std::move(chains)};
    profile.write(m_folder.path());
    m_child.emplace(m_settings.child, m_folder.path());
}

void Stage::stop()
{
    m_child->stop();
}

void Stage::checkLegs(const Trace &trace, int first, int second) const
{
    if (trace.legs[0].requests != first || trace.legs[1].requests != second) {
        throw Failure("one request came " + std::to_string(trace.legs[0].requests)
                      + " times to the first and " + std::to_string(trace.legs[1].requests)
                      + " times to the second provider instead of " + std::to_string(first) + " and "
                      + std::to_string(second));
    }
}

Load runLoad(Stage &stage, const Destination &to, int connections, const Ask &ask)
{
    struct State {
        Load load;
        Time end;
        int busy = 0;
    } state;
    std::vector<std::shared_ptr<Client>> clients;
    for (int i = 0; i < connections; ++i) {
        clients.push_back(stage.client(to));
        clients.back()->askAndWait(ask); // its connection upstream is there before the clock runs
    }
    const Duration cpu = stage.child().cpu();
    const Time begin = Clock::now();
    state.end = begin + stage.settings().phase();
    state.busy = connections;
    for (const auto &client : clients) {
        // The client outlives its requests: they all end before this function does.
        const auto again = [&stage, &state, &ask, one = client.get()](const auto &self, Id id) -> void {
            const Trace &trace = stage.journal()[id];
            state.load.latencies.push_back(micros(trace.ended - trace.sent));
            if (trace.legs[0].requests + trace.legs[1].requests != 1) {
                throw Failure("a request came more than once to the provider");
            }
            if (trace.ended < state.end) {
                one->ask(ask, [self](Id next) { self(self, next); });
            } else {
                --state.busy;
            }
        };
        client->ask(ask, [again](Id id) { again(again, id); });
    }
    stage.poller().runUntil([&state] { return state.busy == 0; }, "the end of the load");
    const double wall = std::chrono::duration<double>(Clock::now() - begin).count();
    const auto requests = static_cast<double>(state.load.latencies.size());
    state.load.perSecond = requests / wall;
    state.load.cpuPerRequest = micros(stage.child().cpu() - cpu) / requests;
    for (const auto &client : clients) {
        client->close();
    }
    return state.load;
}

} // namespace signalbox::bench
