// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace signalbox::bench {

namespace {
double median(const std::vector<double> &values)
{
    std::vector<double> sorted = values;
    std::ranges::sort(sorted);
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

std::string number(double value, int decimals)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

/// Three digits that mean something.
std::string shortNumber(double value)
{
    const double size = std::abs(value);
    return number(value, size >= 100 || value == 0 ? 0 : size >= 10 ? 1 : 2);
}

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + '"';
}

/// `width` counts characters, not bytes: µ has two.
std::string padded(const std::string &text, std::size_t width, bool right)
{
    const auto characters = static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
    const std::string space(characters < width ? width - characters : 0, ' ');
    return right ? space + text : text + space;
}

std::string line(const std::string &name, const std::string &unit, const std::string &middle,
                 const std::string &least, const std::string &most)
{
    return "  " + padded(name, 56, false) + padded(middle, 10, true) + padded(least, 10, true)
           + padded(most, 10, true) + (unit.empty() ? "" : "  " + unit) + "\n";
}
} // namespace

double percentile(std::vector<double> samples, double share)
{
    if (samples.empty()) {
        return 0;
    }
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(samples.size())));
    const auto at =
        samples.begin() + static_cast<std::ptrdiff_t>(std::clamp(rank, std::size_t{1}, samples.size()) - 1);
    std::ranges::nth_element(samples, at);
    return *at;
}

void Report::beginRun(std::string_view name)
{
    m_runs.push_back({std::string(name), {}});
}

void Report::add(std::string_view figure, std::string_view unit, double value)
{
    auto &figures = m_runs.back().figures;
    const auto known = std::ranges::find(figures, figure, &Figure::name);
    if (known != figures.end()) {
        known->rounds.push_back(value);
    } else {
        figures.push_back({std::string(figure), std::string(unit), {value}});
    }
}

void Report::addSpread(const std::string &figure, const std::vector<double> &samples)
{
    add(figure + ", p50", "µs", percentile(samples, 0.50));
    add(figure + ", p99", "µs", percentile(samples, 0.99));
    add(figure + ", most", "µs", percentile(samples, 1));
}

void Report::addDifference(const std::string &figure, const std::vector<double> &with,
                           const std::vector<double> &without)
{
    add(figure + ", p50", "µs", percentile(with, 0.50) - percentile(without, 0.50));
    add(figure + ", p99", "µs", percentile(with, 0.99) - percentile(without, 0.99));
}

std::string Report::table() const
{
    std::string out;
    for (const auto &[name, value] : m_facts.all) {
        out += padded(name, 12, false) + value + "\n";
    }
    for (const Run &run : m_runs) {
        out += "\n" + run.name + "\n" + line("", "", "median", "least", "most");
        for (const Figure &figure : run.figures) {
            const auto [least, most] = std::ranges::minmax(figure.rounds);
            out += line(figure.name, figure.unit, shortNumber(median(figure.rounds)), shortNumber(least),
                        shortNumber(most));
        }
    }
    return out;
}

std::string Report::json() const
{
    std::string out = "{\n";
    for (const auto &[name, value] : m_facts.all) {
        out += "  " + quoted(name) + ": " + quoted(value) + ",\n";
    }
    out += "  \"runs\": [";
    for (std::size_t r = 0; r < m_runs.size(); ++r) {
        out += (r ? ",\n" : "\n");
        out += "    {\"name\": " + quoted(m_runs[r].name) + ", \"figures\": [";
        const auto &figures = m_runs[r].figures;
        for (std::size_t f = 0; f < figures.size(); ++f) {
            const auto [least, most] = std::ranges::minmax(figures[f].rounds);
            out += (f ? ",\n" : "\n");
            out += "      {\"name\": " + quoted(figures[f].name) + ", \"unit\": " + quoted(figures[f].unit)
                   + ", \"median\": " + number(median(figures[f].rounds), 3) + ", \"least\": "
                   + number(least, 3) + ", \"most\": " + number(most, 3) + ", \"rounds\": [";
            for (std::size_t n = 0; n < figures[f].rounds.size(); ++n) {
                out += (n ? ", " : "") + number(figures[f].rounds[n], 3);
            }
            out += "]}";
        }
        out += "]}";
    }
    return out + "\n  ]\n}\n";
}

} // namespace signalbox::bench
