// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include <QByteArray>

#include "ui/shell/page.h"
#include "ui/theme/theme.h"

namespace signalbox::shell {

/// What the window remembers between two starts: nothing anybody else needs. An unreadable file is a fresh
/// start. GUI thread.
class WindowState
{
public:
    /// `file`: where it is kept; empty: nowhere.
    explicit WindowState(std::string file);

    QByteArray geometry() const;
    void setGeometry(const QByteArray &geometry);
    theme::Mode theme() const;
    void setTheme(theme::Mode mode);
    PageId page() const;
    void setPage(PageId page);

private:
    void set(const char *key, const QVariant &value);
    QVariant get(const char *key) const;

    QString m_file;
};

} // namespace signalbox::shell
