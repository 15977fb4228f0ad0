// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/secret_string.h"

#include <cstring>

namespace signalbox::base {

namespace {
void wipe(std::string &text)
{
    explicit_bzero(text.data(), text.size());
    text.clear();
}
} // namespace

SecretString::SecretString(std::string &&plain)
    : m_bytes(new std::string(plain.data(), plain.size()), [](const std::string *bytes) {
          wipe(const_cast<std::string &>(*bytes)); // ours alone: the pointer is const only towards readers
          delete bytes;
      })
{
    wipe(plain);
}

std::string SecretString::last4() const
{
    const std::string_view text = reveal();
    return text.size() < 12 ? std::string() : std::string(text.substr(text.size() - 4));
}

bool equalInConstantTime(std::string_view given, std::string_view secret)
{
    unsigned difference = given.size() == secret.size() ? 0U : 1U;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char other = secret.empty() ? '\0' : secret[i % secret.size()];
        difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(other);
    }
    return difference == 0;
}

} // namespace signalbox::base
