// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/key_field.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "ui/bridge/format.h"
#include "ui/pages/providers/pasted_key.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/labels.h"

namespace signalbox::providers {

using Kind = config::KeySource::Kind;

namespace {
QString whereText(const config::KeySource &key, const QString &backend)
{
    const auto last4 =
        key.last4.empty() ? QString() : QStringLiteral("•••• %1  ").arg(bridge::text(key.last4));
    switch (key.kind) {
    case Kind::Keychain:
        return last4
               + (backend.isEmpty() ? KeyField::tr("in the keychain")
                                    : KeyField::tr("in the keychain (%1)").arg(backend));
    case Kind::Environment:
        return last4 + KeyField::tr("from the environment variable %1").arg(bridge::text(key.name));
    case Kind::Memory:
        return last4 + KeyField::tr("for this session only");
    case Kind::None:
        break;
    }
    return {};
}
} // namespace

KeyField::KeyField(QWidget *parent)
    : QWidget(parent),
      m_where(widgets::makeLabel(QString())),
      m_replace(widgets::makeButton(tr("Replace key…"))),
      m_forget(widgets::makeButton(tr("Delete key"), theme::ButtonKind::Danger)),
      m_edit(new QLineEdit),
      m_reveal(widgets::makeButton(tr("Show"))),
      m_keep(widgets::makeButton(tr("Keep the old one")))
{
    m_where->setWordWrap(true);
    m_edit->setEchoMode(QLineEdit::Password);
    m_edit->setFont(theme::monoFont());
    m_edit->setAccessibleName(tr("Key"));
    m_edit->setPlaceholderText(tr("paste the key here"));
    m_edit->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase);
    m_reveal->setCheckable(true);
    m_reveal->setAccessibleName(tr("Show the key being entered"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_where, 1);
    row->addWidget(m_replace);
    row->addWidget(m_forget);
    row->addWidget(m_edit, 1);
    row->addWidget(m_reveal);
    row->addWidget(m_keep);
    setFocusProxy(m_edit);
    connect(m_edit, &QLineEdit::textChanged, this, &KeyField::onTextChanged);
    connect(m_reveal, &QPushButton::toggled, this, [this](bool on) {
        m_edit->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password);
        m_reveal->setText(on ? tr("Hide") : tr("Show"));
    });
    connect(m_replace, &QPushButton::clicked, this, [this] {
        m_entering = true;
        showParts();
        m_edit->setFocus();
    });
    connect(m_keep, &QPushButton::clicked, this, [this] {
        clear();
        m_entering = false;
        showParts();
        m_replace->setFocus();
    });
    connect(m_forget, &QPushButton::clicked, this, &KeyField::forgetRequested);
    showParts();
}

void KeyField::setStored(const config::KeySource &stored, const QString &backend, bool askAgain)
{
    const bool other = stored != m_stored;
    m_stored = stored;
    m_where->setText(whereText(stored, backend));
    const bool noMore = m_asked && !askAgain;
    m_asked = askAgain;
    if (stored.kind == Kind::None || askAgain) {
        m_entering = true;
    } else if ((other || noMore) && m_edit->text().isEmpty()) {
        m_entering = false;
    }
    showParts();
}

void KeyField::clear()
{
    m_edit->clear();
    m_reveal->setChecked(false);
    m_entering = m_stored.kind == Kind::None;
    showParts();
}

void KeyField::enter(const QString &key)
{
    m_entering = true;
    m_edit->setText(key);
    showParts();
}

void KeyField::focusField()
{
    if (m_entering) {
        m_edit->setFocus();
    } else {
        m_replace->setFocus();
    }
}

void KeyField::onTextChanged(const QString &text)
{
    const auto key = keyFromPaste(text);
    if (key != text) {
        m_edit->setText(key); // comes back here
        return;
    }
    Q_EMIT keyChanged(key);
    showParts();
}

void KeyField::showParts()
{
    const bool stored = m_stored.kind != Kind::None;
    m_where->setVisible(!m_entering);
    m_replace->setVisible(!m_entering);
    m_forget->setVisible(!m_entering && m_stored.kind != Kind::Environment);
    m_edit->setVisible(m_entering);
    m_reveal->setVisible(m_entering);
    m_reveal->setEnabled(!m_edit->text().isEmpty());
    m_keep->setVisible(m_entering && stored);
}

} // namespace signalbox::providers
