// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/instance/lists.h"

#include <algorithm>

#include <QDateTime>

#include "core/foundation/json/value.h"
#include "core/foundation/json/writer.h"

namespace signalbox::app {

using json::Value;

namespace {
QDateTime timeOf(base::WallTime at)
{
    return QDateTime::fromMSecsSinceEpoch(
        std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count());
}

std::string number(std::int64_t value)
{
    return value > 0 ? std::to_string(value) : "-";
}
} // namespace

std::string tableText(const std::vector<std::vector<std::string>> &lines)
{
    std::vector<std::size_t> widths(lines.empty() ? 0 : lines[0].size());
    for (const auto &line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], line[i].size());
        }
    }
    std::string out;
    for (const auto &line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            out += line[i];
            out += i + 1 < line.size() ? std::string(widths[i] - line[i].size() + 2, ' ') : "\n";
        }
    }
    return out;
}

std::string modelsAsText(const engine::ModelListView &list)
{
    std::vector<std::vector<std::string>> lines = {{"MODEL", "CONTEXT", "OUTPUT"}};
    for (const engine::ModelView &model : list.models) {
        lines.push_back({model.id, number(model.contextTokens), number(model.maxOutput)});
    }
    return tableText(lines) + "as of "
           + timeOf(list.fetchedAt).toString(QStringLiteral("yyyy-MM-dd HH:mm")).toStdString() + "\n";
}

std::string modelsAsJson(const engine::ModelListView &list)
{
    Value models = Value::array();
    for (const engine::ModelView &model : list.models) {
        Value one = Value::object();
        one.add("id", Value::string(model.id));
        one.add("contextTokens", model.contextTokens > 0 ? Value::integer(model.contextTokens) : Value());
        one.add("maxOutput", model.maxOutput > 0 ? Value::integer(model.maxOutput) : Value());
        models.append(std::move(one));
    }
    Value out = Value::object();
    out.add("fetchedAt", Value::string(timeOf(list.fetchedAt).toUTC().toString(Qt::ISODate).toStdString()));
    out.add("models", std::move(models));
    return json::writeCompact(out) + "\n";
}

std::string serversAsText(const std::vector<engine::LocalServerView> &servers)
{
    if (servers.empty()) {
        return "No server was found on the ports that are known.\n";
    }
    std::vector<std::vector<std::string>> lines = {{"PRESET", "ADDRESS", "MODELS"}};
    for (const engine::LocalServerView &server : servers) {
        std::string models;
        for (const std::string &model : server.models) {
            models += (models.empty() ? "" : ", ") + model;
        }
        lines.push_back({server.preset, server.baseUrl, models.empty() ? "wants a key" : models});
    }
    return tableText(lines);
}

std::string serversAsJson(const std::vector<engine::LocalServerView> &servers)
{
    Value out = Value::array();
    for (const engine::LocalServerView &server : servers) {
        Value models = Value::array();
        for (const std::string &model : server.models) {
            models.append(Value::string(model));
        }
        Value one = Value::object();
        one.add("preset", Value::string(server.preset));
        one.add("baseUrl", Value::string(server.baseUrl));
        one.add("models", std::move(models));
        out.append(std::move(one));
    }
    return json::writeCompact(out) + "\n";
}

} // namespace signalbox::app
