// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/commands/clients/connect_command.h"
#include "app/commands/json_object.h"
#include "core/foundation/config/reading.h"

namespace signalbox::app {

namespace {
constexpr std::string_view kHiddenToken = "<token>";

std::string strings(const std::vector<std::string> &values)
{
    std::string out = "[";
    for (const std::string &value : values) {
        out += (out.size() > 1 ? ", " : "") + json::quoted(value);
    }
    return out + "]";
}

std::string snippetOf(const clients::Tool &tool, const Connected &done, bool dryRun)
{
    clients::Endpoint endpoint = done.endpoint;
    if (dryRun) { // of a new client this token comes to nothing
        endpoint.token = kHiddenToken;
    }
    return clients::expand(tool.snippet, endpoint);
}

std::string changeText(const clients::KeyChange &change)
{
    const std::string key = "  " + edit::pathText(change.path);
    if (change.after.empty()) {
        return key + ": taken out\n";
    }
    return key + (change.wasThere ? ": " + change.before + " -> " : " = ") + change.after + "\n";
}

std::string notesText(const std::vector<std::string> &notes)
{
    std::string out;
    for (const std::string &note : notes) {
        out += "Note: " + note + "\n";
    }
    return out;
}

std::string clientText(const Connected &done, bool dryRun)
{
    if (!done.newClient && !done.newToken) {
        return {};
    }
    const std::string what = done.newClient ? "client '" + done.client.id + "'" : "a new token of its client";
    return dryRun ? "Besides, " + what
                        + " would go into Signalbox's configuration, and its token into the keychain.\n"
                  : "In Signalbox's configuration: " + what + "; its token is in the keychain.\n";
}
} // namespace

std::vector<ToolRow> toolRows(const clients::Catalogue &catalogue, const clients::Connector &connector)
{
    std::vector<ToolRow> out;
    for (const clients::Tool &tool : catalogue.tools()) {
        ToolRow row{tool.id, tool.name, {}, tool.why, tool.launch.possible()};
        if (tool.refused || tool.files.empty()) {
            row.state = tool.refused ? "refused" : "show-only";
            out.push_back(std::move(row));
            continue;
        }
        const clients::Connector::State state = connector.state(tool);
        row.why = state.problem;
        switch (state.tool.standing) {
        case clients::Standing::Connected:
            row.state = "connected";
            break;
        case clients::Standing::Drifted:
            row.state = "drifted";
            for (const std::string &key : state.tool.drifted) {
                row.why += (row.why.empty() ? "changed since: " : ", ") + key;
            }
            break;
        case clients::Standing::NotConnected:
            row.state = state.installed ? "absent" : "not-installed";
            break;
        }
        out.push_back(std::move(row));
    }
    return out;
}

std::string toolsAsText(const std::vector<ToolRow> &rows)
{
    std::size_t idWidth = 4;
    std::size_t stateWidth = 5;
    for (const ToolRow &row : rows) {
        idWidth = std::max(idWidth, row.id.size());
        stateWidth = std::max(stateWidth, row.state.size());
    }
    const auto line = [&](const std::string &id, const std::string &state, const std::string &rest) {
        return id + std::string(idWidth - id.size() + 2, ' ') + state
               + std::string(stateWidth - state.size() + 2, ' ') + rest + "\n";
    };
    std::string out = line("TOOL", "STATE", "NAME");
    for (const ToolRow &row : rows) {
        out += line(row.id, row.state, row.name + (row.why.empty() ? "" : ": " + row.why));
    }
    return out
           + "\nabsent: it is here, and not connected. Connect one with 'signalbox connect TOOL' (--dry-run "
             "shows "
             "what would change).\n";
}

std::string toolsAsJson(const std::vector<ToolRow> &rows)
{
    return jsonList(rows,
                    [](const ToolRow &row) {
                        return JsonObject()
                            .text("tool", row.id)
                            .text("name", row.name)
                            .text("state", row.state)
                            .text("why", row.why)
                            .flag("launch", row.canLaunch)
                            .close();
                    })
           + "\n";
}

std::string connectedAsText(const clients::Tool &tool, const Connected &done, bool dryRun)
{
    if (tool.files.empty()) {
        return "Nothing is written for " + tool.name + ": " + tool.why + ".\n" + clientText(done, dryRun)
               + "\n" + snippetOf(tool, done, dryRun);
    }
    std::string out;
    if (dryRun) {
        for (const clients::FilePlan &file : done.plan.files) {
            out += file.diff;
        }
        out += done.plan.writes() ? "" : tool.name + " is connected already; nothing would change.\n";
        return out + clientText(done, dryRun) + notesText(done.plan.notes) + "Nothing was written.\n";
    }
    if (!done.plan.writes()) {
        return tool.name + " is connected already (chain '" + done.client.chain + "').\n"
               + clientText(done, dryRun);
    }
    out = tool.name + " uses Signalbox now, chain '" + done.client.chain + "'.\n";
    for (const clients::FilePlan &file : done.plan.files) {
        if (!file.writes()) {
            continue;
        }
        out += file.now.path + (file.now.exists ? "" : " (new)") + "\n";
        for (const clients::KeyChange &change : file.changes) {
            out += changeText(change);
        }
    }
    out += clientText(done, dryRun) + notesText(done.plan.notes);
    if (tool.showToken) {
        out += "Its token: " + done.endpoint.token + "\n";
    }
    return out + "Take it back with: signalbox connect " + tool.id + " --undo\n";
}

std::string connectedAsJson(const clients::Tool &tool, const Connected &done, bool dryRun)
{
    const auto change = [](const clients::KeyChange &one) {
        return JsonObject()
            .text("key", edit::pathText(one.path))
            .raw("before", one.wasThere ? json::quoted(one.before) : "null")
            .raw("after", one.after.empty() ? "null" : json::quoted(one.after))
            .close();
    };
    const auto file = [&](const clients::FilePlan &one) {
        return JsonObject()
            .text("path", one.now.path)
            .flag("new", !one.now.exists)
            .flag("writes", one.writes())
            .raw("changes", jsonList(one.changes, change))
            .text("diff", one.diff)
            .close();
    };
    JsonObject out;
    out.text("tool", tool.id).flag("dryRun", dryRun).flag("changed", done.plan.writes());
    out.raw("client", JsonObject()
                          .text("id", done.client.id)
                          .text("chain", done.client.chain)
                          .flag("new", done.newClient)
                          .flag("newToken", done.newToken)
                          .close());
    out.raw("files", jsonList(done.plan.files, file)).raw("notes", strings(done.plan.notes));
    if (tool.files.empty()) {
        out.text("why", tool.why).text("snippet", snippetOf(tool, done, dryRun));
    }
    return out.close() + "\n";
}

std::string undoneAsText(const clients::Tool &tool, const clients::Connector::Undo &undo, bool dryRun)
{
    std::string out;
    std::string left;
    for (const clients::FileUndo &file : undo.files) {
        if (dryRun) {
            out += file.diff;
        } else if (file.writes()) {
            out += file.now.path
                   + (file.removeFile ? ": removed, as nothing else was in it\n" : ": as before\n");
        }
        for (const std::string &key : file.leftAlone) {
            left += "Left alone: " + file.now.path + ": " + key + "\n";
        }
    }
    out += left;
    if (dryRun) {
        return out + "Nothing was written.\n";
    }
    return out + tool.name + " is no longer connected. Its client '" + tool.id
           + "' stays in Signalbox's configuration, for what it has used; remove it there to make its token "
             "void.\n";
}

std::string undoneAsJson(const clients::Tool &tool, const clients::Connector::Undo &undo, bool dryRun)
{
    const auto file = [](const clients::FileUndo &one) {
        std::vector<std::string> back;
        for (const edit::Path &path : one.putBack) {
            back.push_back(edit::pathText(path));
        }
        return JsonObject()
            .text("path", one.now.path)
            .flag("writes", one.writes())
            .flag("removed", one.removeFile)
            .raw("putBack", strings(back))
            .raw("leftAlone", strings(one.leftAlone))
            .text("diff", one.diff)
            .close();
    };
    return JsonObject()
               .text("tool", tool.id)
               .flag("dryRun", dryRun)
               .flag("changed", undo.writes())
               .raw("files", jsonList(undo.files, file))
               .close()
           + "\n";
}

std::string unknownTool(const clients::Catalogue &catalogue, const std::string &id)
{
    std::vector<std::string_view> ids;
    std::string names;
    for (const clients::Tool &tool : catalogue.tools()) {
        ids.push_back(tool.id);
        names += (names.empty() ? "" : ", ") + tool.id;
    }
    const auto like = config::nearest(id, ids);
    return "there is no tool '" + id + "'" + (like ? "; did you mean '" + std::string(*like) + "'?" : "")
           + "\nThere is: " + names;
}

} // namespace signalbox::app
