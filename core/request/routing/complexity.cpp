// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/complexity.h"

#include <algorithm>
#include <array>

#include "core/foundation/base/stable_order.h"
#include "core/request/routing/signs/complexity_words.h"

// What is asked for is told from what it is asked about: code between fences and long further paragraphs are
// material, and only count by their size. What is asked for is cut down to a few KB and searched for the
// phrases of signs/complexity_words.cpp. Work (parts, conditions, tools) counts up to "complex"; only signs
// of reasoning lead beyond it.
namespace signalbox::routing {

namespace {
using signs::Phrase;
using signs::Sign;

constexpr std::size_t kMostText = std::size_t{16} * 1024; ///< from each end
constexpr std::size_t kMostAsked = 1400;                  ///< of one paragraph, half from each end
constexpr std::size_t kShortParagraph = 300;
constexpr int kStandard = 3;
constexpr int kComplex = 8;
constexpr int kReasoning = 12;

using Signs = std::array<int, 7>; ///< by Sign: how many different phrases

struct Reason {
    int points;
    std::string text;
};

/// A text taken apart.
struct Asked {
    std::string text; ///< what is asked for, as it is
    std::size_t materialBytes = 0;
    std::size_t codeBytes = 0;
    int listItems = 0;
};

/// The beginning and the end of a long text. Cuts may fall into a character: nothing reads it as one.
std::string ends(std::string_view text, std::size_t most)
{
    if (text.size() <= 2 * most) {
        return std::string(text);
    }
    return std::string(text.substr(0, most)) + "\n\n" + std::string(text.substr(text.size() - most));
}

bool isListItem(std::string_view line)
{
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos || start + 2 >= line.size()) {
        return false;
    }
    line.remove_prefix(start);
    if ((line[0] == '-' || line[0] == '*') && line[1] == ' ') {
        return true;
    }
    const std::size_t digits = line.find_first_not_of("0123456789");
    return digits > 0 && digits < 3 && (line[digits] == '.' || line[digits] == ')');
}

void addParagraph(std::string_view paragraph, bool isFirst, bool isLast, Asked &into)
{
    if (paragraph.find_first_not_of(" \t\n\r") == std::string_view::npos) {
        return;
    }
    if (isFirst || (isLast && paragraph.size() <= kShortParagraph)) {
        into.text += ends(paragraph, kMostAsked / 2) + "\n";
        into.materialBytes += paragraph.size() > kMostAsked ? paragraph.size() - kMostAsked : 0;
    } else {
        into.materialBytes += paragraph.size();
    }
}

/// "Summarise this:": all that follows is material.
bool announces(std::string_view paragraph)
{
    paragraph = paragraph.substr(0, paragraph.find_last_not_of(" \t\r\n") + 1);
    return paragraph.size() <= kMostAsked && (paragraph.ends_with(":") || paragraph.ends_with("："));
}

Asked takeApart(std::string_view text)
{
    Asked asked;
    std::string prose;
    bool inCode = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (line.find("```") != std::string_view::npos) {
            inCode = !inCode;
        } else if (inCode) {
            asked.codeBytes += line.size() + 1;
        } else {
            asked.listItems += isListItem(line) ? 1 : 0;
            prose.append(line).append("\n");
        }
    }
    bool isFirst = true;
    for (std::size_t at = 0; at < prose.size();) {
        const std::size_t end = std::min(prose.find("\n\n", at), prose.size());
        const std::string_view paragraph = std::string_view(prose).substr(at, end - at);
        if (isFirst && announces(paragraph)) {
            asked.text += paragraph;
            asked.materialBytes += prose.size() - std::min(prose.size(), end);
            return asked;
        }
        addParagraph(paragraph, isFirst, end + 2 >= prose.size(), asked);
        isFirst = isFirst && paragraph.empty();
        at = end + 2;
    }
    return asked;
}

/// Lower case, with a blank for every ASCII character that is no letter or digit, and one at either end.
std::string normalise(std::string_view text)
{
    std::string out = " ";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 'A' && byte <= 'Z') {
            out += static_cast<char>(byte + 32);
        } else if (byte >= 0x80) {
            const bool isCapital = i > 0 && static_cast<unsigned char>(text[i - 1]) == 0xC3 && byte < 0x9F;
            out += static_cast<char>(isCapital ? byte + 0x20 : byte);
        } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
            out += static_cast<char>(byte);
        } else if (out.back() != ' ') {
            out += ' ';
        }
    }
    return out + ' ';
}

/// How many different phrases of each sign occur.
Signs signsOf(const std::string &normalised)
{
    Signs found{};
    for (const Phrase &phrase : signs::phrases()) {
        if (normalised.find(phrase.text) != std::string::npos) {
            ++found[static_cast<std::size_t>(phrase.sign)];
        }
    }
    return found;
}

/// Words; two Chinese characters are one.
int wordsOf(const std::string &normalised)
{
    int blanks = 0;
    int wide = 0;
    for (const char c : normalised) {
        blanks += c == ' ' ? 1 : 0;
        wide += static_cast<unsigned char>(c) >= 0xE3 ? 1 : 0; // the first byte of such a character
    }
    return blanks - 1 + wide / 2;
}

int countOf(std::string_view text, std::string_view what)
{
    int count = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + what.size())) {
        ++count;
    }
    return count;
}

/// Things told one after the other: commas of both kinds.
int listedIn(std::string_view text)
{
    return countOf(text, ", ") + countOf(text, "，") + countOf(text, "、") + countOf(text, "; ")
           + countOf(text, "；");
}

/// Places that look like a formula: "x^2", "n = ", "f(x)".
int formulasIn(std::string_view text)
{
    int count = countOf(text, "^") + countOf(text, " = ") + countOf(text, "²") + countOf(text, " < ");
    for (const std::string_view function : {"f(x", "T(n", "O(n", "P(X", "log n", "sqrt", "mod "}) {
        count += countOf(text, function);
    }
    return count;
}

int step(int value, std::initializer_list<std::pair<int, int>> steps)
{
    int points = 0;
    for (const auto &[from, gives] : steps) {
        points = value >= from ? gives : points;
    }
    return points;
}

int at(const Signs &signs, Sign sign)
{
    return signs[static_cast<std::size_t>(sign)];
}

void addShape(const dialect::RequestTraits &traits, const Asked &asked, std::vector<Reason> &reasons)
{
    const auto bytes = [](std::size_t size) {
        return static_cast<int>(std::min<std::size_t>(size, 1 << 20));
    };
    reasons.push_back({step(bytes(asked.codeBytes), {{1, 1}, {400, 2}, {2000, 3}}), "code"});
    reasons.push_back(
        {step(bytes(asked.materialBytes), {{1000, 1}, {6000, 2}, {20'000, 3}}), "long material"});
    reasons.push_back({step(traits.toolCount, {{3, 1}, {8, 2}, {12, 3}}), "tools to choose from"});
    reasons.push_back(
        {step(traits.toolResults, {{1, 2}, {3, 4}, {8, 5}}), "in the middle of work with tools"});
    reasons.push_back({step(traits.turns, {{4, 1}, {12, 2}}), "a long conversation"});
    reasons.push_back({step(asked.listItems, {{2, 1}, {4, 3}, {8, 4}}), "a list of points"});
    reasons.push_back({traits.jsonSchema ? 1 : 0, "a schema for the answer"});
    reasons.push_back({traits.images ? 2 : 0, "images"});
}

void addAsked(const Asked &asked, const std::string &normalised, const Signs &signs,
              std::vector<Reason> &reasons)
{
    const int listed = listedIn(asked.text);
    reasons.push_back({step(wordsOf(normalised), {{9, 1}, {18, 2}, {28, 3}, {45, 4}}), "much is asked for"});
    reasons.push_back(
        {step(listed, {{2, 1}, {3, 2}, {5, 3}, {7, 4}}), std::to_string(listed + 1) + " things named"});
    reasons.push_back({step(at(signs, Sign::Make), {{1, 3}, {3, 4}}), "something to write or explain"});
    reasons.push_back(
        {step(at(signs, Sign::Build), {{1, 4}, {2, 6}, {3, 7}}), "something to design or build"});
    reasons.push_back({step(at(signs, Sign::Hard), {{1, 2}, {2, 3}, {3, 4}}), "hard matters"});
    if (at(signs, Sign::Easy) > 0) {
        const bool isMuch = asked.materialBytes + asked.codeBytes >= 1000;
        reasons.push_back({isMuch ? 2 : -1, isMuch ? "mechanical work on a long text" : "mechanical work"});
    }
    reasons.push_back({at(signs, Sign::Brief) > 0 ? -5 : 0, "a brief answer is asked for"});
}

/// Proofs count most where there is something to prove: "step by step" alone is said of recipes, too.
void addReasoning(const Asked &asked, const Signs &signs, std::vector<Reason> &reasons)
{
    const int formulas = formulasIn(asked.text);
    const int maths = at(signs, Sign::Maths) + step(formulas, {{1, 1}, {3, 2}});
    const int proofs = at(signs, Sign::Prove);
    reasons.push_back({maths > 0 ? step(proofs, {{1, 9}, {2, 11}}) : step(proofs, {{1, 5}, {2, 9}}),
                       "reasoning is asked for"});
    reasons.push_back({step(maths, {{1, 3}, {2, 6}, {3, 8}}), "mathematics or a puzzle"});
}

int sum(const std::vector<Reason> &reasons)
{
    int points = 0;
    for (const Reason &reason : reasons) {
        points += reason.points;
    }
    return points;
}
} // namespace

Scored score(const dialect::RequestTraits &traits)
{
    const Asked asked = takeApart(ends(traits.lastUser, kMostText));
    const std::string normalised = normalise(asked.text);
    const Signs signs = signsOf(normalised);
    const Asked system = takeApart(ends(traits.system, kMostText));
    const Signs systemSigns = signsOf(normalise(system.text));

    std::vector<Reason> work;
    addShape(traits, asked, work);
    addAsked(asked, normalised, signs, work);
    work.push_back({at(systemSigns, Sign::Brief) > 0 ? -2 : 0, "the system text asks for brief answers"});
    work.push_back(
        {at(systemSigns, Sign::Build) + at(systemSigns, Sign::Hard) > 0 ? 1 : 0, "the system text"});
    work.push_back({system.codeBytes > 400 ? 2 : 0, "code in the system text"});
    std::vector<Reason> reasoning;
    addReasoning(asked, signs, reasoning);
    reasoning.push_back({at(systemSigns, Sign::Prove) > 0 ? 3 : 0, "the system text asks for reasoning"});

    const int effort = std::clamp(sum(work), 0, kReasoning - 1);
    const bool isReasoning = at(signs, Sign::Prove) > 0 || at(signs, Sign::Maths) > 2;
    const int all = effort + sum(reasoning);
    const int points = isReasoning ? all : std::min(all, kReasoning - 1);
    work.insert(work.end(), reasoning.begin(), reasoning.end());
    base::stableOrder(
        work, [](const Reason &a, const Reason &b) { return std::abs(a.points) > std::abs(b.points); });

    Scored scored;
    scored.points = points;
    scored.level = points >= kReasoning  ? Complexity::Reasoning
                   : points >= kComplex  ? Complexity::Complex
                   : points >= kStandard ? Complexity::Standard
                                         : Complexity::Simple;
    for (const Reason &reason : work) {
        if (reason.points != 0) {
            scored.reasons.push_back(reason.text);
        }
    }
    return scored;
}

std::string_view toText(Complexity level)
{
    switch (level) {
    case Complexity::Simple:
        return "simple";
    case Complexity::Standard:
        return "standard";
    case Complexity::Complex:
        return "complex";
    case Complexity::Reasoning:
        return "reasoning";
    }
    return {};
}

} // namespace signalbox::routing
