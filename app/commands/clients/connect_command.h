// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/commands/clients/connect_tool.h"

// What `signalbox connect` prints. No text in here holds a token but where the user has to copy it.
namespace signalbox::app {

/// One line of the list of tools.
struct ToolRow {
    std::string id;
    std::string name;
    std::string state; ///< not-installed, absent, connected, drifted, show-only, refused
    std::string why;   ///< of show-only and refused; of the others what is wrong, or which keys have drifted
    bool canLaunch = false;
};
std::vector<ToolRow> toolRows(const clients::Catalogue &catalogue, const clients::Connector &connector);
std::string toolsAsText(const std::vector<ToolRow> &rows);
std::string toolsAsJson(const std::vector<ToolRow> &rows);

std::string connectedAsText(const clients::Tool &tool, const Connected &done, bool dryRun);
std::string connectedAsJson(const clients::Tool &tool, const Connected &done, bool dryRun);
std::string undoneAsText(const clients::Tool &tool, const clients::Connector::Undo &undo, bool dryRun);
std::string undoneAsJson(const clients::Tool &tool, const clients::Connector::Undo &undo, bool dryRun);

/// The tools by id, for who named another: "there is no tool 'x'; there is: …".
std::string unknownTool(const clients::Catalogue &catalogue, const std::string &id);

} // namespace signalbox::app
