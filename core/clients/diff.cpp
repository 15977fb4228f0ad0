// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/diff.h"

#include <algorithm>
#include <vector>

namespace signalbox::clients {

namespace {
constexpr std::size_t kContext = 3;
constexpr int kMostEdits = 1000; ///< beyond that everything between the first and last difference is replaced

struct Line {
    char kind; ///< ' ', '-' or '+'
    std::string_view text;
};

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out.push_back(text.substr(at, std::min(end + 1, text.size()) - at));
        at = end + 1;
    }
    return out;
}

using Lines = std::vector<std::string_view>;

/// The shortest way from `a` to `b` (Myers 1986); the way back is read from the furthest points of each
/// round.
std::vector<Line> script(const Lines &a, const Lines &b)
{
    const int n = static_cast<int>(a.size());
    const int m = static_cast<int>(b.size());
    const int most = std::min(n + m, kMostEdits);
    const auto slot = [most](int k) { return static_cast<std::size_t>(k + most + 1); };
    std::vector<int> furthest(static_cast<std::size_t>(2 * most + 3), 0);
    std::vector<std::vector<int>> rounds;
    bool found = false;
    for (int d = 0; d <= most && !found; ++d) {
        rounds.push_back(furthest);
        for (int k = -d; k <= d && !found; k += 2) {
            const bool down = k == -d || (k != d && furthest[slot(k - 1)] < furthest[slot(k + 1)]);
            int x = down ? furthest[slot(k + 1)] : furthest[slot(k - 1)] + 1;
            while (x < n && x - k < m && x - k >= 0
                   && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)]) {
                ++x;
            }
            furthest[slot(k)] = x;
            found = x >= n && x - k >= m;
        }
    }
    std::vector<Line> out;
    if (!found) {
        for (const auto line : a) {
            out.push_back({'-', line});
        }
        for (const auto line : b) {
            out.push_back({'+', line});
        }
        return out;
    }
    int x = n;
    int y = m;
    for (int d = static_cast<int>(rounds.size()) - 1; d >= 0; --d) {
        const std::vector<int> &before = rounds[static_cast<std::size_t>(d)];
        const int k = x - y;
        const bool down = k == -d || (k != d && before[slot(k - 1)] < before[slot(k + 1)]);
        const int fromK = down ? k + 1 : k - 1;
        const int fromX = d == 0 ? 0 : before[slot(fromK)];
        const int fromY = d == 0 ? 0 : fromX - fromK;
        while (x > fromX && y > fromY) {
            out.push_back({' ', a[static_cast<std::size_t>(--x)]});
            --y;
        }
        if (d > 0) {
            out.push_back(down ? Line{'+', b[static_cast<std::size_t>(--y)]}
                               : Line{'-', a[static_cast<std::size_t>(--x)]});
        }
    }
    std::reverse(out.begin(), out.end());
    return out;
}

void append(std::string &out, const Line &line)
{
    std::string text(line.text);
    const bool open = !text.ends_with('\n');
    std::erase(text, '\r');
    out += line.kind + text + (open ? "\n\\ No newline at end of file\n" : "");
}
} // namespace

std::string unifiedDiff(std::string_view before, std::string_view after, std::string_view path, bool isNew)
{
    if (before == after) {
        return {};
    }
    const std::vector<Line> lines = script(linesOf(before), linesOf(after));
    std::string out =
        "--- " + (isNew ? std::string("/dev/null") : std::string(path)) + "\n+++ " + std::string(path) + "\n";
    std::size_t oldLine = 1;
    std::size_t newLine = 1;
    for (std::size_t i = 0; i < lines.size();) {
        // A hunk: from kContext lines in front of a change to as many behind the last one that is near.
        std::size_t change = i;
        while (change < lines.size() && lines[change].kind == ' ') {
            ++change;
        }
        if (change == lines.size()) {
            break;
        }
        const std::size_t begin = std::max(i, change - std::min(change, kContext));
        std::size_t end = change + 1;
        for (std::size_t at = change; at < lines.size() && at < end + 2 * kContext; ++at) {
            end = lines[at].kind != ' ' ? at + 1 : end;
        }
        end = std::min(lines.size(), end + kContext);
        oldLine += begin - i;
        newLine += begin - i;
        std::string body;
        std::size_t olds = 0;
        std::size_t news = 0;
        for (std::size_t at = begin; at < end; ++at) {
            append(body, lines[at]);
            olds += lines[at].kind != '+' ? 1 : 0;
            news += lines[at].kind != '-' ? 1 : 0;
        }
        out += "@@ -" + std::to_string(olds == 0 ? oldLine - 1 : oldLine) + "," + std::to_string(olds) + " +"
               + std::to_string(news == 0 ? newLine - 1 : newLine) + "," + std::to_string(news) + " @@\n"
               + body;
        oldLine += olds;
        newLine += news;
        i = end;
    }
    return out;
}

std::string masked(std::string_view secret)
{
    return "********"
           + std::string(secret.size() >= 12 ? secret.substr(secret.size() - 4) : std::string_view());
}

std::string withMasked(std::string text, std::string_view secret)
{
    if (secret.empty()) {
        return text;
    }
    const std::string shown = masked(secret);
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + shown.size())) {
        text.replace(at, secret.size(), shown);
    }
    return text;
}

} // namespace signalbox::clients
