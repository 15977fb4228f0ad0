// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/secrets/environment_secret_store.h"

#include <algorithm>
#include <cstdlib>

namespace signalbox::secrets {

namespace {
std::optional<std::string> ofThisProcess(const std::string &name)
{
    const char *const value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
}

base::Result<base::SecretString> secretFrom(std::optional<std::string> value, const std::string &name)
{
    while (value && !value->empty() && (value->back() == '\n' || value->back() == '\r')) {
        value->pop_back(); // $(cat file) leaves none, env files do
    }
    if (!value || value->empty()) {
        return base::fail(base::ErrorCode::NotFound, "the environment variable " + name
                                                         + " is not set: set it and start Signalbox again");
    }
    const bool text = std::none_of(value->begin(), value->end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (!text) {
        return base::fail(base::ErrorCode::Corrupt,
                          "the environment variable " + name + " holds no key: more than a line");
    }
    return base::SecretString(std::move(*value));
}

base::Result<void> readOnly(const std::string &name)
{
    return base::fail(base::ErrorCode::Unsupported,
                      "a key that comes from the environment is changed there: " + name);
}
} // namespace

EnvironmentSecretStore::EnvironmentSecretStore() : EnvironmentSecretStore(ofThisProcess) {}

EnvironmentSecretStore::EnvironmentSecretStore(Lookup lookup) : m_lookup(std::move(lookup)) {}

void EnvironmentSecretStore::read(const std::string &name, Read done)
{
    QMetaObject::invokeMethod(
        &m_context, [this, name, done = std::move(done)] { done(secretFrom(m_lookup(name), name)); },
        Qt::QueuedConnection);
}

void EnvironmentSecretStore::write(const std::string &name, base::SecretString, Done done)
{
    QMetaObject::invokeMethod(
        &m_context, [name, done = std::move(done)] { done(readOnly(name)); }, Qt::QueuedConnection);
}

void EnvironmentSecretStore::remove(const std::string &name, Done done)
{
    write(name, {}, std::move(done));
}

} // namespace signalbox::secrets
