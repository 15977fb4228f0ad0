// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "ui/pages/providers/provider_edit.h"

namespace signalbox::providers {

/// Carries out what the providers page decides, in the order that loses nothing: a key is in the keychain and
/// has been read back there before the configuration refers to it. Answers by signals, later. Owned by the
/// page.
class ProviderWriter : public QObject
{
    Q_OBJECT

public:
    explicit ProviderWriter(engine::Engine &engine, QObject *parent = nullptr);

    /// `slot` is the page's name for the edit, handed back with the answer.
    void save(const std::string &slot, const ProviderEdit &edit, bool sessionOnly);
    void deleteKey(const std::string &id);
    void setEnabled(const std::string &id, bool on, const QString &done);
    void setModels(const std::string &id, const std::vector<std::string> &models, const QString &done);
    void remove(const std::string &id, const QString &done);
    /// Puts the providers back as they were; what else has changed since stays.
    void restore(const std::vector<config::ProviderConfig> &before);

Q_SIGNALS:
    void saved(const std::string &slot, const signalbox::config::ProviderConfig &provider);
    void keyNotStored(const signalbox::base::Error &error);
    void failed(const signalbox::base::Error &error);
    /// It is in force; `before` gives it back.
    void done(const QString &text, const std::vector<signalbox::config::ProviderConfig> &before);

private:
    void saveConfig(const std::string &slot, const ProviderEdit &edit,
                    const std::optional<config::KeySource> &key);
    void apply(config::Config next, const QString &text);
    void applyOrFail(config::Config next);

    engine::Engine &m_engine;
};

} // namespace signalbox::providers
