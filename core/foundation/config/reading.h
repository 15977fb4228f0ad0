// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/money.h"
#include "core/foundation/config/config.h"
#include "core/foundation/config/mistake.h"
#include "core/foundation/json/value.h"

namespace signalbox::config {

/// What the key table knows about one field; the JSON Schema says the same, and a test compares the two.
struct FieldInfo {
    std::string_view name;
    std::string_view type;         ///< the schema's word, or "decimal", "keySource", "stringMap", "numberMap"
    std::string_view section = {}; ///< of nested objects: the name of their table
    bool required = false;
    bool shown = false; ///< written even where it is the default
    std::optional<std::int64_t> min = {};
    std::optional<std::int64_t> max = {};
    std::vector<std::string_view> choices = {};
};

/// Where in the document a reader is and what it found wrong so far. One read, one thread.
class Reading
{
public:
    /// Steps into a field, a list's item or a map's entry for as long as it lives.
    class Into
    {
    public:
        Into(Reading &reading, std::string_view field);
        Into(Reading &reading, std::size_t index);
        static Into entry(Reading &reading, std::string_view key);
        ~Into() { m_reading.m_path.resize(m_length); }
        Into(const Into &) = delete;
        Into &operator=(const Into &) = delete;

    private:
        Into(Reading &reading, std::string step, int);
        Reading &m_reading;
        std::size_t m_length;
    };

    void wrong(int line, std::string message);
    bool expect(const json::Value &value, json::Value::Type type); ///< false, and a mistake, if it is another
    void unknown(const json::Value &object, std::string_view name, int line,
                 const std::vector<FieldInfo> &known);

    // One value each; nothing, and a mistake, if it is not what it has to be.
    std::optional<std::string> text(const json::Value &value, const FieldInfo &info);
    std::optional<std::int64_t> integer(const json::Value &value, const FieldInfo &info);
    std::optional<double> real(const json::Value &value, const FieldInfo &info);
    std::optional<bool> flag(const json::Value &value);
    std::optional<base::Money> decimal(const json::Value &value);
    std::optional<KeySource> keySource(const json::Value &value);

    const std::string &path() const { return m_path; }
    Mistakes mistakes;

private:
    std::string m_path;
};

json::Value writeKeySource(const KeySource &source);
/// "2.5", "0": without zeros that say nothing.
std::string decimalText(std::int64_t nano);
/// The known name most like `name`, if one is like it.
std::optional<std::string_view> nearest(std::string_view name, const std::vector<std::string_view> &known);

} // namespace signalbox::config
