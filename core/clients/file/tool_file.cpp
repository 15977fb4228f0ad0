// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/file/tool_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "core/foundation/config/file/profile_paths.h"

namespace signalbox::clients {

namespace {
constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

std::unexpected<base::Error> refuse(base::ErrorCode code, const std::string &path, const std::string &what)
{
    return base::fail(code, path + ": " + what);
}

/// The path with every symlink followed, as far as it exists.
QString whereItLeads(const QString &path)
{
    const QFileInfo info(path);
    if (info.exists()) {
        return info.canonicalFilePath();
    }
    const QString folder = info.absolutePath();
    return folder == info.absoluteFilePath() ? folder : QDir(whereItLeads(folder)).filePath(info.fileName());
}

bool staysAtHome(const QString &path, const std::string &home)
{
    const QString real = QDir::cleanPath(whereItLeads(path));
    if (real == QDir::cleanPath(path)) {
        return true; // no symlink on the way
    }
    const QString realHome = QFileInfo(QString::fromStdString(home)).canonicalFilePath();
    return !realHome.isEmpty() && real.startsWith(realHome + QLatin1Char('/'));
}

base::Result<void> writeWhole(const QString &path, const std::string &text, QFileDevice::Permissions mode)
{
    QSaveFile file(path); // writes beside the file, syncs, renames; follows a symlink to its target
    const auto size = static_cast<qint64>(text.size());
    const bool written = file.open(QIODevice::WriteOnly) && file.setPermissions(mode)
                         && file.write(text.data(), size) == size && file.commit();
    return written ? base::Result<void>()
                   : refuse(base::ErrorCode::Io, path.toStdString(),
                            "cannot be written: " + file.errorString().toStdString());
}

base::Result<void> checkUnchanged(const FileText &now, const std::string &home)
{
    const auto current = readToolFile(now.path, home);
    if (!current) {
        return std::unexpected(current.error());
    }
    if (current->exists != now.exists || current->text != now.text) {
        return refuse(base::ErrorCode::Conflict, now.path,
                      "was changed just now by somebody else; nothing was written");
    }
    return {};
}
} // namespace

base::Result<FileText> readToolFile(const std::string &path, const std::string &home)
{
    const QString name = QString::fromStdString(path);
    const QFileInfo info(name);
    if (!staysAtHome(name, home)) {
        return refuse(base::ErrorCode::Denied, path,
                      "is a symlink that leads out of your home folder (to '"
                          + whereItLeads(name).toStdString() + "'); it is left alone");
    }
    if (!info.exists()) {
        if (info.isSymLink()) {
            return refuse(base::ErrorCode::Denied, path, "is a symlink to something that is not there");
        }
        return FileText{path, false, {}};
    }
    if (!info.isFile()) {
        return refuse(base::ErrorCode::Unsupported, path, "is not a file");
    }
    if (info.size() > static_cast<qint64>(kMaxToolFileBytes)) {
        return refuse(base::ErrorCode::TooLarge, path, "is larger than 4 MiB, which no settings file is");
    }
    if (!info.isWritable()) {
        return refuse(base::ErrorCode::Denied, path, "may not be written; check its owner and mode");
    }
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        return refuse(base::ErrorCode::Denied, path, "cannot be read: " + file.errorString().toStdString());
    }
    return FileText{path, true, file.readAll().toStdString()};
}

base::Result<void> writeToolFile(const FileText &now, const std::string &after, const std::string &home)
{
    if (const auto same = checkUnchanged(now, home); !same) {
        return same;
    }
    const QFileInfo info(QString::fromStdString(now.path));
    if (!QDir().mkpath(info.absolutePath())) {
        return refuse(base::ErrorCode::Io, now.path, "its folder cannot be made");
    }
    return writeWhole(info.filePath(), after, now.exists ? info.permissions() : kOwnerOnly);
}

base::Result<void> removeToolFile(const FileText &now, const std::string &home)
{
    if (const auto same = checkUnchanged(now, home); !same) {
        return same;
    }
    QFile file(QString::fromStdString(now.path));
    return file.remove() ? base::Result<void>()
                         : refuse(base::ErrorCode::Io, now.path,
                                  "cannot be removed: " + file.errorString().toStdString());
}

base::Result<void> writePrivate(const std::string &path, const std::string &text)
{
    const QFileInfo info(QString::fromStdString(path));
    if (const auto made = config::createPrivateFolder(info.absolutePath().toStdString()); !made) {
        return made;
    }
    return writeWhole(info.filePath(), text, kOwnerOnly);
}

} // namespace signalbox::clients
