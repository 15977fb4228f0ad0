// SPDX-License-Identifier: GPL-3.0-or-later
// The scorecard for people.
#include <algorithm>
#include <array>
#include <utility>

#include "app/commands/drill/drill_command.h"
#include "app/commands/plain_words.h"

namespace signalbox::app {

using chain::ScoreCell;
using chain::ScoreRow;
using Mark = ScoreCell::Mark;
using provider::Fault;

namespace {
constexpr std::size_t kWidth = 100;
constexpr std::array<std::size_t, 3> kColumns = {18, 40, 28}; ///< the last one takes what is left

/// Columns on the screen: each character that is no continuation byte.
std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(std::string text, std::size_t to)
{
    const std::size_t is = width(text);
    return is < to ? text.append(to - is, ' ') : text;
}

const char *words(Fault fault)
{
    switch (fault) {
    case Fault::RateLimited:
        return "429";
    case Fault::QuotaSpent:
        return "quota";
    case Fault::ServerError:
        return "500";
    case Fault::Hang:
        return "hang";
    case Fault::SlowFirstToken:
        return "slow first token";
    case Fault::CutAfter:
        return "cut midway";
    case Fault::Stall:
        return "stall midway";
    case Fault::Empty:
        return "empty";
    case Fault::Garbage:
        return "garbage";
    case Fault::TlsError:
        return "TLS error";
    }
    return "";
}

const char *sign(const ScoreCell &cell)
{
    switch (cell.mark) {
    case Mark::Fine:
        return "✓";
    case Mark::Warning:
        return "!";
    case Mark::Fails:
        return "✗";
    default:
        return "–";
    }
}

std::string cellText(const std::optional<ScoreCell> &cell, bool streamed)
{
    if (!cell) {
        return "not played";
    }
    std::string out = std::string(sign(*cell)) + " ";
    if (cell->mark == Mark::NotTried) {
        return out + "not tried";
    }
    if (cell->answered()) {
        out += "step " + std::to_string(cell->servedStep) + " after "
               + took(cell->firstContent.value_or(cell->total));
        return streamed ? out + ", whole " + took(cell->total) : out;
    }
    if (cell->outcome == events::RequestOutcome::Interrupted) {
        return out + "interrupted after " + std::to_string(cell->tokens) + " tokens, " + took(cell->total);
    }
    return out + "error " + std::to_string(cell->status) + " after " + took(cell->total);
}

std::string extraText(const std::optional<ScoreCell> &cell)
{
    if (!cell || (!cell->answered() && cell->mark != Mark::Fine)) {
        return {}; // an answer that is not given is no bargain
    }
    if (!cell->extraCost) {
        return "?";
    }
    const base::Money extra = *cell->extraCost;
    const std::string amount = "$" + base::formatDollars({extra.nano < 0 ? -extra.nano : extra.nano});
    return extra.nano == 0 ? "0" : (extra.nano < 0 ? "-" : "+") + amount;
}

/// The dearer one of the row.
std::string extraText(const ScoreRow &row)
{
    const bool whole = !row.streamed || !row.streamed->answered()
                       || (row.whole && row.streamed->extraCost
                           && (!row.whole->extraCost || *row.whole->extraCost > *row.streamed->extraCost));
    return extraText(whole ? row.whole : row.streamed);
}

std::string line(const std::string &first, const std::string &second, const std::string &third,
                 const std::string &last)
{
    std::string out =
        "  " + padded(first, kColumns[0]) + padded(second, kColumns[1]) + padded(third, kColumns[2]) + last;
    out.erase(out.find_last_not_of(' ') + 1);
    return out + "\n";
}

std::string rowText(const ScoreRow &row)
{
    return line(row.fault ? words(*row.fault) : "every step down", cellText(row.streamed, true),
                cellText(row.whole, false), extraText(row));
}

/// Broken at spaces; what follows the first line is indented.
std::string wrapped(const std::string &text)
{
    std::string out;
    std::string current;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(' ', at + 1), text.size());
        const std::string word = text.substr(at, end - at);
        if (width(current) + width(word) > kWidth) {
            out += current + "\n";
            current = "     ";
        }
        current += word;
        at = end;
    }
    return out + current + "\n";
}

/// What the client is told where it gets no answer.
std::string told(const ScoreCell &cell)
{
    std::string out;
    for (const chain::TimelineEntry &entry : cell.entries) {
        if (entry.skipped || entry.outcome) {
            out += (out.empty() ? "step " : "; step ") + std::to_string(entry.step) + ": "
                   + (entry.skipped ? "not tried, " + app::words(*entry.skipped)
                                    : std::string(app::words(*entry.outcome)));
        }
    }
    return out.empty() ? cell.error : out;
}

std::string noteOf(const ScoreCell &cell)
{
    return cell.mark == Mark::Fails && cell.note.empty() ? told(cell) : cell.note;
}

/// What the cells have to say beyond their place, each thing once, with the faults it is said of.
std::string notes(const std::vector<ScoreRow> &rows)
{
    struct Note {
        const char *sign;
        std::string text;
        std::string faults;
        const ScoreRow *last;
    };
    std::vector<Note> found;
    for (const ScoreRow &row : rows) {
        for (const auto *cell : {&row.streamed, &row.whole}) {
            const std::string text = *cell ? noteOf(**cell) : std::string();
            if (text.empty()) {
                continue;
            }
            auto it = std::ranges::find(found, text, &Note::text);
            if (it == found.end()) {
                it = found.insert(it, {sign(**cell), text, {}, nullptr});
            }
            if (std::exchange(it->last, &row) != &row) {
                it->faults += (it->faults.empty() ? "" : ", ")
                              + std::string(row.fault ? words(*row.fault) : "every step down");
            }
        }
    }
    std::string out;
    for (const Note &note : found) {
        out += wrapped("  " + std::string(note.sign) + " " + note.faults + ": " + plain(note.text));
    }
    return out;
}

std::string stepText(const chain::ScoredStep &step)
{
    std::string out =
        "\nStep " + std::to_string(step.step) + "  " + plain(step.provider + "/" + step.model) + "\n";
    if (step.barred) {
        return out
               + wrapped("  not tried: " + app::words(*step.barred)
                         + (step.why.empty() ? "" : " (" + plain(step.why) + ")"));
    }
    out += line("FAULT", "STREAMED", "WHOLE", "EXTRA COST");
    for (const ScoreRow &row : step.rows) {
        out += rowText(row);
    }
    return out + notes(step.rows);
}

int count(const chain::Scorecard &card, Mark mark)
{
    return static_cast<int>(
        std::ranges::count(card.cells(), mark, [](const auto *cell) { return cell->mark; }));
}
} // namespace

std::string verdict(const config::ChainConfig &chain, const chain::Scorecard &card)
{
    if (card.usableSteps == 0) {
        return "Chain " + chain.id + " would fail its user: no step may be tried.";
    }
    if (card.usableSteps == 1) {
        return "Chain " + chain.id + " would fail its user: there is no other step to go to.";
    }
    const int fails = count(card, Mark::Fails);
    if (fails > 0) {
        return "Chain " + chain.id + " would fail its user: " + std::to_string(fails) + " of "
               + std::to_string(card.cells().size())
               + " plays end without the answer another step could give.";
    }
    std::string out = "Chain " + chain.id + " holds: no single fault costs its user the answer";
    const int warnings = count(card, Mark::Warning);
    const int byPolicy = count(card, Mark::ByPolicy);
    if (warnings + byPolicy > 0) {
        out += ", but for " + std::to_string(warnings + byPolicy) + " where its policy says so";
    }
    return out + ".";
}

std::string scorecardAsText(const config::ChainConfig &chain, const chain::Scorecard &card)
{
    std::string out =
        "Chain " + chain.id + ", version " + std::to_string(chain.version)
        + (chain.enabled ? "" : " (switched off)")
        + ": every fault against every step, played and not sent.\n"
          "Keys count as there, all breakers as closed, and the steps before the one at fault as "
          "down.\n";
    for (const chain::ScoredStep &step : card.steps) {
        out += stepText(step);
    }
    out += "\n" + line("", "STREAMED", "WHOLE", "COST") + rowText(card.everyStepDown)
           + notes({card.everyStepDown});
    const auto &down = card.everyStepDown.streamed ? card.everyStepDown.streamed : card.everyStepDown.whole;
    if (down) {
        out += wrapped("  the tool is told: " + plain(told(*down)));
    }
    return out + "\n" + wrapped(verdict(chain, card));
}

} // namespace signalbox::app
