// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include <QFile>

#include "core/foundation/config/document.h"
#include "core/transfer/merge.h"

// The documents in tests/data/import, and how a test asks what became of one.
namespace signalbox::test {

inline const std::vector<std::string> &importFixtures()
{
    static const std::vector<std::string> names = {
        "litellm.yaml",   "portkey.json",  "portkey_conditional.json",
        "one_api.json",   "new_api.json",  "claude_code_router.json",
        "cc_switch.json", "variables.env", "signalbox.json"};
    return names;
}

inline std::string importFixture(const std::string &name)
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/import/") + QString::fromStdString(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

inline const provider::PresetList &shippedPresetList()
{
    static const provider::PresetList presets = provider::PresetList::shipped();
    return presets;
}

inline transfer::Import imported(const std::string &fixture, std::optional<transfer::Format> format = {})
{
    auto read = transfer::importText(importFixture(fixture), format, shippedPresetList());
    return read ? *std::move(read) : transfer::Import();
}

inline const config::ProviderConfig *providerIn(const transfer::Import &import, std::string_view id)
{
    const auto found = std::find_if(import.providers.begin(), import.providers.end(),
                                    [&](const auto &one) { return one.id == id; });
    return found == import.providers.end() ? nullptr : &*found;
}

inline const config::ChainConfig *chainIn(const transfer::Import &import, std::string_view id)
{
    const auto found = std::find_if(import.chains.begin(), import.chains.end(),
                                    [&](const auto &one) { return one.id == id; });
    return found == import.chains.end() ? nullptr : &*found;
}

/// "provider/model@tier*weight provider/model@tier*weight"
inline std::string stepsOf(const config::ChainConfig *chain)
{
    std::string out;
    for (const config::StepConfig &step : chain ? chain->steps : std::vector<config::StepConfig>()) {
        out += (out.empty() ? "" : " ") + step.provider + "/" + step.model + "@" + std::to_string(step.tier)
               + "*" + std::to_string(step.weight);
    }
    return out;
}

inline bool reports(const std::vector<transfer::ReportLine> &report, transfer::ReportLine::Kind kind,
                    std::string_view part)
{
    return std::any_of(report.begin(), report.end(), [&](const auto &one) {
        return one.kind == kind && (one.place + ": " + one.text).find(part) != std::string::npos;
    });
}

inline std::string reportText(const std::vector<transfer::ReportLine> &report)
{
    std::string out;
    for (const transfer::ReportLine &one : report) {
        out += one.place + ": " + one.text + "\n";
    }
    return out;
}

/// An import alone as a configuration file, to look for what must not be in it.
inline std::string configText(const transfer::Import &import)
{
    config::Config config;
    config.providers = import.providers;
    config.chains = import.chains;
    config.clients = import.clients;
    config.rules = import.rules;
    return config::writeConfig(config);
}

} // namespace signalbox::test
