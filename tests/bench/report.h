// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::bench {

/// The value below which that share of the samples lies; 0 without samples.
double percentile(std::vector<double> samples, double share);

/// What was measured: one value per figure and round. Prints medians with least and most, as a table and as
/// JSON.
class Report
{
public:
    struct Facts { ///< name and value, for the head of table and JSON
        std::vector<std::pair<std::string, std::string>> all;
    };

    explicit Report(Facts facts) : m_facts(std::move(facts)) {}

    void beginRun(std::string_view name);
    void add(std::string_view figure, std::string_view unit, double value);
    /// p50, p99 and the largest of samples in µs.
    void addSpread(const std::string &figure, const std::vector<double> &samples);

    /// What the first samples have more than the second, in µs.
    void addDifference(const std::string &figure, const std::vector<double> &with,
                       const std::vector<double> &without);

    std::string table() const;
    std::string json() const;

private:
    struct Figure {
        std::string name;
        std::string unit;
        std::vector<double> rounds;
    };
    struct Run {
        std::string name;
        std::vector<Figure> figures;
    };

    Facts m_facts;
    std::vector<Run> m_runs;
};

} // namespace signalbox::bench
