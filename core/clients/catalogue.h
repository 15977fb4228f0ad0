// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clients/edit/editor.h"

namespace signalbox::clients {

/// A settings file of a tool and what has to stand in it. Templates: strings hold placeholders, see expand().
/// An object with "@by" stands for the element of a list that is told by that member.
struct ToolFile {
    struct Conflict {
        edit::Path key;
        std::string note;
    };
    std::vector<std::string> paths; ///< the first one there is, else the first
    edit::Format format = edit::Format::Json;
    json::Value settings;
    json::Value whenNew;             ///< besides, in a file that is not there yet
    std::string insteadOf;           ///< this older file must not be there while ours is not …
    std::string insteadWhy;          ///< … because
    std::vector<Conflict> conflicts; ///< worth a word if they are there
};

/// How a tool is started with Signalbox without writing anything.
struct ToolLaunch {
    std::vector<std::pair<std::string, std::string>> set; ///< variable and template
    std::vector<std::string> unset;
    std::vector<std::string> arguments; ///< templates, in front of the user's own
    // What tells the tool the chain, where its client has none of its own in Signalbox.
    std::vector<std::pair<std::string, std::string>> chainSet;
    std::vector<std::string> chainArguments;
    bool possible() const { return !set.empty(); }
};

/// A tool that can use Signalbox, as resources/clients/tools.json says it.
struct Tool {
    std::string id; ///< also the client's id in the configuration
    std::string name;
    std::vector<std::string> programs;
    std::string folder;          ///< there if the tool has ever run
    std::vector<ToolFile> files; ///< empty: nothing is written, see `why`
    std::vector<std::string> notes;
    std::string why;
    std::string snippet;
    bool refused = false;   ///< it cannot use Signalbox at all
    bool showToken = false; ///< the user has to put the token in by hand
    ToolLaunch launch;
};

class Catalogue
{
public:
    static Catalogue shipped();
    /// InvalidArgument: what is wrong with the text.
    static base::Result<Catalogue> parse(std::string_view text);
    const std::vector<Tool> &tools() const { return m_tools; }
    const Tool *find(std::string_view id) const;

private:
    std::vector<Tool> m_tools;
};

/// Where a person's settings are.
struct Places {
    std::string home;
    std::string config; ///< $XDG_CONFIG_HOME or ~/.config
    std::function<std::optional<std::string>(const char *name)> variable;
};

/// "~/…", "{config}/…" and "$NAME/…" as an absolute path; nothing if the variable is not set.
std::optional<std::string> resolve(std::string_view pathTemplate, const Places &places);

} // namespace signalbox::clients
