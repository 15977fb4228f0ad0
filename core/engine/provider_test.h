// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/engine/errand/fetch.h"

namespace signalbox::engine {

/// What a request for the model list tells about a provider, step by step. Pure.
TestReport reportOn(const errand::Fetched &fetched, bool keySent);

/// The model ids in a provider's list, whichever of the known shapes it has. Empty: none could be read.
std::vector<std::string> modelsIn(std::string_view body);

/// The text of a whole chat answer, or the message of an error. Pure.
std::string textOfAnswer(std::string_view body);

} // namespace signalbox::engine
