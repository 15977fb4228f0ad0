// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/file/store.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "core/foundation/base/log.h"
#include "core/foundation/config/document.h"
#include "core/foundation/config/file/default_config.h"
#include "core/foundation/config/file/profile_paths.h"
#include "core/foundation/config/validate.h"
#include "core/foundation/json/document.h"

namespace signalbox::config {

namespace {
// Editors write in several steps (truncate, write, rename); a file in between is nobody's mistake.
constexpr base::Duration kSettle = std::chrono::milliseconds(200);
constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

QString toQt(const std::string &text)
{
    return QString::fromStdString(text);
}

base::Result<void> writeWhole(const QString &path, const std::string &text)
{
    QSaveFile file(path); // writes beside the file, syncs, renames; follows a symlink to its target
    const auto size = static_cast<qint64>(text.size());
    const bool written = file.open(QIODevice::WriteOnly) && file.setPermissions(kOwnerOnly)
                         && file.write(text.data(), size) == size && file.commit();
    if (!written) {
        return base::fail(base::ErrorCode::Io, "'" + path.toStdString() + "' cannot be written: "
                                                   + file.errorString().toStdString());
    }
    return {};
}
} // namespace

ConfigStore::ConfigStore(base::Clock &clock, std::string path, std::vector<std::string> presets)
    : m_clock(clock),
      m_path(std::move(path)),
      m_presets(std::move(presets)),
      m_current(std::make_shared<const Config>(defaultConfig())),
      m_settle(m_clock.makeTimer([this] { reload(); }))
{
    const auto settle = [this] { m_settle->start(kSettle); };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, settle);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, settle);
}

Mistakes ConfigStore::load()
{
    const auto text = readFile();
    if (!text) {
        Mistakes out;
        const bool missing = text.error().code == base::ErrorCode::NotFound;
        const auto written = missing ? writeFile(writeConfig(*m_current)) : base::Result<void>();
        if (!missing || !written) {
            out.push_back({0, "", (missing ? written.error() : text.error()).message, false});
        }
        watch();
        return out;
    }
    watch();
    m_seen = *text;
    ReadResult read = readConfig(*text, m_presets);
    if (read.ok()) {
        m_known = *text;
        m_schema = read.schema;
        m_current = std::make_shared<const Config>(std::move(read.config));
    }
    m_wasRejected = hasErrors(read.mistakes);
    return std::move(read.mistakes);
}

base::Result<void> ConfigStore::save(const Config &next)
{
    for (const Mistake &mistake : validate(next, m_presets)) {
        if (!mistake.warning) {
            return base::fail(base::ErrorCode::InvalidArgument, mistake.path + ": " + mistake.message);
        }
    }
    if (const auto kept = keepForeignText(); !kept) {
        return kept;
    }
    if (const auto written = writeFile(writeConfig(next, m_schema)); !written) {
        return written;
    }
    m_current = std::make_shared<const Config>(next);
    watch();
    return {};
}

base::Result<std::string> ConfigStore::readFile() const
{
    QFile file(toQt(m_path));
    if (!file.exists() && !QFileInfo(file).isSymLink()) {
        return base::fail(base::ErrorCode::NotFound, "'" + m_path + "' is not there");
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return base::fail(base::ErrorCode::Io,
                          "'" + m_path + "' cannot be read: " + file.errorString().toStdString());
    }
    if (file.size() > static_cast<qint64>(json::kMaxDocumentBytes)) {
        return base::fail(base::ErrorCode::TooLarge, "'" + m_path + "' is larger than 16 MiB");
    }
    return file.readAll().toStdString();
}

base::Result<void> ConfigStore::writeFile(const std::string &text)
{
    const QString target = QFileInfo(toQt(m_path)).absolutePath();
    if (const auto made = createPrivateFolder(target.toStdString()); !made) {
        return made;
    }
    if (const auto written = writeWhole(toQt(m_path), text); !written) {
        return written;
    }
    m_known = text;
    m_seen = text;
    m_wasRejected = false;
    return {};
}

base::Result<void> ConfigStore::keepForeignText() const
{
    const auto text = readFile();
    if (!text) {
        return text.error().code == base::ErrorCode::NotFound ? base::Result<void>()
                                                              : std::unexpected(text.error());
    }
    if (*text == m_known) {
        return {};
    }
    const std::string copy = m_path + ".bak";
    base::logInfo("config", "the file was edited and not taken over; it is kept as '" + copy + "'");
    return writeWhole(toQt(copy), *text);
}

/// Folder and file both: a replaced file is seen through its folder, one that is written in place only by
/// itself. Of a symlink the target as well.
void ConfigStore::watch()
{
    const QFileInfo link(toQt(m_path));
    QStringList wanted = {link.absoluteFilePath(), link.absolutePath()};
    if (const QString target = link.canonicalFilePath(); !target.isEmpty()) {
        wanted << target << QFileInfo(target).absolutePath();
    }
    wanted.removeDuplicates();
    for (const QString &path : std::as_const(wanted)) {
        const bool watched = m_watcher.files().contains(path) || m_watcher.directories().contains(path);
        if (!watched && QFileInfo::exists(path)) {
            m_watcher.addPath(path);
        }
    }
}

void ConfigStore::reload()
{
    watch(); // a replaced file is a new one to the watcher
    const auto text = readFile();
    if (!text) {
        if (m_seen || !m_wasRejected) {
            m_seen.reset();
            m_wasRejected = true;
            Q_EMIT rejected({{0, "", text.error().message + "; what runs stays", false}});
        }
        return;
    }
    if (*text == m_seen) {
        return; // our own writing, or nothing new
    }
    m_seen = *text;
    ReadResult read = readConfig(*text, m_presets);
    if (!read.ok()) {
        m_wasRejected = true;
        Q_EMIT rejected(read.mistakes);
        return;
    }
    m_known = *text;
    m_schema = read.schema;
    const bool news = m_wasRejected || read.config != *m_current;
    m_wasRejected = false;
    if (news) {
        m_current = std::make_shared<const Config>(std::move(read.config));
        Q_EMIT changed();
    }
}

} // namespace signalbox::config
