// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/check_command.h"

#include <cstdio>

#include <QFile>
#include <QFileInfo>

#include "app/commands/commands.h"
#include "core/foundation/config/document.h"
#include "core/foundation/config/file/profile_paths.h"
#include "core/request/provider/preset.h"

namespace signalbox::app {

std::vector<std::string> shippedPresets()
{
    std::vector<std::string> ids;
    const provider::PresetList presets = provider::PresetList::shipped();
    for (const provider::Preset &preset : presets.all()) {
        ids.push_back(preset.id);
    }
    return ids;
}

std::string mistakeLine(const std::string &file, const config::Mistake &mistake)
{
    std::string out = file;
    if (mistake.line > 0) {
        out += ":" + std::to_string(mistake.line);
    }
    if (!mistake.path.empty()) {
        out += ": " + mistake.path;
    }
    return out + (mistake.warning ? ": warning: " : ": ") + mistake.message + "\n";
}

CheckResult checkFile(const std::string &file, std::span<const std::string> presets)
{
    QFile source(QString::fromStdString(file));
    if (QFileInfo(source).isDir()) {
        return {false, mistakeLine(file, {0, "", "is a folder, not a file", false})};
    }
    if (!source.open(QIODevice::ReadOnly)) {
        return {false,
                mistakeLine(file, {0, "", "cannot be read: " + source.errorString().toStdString(), false})};
    }
    const config::ReadResult read = config::readConfig(source.readAll().toStdString(), presets);
    CheckResult out{read.ok(), {}};
    for (const config::Mistake &mistake : read.mistakes) {
        out.text += mistakeLine(file, mistake);
    }
    return out;
}

int runCheck(const CommandLine &commandLine)
{
    std::string file = commandLine.argument;
    if (file.empty()) {
        const auto paths = config::profilePaths(commandLine.profile);
        if (!paths) {
            std::fprintf(stderr, "signalbox: %s\n", paths.error().message.c_str());
            return kFailed;
        }
        file = paths->config;
    }
    const CheckResult result = checkFile(file, shippedPresets());
    std::fputs(result.text.c_str(), stdout);
    if (result.ok) {
        std::printf("%s: in order\n", file.c_str());
    }
    return result.ok ? 0 : kFailed;
}

} // namespace signalbox::app
