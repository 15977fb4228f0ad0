// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace signalbox::bench {

inline constexpr std::string_view kClientToken = "bench-token-of-the-client";

struct Step {
    std::string provider;
    std::string model;
    int firstTokenMs = 20'000;
};

struct Chain {
    std::string id;
    std::vector<Step> steps;
};

struct Provider {
    std::string id;
    std::uint16_t port;
};

/// A configuration as users have one: token check on, ledger on, prices known, keys from the environment.
struct Profile {
    std::vector<Provider> providers;
    std::vector<Chain> chains;

    void write(const std::filesystem::path &folder) const;
};

/// A folder that goes away with its owner.
class TemporaryFolder
{
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace signalbox::bench
