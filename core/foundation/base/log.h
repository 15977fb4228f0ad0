// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/foundation/base/secret_string.h"

namespace signalbox::base {

/// Every log line of the program, Qt's included, goes through here; each known secret in it (plain, base64 or
/// percent-encoded) is replaced by "[redacted …last4]" before it reaches stderr or the log file. Any thread.
enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

void log(LogLevel level, std::string_view area, std::string_view message);
inline void logInfo(std::string_view area, std::string_view message)
{
    log(LogLevel::Info, area, message);
}
inline void logWarning(std::string_view area, std::string_view message)
{
    log(LogLevel::Warning, area, message);
}

/// From now on `secret` never appears in a log line. Secrets shorter than 8 characters are not registered.
void redactFromLogs(const SecretString &secret);
/// `text` with every known secret replaced; also for text from providers that is kept in the ledger.
std::string redacted(std::string_view text);
/// Sends log lines to this file as well (created 0600, renamed to .1 at 4 MiB) and takes over Qt's message
/// handler.
void openLog(const std::string &file, LogLevel lowest);

} // namespace signalbox::base
