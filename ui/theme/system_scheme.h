// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QObject>

class QDBusVariant;

namespace signalbox::theme {

/// What the desktop wants, light or dark, from its settings portal over D-Bus. Qt 6.4 does not follow it by
/// itself. Asks without waiting; stays empty where there is no portal. GUI thread; owned by Theme.
class SystemScheme : public QObject
{
    Q_OBJECT

public:
    explicit SystemScheme(QObject *parent = nullptr);
    std::optional<bool> dark() const { return m_dark; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void onSettingChanged(const QString &area, const QString &key, const QDBusVariant &value);

private:
    void take(uint scheme);

    std::optional<bool> m_dark;
};

} // namespace signalbox::theme
