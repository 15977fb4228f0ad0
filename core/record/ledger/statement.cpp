// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/statement.h"

#include <utility>

#include <sqlite3.h>

#include "core/record/ledger/database.h"

namespace signalbox::ledger {

const char *const kTokenColumns =
    "input_tokens, cached_input_tokens, cache_write_tokens, cache_write_1h_tokens, output_tokens, "
    "reasoning_tokens, audio_input_tokens, audio_output_tokens, image_input_tokens";

std::string marks(int count)
{
    std::string out = "?";
    for (int i = 1; i < count; ++i) {
        out += ", ?";
    }
    return out;
}

std::string qualified(const std::string &columns, const std::string &prefix)
{
    std::string out = prefix;
    for (const char c : columns) {
        out += c;
        if (c == ' ') {
            out += prefix;
        }
    }
    return out;
}

Statement::~Statement()
{
    sqlite3_finalize(m_handle);
}

Statement &Statement::start()
{
    m_parameter = 0;
    m_column = 0;
    m_code = SQLITE_OK;
    if (m_handle) {
        sqlite3_reset(m_handle);
        return *this;
    }
    // Statements before the last (pragmas in front of a query) are run at once.
    const char *rest = m_sql.c_str();
    while (m_code == SQLITE_OK) {
        m_code =
            sqlite3_prepare_v3(m_database.handle(), rest, -1, SQLITE_PREPARE_PERSISTENT, &m_handle, &rest);
        if (m_code != SQLITE_OK || *rest == '\0') {
            break;
        }
        sqlite3_step(m_handle);
        m_code = sqlite3_finalize(std::exchange(m_handle, nullptr));
    }
    return *this;
}

std::optional<std::int64_t> *Statement::slot()
{
    if (m_code != SQLITE_OK) {
        return nullptr;
    }
    if (static_cast<std::size_t>(++m_parameter) > m_bound.size()) {
        m_bound.resize(static_cast<std::size_t>(m_parameter));
    }
    return &m_bound[static_cast<std::size_t>(m_parameter) - 1];
}

Statement &Statement::bindInteger(std::int64_t value)
{
    std::optional<std::int64_t> *const before = slot();
    if (before && *before != value) {
        m_code = sqlite3_bind_int64(m_handle, m_parameter, value);
        *before = value;
    }
    return *this;
}

Statement &Statement::bind(std::string_view value)
{
    if (std::optional<std::int64_t> *const before = slot()) {
        before->reset();
        // A null pointer would bind NULL, and an empty view may hold one.
        const char *const bytes = value.empty() ? "" : value.data();
        m_code = sqlite3_bind_text64(m_handle, m_parameter, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    return *this;
}

Statement &Statement::bind(std::optional<base::Money> amount)
{
    return amount ? bindInteger(amount->nano) : bindNull();
}

Statement &Statement::bind(const events::TokenUsage &given)
{
    const events::TokenUsage usage = events::clamped(given);
    bindInteger(usage.input).bindInteger(usage.cachedInput).bindInteger(usage.cacheWrite);
    bindInteger(usage.cacheWrite1h).bindInteger(usage.output).bindInteger(usage.reasoning);
    return bindInteger(usage.audioInput).bindInteger(usage.audioOutput).bindInteger(usage.imageInput);
}

Statement &Statement::bindNull(int columns)
{
    for (; columns > 0; --columns) {
        if (std::optional<std::int64_t> *const before = slot()) {
            before->reset();
            m_code = sqlite3_bind_null(m_handle, m_parameter);
        }
    }
    return *this;
}

base::Result<bool> Statement::step()
{
    if (m_code == SQLITE_OK) {
        m_code = sqlite3_step(m_handle);
        if (m_code == SQLITE_ROW) {
            m_code = SQLITE_OK;
            m_column = 0;
            return true;
        }
        if (m_code == SQLITE_DONE) {
            sqlite3_reset(m_handle);
            m_code = SQLITE_OK;
            return false;
        }
    }
    base::Error error = m_database.error(m_code);
    if (m_handle) {
        sqlite3_reset(m_handle);
    }
    return std::unexpected(std::move(error));
}

base::Result<void> Statement::run()
{
    for (;;) {
        const auto row = step();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return {};
        }
    }
}

base::Result<bool> Statement::next()
{
    return step();
}

bool Statement::isNull() const
{
    return sqlite3_column_type(m_handle, m_column) == SQLITE_NULL;
}

std::int64_t Statement::integer()
{
    return sqlite3_column_int64(m_handle, m_column++);
}

std::string Statement::text()
{
    const int column = m_column++;
    const auto *const bytes = reinterpret_cast<const char *>(sqlite3_column_text(m_handle, column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_handle, column)))
                 : std::string();
}

std::optional<base::Money> Statement::money()
{
    if (isNull()) {
        ++m_column;
        return std::nullopt;
    }
    return base::Money{integer()};
}

events::TokenUsage Statement::usage()
{
    events::TokenUsage usage;
    for (const auto tokens :
         {&events::TokenUsage::input, &events::TokenUsage::cachedInput, &events::TokenUsage::cacheWrite,
          &events::TokenUsage::cacheWrite1h, &events::TokenUsage::output, &events::TokenUsage::reasoning,
          &events::TokenUsage::audioInput, &events::TokenUsage::audioOutput,
          &events::TokenUsage::imageInput}) {
        usage.*tokens = integer();
    }
    return usage;
}

} // namespace signalbox::ledger
