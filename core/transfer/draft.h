// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/transfer/import.h"
#include "core/transfer/node.h"
#include "core/transfer/vendors.h"

namespace signalbox::transfer {

/// What a format's reader fills: makes ids, tells keys from references and placeholders, keeps one provider
/// for each account, writes the report. One document, one thread; its readers hold it by reference.
class Draft
{
public:
    Draft(Format format, const provider::PresetList &presets);

    struct Wanted {
        std::string name;   ///< a hint for the id, and what people call it
        std::string vendor; ///< the other program's word for it
        std::string url;    ///< as it stands in the document
        std::string key;    ///< the same
        bool enabled = true;
        bool messages = false;      ///< it speaks Anthropic's Messages
        bool addVersion = false;    ///< its address goes without "/v1"
        bool usualVariable = false; ///< without a key it reads the preset's variable
        std::map<std::string, std::string> headers = {};
    };
    /// The id of the provider that is this account; nothing, and a line in the report, if it cannot be taken.
    std::optional<std::string> provider(const Wanted &wanted, const Node &at);
    config::ProviderConfig &providerById(std::string_view id);

    /// The chain for this name: its id, or an alias of it. Made if it is not there.
    config::ChainConfig &chain(const std::string &name, const Node &at);
    config::ChainConfig *chainNamed(const std::string &name);
    /// False, and a line in the report, where the alias is taken or cannot be one.
    bool alias(const std::string &name, const std::string &alias, const Node &at);
    /// A step; nothing, and a line, for a model that cannot be one.
    std::optional<config::StepConfig> step(const std::string &provider, const std::string &model,
                                           const Node &at);
    /// Puts a parameter into the step, if it is one of a request.
    void set(config::StepConfig &step, const std::string &name, const Node &value);
    static bool isParameter(std::string_view name);

    void line(ReportLine::Kind kind, const Node &at, std::string text);
    void taken(const Node &at, std::string text) { line(ReportLine::Kind::Taken, at, std::move(text)); }
    void changed(const Node &at, std::string text) { line(ReportLine::Kind::Changed, at, std::move(text)); }
    void notTaken(const Node &at, std::string text) { line(ReportLine::Kind::NotTaken, at, std::move(text)); }

    const provider::PresetList &presets() const { return m_presets; }
    Import &out() { return m_out; }
    Import finish();

private:
    void readKey(config::ProviderConfig &provider, const Wanted &wanted, const Node &at);
    bool choosePreset(config::ProviderConfig &provider, const Wanted &wanted, const CleanUrl &address,
                      const Node &at);
    bool readAddress(config::ProviderConfig &provider, const Wanted &wanted, const Node &at);
    const config::ProviderConfig *same(const config::ProviderConfig &one, std::string_view secret) const;
    std::string freshId(const std::string &hint, std::string_view what);

    struct Ids {
        std::set<std::string> used;
        std::map<std::string, int> next; ///< number behind an id that is used
    };

    const provider::PresetList &m_presets;
    Import m_out;
    Ids m_providerIds;
    Ids m_chainIds;                              ///< and aliases
    std::map<std::string, std::size_t> m_chains; ///< by the name in the document
    bool m_reportFull = false;
};

} // namespace signalbox::transfer
