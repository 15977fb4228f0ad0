// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/secrets/memory_secret_store.h"

namespace signalbox::secrets {

namespace {
template<typename Callback, typename Answer>
void later(QObject &context, Callback done, Answer answer)
{
    QMetaObject::invokeMethod(
        &context, [done = std::move(done), answer = std::move(answer)] { done(answer); },
        Qt::QueuedConnection);
}
} // namespace

void MemorySecretStore::read(const std::string &name, Read done)
{
    const auto it = m_secrets.find(name);
    base::Result<base::SecretString> answer =
        it != m_secrets.end()
            ? base::Result<base::SecretString>(it->second)
            : base::fail(base::ErrorCode::NotFound,
                         "the key was kept for one session only, and that has ended: enter it again");
    later(m_context, std::move(done), std::move(answer));
}

void MemorySecretStore::write(const std::string &name, base::SecretString secret, Done done)
{
    base::Result<void> answer;
    if (name.empty() || secret.empty()) {
        answer = base::fail(base::ErrorCode::InvalidArgument, "the key is empty");
    } else {
        m_secrets[name] = std::move(secret);
    }
    later(m_context, std::move(done), std::move(answer));
}

void MemorySecretStore::remove(const std::string &name, Done done)
{
    m_secrets.erase(name);
    later(m_context, std::move(done), base::Result<void>());
}

} // namespace signalbox::secrets
