// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/journal.h"

#include <algorithm>

#include <QCryptographicHash>

#include "core/foundation/json/document.h"
#include "core/foundation/json/writer.h"

namespace signalbox::clients {

using json::Value;

namespace {
constexpr int kVersion = 1;

Value toJson(const JournalKey &key)
{
    Value out = Value::object();
    out.add("key", edit::pathToJson(key.path));
    out.add("wasThere", Value::boolean(key.wasThere));
    if (!key.before.empty()) {
        out.add("before", Value::string(key.before));
    }
    out.add("written", Value::string(key.written));
    if (key.secret) {
        out.add("secret", Value::boolean(true));
    }
    if (!key.backup.empty()) {
        out.add("backup", Value::string(key.backup));
    }
    return out;
}

Value toJson(const JournalFile &file)
{
    Value keys = Value::array();
    for (const JournalKey &key : file.keys) {
        keys.append(toJson(key));
    }
    Value created = Value::array();
    for (const edit::Path &path : file.created) {
        created.append(edit::pathToJson(path));
    }
    Value out = Value::object();
    out.add("path", Value::string(file.path));
    out.add("format", Value::string(std::string(edit::formatText(file.format))));
    out.add("existed", Value::boolean(file.existed));
    out.add("hashBefore", Value::string(file.hashBefore));
    out.add("hashAfter", Value::string(file.hashAfter));
    out.add("backup", Value::string(file.backup));
    out.add("keys", std::move(keys));
    out.add("created", std::move(created));
    return out;
}

std::string text(const Value &object, std::string_view name)
{
    const Value *const value = object.find(name);
    return value ? value->text() : std::string();
}

bool flag(const Value &object, std::string_view name)
{
    const Value *const value = object.find(name);
    return value && value->toBool();
}

base::Result<edit::Path> path(const Value *from)
{
    auto out = from ? edit::pathFromJson(*from) : base::fail(base::ErrorCode::Corrupt, "a key has no path");
    if (out && out->empty()) {
        return base::fail(base::ErrorCode::Corrupt, "a key has no path");
    }
    return out;
}

base::Result<JournalFile> toFile(const Value &from)
{
    JournalFile out;
    const auto format = edit::formatFromText(text(from, "format"));
    const Value *const keys = from.find("keys");
    out.path = text(from, "path");
    if (!format || !keys || !out.path.starts_with('/')) {
        return base::fail(base::ErrorCode::Corrupt,
                          "line " + std::to_string(from.line) + ": a file is not in order");
    }
    out.format = *format;
    out.existed = flag(from, "existed");
    out.hashBefore = text(from, "hashBefore");
    out.hashAfter = text(from, "hashAfter");
    out.backup = text(from, "backup");
    for (const Value &one : keys->items()) {
        auto at = path(one.find("key"));
        if (!at) {
            return std::unexpected(at.error());
        }
        out.keys.push_back({*std::move(at), flag(one, "wasThere"), text(one, "before"), text(one, "written"),
                            flag(one, "secret"), text(one, "backup")});
    }
    if (const Value *const created = from.find("created")) {
        for (const Value &one : created->items()) {
            auto at = path(&one);
            if (!at) {
                return std::unexpected(at.error());
            }
            out.created.push_back(*std::move(at));
        }
    }
    return out;
}
} // namespace

const JournalFile *Journal::file(std::string_view tool, std::string_view path) const
{
    const auto of = tools.find(std::string(tool));
    if (of == tools.end()) {
        return nullptr;
    }
    const auto found = std::find_if(of->second.begin(), of->second.end(),
                                    [&](const JournalFile &one) { return one.path == path; });
    return found == of->second.end() ? nullptr : &*found;
}

std::string writeJournal(const Journal &journal)
{
    Value tools = Value::object();
    for (const auto &[tool, files] : journal.tools) {
        Value list = Value::array();
        for (const JournalFile &file : files) {
            list.append(toJson(file));
        }
        tools.add(tool, std::move(list));
    }
    return json::writePretty(
        Value::object().add("version", Value::integer(kVersion)).add("tools", std::move(tools)));
}

base::Result<Journal> readJournal(std::string_view text)
{
    const auto document = json::parseDocument(text);
    if (!document) {
        return base::fail(base::ErrorCode::Corrupt,
                          "line " + std::to_string(document.error().line) + ": " + document.error().message);
    }
    const Value *const version = document->root.find("version");
    const Value *const tools = document->root.find("tools");
    if (!version || version->text() != std::to_string(kVersion) || !tools) {
        return base::fail(base::ErrorCode::Unsupported, "it was written by another version of Signalbox");
    }
    Journal out;
    for (const json::Member &tool : tools->members()) {
        for (const Value &file : tool.value.items()) {
            auto one = toFile(file);
            if (!one) {
                return std::unexpected(one.error());
            }
            out.tools[tool.name].push_back(*std::move(one));
        }
    }
    return out;
}

std::string fingerprint(std::string_view text)
{
    const QByteArray bytes = QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size()));
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString();
}

std::string journalText(const Value &value, bool secret)
{
    const std::string text = json::writeCompact(value);
    return secret ? "sha256:" + fingerprint(text) : text;
}

bool stillOurs(const JournalKey &key, const Value *now)
{
    return now && journalText(*now, key.secret) == key.written;
}

} // namespace signalbox::clients
