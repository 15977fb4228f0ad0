// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/condition_text.h"

#include <QCoreApplication>
#include <QLocale>

#include "ui/bridge/format.h"

namespace signalbox::bridge {

namespace {
using config::Condition;
using Op = Condition::Op;

QString tr(const char *source)
{
    return QCoreApplication::translate("Condition", source);
}

QString fieldText(const std::string &field)
{
    if (field == "promptTokens") {
        return tr("prompt tokens");
    }
    return field == "jsonSchema" ? tr("JSON schema") : text(field);
}

QString valueText(const Condition &one, const std::string &value)
{
    bool whole = false;
    const auto number = text(value).toLongLong(&whole);
    return whole && one.field == "promptTokens" ? QLocale().toString(number) : text(value);
}

QString comparison(const Condition &one)
{
    QStringList values;
    for (const auto &value : one.values) {
        values.append(valueText(one, value));
    }
    const auto field = fieldText(one.field);
    const auto value = values.join(QStringLiteral(", "));
    const bool isFlag = one.field == "tools" || one.field == "images" || one.field == "jsonSchema"
                        || one.field == "stream" || one.field == "private";
    switch (one.op) {
    case Op::Equal:
    case Op::NotEqual:
        if (isFlag) {
            const bool on = (one.op == Op::Equal) == (value == QLatin1String("true"));
            return on ? field : tr("no %1").arg(field);
        }
        return (one.op == Op::Equal ? tr("%1 is %2") : tr("%1 is not %2")).arg(field, value);
    case Op::In:
        return tr("%1 is one of %2").arg(field, value);
    case Op::Greater:
        return QStringLiteral("%1 > %2").arg(field, value);
    case Op::AtLeast:
        return QStringLiteral("%1 ≥ %2").arg(field, value);
    case Op::Less:
        return QStringLiteral("%1 < %2").arg(field, value);
    case Op::AtMost:
        return QStringLiteral("%1 ≤ %2").arg(field, value);
    case Op::Matches:
        return tr("%1 matches /%2/").arg(field, value);
    default:
        return {};
    }
}

QString joined(const std::vector<Condition> &parts, const QString &word)
{
    QStringList texts;
    for (const auto &part : parts) {
        const bool nested = part.op == Op::All || part.op == Op::Any;
        const auto one = part.op == Op::Always ? tr("always") : conditionText(part);
        texts.append(nested ? QStringLiteral("(%1)").arg(one) : one);
    }
    return texts.join(word);
}
} // namespace

QString conditionText(const Condition &condition)
{
    switch (condition.op) {
    case Op::Always:
        return {};
    case Op::All:
        return joined(condition.parts, tr(" and "));
    case Op::Any:
        return joined(condition.parts, tr(" or "));
    case Op::Not:
        return tr("not (%1)").arg(joined(condition.parts, QString()));
    default:
        return comparison(condition);
    }
}

} // namespace signalbox::bridge
