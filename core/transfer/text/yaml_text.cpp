// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "core/foundation/json/document.h"
#include "core/foundation/json/locate.h"
#include "core/transfer/text/source_text.h"

namespace signalbox::transfer {

namespace {
using json::Value;

constexpr std::size_t kMaxNodes = 200'000; ///< with what anchors repeat

/// Ends the reading from inside an event; caught in this file.
struct Stop {
    YAML::Mark mark;
    const char *why;
};

bool oneOf(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// YAML 1.2 core schema, and the yes/no words of 1.1 stay texts.
Value plainWord(const std::string &word)
{
    if (oneOf(word, {"", "~", "null", "Null", "NULL"})) {
        return {};
    }
    if (oneOf(word, {"true", "True", "TRUE", "false", "False", "FALSE"})) {
        return Value::boolean(word[0] == 't' || word[0] == 'T');
    }
    return json::isNumber(word) ? Value::number(word) : Value::string(word);
}

/// Builds the tree from the parser's events; nothing is repeated before its size is known.
class Builder final : public YAML::EventHandler
{
public:
    std::optional<Value> root;

    void OnDocumentStart(const YAML::Mark &) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override { leaf(mark, anchor, {}); }
    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &value) override
    {
        const bool name =
            !m_open.empty() && m_open.back().value.is(Value::Type::Object) && !m_open.back().named;
        leaf(mark, anchor, tag == "?" && !name ? plainWord(value) : Value::string(value));
    }
    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        const auto known = m_anchors.find(anchor);
        if (known == m_anchors.end()) {
            throw Stop{mark, "an alias stands inside of what it names"};
        }
        count(mark, known->second.nodes);
        place(mark, known->second.value, known->second.nodes);
    }
    void OnSequenceStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(mark, anchor, Value::array());
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(mark, anchor, Value::object());
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        Value value;
        YAML::Mark mark;
        YAML::anchor_t anchor = 0;
        std::size_t nodes = 1;
        std::optional<std::string> named; ///< a map's name that waits for its value
    };
    struct Anchored {
        Value value;
        std::size_t nodes = 1;
    };

    void count(const YAML::Mark &mark, std::size_t nodes)
    {
        m_nodes += nodes;
        if (m_nodes > kMaxNodes) {
            throw Stop{mark, "the document holds too much, or repeats itself too often"};
        }
    }

    void open(const YAML::Mark &mark, YAML::anchor_t anchor, Value value)
    {
        count(mark, 1);
        if (m_open.size() >= static_cast<std::size_t>(json::kMaxDocumentDepth)) {
            throw Stop{mark, "the document is nested too deeply"};
        }
        if (!m_open.empty() && m_open.back().value.is(Value::Type::Object) && !m_open.back().named) {
            throw Stop{mark, "a name must be a plain text"};
        }
        value.line = mark.line + 1;
        value.column = mark.column + 1;
        m_open.push_back({std::move(value), mark, anchor, 1, {}});
    }

    void close()
    {
        Open done = std::move(m_open.back());
        m_open.pop_back();
        if (done.anchor != 0) {
            m_anchors[done.anchor] = {done.value, done.nodes};
        }
        place(done.mark, std::move(done.value), done.nodes);
    }

    void leaf(const YAML::Mark &mark, YAML::anchor_t anchor, Value value)
    {
        count(mark, 1);
        value.line = mark.line + 1;
        value.column = mark.column + 1;
        if (anchor != 0) {
            m_anchors[anchor] = {value, 1};
        }
        place(mark, std::move(value), 1);
    }

    void place(const YAML::Mark &mark, Value value, std::size_t nodes)
    {
        if (m_open.empty()) {
            root = std::move(value);
            return;
        }
        Open &into = m_open.back();
        into.nodes += nodes;
        if (into.value.is(Value::Type::Array)) {
            into.value.append(std::move(value));
        } else if (!into.named) {
            if (!value.is(Value::Type::String)) {
                throw Stop{mark, "a name must be a plain text"};
            }
            into.named = value.text();
        } else {
            add(into, std::move(value));
        }
    }

    /// The merge key `<<` brings the members that are not there yet.
    void add(Open &into, Value value)
    {
        const std::string name = *std::exchange(into.named, std::nullopt);
        if (name == "<<" && value.is(Value::Type::Object)) {
            for (const json::Member &member : value.members()) {
                if (!into.value.find(member.name)) {
                    into.value.add(member.name, member.value);
                }
            }
            return;
        }
        const int line = value.line;
        into.value.add(name, std::move(value));
        into.value.members().back().line = line;
    }

    std::vector<Open> m_open;
    std::map<YAML::anchor_t, Anchored> m_anchors;
    std::size_t m_nodes = 0;
};

base::Result<Value> wrong(int line, const char *why)
{
    return base::fail(base::ErrorCode::InvalidArgument,
                      (line > 0 ? "line " + std::to_string(line) + ": " : std::string()) + why);
}
} // namespace

base::Result<Value> readYaml(std::string_view text)
{
    if (const auto sound = checkSource(text); !sound) {
        return std::unexpected(sound.error());
    }
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        Builder builder;
        if (!parser.HandleNextDocument(builder) || !builder.root) {
            return wrong(0, "there is nothing in the document");
        }
        return std::move(*builder.root);
    } catch (const Stop &stop) {
        return wrong(stop.mark.line + 1, stop.why);
    } catch (const YAML::DeepRecursion &error) {
        return wrong(error.mark.line + 1, "the document is nested too deeply");
    } catch (const YAML::Exception &error) { // its text may quote the document
        return wrong(error.mark.is_null() ? 0 : error.mark.line + 1, "this is not YAML");
    } catch (const std::exception &) {
        return wrong(0, "this is not YAML");
    }
}

} // namespace signalbox::transfer
