// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/edit/jsonc.h"

#include "core/clients/edit/editor.h"
#include "core/foundation/json/document.h"
#include "core/foundation/json/locate.h"
#include "core/foundation/json/scan.h"

namespace signalbox::edit {

using Type = json::Value::Type;

namespace {
bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class Parser
{
public:
    explicit Parser(std::string_view text) : m_text(text), m_at(bomSize(text)) {}

    base::Result<JsoncNode> parse()
    {
        JsoncNode root;
        skip();
        if (m_at == m_text.size() && m_problem.empty()) {
            root.at = {m_at, m_at};
            return root;
        }
        if (value(root, 0)) {
            skip();
            if (m_at < m_text.size()) {
                wrong("there is something behind the end");
            }
        }
        if (!m_problem.empty()) {
            return base::fail(base::ErrorCode::Corrupt,
                              "line " + std::to_string(lineOf(m_text, m_problemAt)) + ": " + m_problem);
        }
        return root;
    }

private:
    bool wrong(std::string what)
    {
        if (m_problem.empty()) {
            m_problem = std::move(what);
            m_problemAt = m_at;
        }
        return false;
    }

    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    bool skip()
    {
        while (m_at < m_text.size()) {
            if (isBlank(m_text[m_at])) {
                ++m_at;
            } else if (m_text.substr(m_at, 2) == "//") {
                m_at = std::min(m_text.find('\n', m_at), m_text.size());
            } else if (m_text.substr(m_at, 2) == "/*") {
                const std::size_t end = m_text.find("*/", m_at + 2);
                if (end == std::string_view::npos) {
                    wrong("this comment has no end");
                    m_at = m_text.size();
                    return false;
                }
                m_at = end + 2;
            } else {
                break;
            }
        }
        return true;
    }

    bool value(JsoncNode &out, int depth)
    {
        out.at.begin = m_at;
        bool sound = false;
        switch (peek()) {
        case '{':
        case '[':
            sound = depth < json::kMaxDocumentDepth ? container(out, depth) : wrong("too many levels");
            break;
        case '"':
            out.type = Type::String;
            sound = string(out.text);
            break;
        default:
            sound = word(out);
        }
        out.at.end = m_at;
        return sound;
    }

    bool container(JsoncNode &out, int depth)
    {
        const char close = m_text[m_at++] == '{' ? '}' : ']';
        out.type = close == '}' ? Type::Object : Type::Array;
        skip();
        while (peek() != close) {
            JsoncNode child;
            if (out.type == Type::Object && !name(child)) {
                return false;
            }
            if (!value(child, depth + 1) || !skip()) {
                return false;
            }
            const bool comma = peek() == ',';
            if (comma) {
                child.comma = m_at++;
            }
            out.children.push_back(std::move(child));
            if (!skip()) {
                return false;
            }
            if (!comma && peek() != close) {
                return wrong(std::string("a ',' or '") + close + "' is missing");
            }
        }
        ++m_at;
        return true;
    }

    bool name(JsoncNode &out)
    {
        out.nameAt = m_at;
        if (peek() != '"') {
            return wrong("a name in double quotes is missing");
        }
        if (!string(out.name) || !skip()) {
            return false;
        }
        if (peek() != ':') {
            return wrong("a ':' is missing");
        }
        ++m_at;
        return skip();
    }

    bool string(std::string &out)
    {
        const std::size_t begin = m_at;
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (static_cast<unsigned char>(m_text[m_at]) < 0x20) {
                return wrong("a string is not closed on its line");
            }
            if (m_text[m_at] == '\\' && !escape()) {
                return wrong("an escape in a string is not known to JSON");
            }
        }
        if (m_at >= m_text.size()) {
            return wrong("a string is not closed");
        }
        ++m_at;
        out = json::unescaped(m_text.substr(begin, m_at - begin));
        return true;
    }

    /// At a backslash; ends at the escape's last character.
    bool escape()
    {
        ++m_at;
        if (peek() == 'u') {
            const std::string_view digits = m_text.substr(m_at + 1, 4);
            m_at += 4;
            return digits.size() == 4
                   && digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
        }
        return peek() != '\0' && std::string_view("\"\\/bfnrt").find(peek()) != std::string_view::npos;
    }

    bool word(JsoncNode &out)
    {
        const std::size_t begin = m_at;
        const std::size_t end = std::min(m_text.find_first_of(" \t\r\n,:[]{}\"/", begin), m_text.size());
        const std::string_view word = m_text.substr(begin, end - begin);
        if (word == "true" || word == "false") {
            out.type = Type::Bool;
            out.flag = word == "true";
        } else if (word == "null") {
            out.type = Type::Null;
        } else if (json::isNumber(word)) {
            out.type = Type::Number;
            out.text = std::string(word);
        } else {
            return wrong("a value is missing");
        }
        m_at = end;
        return true;
    }

    std::string_view m_text;
    std::size_t m_at;
    std::string m_problem;
    std::size_t m_problemAt = 0;
};
} // namespace

base::Result<JsoncNode> parseJsonc(std::string_view text)
{
    return Parser(text).parse();
}

json::Value toValue(const JsoncNode &node)
{
    switch (node.type) {
    case Type::Null:
        return {};
    case Type::Bool:
        return json::Value::boolean(node.flag);
    case Type::Number:
        return json::Value::number(node.text);
    case Type::String:
        return json::Value::string(node.text);
    case Type::Array:
    case Type::Object:
        break;
    }
    json::Value out = node.type == Type::Array ? json::Value::array() : json::Value::object();
    for (const JsoncNode &child : node.children) {
        if (node.type == Type::Array) {
            out.append(toValue(child));
        } else {
            out.add(child.name, toValue(child));
        }
    }
    return out;
}

std::size_t behindLineComments(std::string_view text, std::size_t at)
{
    std::size_t end = at;
    for (std::size_t i = at; i < text.size();) {
        if (text[i] == ' ' || text[i] == '\t') {
            ++i;
        } else if (text.substr(i, 2) == "//") {
            end = std::min(text.find_first_of("\r\n", i), text.size());
            break;
        } else if (text.substr(i, 2) == "/*") {
            const std::size_t close = text.find("*/", i + 2);
            if (close == std::string_view::npos
                || text.substr(i, close - i).find('\n') != std::string_view::npos) {
                break;
            }
            end = i = close + 2;
        } else {
            break;
        }
    }
    // A comment in front of the next value on the same line belongs to that value.
    const std::size_t next = text.find_first_not_of(" \t\r", end);
    const bool lineEnds =
        next == std::string_view::npos || text[next] == '\n' || text[next] == '}' || text[next] == ']';
    return lineEnds ? end : at;
}

} // namespace signalbox::edit
