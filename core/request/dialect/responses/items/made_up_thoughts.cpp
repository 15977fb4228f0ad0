// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/items/made_up_thoughts.h"

#include <vector>

#include "core/foundation/json/scan.h"
#include "core/foundation/json/splice.h"
#include "core/request/dialect/parts/json_members.h"

namespace signalbox::responses {

std::optional<std::string> withoutMadeUpThoughts(std::string_view body)
{
    if (body.find(kMadeUpThought) == body.npos) {
        return std::nullopt;
    }
    const auto input = json::memberAt(body, json::rootAt(body), "input");
    if (!input || !parts::isArray(json::slice(body, *input))) {
        return std::nullopt;
    }
    std::string kept;
    bool found = false;
    for (const json::Span &at : json::elementsAt(body, *input)) {
        const std::string_view item = json::slice(body, at);
        const bool thought = parts::memberOf(item, "type") == "\"reasoning\"";
        if (thought && parts::inside(parts::memberOf(item, "id")).starts_with(kMadeUpThought)) {
            found = true;
            continue;
        }
        kept += (kept.empty() ? "" : ",") + std::string(item);
    }
    return found ? std::optional(json::splice(body, {{*input, "[" + kept + "]"}})) : std::nullopt;
}

} // namespace signalbox::responses
