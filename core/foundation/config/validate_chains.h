// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/config/reading.h"
#include "core/foundation/config/validate.h"

// What validate.cpp and validate_chains.cpp share: how a check says where something stands and what is wrong.
namespace signalbox::config {

/// The mistakes found so far, without lines.
struct Findings {
    Mistakes mistakes;
    void wrong(std::string path, std::string message)
    {
        mistakes.push_back({0, std::move(path), std::move(message), false});
    }
    void warn(std::string path, std::string message)
    {
        mistakes.push_back({0, std::move(path), std::move(message), true});
    }
};

inline std::string at(std::string_view list, std::size_t index, std::string_view field = {})
{
    return std::string(list) + "[" + std::to_string(index) + "]" + (field.empty() ? "" : ".")
           + std::string(field);
}

inline std::string entry(std::string_view map, std::string_view key)
{
    return std::string(map) + "[\"" + std::string(key) + "\"]";
}

inline std::string quoted(std::string_view text)
{
    return "'" + std::string(text) + "'";
}

template<typename T>
std::vector<std::string_view> idsOf(const std::vector<T> &all)
{
    std::vector<std::string_view> out;
    for (const T &one : all) {
        out.push_back(one.id);
    }
    return out;
}

/// "there is no chain 'x'; did you mean 'y'?", or what there is.
std::string missing(std::string_view what, std::string_view name, const std::vector<std::string_view> &known);

/// Says what is wrong with an id of its own.
void checkId(Findings &findings, const std::string &path, const std::string &id);

template<typename T>
void checkIds(Findings &findings, std::string_view list, const std::vector<T> &all)
{
    std::map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < all.size(); ++i) {
        checkId(findings, at(list, i, "id"), all[i].id);
        if (const auto [earlier, fresh] = seen.emplace(all[i].id, i); !fresh) {
            findings.wrong(at(list, i, "id"),
                           quoted(all[i].id) + " is already the id of " + at(list, earlier->second));
        }
    }
}

/// Chains, steps and rules.
void chainMistakes(const Config &config, Findings &findings);

} // namespace signalbox::config
