// SPDX-License-Identifier: GPL-3.0-or-later
// Channels of one-api and new-api, as their API lists them:
//   [{id, name, type: number, key: "one a line", base_url, models: "a,b", model_mapping: "{\"asked\":
//   \"sent\"}",
//     priority, weight, group, status (1: on)}], perhaps below data, items or channels
// Channels of a model with the highest priority go first; among them the weight chooses.
// Source: the numbers are those of both projects' lists of channel types.
#include <algorithm>
#include <map>
#include <set>

#include "core/transfer/formats/formats.h"
#include "core/transfer/text/secret_text.h"
#include "core/transfer/text/source_text.h"

namespace signalbox::transfer {

namespace {
using json::Value;

constexpr std::size_t kMostChains = 2'000;

/// Our word for a type; empty: unknown. Some have an address there and no preset here.
struct Kind {
    std::string_view vendor;
    std::string_view url = {};
};

Kind kindOf(int type, bool newApi)
{
    static const std::map<int, Kind> kBoth = {
        {1, {"openai"}},
        {3, {"azure"}},
        {8, {"openai-compatible"}},
        {14, {"anthropic"}},
        {16, {"zai", "https://open.bigmodel.cn/api/paas/v4"}},
        {17, {"qwen", "https://dashscope.aliyuncs.com/compatible-mode/v1"}},
        {20, {"openrouter"}},
        {23, {"openai-compatible", "https://api.hunyuan.cloud.tencent.com/v1"}},
        {24, {"gemini"}},
        {25, {"moonshot", "https://api.moonshot.cn/v1"}},
        {31, {"openai-compatible", "https://api.lingyiwanwu.com/v1"}},
        {33, {"bedrock"}},
    };
    static const std::map<int, Kind> kOneApi = {
        {4, {"openai-compatible"}},
        {26, {"openai-compatible", "https://api.baichuan-ai.com/v1"}},
        {27, {"minimax", "https://api.minimax.chat/v1"}},
        {28, {"mistral"}},
        {29, {"groq"}},
        {30, {"ollama"}},
        {32, {"openai-compatible", "https://api.stepfun.com/v1"}},
        {35, {"cohere"}},
        {36, {"deepseek"}},
        {39, {"together"}},
        {40, {"openai-compatible", "https://ark.cn-beijing.volces.com/api/v3"}},
        {41, {"openai-compatible", "https://api.novita.ai/v3/openai"}},
        {42, {"vertex"}},
        {44, {"openai-compatible", "https://api.siliconflow.cn/v1"}},
        {45, {"xai"}},
    };
    static const std::map<int, Kind> kNewApi = {
        {4, {"ollama"}},
        {26, {"zai", "https://open.bigmodel.cn/api/paas/v4"}},
        {27, {"perplexity"}},
        {34, {"cohere"}},
        {35, {"minimax", "https://api.minimax.chat/v1"}},
        {38, {"openai-compatible", "https://api.jina.ai/v1"}},
        {40, {"openai-compatible", "https://api.siliconflow.cn/v1"}},
        {41, {"vertex"}},
        {42, {"mistral"}},
        {43, {"deepseek"}},
        {45, {"openai-compatible", "https://ark.cn-beijing.volces.com/api/v3"}},
        {46, {"openai-compatible", "https://qianfan.baidubce.com/v2"}},
        {47, {"openai-compatible"}},
        {48, {"xai"}},
    };
    const auto &own = newApi ? kNewApi : kOneApi;
    for (const auto *list : {&kBoth, &own}) {
        if (const auto found = list->find(type); found != list->end()) {
            return found->second;
        }
    }
    return {};
}

std::vector<std::string> lines(const std::string &text)
{
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string one = text.substr(begin, end - begin);
        one.resize(one.find_last_not_of(" \t\r") + 1);
        if (!one.empty()) {
            out.push_back(std::move(one));
        }
        begin = end + 1;
    }
    return out;
}

class Channels
{
public:
    explicit Channels(Draft &draft) : m_draft(draft) {}

    void read(const Node &list)
    {
        for (const Node &channel : list.items()) {
            one(channel);
        }
        for (const auto &[name, priorities] : m_priorities) {
            order(*m_draft.chainNamed(name), priorities);
        }
        if (m_withoutKey > 0) {
            m_draft.notTaken(
                list, std::to_string(m_withoutKey)
                          + " channels came without a key, as the program leaves keys out of lists: use "
                            "'signalbox keys set PROVIDER'");
        }
    }

private:
    struct Served {
        std::vector<std::string> providers;
        std::map<std::string, std::string> mapping;
        int weight = 1;
        int priority = 0;
        bool enabled = true;
    };

    void one(const Node &channel)
    {
        const int type = static_cast<int>(std::clamp(channel["type"].number().value_or(0), -1.0, 1e6));
        const Kind kind = kindOf(type, m_draft.out().format == Format::NewApi);
        std::string url = channel["base_url"].text();
        url = url.empty() ? std::string(kind.url) : url;
        if (kind.vendor.empty() && url.empty()) {
            m_draft.notTaken(channel, "the channel " + shown(channel["name"].text()) + " is of type "
                                          + std::to_string(type)
                                          + ", which Signalbox does not know, and has no address");
            return;
        }
        Draft::Wanted wanted;
        wanted.name = channel["name"].text();
        wanted.vendor = kind.vendor;
        wanted.url = url;
        wanted.enabled = channel["status"].number().value_or(1) == 1;
        wanted.addVersion = true;
        if (kind.vendor == "azure" && !url.empty() && url.find("/openai") == std::string::npos) {
            wanted.url.resize(wanted.url.find_last_not_of('/') + 1);
            wanted.url += "/openai/v1";
        }
        Served served;
        std::vector<std::string> keys = lines(channel["key"].text());
        m_withoutKey += keys.empty() ? 1 : 0;
        if (keys.empty()) {
            keys.emplace_back();
        }
        for (const std::string &key : keys) {
            wanted.key = key;
            if (const auto provider = m_draft.provider(wanted, channel)) {
                served.providers.push_back(*provider);
            }
        }
        if (served.providers.empty()) {
            return;
        }
        served.mapping = mapping(channel["model_mapping"]);
        served.weight = static_cast<int>(std::clamp(channel["weight"].number().value_or(1), 1.0, 1e6));
        served.priority = static_cast<int>(std::clamp(channel["priority"].number().value_or(0), -1e6, 1e6));
        served.enabled = wanted.enabled;
        models(channel, served);
        reportRest(channel);
    }

    std::map<std::string, std::string> mapping(const Node &at)
    {
        std::map<std::string, std::string> out;
        const std::string text = at.is(Value::Type::String) ? at.text() : std::string();
        const auto parsed = text.empty() ? base::Result<Value>(at.value()) : readJson(text);
        if (!parsed) {
            m_draft.notTaken(at, "model_mapping is not JSON");
            return out;
        }
        for (const json::Member &member : parsed->members()) {
            if (member.value.is(Value::Type::String)) {
                out[member.name] = member.value.text();
            }
        }
        return out;
    }

    void models(const Node &channel, const Served &served)
    {
        for (const std::string &name : channel["models"].texts()) {
            if (!m_draft.chainNamed(name) && m_draft.out().chains.size() >= kMostChains) {
                m_draft.notTaken(channel["models"], "there are too many models");
                return;
            }
            const auto mapped = served.mapping.find(name);
            for (const std::string &provider : served.providers) {
                auto step = m_draft.step(provider, mapped == served.mapping.end() ? name : mapped->second,
                                         channel["models"]);
                if (!step) {
                    continue;
                }
                step->weight = served.weight;
                step->enabled = served.enabled;
                config::ChainConfig &chain = m_draft.chain(name, channel["models"]);
                chain.steps.push_back(*std::move(step));
                m_priorities[name].push_back(served.priority);
            }
        }
    }

    /// Priorities become tiers, the highest first.
    static void order(config::ChainConfig &chain, const std::vector<int> &all)
    {
        const std::set<int, std::greater<>> ranks(all.begin(), all.end());
        for (std::size_t i = 0; i < chain.steps.size(); ++i) {
            const auto rank = std::distance(ranks.begin(), ranks.find(all[i]));
            chain.steps[i].tier = static_cast<int>(std::min<std::ptrdiff_t>(rank + 1, 100));
        }
        chain.strategy =
            chain.steps.size() > ranks.size() ? config::Strategy::Weighted : config::Strategy::Ordered;
    }

    void reportRest(const Node &channel)
    {
        if (const std::string group = channel.any({"group", "groups"}).text();
            !group.empty() && group != "default") {
            m_draft.notTaken(channel["group"], "the groups " + shown(group) + ": Signalbox has one user");
        }
        for (const std::string_view name : {"param_override", "header_override", "status_code_mapping",
                                            "system_prompt", "config", "setting", "settings", "other"}) {
            const Node at = channel[name];
            const bool empty = !at.there() || at.text() == "{}" || at.text() == "null"
                               || (at.is(Value::Type::Object) ? at.members().empty() : at.text().empty());
            if (!empty) {
                m_draft.notTaken(at, "Signalbox has nothing like " + shown(name));
            }
        }
    }

    Draft &m_draft;
    std::map<std::string, std::vector<int>> m_priorities; ///< of each chain's steps, by its name
    int m_withoutKey = 0;
};
} // namespace

Node channelList(const Node &root)
{
    if (root.is(Value::Type::Array)) {
        return root;
    }
    for (const Node &inside : {root["data"]["items"], root["data"], root["channels"], root["items"]}) {
        if (inside.is(Value::Type::Array)) {
            return inside;
        }
    }
    return root["channels"];
}

bool isNewApi(const Node &channels)
{
    for (const Node &one : channels.items()) {
        for (const std::string_view name :
             {"channel_info", "auto_ban", "tag", "setting", "settings", "param_override",
              "status_code_mapping", "header_override", "openai_organization"}) {
            if (one.value().find(name)) {
                return true;
            }
        }
    }
    return false;
}

void readChannels(const Node &root, Draft &draft)
{
    Channels(draft).read(channelList(root));
}

} // namespace signalbox::transfer
