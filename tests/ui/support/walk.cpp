// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/walk.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSet>

namespace signalbox::test {

namespace {

QString describe(const QWidget *widget)
{
    QStringList path;
    for (const QWidget *w = widget; w && path.size() < 4; w = w->parentWidget()) {
        path.prepend(QString::fromLatin1(w->metaObject()->className()) + QLatin1Char('(')
                     + w->accessibleName() + QLatin1Char(')'));
    }
    return path.join(QStringLiteral(" > "));
}

// The line edit inside a spin or combo box, buttons inside a line edit, headers and scroll bars speak through
// their owner.
bool isPart(const QWidget *widget)
{
    const QWidget *parent = widget->parentWidget();
    return qobject_cast<const QAbstractSpinBox *>(parent) || qobject_cast<const QComboBox *>(parent)
           || qobject_cast<const QHeaderView *>(widget) || qobject_cast<const QLineEdit *>(parent)
           || widget->objectName().startsWith(QLatin1String("qt_"));
}

bool isControl(const QWidget *widget)
{
    return qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QLineEdit *>(widget)
           || qobject_cast<const QComboBox *>(widget) || qobject_cast<const QAbstractSpinBox *>(widget)
           || qobject_cast<const QAbstractItemView *>(widget)
           || (widget->focusPolicy() != Qt::NoFocus && !qobject_cast<const QScrollArea *>(widget));
}

} // namespace

QStringList unnamedControls(QWidget &root)
{
    QStringList unnamed;
    for (QWidget *widget : root.findChildren<QWidget *>()) {
        if (!widget->isVisibleTo(&root) || !isControl(widget) || isPart(widget)) {
            continue;
        }
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
        if (!face || face->text(QAccessible::Name).trimmed().isEmpty()) {
            unnamed << describe(widget);
        }
    }
    return unnamed;
}

QStringList controlsTabMisses(QWidget &root)
{
    QSet<const QWidget *> reached;
    QWidget *first = &root;
    QWidget *widget = first;
    do {
        reached.insert(widget);
        widget = widget->nextInFocusChain();
    } while (widget && widget != first && reached.size() < 5000);
    QStringList missed;
    for (QWidget *child : root.findChildren<QWidget *>()) {
        const bool wanted =
            child->isVisibleTo(&root) && child->isEnabled() && isControl(child) && !isPart(child);
        const bool byTab = (child->focusPolicy() & Qt::TabFocus) && reached.contains(child);
        // Radio buttons and tabs are walked with the arrows; views inside others by their owner.
        if (wanted && !byTab) {
            missed << describe(child);
        }
    }
    return missed;
}

QStringList clippedTexts(QWidget &root)
{
    QStringList clipped;
    for (QWidget *widget : root.findChildren<QWidget *>()) {
        if (!widget->isVisibleTo(&root) || isPart(widget)) {
            continue;
        }
        const auto *button = qobject_cast<QAbstractButton *>(widget);
        const auto *label = qobject_cast<QLabel *>(widget);
        const bool plainLabel =
            label && label->metaObject() == &QLabel::staticMetaObject && !label->wordWrap();
        if ((button && !button->text().isEmpty()) || (plainLabel && !label->text().isEmpty())) {
            const QSize wanted = button ? button->sizeHint() : label->minimumSizeHint();
            if (widget->width() + 1 < wanted.width() || widget->height() + 1 < wanted.height()) {
                clipped << describe(widget) + QStringLiteral(" '") + (button ? button->text() : label->text())
                               + QLatin1Char('\'');
            }
        }
    }
    return clipped;
}

} // namespace signalbox::test
