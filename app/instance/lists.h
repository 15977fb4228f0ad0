// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/engine/engine.h"

// What `signalbox models` and `signalbox servers` print: as a table, or as a line of JSON.
namespace signalbox::app {

std::string modelsAsText(const engine::ModelListView &list);
std::string modelsAsJson(const engine::ModelListView &list);
std::string serversAsText(const std::vector<engine::LocalServerView> &servers);
std::string serversAsJson(const std::vector<engine::LocalServerView> &servers);

/// Columns under each other; the first line is their heads.
std::string tableText(const std::vector<std::vector<std::string>> &lines);

} // namespace signalbox::app
