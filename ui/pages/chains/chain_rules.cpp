// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/chain_rules.h"

#include <QCheckBox>
#include <QComboBox>
#include <QVBoxLayout>

#include "ui/pages/chains/seconds_field.h"
#include "ui/widgets/labels.h"

namespace signalbox::chains {

using config::ChainConfig;
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
    {&FallbackOn::looping, "looping",
     QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "endless repetition")},
    {&FallbackOn::brokenToolCall, "brokenToolCall",
     QT_TRANSLATE_NOOP("signalbox::chains::ChainRules", "broken tool call")},
};
} // namespace

ChainRules::ChainRules(QWidget *parent)
    : PolicyCard(tr("When a step fails"), parent), m_boxes(new QVBoxLayout)
{
    body()->addWidget(widgets::makeMutedLabel(tr("Go on to the next step after")));
    m_boxes->setSpacing(2);
    body()->addLayout(m_boxes);
    addFailures();
    addRefusal();
    addWaiting();
}

void ChainRules::addFailures()
{
    for (const auto &rule : kRules) {
        auto *box = addBox(tr(rule.text), QStringLiteral("fallbackOn.%1").arg(QLatin1String(rule.key)));
        connect(box, &QCheckBox::clicked, this, [this, member = rule.member](bool on) {
            edit(tr("change fallback"), [=](ChainConfig &chain) { chain.policy.fallbackOn.*member = on; });
        });
        if (rule.member == &FallbackOn::looping || rule.member == &FallbackOn::brokenToolCall) {
            box->setToolTip(tr("Needs a hold-back or whole answers, so that nothing has been sent yet "
                               "(chains[].policy.fallbackOn.%1)")
                                .arg(QLatin1String(rule.key)));
        }
        whenShown([box, member = rule.member](ChainConfig &chain) {
            box->setChecked(chain.policy.fallbackOn.*member);
        });
    }
    auto *ambiguous = addBox(tr("even if it may have been billed"), QStringLiteral("afterAmbiguous"));
    ambiguous->setToolTip(
        tr("Also when the provider may already have worked on the request, once per request "
           "(chains[].policy.afterAmbiguous)"));
    connect(ambiguous, &QCheckBox::clicked, this, [this](bool on) {
        edit(tr("change fallback"), [=](ChainConfig &chain) { chain.policy.afterAmbiguous = on; });
    });
    whenShown([ambiguous](ChainConfig &chain) { ambiguous->setChecked(chain.policy.afterAmbiguous); });
}

void ChainRules::addRefusal()
{
    addChoice(
        {tr("Refusal"), QStringLiteral("policy.fallbackOn.refusal"),
         tr("What a refusal of the model or its filter leads to"), tr("change fallback")},
        {tr("is the answer"), tr("next step"), tr("next step, once")},
        [](ChainConfig &chain) {
            const FallbackOn &on = chain.policy.fallbackOn;
            return !on.refusal ? 0 : on.refusalOnce ? 2 : 1;
        },
        [](ChainConfig &chain, int choice) {
            chain.policy.fallbackOn.refusal = choice > 0;
            chain.policy.fallbackOn.refusalOnce = choice == 2;
        });
}

void ChainRules::addWaiting()
{
    addSeconds({tr("Deadline"), QStringLiteral("policy.deadlineMs"),
                tr("Longest time until the first content reaches the tool, over all steps"),
                tr("change deadline")},
               {config::Ms(1), std::chrono::hours(24)},
               [](ChainConfig &chain) -> config::Ms & { return chain.policy.deadline; });
    addFlag({tr("Wait if no step can be tried"), QStringLiteral("policy.waitForSoonest"),
             tr("Within the deadline, for the step that is back first"), tr("switch waiting")},
            [](ChainConfig &chain) -> bool & { return chain.policy.waitForSoonest; });
}

QCheckBox *ChainRules::addBox(const QString &text, const QString &key)
{
    auto *box = new QCheckBox(text);
    box->setAccessibleName(tr("Go on after: %1").arg(text));
    box->setToolTip(QStringLiteral("chains[].policy.%1").arg(key));
    m_boxes->addWidget(box);
    return box;
}

} // namespace signalbox::chains
