// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fake_engine.h"

// The same data every time: 20 November 2026, 12:03:20 UTC.
namespace signalbox::test::fake {

struct Script {
    config::Config config;
    engine::ServerState server;
    engine::Snapshot snapshot;
    std::vector<ledger::RequestDetail> rows;
    std::vector<ledger::SpendRow> spend;
};

base::WallTime now();
std::vector<engine::PresetView> presets();
Script script(FakeEngine::State state);

} // namespace signalbox::test::fake
