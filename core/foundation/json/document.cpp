// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/document.h"

#include <algorithm>
#include <optional>

#include <simdjson.h>

#include "core/foundation/json/locate.h"

namespace signalbox::json {

namespace {
namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

/// Walks simdjson's on-demand view once and copies it into our tree. The view is lazy: a value is checked
/// only when it is read, so every value is.
class Walker
{
public:
    explicit Walker(std::string_view text) : m_text(text), m_lines(text) {}

    std::expected<Document, SyntaxError> walk(ondemand::document &document)
    {
        ondemand::value root;
        if (const error_code error = document.get_value().get(root)) {
            return std::unexpected(notJson(0, error));
        }
        Document out;
        if (!read(root, out.root, 1)) {
            return std::unexpected(m_error ? std::move(*m_error) : notJson(0, simdjson::TAPE_ERROR));
        }
        const char *left = nullptr;
        if (document.current_location().get(left) == simdjson::SUCCESS) {
            return std::unexpected(
                errorAt(offset(left), "there is something left behind the end of the document"));
        }
        out.duplicates = std::move(m_duplicates);
        return out;
    }

    SyntaxError notJson(std::size_t at, error_code error) const { return explain(m_text, at, error); }

private:
    std::size_t offset(const char *p) const { return static_cast<std::size_t>(p - m_text.data()); }

    SyntaxError errorAt(std::size_t offset, std::string message) const
    {
        const Position position = m_lines.position(offset);
        return {position.line, position.column, std::move(message)};
    }

    bool failAt(std::size_t offset, std::string message)
    {
        if (!m_error) {
            m_error = errorAt(offset, std::move(message));
        }
        return false;
    }

    bool failWith(std::size_t offset, error_code error)
    {
        if (!m_error) {
            m_error = notJson(std::max(offset, m_reached), error);
        }
        return false;
    }

    bool read(ondemand::value value, Value &out, int depth)
    {
        const std::string_view token = value.raw_json_token();
        const std::size_t start = offset(token.data());
        m_reached = std::max(m_reached, start);
        if (depth > kMaxDocumentDepth) {
            return failAt(start, "this is nested deeper than 64 levels");
        }
        ondemand::json_type type = ondemand::json_type::null;
        if (const error_code error = value.type().get(type)) {
            return failWith(start, error);
        }
        bool ok = false;
        switch (type) {
        case ondemand::json_type::object:
            ok = readObject(value, out, start, depth);
            break;
        case ondemand::json_type::array:
            ok = readArray(value, out, start, depth);
            break;
        default:
            ok = readScalar(value, type, token, out, start);
        }
        const Position position = m_lines.position(start);
        out.line = position.line;
        out.column = position.column;
        return ok;
    }

    bool readObject(ondemand::value value, Value &out, std::size_t start, int depth)
    {
        out = Value::object();
        ondemand::object object;
        if (const error_code error = value.get_object().get(object)) {
            return failWith(start, error);
        }
        const std::size_t pathEnd = m_path.size();
        for (auto step : object) {
            ondemand::field field;
            if (const error_code error = std::move(step).get(field)) {
                return failWith(start, error);
            }
            const std::size_t nameAt = offset(field.key().raw()) - 1;
            m_reached = std::max(m_reached, nameAt);
            std::string_view name;
            if (const error_code error = field.unescaped_key().get(name)) {
                return failWith(nameAt, error);
            }
            Member member{std::string(name), Value(), m_lines.position(nameAt).line};
            m_path += (pathEnd == 0 ? "" : ".") + member.name;
            noteDuplicate(out, member);
            if (!read(field.value(), member.value, depth + 1)) {
                return false;
            }
            m_path.resize(pathEnd);
            out.members().push_back(std::move(member));
        }
        return true;
    }

    void noteDuplicate(const Value &object, const Member &member)
    {
        for (const Member &earlier : object.members()) {
            if (earlier.name == member.name) {
                m_duplicates.push_back({m_path, member.line, earlier.line});
                return;
            }
        }
    }

    bool readArray(ondemand::value value, Value &out, std::size_t start, int depth)
    {
        out = Value::array();
        ondemand::array array;
        if (const error_code error = value.get_array().get(array)) {
            return failWith(start, error);
        }
        const std::size_t pathEnd = m_path.size();
        for (auto step : array) {
            ondemand::value item;
            if (const error_code error = std::move(step).get(item)) {
                return failWith(start, error);
            }
            m_path += "[" + std::to_string(out.items().size()) + "]";
            Value element;
            if (!read(item, element, depth + 1)) {
                return false;
            }
            m_path.resize(pathEnd);
            out.append(std::move(element));
        }
        return true;
    }

    bool readScalar(ondemand::value value, ondemand::json_type type, std::string_view token, Value &out,
                    std::size_t start)
    {
        if (type == ondemand::json_type::string) {
            std::string_view text;
            if (const error_code error = value.get_string().get(text)) {
                return failWith(start, error);
            }
            out = Value::string(std::string(text));
            return true;
        }
        const std::string_view word = trimmed(token);
        if (type == ondemand::json_type::number && isNumber(word)) {
            out = Value::number(std::string(word));
        } else if (word == "true" || word == "false") {
            out = Value::boolean(word == "true");
        } else if (word == "null") {
            out = Value();
        } else {
            return failWith(start, simdjson::TAPE_ERROR);
        }
        return consume(value, type, start);
    }

    /// Reading a scalar is what tells simdjson to go on behind it.
    bool consume(ondemand::value value, ondemand::json_type type, std::size_t start)
    {
        error_code error = simdjson::SUCCESS;
        if (type == ondemand::json_type::boolean) {
            error = value.get_bool().error();
        } else if (type == ondemand::json_type::null) {
            bool isNull = false;
            error = value.is_null().get(isNull);
            error = error == simdjson::SUCCESS && !isNull ? simdjson::N_ATOM_ERROR : error;
        } else {
            error = value.get_double().error();
        }
        return error == simdjson::SUCCESS || failWith(start, error);
    }

    std::string_view m_text;
    LineIndex m_lines;
    std::string m_path;
    std::size_t m_reached = 0;
    std::vector<Duplicate> m_duplicates;
    std::optional<SyntaxError> m_error;
};
} // namespace

std::expected<Document, SyntaxError> parseDocument(std::string_view text)
{
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    if (text.size() > kMaxDocumentBytes) {
        return std::unexpected(SyntaxError{1, 1, "this file is larger than 16 MiB"});
    }
    const simdjson::padded_string padded(text);
    const std::string_view copy(padded.data(), padded.size());
    Walker walker(copy);
    ondemand::parser parser;
    ondemand::document document;
    if (const error_code error = parser.iterate(padded).get(document)) {
        return std::unexpected(walker.notJson(0, error));
    }
    return walker.walk(document);
}

} // namespace signalbox::json
