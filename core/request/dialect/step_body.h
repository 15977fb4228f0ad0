// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/request/dialect/client_request.h"

namespace signalbox::dialect {

/// What a step changes in the request.
struct BodyEdits {
    std::string_view model;
    bool stream = false;       ///< the provider is to stream, whatever the client asked for
    bool includeUsage = false; ///< a stream is to report its usage
    /// Top-level member and its value as JSON. `model`, `messages` and `stream` are not to be set or stripped
    /// this way and stay as they are.
    std::vector<std::pair<std::string, std::string>> set;
    std::vector<std::string> strip; ///< top-level members; what is in `set` as well is set
};

/// The client's bytes with only that changed: members keep their order, their white space and their numbers,
/// so that a provider's prompt cache knows them again. New members come first. A member that the client gave
/// more than once is set or stripped everywhere. With neither set nor strip the body is not searched.
std::string bodyForStep(std::string_view body, const ClientRequest &request, const BodyEdits &edits);

} // namespace signalbox::dialect
