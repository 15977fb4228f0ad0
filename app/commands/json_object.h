// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include <QDateTime>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/money.h"
#include "core/foundation/json/splice.h"
#include "core/record/events/token_usage.h"

namespace signalbox::app {

/// An object written member by member, in the order given.
class JsonObject
{
public:
    JsonObject &raw(const char *name, const std::string &value)
    {
        m_text += (m_text.empty() ? "{\"" : ", \"") + std::string(name) + "\": " + value;
        return *this;
    }
    JsonObject &text(const char *name, std::string_view value) { return raw(name, json::quoted(value)); }
    JsonObject &number(const char *name, std::int64_t value) { return raw(name, std::to_string(value)); }
    JsonObject &flag(const char *name, bool value) { return raw(name, value ? "true" : "false"); }
    JsonObject &micros(const char *name, base::Duration took) { return number(name, took.count() / 1000); }
    JsonObject &money(const char *name, std::optional<base::Money> amount)
    {
        return raw(name, amount ? json::quoted(base::formatDollars(*amount)) : "null");
    }
    JsonObject &time(const char *name, base::WallTime at)
    {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
        const std::string micro = std::to_string((at - seconds).count());
        const QString day = QDateTime::fromSecsSinceEpoch(seconds.time_since_epoch().count(), Qt::UTC)
                                .toString(QStringLiteral("yyyy-MM-dd'T'HH:mm:ss"));
        return text(name, day.toStdString() + "." + std::string(6 - micro.size(), '0') + micro + "Z");
    }
    JsonObject &tokens(const events::TokenUsage &usage)
    {
        return raw("tokens", JsonObject()
                                 .number("input", usage.input)
                                 .number("cachedInput", usage.cachedInput)
                                 .number("cacheWrite", usage.cacheWrite)
                                 .number("cacheWrite1h", usage.cacheWrite1h)
                                 .number("output", usage.output)
                                 .number("reasoning", usage.reasoning)
                                 .number("audioInput", usage.audioInput)
                                 .number("audioOutput", usage.audioOutput)
                                 .number("imageInput", usage.imageInput)
                                 .close());
    }
    std::string close() const { return m_text + "}"; }

private:
    std::string m_text;
};

/// One element a line.
template<typename Rows, typename ToText>
std::string jsonList(const Rows &rows, ToText toText)
{
    std::string out = "[";
    for (const auto &row : rows) {
        out += out.size() > 1 ? ",\n  " : "\n  ";
        out += toText(row);
    }
    return out + (rows.empty() ? "]" : "\n]");
}

} // namespace signalbox::app
