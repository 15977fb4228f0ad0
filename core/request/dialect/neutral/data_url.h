// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::neutral {

struct DataUrl {
    std::string mime; ///< without its parameters; empty: not said
    std::string data; ///< base64
};

/// The bytes in a "data:" URL (RFC 2397); what is percent-encoded there becomes base64. Nothing if it is
/// another kind of URL, or has no comma.
std::optional<DataUrl> readDataUrl(std::string_view url);
std::string writeDataUrl(std::string_view mime, std::string_view base64);

/// A text as base64.
std::string base64Of(std::string_view bytes);

} // namespace signalbox::neutral
