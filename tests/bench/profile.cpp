// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/profile.h"

#include <cstdlib>
#include <fstream>
#include <system_error>

#include "tests/bench/poller.h"

namespace signalbox::bench {

namespace {
std::string text(const Provider &provider)
{
    return R"({"id":")" + provider.id + R"(","preset":"openai-compatible","baseUrl":"http://127.0.0.1:)"
           + std::to_string(provider.port)
           + R"(/v1","key":{"env":"BENCH_KEY"},"prices":{"*":{"input":1,"output":2}}})";
}

std::string text(const Step &step)
{
    return R"({"provider":")" + step.provider + R"(","model":")" + step.model + R"(","firstTokenMs":)"
           + std::to_string(step.firstTokenMs) + "}";
}

template<typename List>
std::string joined(const List &list);

std::string text(const Chain &chain)
{
    return R"({"id":")" + chain.id + R"(","steps":)" + joined(chain.steps) + "}";
}

template<typename List>
std::string joined(const List &list)
{
    std::string out = "[";
    for (const auto &one : list) {
        out += (out.size() > 1 ? ",\n" : "") + text(one);
    }
    return out + "]";
}
} // namespace

void Profile::write(const std::filesystem::path &folder) const
{
    std::ofstream file(folder / "config.json");
    file << R"({"schemaVersion":1,"clients":[{"id":"bench","token":{"env":"BENCH_TOKEN"}}],"providers":)"
         << joined(providers) << ",\n\"chains\":" << joined(chains) << "}\n";
    if (!file.flush()) {
        throw Failure("the profile cannot be written to " + folder.string());
    }
}

TemporaryFolder::TemporaryFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "signalbox-bench-XXXXXX").string();
    if (!::mkdtemp(name.data())) {
        throw Failure("no temporary folder can be made: " + name);
    }
    m_path = name;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace signalbox::bench
