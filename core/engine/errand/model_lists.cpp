// SPDX-License-Identifier: GPL-3.0-or-later
//
//     {"version": 1, "providers": {ID: {"origin": …, "fetchedMs": since 1970, "models": [MODEL, …]}}}
//     MODEL: {"id": …, "context": tokens, "output": tokens}
#include "core/engine/errand/model_lists.h"

#include <algorithm>
#include <charconv>

#include <QFile>
#include <QSaveFile>

#include "core/foundation/base/log.h"
#include "core/foundation/http/origin.h"
#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"

namespace signalbox::errand {

using base::ErrorCode;
using json::Value;

namespace {
constexpr qint64 kMostBytes = qint64{32} * 1024 * 1024;

std::int64_t numberAt(const Value &object, std::string_view name)
{
    std::int64_t number = 0;
    if (const Value *const value = object.find(name); value && value->is(Value::Type::Number)) {
        std::from_chars(value->text().data(), value->text().data() + value->text().size(), number);
    }
    return number;
}

std::string textAt(const Value &object, std::string_view name)
{
    const Value *const value = object.find(name);
    return value && value->is(Value::Type::String) ? value->text() : std::string();
}

Value valueOf(const ModelList &list)
{
    Value models = Value::array();
    for (const provider::ListedModel &one : list.models) {
        Value model = Value::object();
        model.add("id", Value::string(one.id));
        if (one.contextTokens > 0) {
            model.add("context", Value::integer(one.contextTokens));
        }
        if (one.maxOutput > 0) {
            model.add("output", Value::integer(one.maxOutput));
        }
        models.append(std::move(model));
    }
    const auto at = std::chrono::floor<std::chrono::milliseconds>(list.at).time_since_epoch().count();
    Value out = Value::object();
    out.add("origin", Value::string(list.origin));
    out.add("fetchedMs", Value::integer(at));
    out.add("models", std::move(models));
    return out;
}
} // namespace

bool isFresh(const ModelList &list, std::string_view origin, base::WallTime now)
{
    return list.origin == origin && list.at <= now && now - list.at < kListIsFresh;
}

std::string writeModelLists(const ModelLists &lists)
{
    Value providers = Value::object();
    for (const auto &[id, list] : lists) {
        providers.add(id, valueOf(list));
    }
    Value root = Value::object();
    root.add("version", Value::integer(1));
    root.add("providers", std::move(providers));
    return json::writePretty(root);
}

base::Result<ModelLists> readModelLists(std::string_view text)
{
    const auto root = json::readTree(text);
    const Value *const providers = root ? root->find("providers") : nullptr;
    if (!providers || numberAt(*root, "version") != 1) {
        return base::fail(ErrorCode::Corrupt, "it is not what this version writes");
    }
    ModelLists lists;
    for (const json::Member &member : providers->members()) {
        ModelList list{textAt(member.value, "origin"),
                       base::WallTime(std::chrono::milliseconds(numberAt(member.value, "fetchedMs"))),
                       {}};
        const Value *const models = member.value.find("models");
        for (const Value &one : models ? models->items() : std::vector<Value>()) {
            if (std::string id = textAt(one, "id"); !id.empty()) {
                list.models.push_back({std::move(id), numberAt(one, "context"), numberAt(one, "output")});
            }
        }
        lists.emplace(member.name, std::move(list));
    }
    return lists;
}

ModelLists loadModelLists(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    if (path.empty() || !file.exists()) {
        return {};
    }
    const bool readable = file.size() <= kMostBytes && file.open(QIODevice::ReadOnly);
    auto lists = readModelLists(readable ? file.readAll().toStdString() : std::string());
    if (!lists) {
        base::logWarning("models", "'" + path + "' cannot be read: " + lists.error().message);
        return {};
    }
    return *std::move(lists);
}

base::Result<void> saveModelLists(const std::string &path, const ModelLists &lists)
{
    if (path.empty()) {
        return {};
    }
    const QByteArray text = QByteArray::fromStdString(writeModelLists(lists));
    QSaveFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        || file.write(text) != text.size() || !file.commit()) {
        return base::fail(ErrorCode::Io,
                          "'" + path + "' cannot be written: " + file.errorString().toStdString());
    }
    return {};
}

std::vector<LocalPlace> localPlaces(const provider::PresetList &presets)
{
    std::vector<LocalPlace> places;
    for (const provider::Preset &preset : presets.all()) {
        const auto base = http::parseBaseUrl(preset.baseUrl);
        if (!preset.local || !base || !base->origin.isLoopback()) {
            continue;
        }
        http::Origin origin = base->origin;
        origin.host = "127.0.0.1"; // "localhost" may be both addresses; servers of this kind take this one
        const auto known = std::ranges::find(places, origin, &LocalPlace::origin);
        LocalPlace &place = known == places.end()
                                ? places.emplace_back(LocalPlace{origin, base->path + preset.modelsPath, {}})
                                : *known;
        place.candidates.push_back(&preset);
    }
    return places;
}

std::string localServerAt(const LocalPlace &place, int status, std::string_view body)
{
    const bool wantsKey = status == 401 || status == 403;
    if (!wantsKey && (status != 200 || !json::readTree(body))) {
        return {};
    }
    const provider::Preset *silent = nullptr; // its lists do not say whose they are
    for (const provider::Preset *preset : place.candidates) {
        if (preset->listOwner.empty()) {
            silent = preset;
        } else if (body.find("\"" + preset->listOwner + "\"") != std::string_view::npos) {
            return preset->id;
        }
    }
    return silent ? silent->id : "openai-compatible";
}

} // namespace signalbox::errand
