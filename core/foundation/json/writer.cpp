// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/writer.h"

#include <algorithm>

namespace signalbox::json {

namespace {
constexpr std::size_t kLineWidth = 80;

void writeString(std::string &out, const std::string &text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        switch (c) {
        case '"':
        case '\\':
            out += '\\';
            out += c;
            break;
        case '\n':
            out += "\\n";
            break;
        case '\t':
            out += "\\t";
            break;
        case '\r':
            out += "\\r";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out += "\\u00";
                out += kHex[static_cast<unsigned char>(c) >> 4];
                out += kHex[c & 0xF];
            } else {
                out += c;
            }
        }
    }
    out += '"';
}

/// `gap` stands behind colons and commas.
void writeFlat(std::string &out, const Value &value, const char *gap)
{
    switch (value.type()) {
    case Value::Type::Null:
        out += "null";
        break;
    case Value::Type::Bool:
        out += value.toBool() ? "true" : "false";
        break;
    case Value::Type::Number:
        out += value.text();
        break;
    case Value::Type::String:
        writeString(out, value.text());
        break;
    case Value::Type::Array: {
        out += '[';
        const char *between = "";
        for (const Value &item : value.items()) {
            out += between;
            writeFlat(out, item, gap);
            between = *gap ? ", " : ",";
        }
        out += ']';
        break;
    }
    case Value::Type::Object: {
        out += '{';
        const char *between = "";
        for (const Member &member : value.members()) {
            out += between;
            writeString(out, member.name);
            out += ':';
            out += gap;
            writeFlat(out, member.value, gap);
            between = *gap ? ", " : ",";
        }
        out += '}';
        break;
    }
    }
}

bool isPlain(const Value &value)
{
    return !value.is(Value::Type::Array) && !value.is(Value::Type::Object);
}

bool fitsOneLine(const Value &value)
{
    return std::all_of(value.items().begin(), value.items().end(), isPlain)
           && std::all_of(value.members().begin(), value.members().end(),
                          [](const Member &m) { return isPlain(m.value); });
}

void writeIndented(std::string &out, const Value &value, std::size_t column, std::size_t indent)
{
    if (fitsOneLine(value)) {
        std::string flat;
        writeFlat(flat, value, " ");
        if (isPlain(value) || column + flat.size() <= kLineWidth
            || value.members().size() + value.items().size() == 0) {
            out += flat;
            return;
        }
    }
    const std::string margin(indent + 2, ' ');
    const bool object = value.is(Value::Type::Object);
    out += object ? "{\n" : "[\n";
    const char *between = "";
    for (const Value &item : value.items()) {
        out += between + margin;
        writeIndented(out, item, margin.size(), indent + 2);
        between = ",\n";
    }
    for (const Member &member : value.members()) {
        out += between + margin;
        const std::size_t before = out.size();
        writeString(out, member.name);
        out += ": ";
        writeIndented(out, member.value, margin.size() + out.size() - before, indent + 2);
        between = ",\n";
    }
    out += "\n" + std::string(indent, ' ') + (object ? "}" : "]");
}
} // namespace

std::string writePretty(const Value &value)
{
    std::string out;
    writeIndented(out, value, 0, 0);
    out += '\n';
    return out;
}

std::string writeCompact(const Value &value)
{
    std::string out;
    writeFlat(out, value, "");
    return out;
}

} // namespace signalbox::json
