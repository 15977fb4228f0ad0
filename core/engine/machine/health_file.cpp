// SPDX-License-Identifier: GPL-3.0-or-later
// {"version": 1,
//  "keys": [{"provider": "openai", "key": "provider/openai", "last4": "a1b2"}],
//  "breakers": [{"provider": "openai", "key": "provider/openai", "origin": "https://api.openai.com",
//                "model": "gpt-5", "open": true, "untilUs": 1795176000000000, "cause": "ServerFailed", …}]}
// Times are microseconds since 1970, UTC. Members that are zero, false or empty are not written.
#include "core/engine/machine/health_file.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <QFile>
#include <QTemporaryFile>

#include "core/foundation/base/log.h"
#include "core/foundation/json/document.h"
#include "core/foundation/json/writer.h"

namespace signalbox::machine {

using base::ErrorCode;
using health::SavedBreaker;
using json::Value;

namespace {
constexpr qint64 kMostBytes = 1024 * 1024;
constexpr std::int64_t kLatest = 7'258'118'400'000'000; ///< the year 2200, in microseconds

void addText(Value &object, const char *name, const std::string &text)
{
    if (!text.empty()) {
        object.add(name, Value::string(text));
    }
}

void addFlag(Value &object, const char *name, bool flag)
{
    if (flag) {
        object.add(name, Value::boolean(true));
    }
}

void addCount(Value &object, const char *name, int count)
{
    if (count != 0) {
        object.add(name, Value::integer(count));
    }
}

void addTime(Value &object, const char *name, const std::optional<base::WallTime> &time)
{
    if (time) {
        object.add(name, Value::integer(time->time_since_epoch().count()));
    }
}

std::string textAt(const Value &object, const char *name)
{
    const Value *const value = object.find(name);
    return value && value->is(Value::Type::String) ? value->text() : std::string();
}

bool flagAt(const Value &object, const char *name)
{
    const Value *const value = object.find(name);
    return value && value->is(Value::Type::Bool) && value->toBool();
}

std::optional<std::int64_t> numberAt(const Value &object, const char *name)
{
    const Value *const value = object.find(name);
    std::int64_t number = 0;
    if (!value || !value->is(Value::Type::Number)) {
        return std::nullopt;
    }
    const std::string &text = value->text();
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

int countAt(const Value &object, const char *name)
{
    return static_cast<int>(std::clamp<std::int64_t>(numberAt(object, name).value_or(0), 0, 1000));
}

std::optional<base::WallTime> timeAt(const Value &object, const char *name)
{
    const auto number = numberAt(object, name);
    return number ? std::optional(base::WallTime(
                        std::chrono::microseconds(std::clamp<std::int64_t>(*number, 0, kLatest))))
                  : std::nullopt;
}

Value valueOf(const SavedBreaker &saved)
{
    Value one = Value::object();
    addText(one, "provider", saved.target.provider);
    addText(one, "key", saved.target.key);
    addText(one, "origin", saved.target.origin);
    addText(one, "model", saved.target.model);
    addFlag(one, "open", saved.open);
    addTime(one, "untilUs", saved.openUntil);
    if (saved.open) {
        addText(one, "cause", std::string(events::toText(saved.cause)));
    }
    addFlag(one, "misconfigured", saved.misconfigured);
    addFlag(one, "named", saved.named);
    addCount(one, "localInRow", saved.localInRow);
    addCount(one, "openings", saved.openings);
    addFlag(one, "paused", saved.paused);
    addFlag(one, "forced", saved.forced);
    addTime(one, "forcedUntilUs", saved.forcedUntil);
    return one;
}

std::optional<SavedBreaker> breakerFrom(const Value &value)
{
    SavedBreaker saved;
    saved.target = {textAt(value, "provider"), textAt(value, "key"), textAt(value, "origin"),
                    textAt(value, "model")};
    saved.open = flagAt(value, "open");
    saved.openUntil = timeAt(value, "untilUs");
    if (saved.open) {
        const auto cause = events::outcomeFromText(textAt(value, "cause"));
        if (!cause) {
            return std::nullopt;
        }
        saved.cause = *cause;
    }
    saved.misconfigured = flagAt(value, "misconfigured");
    saved.named = flagAt(value, "named");
    saved.localInRow = countAt(value, "localInRow");
    saved.openings = countAt(value, "openings");
    saved.paused = flagAt(value, "paused");
    saved.forced = flagAt(value, "forced");
    saved.forcedUntil = timeAt(value, "forcedUntilUs");
    return saved;
}

/// Replaces the file as a whole. Not synced: the engine's thread does not wait for the disk, and what a power
/// cut could take here is less than the wait is worth.
base::Result<void> replaceFile(const std::string &path, const std::string &text)
{
    QTemporaryFile file(QString::fromStdString(path) + QStringLiteral(".XXXXXX")); // made 0600
    const auto size = static_cast<qint64>(text.size());
    if (!file.open() || file.write(text.data(), size) != size || !file.flush()) {
        return base::fail(ErrorCode::Io,
                          "'" + path + "' cannot be written: " + file.errorString().toStdString());
    }
    const std::string written = file.fileName().toStdString();
    file.close();
    std::error_code problem;
    std::filesystem::rename(written, path, problem);
    if (problem) {
        return base::fail(ErrorCode::Io, "'" + path + "' cannot be written: " + problem.message());
    }
    file.setAutoRemove(false);
    return {};
}

base::Result<std::string> contentOf(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    if (!file.exists()) {
        return base::fail(ErrorCode::NotFound, "'" + path + "' is not there");
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return base::fail(ErrorCode::Io,
                          "'" + path + "' cannot be read: " + file.errorString().toStdString());
    }
    if (file.size() > kMostBytes) {
        return base::fail(ErrorCode::TooLarge, "'" + path + "' is larger than 1 MiB");
    }
    return file.readAll().toStdString();
}
} // namespace

std::string writeHealth(const HealthMemory &memory)
{
    Value keys = Value::array();
    for (const KeyMark &mark : memory.keys) {
        Value one = Value::object();
        one.add("provider", Value::string(mark.provider));
        one.add("key", Value::string(mark.key));
        one.add("last4", Value::string(mark.last4));
        keys.append(std::move(one));
    }
    Value breakers = Value::array();
    for (const SavedBreaker &saved : memory.breakers) {
        breakers.append(valueOf(saved));
    }
    Value root = Value::object();
    root.add("version", Value::integer(1));
    root.add("keys", std::move(keys));
    root.add("breakers", std::move(breakers));
    return json::writePretty(root);
}

base::Result<HealthMemory> readHealth(std::string_view text)
{
    const auto document = json::parseDocument(text);
    if (!document) {
        return base::fail(ErrorCode::Corrupt,
                          "line " + std::to_string(document.error().line) + ": " + document.error().message);
    }
    const Value *const keys = document->root.find("keys");
    const Value *const breakers = document->root.find("breakers");
    if (numberAt(document->root, "version") != 1 || !keys || !breakers) {
        return base::fail(ErrorCode::Corrupt, "it is not what this version writes");
    }
    HealthMemory memory;
    for (const Value &one : keys->items()) {
        memory.keys.push_back({textAt(one, "provider"), textAt(one, "key"), textAt(one, "last4")});
    }
    for (const Value &one : breakers->items()) {
        if (auto saved = breakerFrom(one); saved && !saved->target.provider.empty()) {
            memory.breakers.push_back(*std::move(saved));
        }
    }
    return memory;
}

HealthFile::HealthFile(Deps deps)
    : m_deps(std::move(deps)),
      m_written(m_deps.health.changes()),
      m_settle(m_deps.clock.makeTimer([this] { write(); }))
{}

HealthFile::~HealthFile()
{
    if (m_failing || m_deps.health.changes() != m_written) {
        write();
    }
}

void HealthFile::restore()
{
    if (m_deps.path.empty()) {
        return;
    }
    const auto text = contentOf(m_deps.path);
    auto memory = text ? readHealth(*text) : std::unexpected(text.error());
    if (memory) {
        m_deps.health.restore(memory->breakers, m_deps.clock.now(), m_deps.clock.wallNow());
        m_keys = std::move(memory->keys);
        m_written = m_deps.health.changes();
    } else if (memory.error().code == ErrorCode::Corrupt) {
        m_deps.onProblem("what was remembered of the providers' health is lost: '" + m_deps.path
                         + "' cannot be read: " + memory.error().message);
    } else if (memory.error().code != ErrorCode::NotFound) {
        m_deps.onProblem("what was remembered of the providers' health is lost: " + memory.error().message);
    }
}

void HealthFile::keysAre(const std::vector<KeyMark> &keys)
{
    for (const KeyMark &mark : keys) {
        if (mark.last4.empty()) {
            continue;
        }
        const auto it = std::ranges::find_if(m_keys, [&](const KeyMark &known) {
            return known.provider == mark.provider && known.key == mark.key;
        });
        if (it == m_keys.end()) {
            m_keys.push_back(mark);
        } else if (it->last4 != mark.last4) {
            it->last4 = mark.last4;
            m_deps.health.resetKey(mark.provider, mark.key);
        }
    }
    noteChanges();
}

void HealthFile::noteChanges()
{
    if (!m_deps.path.empty() && m_deps.health.changes() != m_written && !m_settle->isActive()) {
        m_settle->start(kSettle);
    }
}

void HealthFile::write()
{
    if (m_deps.path.empty()) {
        return;
    }
    m_written = m_deps.health.changes();
    HealthMemory memory{m_deps.health.save(m_deps.clock.now(), m_deps.clock.wallNow()), {}};
    std::ranges::copy_if(m_keys, std::back_inserter(memory.keys), [&](const KeyMark &mark) {
        return std::ranges::any_of(memory.breakers, [&](const SavedBreaker &saved) {
            return saved.target.provider == mark.provider && saved.target.key == mark.key;
        });
    });
    const auto written = replaceFile(m_deps.path, writeHealth(memory));
    if (!written && !m_failing) {
        base::logWarning("health", written.error().message);
    }
    m_failing = !written;
}

} // namespace signalbox::machine
