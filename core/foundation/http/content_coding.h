// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::http {

enum class ContentCoding : std::uint8_t { Identity, Gzip, Zstd };

/// The coding a Content-Encoding field names (none, identity, gzip, x-gzip or zstd, without case); nothing
/// for any other, or for several.
std::optional<ContentCoding> contentCoding(std::optional<std::string_view> field);

/// Takes one content coding off a body that comes in pieces. Never writes more than its limit, whatever the
/// coded bytes promise. Any thread.
class ContentDecoder
{
public:
    enum class Result : std::uint8_t { Ok, TooLarge, Corrupt };

    ContentDecoder(ContentCoding coding, std::size_t maxDecodedBytes);
    ~ContentDecoder();
    ContentDecoder(ContentDecoder &&) noexcept;
    ContentDecoder &operator=(ContentDecoder &&) noexcept;

    /// Appends what `coded` decodes to. After anything but Ok the decoder is of no more use.
    Result decode(std::string_view coded, std::string &out);
    /// Corrupt if the body ended in the middle.
    Result finish() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::http
