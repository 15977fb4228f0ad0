// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/base/dialect.h"
#include "core/foundation/base/error.h"
#include "core/request/provider/rules/parameter_rules.h"
#include "core/request/provider/target.h"

namespace signalbox::chain {

/// What a provider is to be asked.
struct DialectQuestion {
    base::Dialect client = base::Dialect::Chat; ///< in which it was asked of us
    bool goesOnFromId = false; ///< it leans on an answer that only a provider of this dialect can have kept
    const provider::ModelRules *rules = nullptr; ///< of the model: some are reached in one dialect only
    std::string_view model;                      ///< some are served in one dialect only
    std::string_view body;                       ///< for the rules
};

/// In which dialect: the client's where the provider speaks that, since then the bytes go through; else, for
/// a conversation, the one it knows best. Unsupported says why not. Pure.
base::Result<base::Dialect> dialectFor(const DialectQuestion &question, const provider::Target &target);

/// In which dialect it goes on with an answer that broke off, if it is asked in `spoken` otherwise: Chat and
/// Messages can say "go on with this", Chat in more words.
base::Dialect continuingIn(base::Dialect spoken, const provider::Target &target, std::string_view model);

} // namespace signalbox::chain
