// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace signalbox::base {

/// A key or token in memory: wiped when the last copy goes, never printed, compared in constant time.
/// Copies share one buffer, so that few copies of a secret exist. Safe to read from any thread.
class SecretString
{
public:
    SecretString() = default;
    /// Wipes `plain` after taking it.
    explicit SecretString(std::string &&plain);

    bool empty() const { return !m_bytes || m_bytes->empty(); }
    /// The secret itself: hand it to the wire or the keychain, keep no copy.
    std::string_view reveal() const { return m_bytes ? std::string_view(*m_bytes) : std::string_view(); }
    /// The last four characters, for people to recognise a key by; empty when the secret is shorter than 12.
    std::string last4() const;

private:
    std::shared_ptr<const std::string> m_bytes;
};

/// Takes as long for every `given` of one length, whatever it holds.
bool equalInConstantTime(std::string_view given, std::string_view secret);

} // namespace signalbox::base
