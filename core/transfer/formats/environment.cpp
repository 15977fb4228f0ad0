// SPDX-License-Identifier: GPL-3.0-or-later
// Environment variables as providers' own libraries read them: the key variable of each preset, and next to
// some another name or an address.
#include <array>

#include "core/transfer/formats/formats.h"
#include "core/transfer/text/secret_text.h"

namespace signalbox::transfer {

namespace {
struct Known {
    std::string_view preset;
    std::initializer_list<std::string_view> keys; ///< besides the preset's own, which goes first
    std::initializer_list<std::string_view> addresses;
};

const Known *knownFor(std::string_view preset)
{
    static const std::array<Known, 12> kKnown = {{
        {"openai", {"OPENAI_API_KEY"}, {"OPENAI_BASE_URL", "OPENAI_API_BASE"}},
        {"anthropic", {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"}, {"ANTHROPIC_BASE_URL"}},
        {"gemini", {"GEMINI_API_KEY", "GOOGLE_API_KEY"}, {"GOOGLE_GEMINI_BASE_URL"}},
        {"azure", {"AZURE_OPENAI_API_KEY", "AZURE_API_KEY"}, {"AZURE_OPENAI_ENDPOINT", "AZURE_API_BASE"}},
        {"bedrock", {"AWS_BEARER_TOKEN_BEDROCK"}, {"AWS_BEDROCK_ENDPOINT"}},
        {"mistral", {"MISTRAL_API_KEY"}, {"MISTRAL_BASE_URL"}},
        {"groq", {"GROQ_API_KEY"}, {"GROQ_BASE_URL"}},
        {"deepseek", {"DEEPSEEK_API_KEY"}, {"DEEPSEEK_BASE_URL"}},
        {"openrouter", {"OPENROUTER_API_KEY"}, {"OPENROUTER_BASE_URL"}},
        {"huggingface", {"HF_TOKEN", "HUGGINGFACE_API_KEY"}, {}},
        {"together", {"TOGETHER_API_KEY", "TOGETHERAI_API_KEY"}, {}},
        {"qwen", {"DASHSCOPE_API_KEY"}, {"DASHSCOPE_BASE_URL"}},
    }};
    for (const Known &one : kKnown) {
        if (one.preset == preset) {
            return &one;
        }
    }
    return nullptr;
}

bool has(const Variables &variables, std::string_view name)
{
    const auto found = variables.find(std::string(name));
    return found != variables.end() && !isPlaceholder(found->second);
}

void readPreset(const provider::Preset &preset, const Variables &variables, Draft &draft)
{
    static const json::Value kNothing;
    const Node at{kNothing};
    const Known *known = knownFor(preset.id);
    std::string key = has(variables, preset.keyVariable) ? preset.keyVariable : std::string();
    std::string url;
    for (const std::string_view name : known ? known->keys : std::initializer_list<std::string_view>()) {
        key = key.empty() && has(variables, name) ? std::string(name) : key;
    }
    for (const std::string_view name : known ? known->addresses : std::initializer_list<std::string_view>()) {
        if (const auto found = variables.find(std::string(name)); url.empty() && found != variables.end()) {
            url = found->second;
        }
    }
    if (key.empty()) {
        if (!url.empty()) {
            draft.notTaken(at, "there is an address for " + preset.name + ", but no variable with its key");
        }
        return;
    }
    if (preset.id == "azure" && !url.empty() && url.find("/openai") == std::string::npos) {
        url.resize(url.find_last_not_of('/') + 1);
        url += "/openai/v1";
    }
    Draft::Wanted wanted;
    wanted.name = preset.id;
    wanted.vendor = preset.id;
    wanted.url = url;
    wanted.key = "${" + key + "}";
    wanted.messages = preset.id == "anthropic";
    draft.provider(wanted, at);
}
} // namespace

Variables variablesOf(std::string_view text)
{
    Variables out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        const auto trim = [&] {
            const std::size_t from = line.find_first_not_of(" \t\r");
            line = from == std::string_view::npos
                       ? std::string_view()
                       : line.substr(from, line.find_last_not_of(" \t\r") + 1 - from);
        };
        trim();
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        if (line.starts_with("export ")) {
            line.remove_prefix(7);
            trim();
        }
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || !isVariableName(line.substr(0, equals))) {
            return {};
        }
        std::string_view value = line.substr(equals + 1);
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'')
            && value.back() == value.front()) {
            value = value.substr(1, value.size() - 2);
        }
        out[std::string(line.substr(0, equals))] = std::string(value);
    }
    return out;
}

void readVariables(const Variables &variables, Draft &draft)
{
    for (const provider::Preset &preset : draft.presets().all()) {
        if (!preset.keyVariable.empty()) {
            readPreset(preset, variables, draft);
        }
    }
    if (!draft.presets().find("anthropic") && has(variables, "ANTHROPIC_API_KEY")) {
        static const json::Value kNothing;
        draft.notTaken(Node{kNothing},
                       "ANTHROPIC_API_KEY is set, and this version has no preset for Anthropic");
    }
}

} // namespace signalbox::transfer
