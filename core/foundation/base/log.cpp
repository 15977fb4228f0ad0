// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/log.h"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <QByteArray>
#include <QDateTime>
#include <QString>

namespace signalbox::base {

namespace {
constexpr off_t kMaxLogBytes = 4 * 1024 * 1024;
constexpr std::size_t kShortestSecret = 8;

struct Sink {
    std::mutex mutex;
    std::vector<std::pair<std::string, std::string>> replacements; ///< what to hide, what to write instead
    std::string path;
    int file = -1;
    LogLevel lowest = LogLevel::Info;
};

Sink &sink()
{
    static Sink *const only = new Sink; // outlives every thread that may still log at exit
    return *only;
}

std::string redactLocked(const Sink &sink, std::string_view text)
{
    std::string out(text);
    for (const auto &[secret, mark] : sink.replacements) {
        for (std::size_t at = out.find(secret); at != std::string::npos;
             at = out.find(secret, at + mark.size())) {
            out.replace(at, secret.size(), mark);
        }
    }
    return out;
}

void rotateIfLarge(Sink &sink)
{
    struct stat info = {};
    if (fstat(sink.file, &info) != 0 || info.st_size < kMaxLogBytes) {
        return;
    }
    ::close(sink.file);
    std::rename(sink.path.c_str(), (sink.path + ".1").c_str());
    sink.file = ::open(sink.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void fromQt(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const LogLevel level = type == QtDebugMsg     ? LogLevel::Debug
                           : type == QtInfoMsg    ? LogLevel::Info
                           : type == QtWarningMsg ? LogLevel::Warning
                                                  : LogLevel::Error;
    log(level, context.category ? context.category : "qt", message.toStdString());
}
} // namespace

void log(LogLevel level, std::string_view area, std::string_view message)
{
    static constexpr const char *kNames[] = {"debug", "info", "warning", "error"};
    Sink &s = sink();
    const std::lock_guard lock(s.mutex);
    if (level < s.lowest) {
        return;
    }
    const QByteArray time = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toLatin1();
    const std::string line = time.toStdString() + " " + kNames[static_cast<int>(level)] + " "
                             + std::string(area) + ": " + redactLocked(s, message) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
    if (s.file >= 0) {
        if (::write(s.file, line.data(), line.size()) < 0) {
            ::close(s.file); // a full or vanished disk must not cost more than the log
            s.file = -1;
            return;
        }
        rotateIfLarge(s);
    }
}

void redactFromLogs(const SecretString &secret)
{
    const std::string_view plain = secret.reveal();
    if (plain.size() < kShortestSecret) {
        return;
    }
    const QByteArray bytes(plain.data(), static_cast<qsizetype>(plain.size()));
    const std::string mark = "[redacted …" + secret.last4() + "]";
    Sink &s = sink();
    const std::lock_guard lock(s.mutex);
    for (const QByteArray &form :
         {bytes, bytes.toBase64(QByteArray::OmitTrailingEquals), bytes.toPercentEncoding()}) {
        const std::string text = form.toStdString();
        const auto known = [&](const auto &entry) { return entry.first == text; };
        if (std::none_of(s.replacements.begin(), s.replacements.end(), known)) {
            s.replacements.emplace_back(text, mark);
        }
    }
}

std::string redacted(std::string_view text)
{
    Sink &s = sink();
    const std::lock_guard lock(s.mutex);
    return redactLocked(s, text);
}

void openLog(const std::string &file, LogLevel lowest)
{
    Sink &s = sink();
    {
        const std::lock_guard lock(s.mutex);
        s.path = file;
        s.lowest = lowest;
        if (s.file >= 0) {
            ::close(s.file);
        }
        s.file = file.empty() ? -1 : ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    qInstallMessageHandler(fromQt);
}

} // namespace signalbox::base
