// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/answer.h"

namespace signalbox::responses {

/// A response that ended. Corrupt: none, or one that failed, was cancelled or goes on in the background.
base::Result<neutral::Answer> readAnswer(std::string_view body);

/// What an item of the output says; of a message its content, of what is not known a Foreign. `logprobs`
/// gets those of the texts, appended to it as an array.
std::vector<neutral::Part> readOutputItem(const json::Value &item, json::Value &logprobs);
/// {content, refusal}: Chat's shape, of an array of them.
json::Value chatLogprobs(json::Value entries);

} // namespace signalbox::responses
