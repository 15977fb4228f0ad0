// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer/import.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/foundation/config/document.h"
#include "core/transfer/formats/formats.h"
#include "core/transfer/text/source_text.h"

namespace signalbox::transfer {

namespace {
using json::Value;
using Named = std::pair<Format, std::string_view>;

constexpr std::array<Named, 8> kNames = {{
    {Format::LiteLlm, "litellm"},
    {Format::Portkey, "portkey"},
    {Format::OneApi, "one-api"},
    {Format::NewApi, "new-api"},
    {Format::ClaudeCodeRouter, "claude-code-router"},
    {Format::CcSwitch, "cc-switch"},
    {Format::Environment, "env"},
    {Format::Signalbox, "signalbox"},
}};

base::Error noFormat(std::string why)
{
    return {base::ErrorCode::InvalidArgument,
            std::move(why) + "; known are: " + formatNames() + " (say which with --format)"};
}

std::optional<Format> detectInList(const Node &list)
{
    for (const Node &one : list.items()) {
        if (one.any({"settings_config", "settingsConfig"}).there()) {
            return Format::CcSwitch;
        }
        if (one["type"].number()
            && (one["models"].there() || one["base_url"].there() || one["key"].there())) {
            return isNewApi(list) ? Format::NewApi : Format::OneApi;
        }
    }
    return std::nullopt;
}

bool hasCcSwitchApp(const Node &root)
{
    const auto holds = [](const Node &providers) {
        const auto list = providers.is(Value::Type::Array) ? providers.items() : providers.members();
        return std::any_of(list.begin(), list.end(), [](const Node &one) {
            return one.any({"settingsConfig", "settings_config"}).there();
        });
    };
    const auto members = root.members();
    return holds(root["providers"]) || std::any_of(members.begin(), members.end(), [&](const Node &one) {
               return holds(one["providers"]);
           });
}

std::optional<Format> detectInTree(const Node &root)
{
    if (root["model_list"].there()) {
        return Format::LiteLlm;
    }
    if (const auto listed = detectInList(channelList(root))) {
        return listed;
    }
    if (hasCcSwitchApp(root)) {
        return Format::CcSwitch;
    }
    if (root.any({"Providers", "Router"}).there()) {
        return Format::ClaudeCodeRouter;
    }
    if (root["schemaVersion"].there() || (root["chains"].there() && root["providers"].there())) {
        return Format::Signalbox;
    }
    for (const Node &one : {root, root["config"]}) {
        if (one["strategy"].there() || one["targets"].there() || one["virtual_key"].there()
            || (one["provider"].there() && one.any({"api_key", "override_params"}).there())) {
            return Format::Portkey;
        }
    }
    if (root["router_settings"].there() || root["litellm_settings"].there()) {
        return Format::LiteLlm;
    }
    return std::nullopt;
}

/// JSON where it is JSON; else YAML, which any text may be.
base::Result<Value> readTree(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    const bool braces = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
    auto json = readJson(text);
    if (json || braces) {
        return json;
    }
    return readYaml(text);
}

Import readSignalbox(std::string_view text, const provider::PresetList &presets)
{
    Draft draft(Format::Signalbox, presets);
    std::vector<std::string> ids;
    for (const provider::Preset &preset : presets.all()) {
        ids.push_back(preset.id);
    }
    config::ReadResult read = config::readConfig(text, ids);
    Import out = draft.finish();
    for (const config::Mistake &mistake : read.mistakes) {
        if (!mistake.warning) {
            out.report.push_back(
                {ReportLine::Kind::NotTaken, mistake.path, mistake.line, "this is wrong there"});
        }
    }
    for (const auto &[count, what] :
         {std::pair(read.config.budgets.size(), "budgets"),
          std::pair(std::size_t{read.config.privacy == config::PrivacyConfig() ? 0U : 1U}, "privacy"),
          std::pair(std::size_t{read.config.server == config::ServerConfig() ? 0U : 1U}, "server")}) {
        if (count > 0) {
            out.report.push_back(
                {ReportLine::Kind::NotTaken, what, 0, "stays as it is here: it is about everything"});
        }
    }
    if (read.ok()) {
        out.providers = std::move(read.config.providers);
        out.chains = std::move(read.config.chains);
        out.clients = std::move(read.config.clients);
        out.rules = std::move(read.config.rules);
    }
    return out;
}
} // namespace

void takeWeights(std::vector<config::StepConfig> &steps, const std::vector<double> &weights)
{
    const bool fractions =
        std::any_of(weights.begin(), weights.end(), [](double one) { return one != std::floor(one); });
    for (std::size_t i = 0; i < steps.size() && i < weights.size(); ++i) {
        steps[i].weight =
            static_cast<int>(std::lround(std::clamp(weights[i] * (fractions ? 100 : 1), 1.0, 1e6)));
    }
}

std::string_view nameOf(Format format)
{
    return std::find_if(kNames.begin(), kNames.end(), [&](const Named &one) { return one.first == format; })
        ->second;
}

std::optional<Format> formatFromName(std::string_view name)
{
    const auto found =
        std::find_if(kNames.begin(), kNames.end(), [&](const Named &one) { return one.second == name; });
    return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

std::string formatNames()
{
    std::string out;
    for (const Named &one : kNames) {
        out += (out.empty() ? "" : ", ") + std::string(one.second);
    }
    return out;
}

std::optional<Format> detectFormat(std::string_view text)
{
    if (!checkSource(text)) {
        return std::nullopt;
    }
    if (!variablesOf(text).empty()) {
        return Format::Environment;
    }
    const auto tree = readTree(text);
    return tree ? detectInTree(Node(*tree)) : std::nullopt;
}

base::Result<Import> importText(std::string_view text, std::optional<Format> format,
                                const provider::PresetList &presets)
{
    if (const auto sound = checkSource(text); !sound) {
        return std::unexpected(sound.error());
    }
    if (!format) {
        format = detectFormat(text);
    }
    if (format == Format::Environment) {
        return importVariables(variablesOf(text), presets);
    }
    const auto tree = readTree(text);
    if (!tree) {
        return std::unexpected(format ? tree.error()
                                      : noFormat("the document cannot be read: " + tree.error().message));
    }
    const Node root(*tree);
    if (!format) {
        return std::unexpected(noFormat("this is the configuration of no program that Signalbox knows"));
    }
    if (*format == Format::Signalbox) {
        return readSignalbox(text, presets);
    }
    Draft draft(*format, presets);
    switch (*format) {
    case Format::LiteLlm:
        readLiteLlm(root, draft);
        break;
    case Format::Portkey:
        readPortkey(root, draft);
        break;
    case Format::OneApi:
    case Format::NewApi:
        readChannels(root, draft);
        break;
    case Format::ClaudeCodeRouter:
        readClaudeCodeRouter(root, draft);
        break;
    case Format::CcSwitch:
        readCcSwitch(root, draft);
        break;
    case Format::Environment:
    case Format::Signalbox:
        break; // done above
    }
    return draft.finish();
}

Import importVariables(const Variables &variables, const provider::PresetList &presets)
{
    Draft draft(Format::Environment, presets);
    readVariables(variables, draft);
    return draft.finish();
}

} // namespace signalbox::transfer
