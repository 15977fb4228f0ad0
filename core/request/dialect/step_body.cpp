// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/step_body.h"

#include <algorithm>
#include <array>

#include "core/foundation/json/scan.h"

namespace signalbox::dialect {

namespace {
constexpr std::string_view kUsageMember = "\"include_usage\":true";
constexpr std::string_view kStreamOptions = "stream_options";
constexpr std::array<std::string_view, 3> kNotToBeSet = {"model", "messages", "stream"};

class Editor
{
public:
    Editor(std::string_view body, const ClientRequest &request, const BodyEdits &edits)
        : m_body(body), m_request(request), m_edits(edits)
    {}

    std::string edited()
    {
        if (m_request.model != m_edits.model) {
            m_changes.push_back({m_request.modelAt, json::quoted(m_edits.model)});
        }
        stream();
        const bool dropOptions = m_request.stream && !m_edits.stream; // refused without a stream
        if (dropOptions || !m_edits.set.empty() || !m_edits.strip.empty()) {
            members(dropOptions);
        }
        json::putInOrder(m_changes);
        return json::splice(m_body, m_changes);
    }

private:
    void insert(std::string text)
    {
        m_changes.push_back({{m_request.inRoot, m_request.inRoot}, std::move(text)});
    }

    std::size_t firstSetting(std::string_view name) const
    {
        const auto at = std::ranges::find(m_edits.set, name, &std::pair<std::string, std::string>::first);
        return static_cast<std::size_t>(at - m_edits.set.begin());
    }

    void stream()
    {
        if (m_request.stream != m_edits.stream) {
            const std::string value = m_edits.stream ? "true" : "false";
            if (m_request.streamAt) {
                m_changes.push_back({*m_request.streamAt, value});
            } else {
                insert("\"stream\":" + value + ",");
            }
        }
        const bool theirs = firstSetting(kStreamOptions) < m_edits.set.size()
                            || std::ranges::find(m_edits.strip, kStreamOptions) != m_edits.strip.end();
        if (m_edits.stream && m_edits.includeUsage && !m_request.usageAsked && !theirs) {
            askForUsage();
        }
    }

    void askForUsage()
    {
        const std::string member(kUsageMember);
        if (m_request.includeUsageAt) {
            m_changes.push_back({*m_request.includeUsageAt, "true"});
        } else if (m_request.inStreamOptions) {
            const std::size_t at = *m_request.inStreamOptions;
            m_changes.push_back({{at, at}, m_request.streamOptionsEmpty ? member : member + ","});
        } else if (m_request.streamOptionsAt) {
            m_changes.push_back({*m_request.streamOptionsAt, "{" + member + "}"});
        } else {
            insert("\"stream_options\":{" + member + "},");
        }
    }

    enum class Fate { Stays, Set, Goes };

    Fate fateOf(const json::MemberAt &member, bool dropOptions, std::size_t &setting) const
    {
        const auto isNamed = [&](std::string_view name) { return json::says(m_body, member.name, name); };
        if (std::ranges::any_of(kNotToBeSet, isNamed)) {
            return Fate::Stays;
        }
        for (setting = 0; setting < m_edits.set.size(); ++setting) {
            if (isNamed(m_edits.set[setting].first)) {
                return Fate::Set;
            }
        }
        const bool goes =
            std::ranges::any_of(m_edits.strip, isNamed) || (dropOptions && isNamed(kStreamOptions));
        return goes ? Fate::Goes : Fate::Stays;
    }

    void members(bool dropOptions)
    {
        const auto members = json::membersAt(m_body, json::rootAt(m_body));
        std::vector<bool> found(m_edits.set.size());
        std::size_t keptEnd = 0;  ///< of the last member that stays
        std::size_t goesFrom = 0; ///< of the first of a row of members that go
        bool going = false;
        for (const json::MemberAt &member : members) {
            std::size_t setting = 0;
            const Fate fate = fateOf(member, dropOptions, setting);
            if (fate == Fate::Goes) {
                goesFrom = going ? goesFrom : member.name.begin;
                going = true;
                continue;
            }
            if (fate == Fate::Set) {
                found[setting] = true;
                m_changes.push_back({member.value, m_edits.set[setting].second});
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
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto &[name, value] = m_edits.set[i];
            const bool wanted = !found[i] && std::ranges::find(kNotToBeSet, name) == kNotToBeSet.end();
            if (wanted && firstSetting(name) == i) {
                insert(json::quoted(name) + ":" + value + ",");
            }
        }
    }

    std::string_view m_body;
    const ClientRequest &m_request;
    const BodyEdits &m_edits;
    std::vector<json::Replacement> m_changes;
};
} // namespace

std::string bodyForStep(std::string_view body, const ClientRequest &request, const BodyEdits &edits)
{
    return Editor(body, request, edits).edited();
}

} // namespace signalbox::dialect
