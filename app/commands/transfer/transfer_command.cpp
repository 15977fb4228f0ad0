// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/transfer/transfer_command.h"

#include <cstdio>
#include <optional>

#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QProcessEnvironment>
#include <QSaveFile>

#include "app/commands/check_command.h"
#include "app/commands/commands.h"
#include "core/foundation/base/system_clock.h"
#include "core/foundation/config/document.h"
#include "core/foundation/config/file/profile_paths.h"
#include "core/foundation/secrets/keychain_secret_store.h"
#include "core/transfer/export.h"
#include "core/transfer/text/source_text.h"

namespace signalbox::app {

namespace {
int failed(const std::string &message)
{
    std::fprintf(stderr, "signalbox: %s\n", message.c_str());
    return kFailed;
}

int print(const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    return std::fflush(stdout) == 0 ? 0 : kFailed;
}

base::Result<std::string> readDocument(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    const bool open = path == "-" ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!open || (path != "-" && QFileInfo(file).isDir())) {
        return base::fail(base::ErrorCode::Io, "'" + path + "' cannot be read");
    }
    return file.read(static_cast<qint64>(transfer::kMaxSourceBytes) + 1).toStdString(); // one more: too large
}

transfer::Variables variables()
{
    transfer::Variables out;
    const QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    for (const QString &name : all.keys()) {
        out[name.toStdString()] = all.value(name).toStdString();
    }
    return out;
}

base::Result<transfer::Import> readImport(const CommandLine &line, const provider::PresetList &presets)
{
    if (line.argument == "env") {
        return transfer::importVariables(variables(), presets);
    }
    const auto text = readDocument(line.argument);
    if (!text) {
        return std::unexpected(text.error());
    }
    const auto format = line.format.empty() ? std::nullopt : transfer::formatFromName(line.format);
    auto read = transfer::importText(*text, format, presets);
    if (!read) {
        read.error().message = "'" + line.argument + "': " + read.error().message;
    }
    return read;
}

/// The configuration of a profile as it is; nothing is written. NotFound: there is none yet.
base::Result<config::Config> readProfile(const std::string &path, const std::vector<std::string> &presets)
{
    if (!QFileInfo::exists(QString::fromStdString(path))) {
        return base::fail(base::ErrorCode::NotFound,
                          "there is no configuration at '" + path + "' yet: start Signalbox once");
    }
    const auto text = readDocument(path);
    if (!text) {
        return std::unexpected(text.error());
    }
    config::ReadResult read = config::readConfig(*text, presets);
    if (!read.ok()) {
        std::string message = "the configuration has mistakes; nothing was changed";
        for (const config::Mistake &mistake : read.mistakes) {
            message += mistake.warning ? "" : "\n" + mistakeLine(path, mistake);
        }
        message.resize(message.find_last_not_of('\n') + 1);
        return base::fail(base::ErrorCode::Conflict, message);
    }
    return std::move(read.config);
}

base::Result<ImportOutcome> write(const std::string &path, const std::vector<std::string> &presets,
                                  const transfer::Merged &merged)
{
    base::SystemClock clock;
    config::ConfigStore store(clock, path, presets);
    if (config::hasErrors(store.load())) {
        return base::fail(base::ErrorCode::Conflict, "the configuration has mistakes; nothing was changed");
    }
    const auto keychain = secrets::openKeychain(clock);
    std::optional<base::Result<ImportOutcome>> result;
    QEventLoop loop;
    applyImport(store, *keychain, merged, [&](base::Result<ImportOutcome> ended) {
        result = std::move(ended);
        loop.quit();
    });
    if (!result) {
        loop.exec();
    }
    return result ? *result : base::fail(base::ErrorCode::Cancelled, "interrupted");
}
} // namespace

int runImport(const CommandLine &commandLine)
{
    const auto paths = config::profilePaths(commandLine.profile);
    if (!paths) {
        return failed(paths.error().message);
    }
    const provider::PresetList presets = provider::PresetList::shipped();
    auto import = readImport(commandLine, presets);
    if (!import) {
        return failed(import.error().message);
    }
    const std::vector<std::string> ids = shippedPresets();
    const auto current = readProfile(paths->config, ids);
    if (!current) {
        return failed(current.error().message);
    }
    const transfer::Format format = import->format;
    const auto merged = transfer::merge(*current, *std::move(import), presets);
    if (!merged) {
        return failed(merged.error().message);
    }
    ImportOutcome outcome;
    if (!commandLine.dryRun && merged->changes()) {
        auto written = write(paths->config, ids, *merged);
        if (!written) {
            return failed(written.error().message
                          + (merged->secrets.empty()
                                 ? ""
                                 : " (without a keychain, put the keys into variables, and name "
                                   "those in the document instead)"));
        }
        outcome = *std::move(written);
    }
    return print(commandLine.json ? importAsJson(format, *merged, outcome)
                                  : importAsText(format, *merged, outcome));
}

int runExport(const CommandLine &commandLine)
{
    const auto paths = config::profilePaths(commandLine.profile);
    if (!paths) {
        return failed(paths.error().message);
    }
    auto current = readProfile(paths->config, shippedPresets());
    if (!current) {
        return failed(current.error().message);
    }
    const transfer::Exported exported = transfer::exportConfig(*std::move(current));
    const std::string lines = reportAsText(exported.report, transfer::ReportLine::Kind::NotTaken);
    if (!lines.empty()) {
        std::fprintf(stderr, "Left out of the export, as it may be a key:\n%s", lines.c_str());
    }
    if (commandLine.argument.empty()) {
        return print(exported.text);
    }
    const QString path = QString::fromStdString(commandLine.argument);
    if (QFileInfo(path).canonicalFilePath()
        == QFileInfo(QString::fromStdString(paths->config)).canonicalFilePath()) {
        return failed("'" + commandLine.argument + "' is the configuration itself: choose another file");
    }
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly)
                         && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
                         && file.write(exported.text.data(), static_cast<qint64>(exported.text.size())) >= 0
                         && file.commit();
    return written ? 0 : failed("'" + commandLine.argument + "' cannot be written");
}

} // namespace signalbox::app
