// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/chain_rules.h"

#include <QCheckBox>
#include <QVBoxLayout>

#include "ui/pages/chains/seconds_field.h"
#include "ui/widgets/form_row.h"
#include "ui/widgets/labels.h"

namespace signalbox::chains {

using config::FallbackOn;

namespace {
struct RuleText {
    bool FallbackOn::*member;
    const char *key;
    const char *text;
};

constexpr RuleText kRules[] = {
    {&FallbackOn::connect, "connect", QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "no connection")},
    {&FallbackOn::timeout, "timeout", QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "a time limit")},
    {&FallbackOn::rateLimit, "rateLimit",
     QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "rate limit (429)")},
    {&FallbackOn::quota, "quota", QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "quota spent")},
    {&FallbackOn::serverError, "serverError",
     QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "server error (5xx)")},
    {&FallbackOn::keyRefused, "keyRefused",
     QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "key refused (401, 403)")},
    {&FallbackOn::modelMissing, "modelMissing",
     QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "model not found")},
    {&FallbackOn::contextTooLong, "contextTooLong",
     QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "context too long")},
    {&FallbackOn::garbled, "garbled", QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "garbled answer")},
    {&FallbackOn::empty, "empty", QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "empty answer")},
    {&FallbackOn::cutOff, "cutOff",
     QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "cut off before content")},
    {&FallbackOn::refusal, "refusal",
     QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "refusal by the model")},
};
} // namespace

ChainRules::ChainRules(QWidget *parent) : Card(tr("When a step fails"), parent), m_boxes(new QVBoxLayout)
{
    body()->addWidget(widgets::makeMutedLabel(tr("Go on to the next step after")));
    m_boxes->setSpacing(2);
    body()->addLayout(m_boxes);
    for (const auto &rule : kRules) {
        auto *box = addBox(tr(rule.text), QStringLiteral("fallbackOn.%1").arg(QLatin1String(rule.key)));
        m_rules.push_back({rule.member, box});
        connect(box, &QCheckBox::clicked, this, [this, member = rule.member](bool on) {
            edit(tr("change fallback"), [=](config::ChainPolicy &policy) { policy.fallbackOn.*member = on; });
        });
    }
    m_ambiguous = addBox(tr("even if it may have been billed"), QStringLiteral("afterAmbiguous"));
    m_ambiguous->setToolTip(
        tr("Also when the provider may already have worked on the request, once per request "
           "(chains[].policy.afterAmbiguous)"));
    connect(m_ambiguous, &QCheckBox::clicked, this, [this](bool on) {
        edit(tr("change fallback"), [=](config::ChainPolicy &policy) { policy.afterAmbiguous = on; });
    });
    m_deadline = new SecondsField(config::Ms(1), std::chrono::hours(24));
    m_deadline->setKeyboardTracking(false); // one undo for what is typed, not one per digit
    auto *row = new widgets::FormRow(tr("Deadline"), m_deadline);
    row->setLabelWidth(QFontMetrics(font()).horizontalAdvance(tr("Between tokens")) + 4);
    row->setToolTip(tr("Longest time until the first content reaches the tool, over all steps "
                       "(chains[].policy.deadlineMs)"));
    body()->addWidget(row);
    connect(m_deadline, &SecondsField::valueChanged, this, [this] {
        edit(tr("change deadline"),
             [this](config::ChainPolicy &policy) { policy.deadline = m_deadline->limit(); });
    });
}

QCheckBox *ChainRules::addBox(const QString &text, const QString &key)
{
    auto *box = new QCheckBox(text);
    box->setAccessibleName(tr("Go on after: %1").arg(text));
    box->setToolTip(QStringLiteral("chains[].policy.%1").arg(key));
    m_boxes->addWidget(box);
    return box;
}

void ChainRules::setDraft(models::ChainDraft *draft)
{
    if (m_draft != draft) {
        if (m_draft) {
            m_draft->disconnect(this);
        }
        m_draft = draft;
        if (draft) {
            connect(draft, &models::ChainDraft::headEdited, this, &ChainRules::load);
        }
    }
    load();
}

void ChainRules::edit(const QString &what, const std::function<void(config::ChainPolicy &)> &change)
{
    if (m_draft && !m_loading) {
        auto head = m_draft->head();
        change(head.policy);
        m_draft->editHead(what, head);
    }
}

void ChainRules::load()
{
    setEnabled(m_draft);
    if (!m_draft) {
        return;
    }
    m_loading = true;
    const auto &policy = m_draft->head().policy;
    for (const auto &rule : m_rules) {
        rule.box->setChecked(policy.fallbackOn.*rule.member);
    }
    m_ambiguous->setChecked(policy.afterAmbiguous);
    m_deadline->setLimit(policy.deadline);
    m_loading = false;
}

} // namespace signalbox::chains
