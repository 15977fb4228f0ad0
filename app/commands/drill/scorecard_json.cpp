// SPDX-License-Identifier: GPL-3.0-or-later
// The scorecard for programs; README.md beside this file documents it.
#include "app/commands/drill/drill_command.h"
#include "app/commands/json_object.h"

namespace signalbox::app {

using chain::ScoreCell;
using chain::ScoreRow;

namespace {
const char *name(ScoreCell::Mark mark)
{
    switch (mark) {
    case ScoreCell::Mark::Fine:
        return "fine";
    case ScoreCell::Mark::ByPolicy:
        return "byPolicy";
    case ScoreCell::Mark::Warning:
        return "warning";
    case ScoreCell::Mark::NoOtherStep:
        return "noOtherStep";
    case ScoreCell::Mark::NotTried:
        return "notTried";
    case ScoreCell::Mark::Fails:
        return "fails";
    }
    return "";
}

/// What was tried and passed over, in the order it happened.
std::string triedJson(const ScoreCell &cell)
{
    std::string out;
    for (const chain::TimelineEntry &entry : cell.entries) {
        JsonObject object;
        object.micros("atUs", entry.at).number("step", entry.step);
        if (entry.skipped) {
            object.text("skipped", events::toText(*entry.skipped)).text("why", entry.why);
        } else if (entry.outcome) {
            object.text("outcome", events::toText(*entry.outcome)).text("kind", events::toText(entry.kind));
        } else {
            continue;
        }
        out += (out.empty() ? "" : ", ") + object.close();
    }
    return "[" + out + "]";
}

std::string cellJson(const std::optional<ScoreCell> &cell)
{
    if (!cell) {
        return "null";
    }
    JsonObject object;
    object.text("mark", name(cell->mark)).text("note", cell->note);
    if (cell->mark == ScoreCell::Mark::NotTried) {
        return object.close();
    }
    object.text("outcome", events::toText(cell->outcome)).number("status", cell->status);
    object.number("servedStep", cell->servedStep);
    if (cell->firstContent) {
        object.micros("firstTokenUs", *cell->firstContent);
    } else {
        object.raw("firstTokenUs", "null");
    }
    object.micros("totalUs", cell->total).number("tokens", cell->tokens);
    object.money("extraCostUsd", cell->extraCost).text("error", cell->error);
    return object.raw("tried", triedJson(*cell)).close();
}

std::string rowJson(const ScoreRow &row)
{
    JsonObject object;
    if (row.fault) {
        object.text("fault", provider::toText(*row.fault));
    }
    return object.raw("streamed", cellJson(row.streamed)).raw("whole", cellJson(row.whole)).close();
}

std::string stepJson(const chain::ScoredStep &step)
{
    JsonObject object;
    object.number("step", step.step).text("provider", step.provider).text("model", step.model);
    object.text("barred", step.barred ? events::toText(*step.barred) : "").text("why", step.why);
    return object.raw("faults", jsonList(step.rows, rowJson)).close();
}
} // namespace

std::string scorecardAsJson(const config::ChainConfig &chain, const chain::Scorecard &card)
{
    return JsonObject()
               .text("chain", chain.id)
               .number("chainVersion", chain.version)
               .flag("wouldFail", card.wouldFail())
               .text("verdict", verdict(chain, card))
               .number("usableSteps", card.usableSteps)
               .raw("steps", jsonList(card.steps, stepJson))
               .raw("everyStepDown", rowJson(card.everyStepDown))
               .close()
           + "\n";
}

} // namespace signalbox::app
