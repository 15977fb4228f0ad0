// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer/vendors.h"

#include <algorithm>
#include <array>

namespace signalbox::transfer {

namespace {
using Pair = std::pair<std::string_view, std::string_view>;

/// LiteLLM's, Portkey's and others' words where they are not the preset's id; '_' counts as '-'.
constexpr std::array<Pair, 46> kWords = {{
    {"text-completion-openai", "openai"},
    {"openai-official", "openai"},
    {"codex", "openai"},
    {"azure-openai", "azure"},
    {"azure-ai", "azure"},
    {"azure-text", "azure"},
    {"claude", "anthropic"},
    {"anthropic-text", "anthropic"},
    {"aws", "bedrock"},
    {"bedrock-converse", "bedrock"},
    {"vertex-ai", "vertex"},
    {"vertex-ai-beta", "vertex"},
    {"google-vertex", "vertex"},
    {"google", "gemini"},
    {"google-ai-studio", "gemini"},
    {"palm", "gemini"},
    {"mistral-ai", "mistral"},
    {"mistralai", "mistral"},
    {"codestral", "mistral"},
    {"together-ai", "together"},
    {"togetherai", "together"},
    {"fireworks-ai", "fireworks"},
    {"x-ai", "xai"},
    {"grok", "xai"},
    {"cohere-chat", "cohere"},
    {"perplexity-ai", "perplexity"},
    {"nvidia-nim", "nvidia"},
    {"hugging-face", "huggingface"},
    {"ollama-chat", "ollama"},
    {"lm-studio", "lmstudio"},
    {"hosted-vllm", "vllm"},
    {"llama-cpp", "llamacpp"},
    {"llama.cpp", "llamacpp"},
    {"dashscope", "qwen"},
    {"alibaba", "qwen"},
    {"moonshot-ai", "moonshot"},
    {"moonshotai", "moonshot"},
    {"kimi", "moonshot"},
    {"z-ai", "zai"},
    {"zhipu", "zai"},
    {"vercel-ai-gateway", "vercel"},
    {"litellm-proxy", "litellm"},
    {"custom-openai", "openai-compatible"},
    {"openai-like", "openai-compatible"},
    {"custom", "openai-compatible"},
    {"openai-compat", "openai-compatible"},
}};

/// Other homes of providers that a preset stands for; the address is kept.
constexpr std::array<Pair, 14> kHosts = {{
    {"api.together.xyz", "together"},
    {"api.moonshot.cn", "moonshot"},
    {"dashscope.aliyuncs.com", "qwen"},
    {"dashscope-us.aliyuncs.com", "qwen"},
    {"open.bigmodel.cn", "zai"},
    {"api.minimax.chat", "minimax"},
    {"api.minimaxi.com", "minimax"},
    {"api.cohere.com", "cohere"},
    {"us.api.fireworks.ai", "fireworks"},
    {"api.anthropic.com", "anthropic"},
    {"api.perplexity.ai", "perplexity"},
    {"generativelanguage.googleapis.com", "gemini"},
    {"api.openai.com", "openai"},
    {"openrouter.ai", "openrouter"},
}};

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

std::string_view hostOf(std::string_view origin)
{
    const std::size_t begin = origin.find("://");
    const std::string_view rest = begin == std::string_view::npos ? origin : origin.substr(begin + 3);
    return rest.substr(0, rest.rfind(':'));
}
} // namespace

std::string presetForVendor(std::string_view word, const provider::PresetList &presets)
{
    std::string name = lower(word);
    if (presets.find(name)) {
        return name;
    }
    std::replace(name.begin(), name.end(), '_', '-');
    const auto known =
        std::find_if(kWords.begin(), kWords.end(), [&](const Pair &one) { return one.first == name; });
    name = known == kWords.end() ? name : std::string(known->second);
    return presets.find(name) ? name : std::string();
}

std::string idFrom(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool plain = (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9');
        if (plain || (!out.empty() && (small == '.' || small == '_'))) {
            out += small;
        } else if (!out.empty() && out.back() != '-') {
            out += '-';
        }
        if (out.size() >= 56) { // leaves room for "-2"
            break;
        }
    }
    out.resize(out.find_last_not_of("-._") + 1);
    return out;
}

std::string originOf(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return {};
    }
    const std::string name = lower(url.substr(0, scheme));
    std::string_view host = url.substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    host = host.substr(host.find('@') == std::string_view::npos ? 0 : host.rfind('@') + 1);
    if (host.empty() || (name != "http" && name != "https")) {
        return {};
    }
    const std::size_t colon = host.rfind(':');
    const bool hasPort = colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
    return name + "://" + lower(host) + (hasPort ? "" : name == "https" ? ":443" : ":80");
}

std::string pathOf(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::size_t begin = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    std::string path(begin == std::string_view::npos ? std::string_view() : url.substr(begin));
    path.resize(path.find_last_not_of('/') + 1);
    return path;
}

std::string presetForUrl(std::string_view url, const provider::PresetList &presets)
{
    const std::string origin = originOf(url);
    if (origin.empty()) {
        return {};
    }
    for (const provider::Preset &preset : presets.all()) {
        // Two local servers may use one port, but a cloud's host is its own.
        if (!preset.baseUrl.empty() && originOf(preset.baseUrl) == origin
            && preset.kind != provider::PresetKind::Local) {
            return preset.id;
        }
    }
    const std::string_view host = hostOf(origin);
    if (host.ends_with(".openai.azure.com") || host.ends_with(".services.ai.azure.com")) {
        return presets.find("azure") ? "azure" : "";
    }
    const auto known =
        std::find_if(kHosts.begin(), kHosts.end(), [&](const Pair &one) { return one.first == host; });
    return known != kHosts.end() && presets.find(known->second) ? std::string(known->second) : std::string();
}

CleanUrl cleanUrl(std::string_view given)
{
    static constexpr std::array<std::string_view, 8> kEndpoints = {
        "/v1/messages", "/messages",   "/chat/completions", "/completions",
        "/responses",   "/embeddings", "/v1beta/models",    "/models"};
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!given.empty() && blank(given.front())) {
        given.remove_prefix(1);
    }
    CleanUrl out;
    out.url = std::string(given.substr(0, given.find_first_of("?# ")));
    out.cutSecret = out.url.size() < given.substr(0, given.find_last_not_of(" \t\r\n") + 1).size();
    if (const std::size_t scheme = out.url.find("://"); scheme != std::string::npos) {
        const std::size_t end = std::min(out.url.find('/', scheme + 3), out.url.size());
        const std::size_t at = out.url.rfind('@', end);
        if (at != std::string::npos && at > scheme) {
            out.url.erase(scheme + 3, at - scheme - 2);
            out.cutSecret = true;
        }
    }
    const auto cutSlashes = [&] { out.url.resize(out.url.find_last_not_of('/') + 1); };
    cutSlashes();
    for (const std::string_view endpoint : kEndpoints) {
        if (out.url.ends_with(endpoint)) {
            out.messages = endpoint.ends_with("/messages");
            out.url.resize(out.url.size() - endpoint.size());
            cutSlashes();
            break;
        }
    }
    return out;
}

std::string withVersion(const std::string &url)
{
    const std::string path = pathOf(url);
    const std::size_t slash = path.rfind('/');
    const std::string_view last = std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
    const bool version = last.size() >= 2 && last[0] == 'v' && last[1] >= '0' && last[1] <= '9';
    return path.find("/v1") != std::string::npos || version || path.ends_with("/openai") ? url : url + "/v1";
}

} // namespace signalbox::transfer
