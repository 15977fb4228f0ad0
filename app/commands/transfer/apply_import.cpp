// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "app/commands/transfer/transfer_command.h"

namespace signalbox::app {

namespace {
/// A copy beside the configuration, for this user only. The one of the import before goes away.
base::Result<std::string> keepCopy(const std::string &path)
{
    QFile source(QString::fromStdString(path));
    const std::string copy = path + ".before-import";
    QSaveFile target(QString::fromStdString(copy));
    target.setDirectWriteFallback(false);
    const bool written = source.open(QIODevice::ReadOnly) && target.open(QIODevice::WriteOnly)
                         && target.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
                         && target.write(source.readAll()) >= 0 && target.commit();
    if (!written) {
        return base::fail(base::ErrorCode::Io,
                          "no copy of the configuration could be written to '" + copy + "'");
    }
    return copy;
}

/// One import on its way through the keychain. Lives as long as an answer is out.
class Applying : public std::enable_shared_from_this<Applying>
{
public:
    Applying(config::ConfigStore &store, secrets::SecretStore &keychain, transfer::Merged merged,
             std::function<void(base::Result<ImportOutcome>)> done)
        : m_store(store), m_keychain(keychain), m_merged(std::move(merged)), m_done(std::move(done))
    {
        for (const auto &[name, secret] : m_merged.secrets) {
            m_names.push_back(name);
        }
    }

    void next()
    {
        if (m_at == m_names.size()) {
            save();
            return;
        }
        const std::string &name = m_names[m_at];
        m_keychain.write(name, m_merged.secrets[name],
                         [self = shared_from_this()](base::Result<void> written) {
                             if (!written) {
                                 self->undo(written.error());
                                 return;
                             }
                             ++self->m_at;
                             self->next();
                         });
    }

private:
    void save()
    {
        const auto copy = keepCopy(m_store.path());
        if (!copy) {
            undo(copy.error());
            return;
        }
        if (const auto saved = m_store.save(m_merged.config); !saved) {
            undo(saved.error());
            return;
        }
        m_done(ImportOutcome{true, *copy});
    }

    /// All entries are of providers that are new, so that none of them was there before.
    void undo(const base::Error &why)
    {
        if (m_at == 0) {
            m_done(base::fail(why.code, why.message + "; nothing was changed"));
            return;
        }
        --m_at;
        m_keychain.remove(m_names[m_at],
                          [self = shared_from_this(), why](const base::Result<void> &) { self->undo(why); });
    }

    config::ConfigStore &m_store;
    secrets::SecretStore &m_keychain;
    transfer::Merged m_merged;
    std::function<void(base::Result<ImportOutcome>)> m_done;
    std::vector<std::string> m_names;
    std::size_t m_at = 0;
};
} // namespace

void applyImport(config::ConfigStore &store, secrets::SecretStore &keychain, transfer::Merged merged,
                 std::function<void(base::Result<ImportOutcome>)> done)
{
    std::make_shared<Applying>(store, keychain, std::move(merged), std::move(done))->next();
}

} // namespace signalbox::app
