// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/foundation/config/chain_config.h"
#include "core/request/dialect/chat_continue.h"

namespace signalbox::routing {

/// What a model can do, as far as is known. Numbers: 0 is unknown; what it may lack is there unless it is
/// known to be missing.
struct ModelFacts {
    std::int64_t contextTokens = 0; ///< prompt and output together
    std::int64_t maxPrompt = 0;     ///< where that is less
    std::int64_t maxOutput = 0;
    bool tools = true;
    bool images = true;
    bool audio = true;
    bool jsonSchema = true;
    bool thinksSilently = false;                     ///< thinks before its first token without showing it
    std::optional<dialect::ContinueStyle> continues; ///< none: it cannot go on from a partial answer
    bool operator==(const ModelFacts &) const = default;
};

/// The shipped facts about models (resources/models/models.json), with the user's own over them. Immutable
/// after reading; any thread. Grammar: model_catalogue.cpp.
class ModelCatalogue
{
public:
    ModelCatalogue() = default; ///< knows no model
    static ModelCatalogue shipped();
    /// InvalidArgument: what is wrong, and in which line.
    static base::Result<ModelCatalogue> fromJson(std::string_view json);

    const std::string &date() const { return m_date; }
    /// By the model's name, whatever its case: the longest entry that fits, the preset's own first. A name
    /// also fits without its vendor ("org/model") and without the day it ends in ("-2026-01-31",
    /// "-20260131", "@20260131"). How it goes on is the preset's matter, unless the model cannot. On this
    /// machine
    /// (`local`) every model shows its thinking.
    ModelFacts factsFor(std::string_view preset, std::string_view model, const config::ModelTraits &override,
                        bool local) const;

private:
    struct Entry {
        ModelFacts facts; ///< `continues` left out
        bool canContinue = true;
    };
    using Models = std::map<std::string, Entry, std::less<>>; ///< names in lower case, exact or with `*`
    static const Entry *find(const Models &models, std::string_view model);

    friend class ModelCatalogueParser;
    std::string m_date;
    std::map<std::string, Models, std::less<>> m_models;                    ///< by preset; "": for all
    std::map<std::string, dialect::ContinueStyle, std::less<>> m_continues; ///< by preset
};

/// How long to wait for the first token: as the step says, else 180 s for a model that thinks silently, 60 s
/// on this machine (it may have to load), 20 s.
base::Duration firstTokenLimit(const config::StepConfig &step, const ModelFacts &model, bool local);

} // namespace signalbox::routing
