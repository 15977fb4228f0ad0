// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QWidget>

#include "core/foundation/config/config.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox::widgets {
class ElidedLabel;
class StatusPill;
} // namespace signalbox::widgets

namespace signalbox::clients {

/// One tool: its token, the chain it uses when it names none, and whether it has been heard of. Owned by the
/// page.
class ClientDetail : public QWidget
{
    Q_OBJECT

public:
    explicit ClientDetail(QWidget *parent = nullptr);

    void setClient(const config::ClientConfig &client, const config::Config &config);
    /// When it was last heard of, in words; empty: not yet.
    void setSeen(const QString &when);
    void setToken(const QString &token); ///< shown in plain; empty: hidden

Q_SIGNALS:
    void chainChosen(const QString &chain);
    void showTokenRequested(bool show);
    void copyTokenRequested();
    void newTokenRequested();
    void removeRequested();

private:
    QWidget *makeToken();

    config::ClientConfig m_client;
    widgets::ElidedLabel *m_title;
    widgets::StatusPill *m_seen;
    QPushButton *m_remove;
    QComboBox *m_chain;
    QLabel *m_stored;
    QLineEdit *m_token;
    QPushButton *m_show;
};

} // namespace signalbox::clients
