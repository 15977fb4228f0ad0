// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/transfer/draft.h"

// One function for each format: walks the document and fills the draft. None fails: what it does not
// understand it reports. The shape of each format stands at the top of its source.
namespace signalbox::transfer {

void readLiteLlm(const Node &root, Draft &draft);
void readPortkey(const Node &root, Draft &draft);
/// one-api's and new-api's numbers of types differ from 25 on; which it is, is the draft's format.
void readChannels(const Node &root, Draft &draft);
void readClaudeCodeRouter(const Node &root, Draft &draft);
void readCcSwitch(const Node &root, Draft &draft);
void readVariables(const Variables &variables, Draft &draft);

/// Lines NAME=VALUE, perhaps with `export` and quotes, as in a .env file. Empty if a line is none of that.
Variables variablesOf(std::string_view text);
/// The list of channels in an export: the document itself, or below data, items, channels.
Node channelList(const Node &root);
bool isNewApi(const Node &channels);
/// Weights as they are written, as whole numbers: per cent where one of them is a fraction.
void takeWeights(std::vector<config::StepConfig> &steps, const std::vector<double> &weights);

} // namespace signalbox::transfer
