// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/json_object.h"
#include "app/commands/plain_words.h"
#include "app/commands/transfer/transfer_command.h"

namespace signalbox::app {

namespace {
using Kind = transfer::ReportLine::Kind;

std::string counted(const std::vector<std::string> &ids, const char *what)
{
    if (ids.empty()) {
        return {};
    }
    std::string out = "  " + std::to_string(ids.size()) + " " + what + ":";
    for (const std::string &id : ids) {
        out += " " + id;
    }
    return out + "\n";
}

std::string words(Kind kind)
{
    return kind == Kind::Taken ? "taken" : kind == Kind::Changed ? "changed" : "notTaken";
}

std::string list(const std::vector<std::string> &texts)
{
    std::string out = "[";
    for (const std::string &one : texts) {
        out += (out.size() > 1 ? ", " : "") + json::quoted(one);
    }
    return out + "]";
}
} // namespace

std::string reportAsText(const std::vector<transfer::ReportLine> &report, Kind kind)
{
    std::string out;
    for (const transfer::ReportLine &one : report) {
        if (one.kind != kind) {
            continue;
        }
        std::string place = one.line > 0 ? "line " + std::to_string(one.line) : std::string();
        place += (place.empty() || one.place.empty() ? "" : ", ") + one.place;
        out += "  " + plain(place + (place.empty() ? "" : ": ") + one.text) + "\n";
    }
    return out;
}

std::string importAsText(transfer::Format format, const transfer::Merged &merged,
                         const ImportOutcome &outcome)
{
    std::string out = "Read as " + std::string(transfer::nameOf(format)) + ".\n";
    for (const auto &[kind, title] :
         {std::pair(Kind::Taken, "Taken over"), std::pair(Kind::Changed, "Taken over, and different here"),
          std::pair(Kind::NotTaken, "Not taken over")}) {
        const std::string lines = reportAsText(merged.report, kind);
        out += lines.empty() ? "" : "\n" + std::string(title) + "\n" + lines;
    }
    out += "\nThe configuration\n";
    out += counted(merged.newProviders, "new providers")
           + counted(merged.reusedProviders, "providers used as they are")
           + counted(merged.newChains, "new chains") + counted(merged.newClients, "new tools")
           + counted(merged.newRules, "new rules");
    std::vector<std::string> keys;
    for (const auto &[name, secret] : merged.secrets) {
        keys.push_back(name);
    }
    out += counted(keys, outcome.written ? "keys put into the keychain" : "keys for the keychain");
    if (!merged.changes()) {
        return out + "  nothing new\n";
    }
    return out
           + (outcome.written ? "  written; as it was: " + plain(outcome.backup)
                              : std::string("  nothing was written"))
           + "\n";
}

std::string importAsJson(transfer::Format format, const transfer::Merged &merged,
                         const ImportOutcome &outcome)
{
    std::vector<std::string> keys;
    for (const auto &[name, secret] : merged.secrets) {
        keys.push_back(name);
    }
    const std::string report = jsonList(merged.report, [](const transfer::ReportLine &one) {
        return JsonObject()
            .text("kind", words(one.kind))
            .text("place", one.place)
            .number("line", one.line)
            .text("text", one.text)
            .close();
    });
    return JsonObject()
               .text("format", transfer::nameOf(format))
               .flag("written", outcome.written)
               .text("backup", outcome.backup)
               .raw("newProviders", list(merged.newProviders))
               .raw("reusedProviders", list(merged.reusedProviders))
               .raw("newChains", list(merged.newChains))
               .raw("newClients", list(merged.newClients))
               .raw("newRules", list(merged.newRules))
               .raw("keys", list(keys))
               .raw("report", report)
               .close()
           + "\n";
}

} // namespace signalbox::app
