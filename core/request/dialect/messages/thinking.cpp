// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/thinking.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox::messages {

namespace {
constexpr std::int64_t kLeastBudget = 1024;

/// What each effort is worth; read the other way round, the least budget that is that effort.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> kBudgets = {{{"minimal", kLeastBudget},
                                                                                {"low", 2000},
                                                                                {"medium", 5000},
                                                                                {"high", 10000},
                                                                                {"xhigh", 20000},
                                                                                {"max", 32000}}};

std::int64_t budgetOf(std::string_view effort)
{
    const auto at = std::ranges::find(kBudgets, effort, [](const auto &one) { return one.first; });
    return at == kBudgets.end() ? 0 : at->second;
}

std::string effortOf(std::int64_t budget)
{
    return budget >= 10000 ? "high" : budget >= 5000 ? "medium" : "low";
}

std::string displayOf(const neutral::Thinking &thinking, base::Dialect origin)
{
    if (origin == base::Dialect::Messages || thinking.show.empty()) {
        return thinking.show;
    }
    return "summarized"; // auto, concise, detailed: the client wants to see something
}

ThinkingPlan asAsked(const neutral::Thinking &thinking)
{
    ThinkingPlan out{.effort = thinking.effort};
    if (thinking.on) {
        out.type = !*thinking.on ? "disabled" : thinking.adaptive ? "adaptive" : "enabled";
        out.display = thinking.show;
        if (out.type == "enabled") {
            out.budget = std::max(thinking.budget.value_or(kLeastBudget), kLeastBudget);
        }
    }
    return out;
}
} // namespace

int claudeVersion(std::string_view model)
{
    const std::size_t at = model.find("claude-");
    if (at == std::string_view::npos) {
        return 0;
    }
    int major = 0;
    int minor = 0;
    int found = 0;
    std::string_view rest = model.substr(at + std::string_view("claude-").size());
    while (!rest.empty() && found < 2) {
        const std::size_t end = std::min(rest.find_first_of("-.@:"), rest.size());
        const std::string_view word = rest.substr(0, end);
        const bool number = word.size() == 1 && word[0] >= '0' && word[0] <= '9';
        if (number) {
            (found++ == 0 ? major : minor) = word[0] - '0';
        } else if (found > 0) {
            break; // the date
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return major >= 3 ? major * 100 + minor : 0;
}

ThinkingPlan planThinking(const neutral::Thinking &thinking, base::Dialect origin, bool takesEffort)
{
    if (origin == base::Dialect::Messages) {
        return asAsked(thinking);
    }
    ThinkingPlan out;
    const bool none = thinking.effort == "none" || (thinking.effort.empty() && thinking.budget == 0)
                      || thinking.on == false;
    const bool said = !thinking.effort.empty() || thinking.budget || thinking.on;
    if (!said) {
        return out;
    }
    if (takesEffort) { // the newest refuse "disabled"
        out.effort = none || thinking.effort == "minimal" ? "low"
                     : !thinking.effort.empty()           ? thinking.effort
                     : thinking.budget.value_or(0) > 0    ? effortOf(*thinking.budget)
                                                          : "";
        out.type = none ? "" : "adaptive";
    } else if (none) {
        out.type = "disabled";
    } else {
        out.type = "enabled";
        const std::int64_t asked =
            thinking.budget.value_or(0) > 0 ? *thinking.budget : budgetOf(thinking.effort);
        out.budget = asked > 0 ? std::max(asked, kLeastBudget) : budgetOf("medium");
    }
    out.display = out.on() ? displayOf(thinking, origin) : std::string();
    return out;
}

} // namespace signalbox::messages
