// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QWidget>

#include "ui/theme/colors.h"

class QVBoxLayout;

namespace signalbox::widgets {
class InfoBar;
}

namespace signalbox::parts {

/// The messages of a page, newest first, one per subject, at most two at a time. Takes no room while there
/// are none. Owned by the page.
class MessageStack : public QWidget
{
    Q_OBJECT

public:
    explicit MessageStack(QWidget *parent = nullptr);

    /// Replaces the message of the same subject. The action, if any, takes the message away.
    void show(const QString &subject, theme::Tone tone, const QString &text, const QString &actionLabel = {},
              std::function<void()> action = {});
    void clear(const QString &subject);
    QString textOf(const QString &subject) const; ///< empty: no such message
    void runAction(const QString &subject);       ///< as if its button were pressed

private:
    struct Message {
        QString subject;
        widgets::InfoBar *bar;
        std::function<void()> action;
    };
    void arrange();

    QVBoxLayout *m_column;
    std::vector<Message> m_messages;
};

} // namespace signalbox::parts
