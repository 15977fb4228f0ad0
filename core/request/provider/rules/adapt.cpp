// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/rules/adapt.h"

#include <algorithm>
#include <charconv>

#include "core/foundation/json/scan.h"

namespace signalbox::provider {

namespace {
using json::Span;
using Kind = ParameterEdit::Kind;

constexpr std::string_view kWhiteSpace = " \t\r\n";

/// Whether the value there is the JSON `wanted`, white space between tokens aside.
bool isValue(std::string_view body, Span at, std::string_view wanted)
{
    const std::string_view text = json::slice(body, at);
    if (wanted.starts_with('"')) {
        return text.starts_with('"') && json::unescaped(text) == json::unescaped(wanted);
    }
    std::string compact;
    for (const char c : text) {
        if (kWhiteSpace.find(c) == kWhiteSpace.npos) {
            compact += c;
        }
    }
    return compact == wanted;
}

/// Whether one of the values at the path is as the condition says.
bool holds(const BodyCondition &condition, std::size_t segment, std::string_view body, Span at)
{
    if (segment == condition.path.segments.size()) {
        return json::slice(body, at) != "null"
               && (condition.values.empty()
                   || std::ranges::any_of(condition.values, [&](const std::string &wanted) {
                          return isValue(body, at, wanted);
                      }));
    }
    const BodyPath::Segment &next = condition.path.segments[segment];
    const auto member = json::memberAt(body, at, next.name);
    if (!member || !next.each) {
        return member && holds(condition, segment + 1, body, *member);
    }
    const auto elements = json::elementsAt(body, *member);
    return std::ranges::any_of(elements, [&](Span one) { return holds(condition, segment + 1, body, one); });
}

/// Carries out the edits of one rule on one body.
class Editor
{
public:
    Editor(const ParameterRule &rule, std::string_view body, std::vector<std::string> &changed)
        : m_rule(rule), m_body(body), m_changed(changed)
    {}

    std::vector<json::Replacement> changes()
    {
        const Span root = json::rootAt(m_body);
        std::vector<Going> edits;
        for (const ParameterEdit &edit : m_rule.edits) {
            edits.push_back({&edit, 0});
        }
        object(root, edits, true);
        for (const auto &[name, value] : m_rule.set) {
            if (!json::memberAt(m_body, root, name)) {
                const bool empty = json::membersAt(m_body, root).empty();
                const std::size_t inside = root.begin + 1;
                m_changes.push_back(
                    {{inside, inside}, json::quoted(name) + ":" + value + (empty ? "" : ",")});
                report(name);
            }
        }
        json::putInOrder(m_changes);
        return std::move(m_changes);
    }

private:
    /// An edit, and how much of its path has been gone.
    struct Going {
        const ParameterEdit *edit;
        std::size_t segment;
        const BodyPath::Segment &next() const { return edit->path.segments[segment]; }
        bool arrives() const { return segment + 1 == edit->path.segments.size() && !next().each; }
    };

    void report(std::string name)
    {
        if (!m_rule.quiet && std::ranges::find(m_changed, name) == m_changed.end()) {
            m_changed.push_back(std::move(name));
        }
    }

    void object(Span at, const std::vector<Going> &edits, bool root)
    {
        const auto members = json::membersAt(m_body, at);
        std::size_t keptEnd = at.begin + 1; ///< of the last member that stays
        std::size_t goesFrom = 0;           ///< of the first of a row of members that go
        bool going = false;
        for (const json::MemberAt &member : members) {
            if (goes(member, members, edits, root)) {
                goesFrom = going ? goesFrom : member.name.begin;
                going = true;
                continue;
            }
            if (going) {
                m_changes.push_back({{goesFrom, member.name.begin}, {}}); // with the comma behind it
                going = false;
            }
            keptEnd = member.value.end;
        }
        if (going) {
            m_changes.push_back({{keptEnd, members.back().value.end}, {}}); // with the comma before it
        }
    }

    bool isNamed(const json::MemberAt &member, std::string_view name) const
    {
        return json::says(m_body, member.name, name);
    }

    /// Edits a member, unless it goes.
    bool goes(const json::MemberAt &member, const std::vector<json::MemberAt> &all,
              const std::vector<Going> &edits, bool root)
    {
        if (root && !m_rule.keep.empty()
            && std::ranges::none_of(m_rule.keep, [&](auto &name) { return isNamed(member, name); })) {
            report(json::unescaped(json::slice(m_body, member.name)));
            return true;
        }
        std::vector<Going> deeper;
        for (const Going &one : edits) {
            if (!isNamed(member, one.next().name)) {
                continue;
            }
            if (!one.arrives()) {
                deeper.push_back(one);
            } else if (edit(*one.edit, member, all)) {
                return true;
            }
        }
        descend(member.value, deeper);
        return false;
    }

    void descend(Span value, const std::vector<Going> &edits)
    {
        std::vector<Going> inside;
        std::vector<Going> inEach;
        for (const Going &one : edits) {
            (one.next().each ? inEach : inside).push_back({one.edit, one.segment + 1});
        }
        if (!inside.empty()) {
            object(value, inside, false);
        }
        if (!inEach.empty()
            && std::ranges::any_of(inEach, [&](const Going &one) { return mayBeIn(one, value); })) {
            for (const Span &element : json::elementsAt(m_body, value)) {
                object(element, inEach, false);
            }
        }
    }

    /// Whether it is worth looking through a long conversation.
    bool mayBeIn(const Going &one, Span value) const
    {
        const std::string_view text = json::slice(m_body, value);
        if (one.edit->kind != Kind::Values) {
            return text.find(one.edit->path.segments.back().name) != text.npos;
        }
        return std::ranges::any_of(one.edit->values,
                                   [&](const auto &pair) { return text.find(pair.first) != text.npos; });
    }

    /// True: the member goes.
    bool edit(const ParameterEdit &edit, const json::MemberAt &member, const std::vector<json::MemberAt> &all)
    {
        switch (edit.kind) {
        case Kind::Drop:
            report(edit.path.text);
            return true;
        case Kind::Rename:
            report(edit.path.text + "->" + edit.name);
            if (std::ranges::any_of(all, [&](const auto &one) { return isNamed(one, edit.name); })) {
                return true; // both were given: the one that counts stays
            }
            m_changes.push_back({member.name, json::quoted(edit.name)});
            return false;
        case Kind::Clamp:
            clamp(edit, member.value);
            return false;
        case Kind::Values:
            break;
        }
        const std::string_view value = json::slice(m_body, member.value);
        const auto found =
            value.starts_with('"') ? edit.values.find(json::unescaped(value)) : edit.values.end();
        if (found != edit.values.end()) {
            report(edit.path.text);
            m_changes.push_back({member.value, json::quoted(found->second)});
        }
        return false;
    }

    void clamp(const ParameterEdit &edit, Span at)
    {
        const std::string_view text = json::slice(m_body, at);
        double value = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) {
            return; // null, or nothing that is a number
        }
        double sound = edit.max ? std::min(*edit.max, value) : value;
        sound = edit.min ? std::max(*edit.min, sound) : sound;
        if (sound != value) {
            char buffer[32];
            const auto end = std::to_chars(std::begin(buffer), std::end(buffer), sound);
            report(edit.path.text);
            m_changes.push_back({at, std::string(std::begin(buffer), end.ptr)});
        }
    }

    const ParameterRule &m_rule;
    std::string_view m_body;
    std::vector<std::string> &m_changed;
    std::vector<json::Replacement> m_changes;
};
} // namespace

bool applies(const ParameterRule &rule, std::string_view body)
{
    const Span root = json::rootAt(body);
    const auto isTrue = [&](const BodyCondition &one) { return holds(one, 0, body, root); };
    return std::ranges::all_of(rule.when, isTrue) && std::ranges::none_of(rule.unless, isTrue);
}

Adapted adapt(std::string body, const ModelRules &rules, base::Dialect dialect)
{
    Adapted out{std::move(body), {}};
    for (const auto &rule : rules.rules) {
        if (std::ranges::find(rule->dialects, dialect) == rule->dialects.end() || !applies(*rule, out.body)) {
            continue;
        }
        const auto changes = Editor(*rule, out.body, out.changed).changes();
        if (!changes.empty()) {
            out.body = json::splice(out.body, changes);
        }
    }
    return out;
}

} // namespace signalbox::provider
