// SPDX-License-Identifier: GPL-3.0-or-later
// User-Agent (RFC 9110, 10.1.5): products "name/version" and "(comments)", divided by blanks, the most
// important first.
#include "core/clients/user_agent.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace signalbox::clients {

namespace {
struct Known {
    std::string_view product; ///< in lower case; with '/' it is compared with name and version's first word
    std::string_view name;
};

constexpr Known kTools[] = {
    {"claude-cli", "claude-code"},
    {"claude-code", "claude-code"},
    {"codex_cli_rs", "codex"},
    {"codex-tui", "codex"},
    {"codex_exec", "codex"},
    {"codex_vscode", "codex"},
    {"codex_sdk_ts", "codex"},
    {"opencode", "opencode"},
    {"aider", "aider"},
    {"continue", "continue"},
    {"continuedev", "continue"},
    {"zed", "zed"},
    {"roocode", "roo"},
    {"roo-code", "roo"},
    {"cline", "cline"},
    {"kilo-code", "kilo"},
    {"kilocode", "kilo"},
    {"kilo", "kilo"},
    {"qwencode", "qwen-code"},
    {"qwen-code", "qwen-code"},
    {"charm-crush", "crush"},
    {"crush", "crush"},
    {"factory-cli", "droid"},
    {"droid", "droid"},
    {"goose", "goose"},
    {"githubcopilotchat", "vscode"},
    {"copilot", "copilot-cli"},
    {"copilotcli", "copilot-cli"},
    {"geminicli", "gemini-cli"},
    {"cursor", "cursor"},
    {"open-webui", "open-webui"},
    {"openwebui", "open-webui"},
    {"litellm", "litellm"},
    {"langchain", "langchain"},
    {"langchain-openai", "langchain"},
    {"langchain-anthropic", "langchain"},
    {"langchainjs", "langchain"},
    {"llama-index", "llama-index"},
    {"n8n", "n8n"},
    {"dify", "dify"},
    {"librechat", "librechat"},
    {"lobechat", "lobechat"},
    {"cherrystudio", "cherry-studio"},
    {"chatbox", "chatbox"},
};

/// Libraries made for these APIs: they tell the kind of program at least.
constexpr Known kSdks[] = {
    {"openai/python", "openai-python"},
    {"asyncopenai/python", "openai-python"},
    {"openai/js", "openai-js"},
    {"openai/go", "openai-go"},
    {"openai/java", "openai-java"},
    {"anthropic/python", "anthropic-python"},
    {"asyncanthropic/python", "anthropic-python"},
    {"anthropic/js", "anthropic-js"},
    {"anthropic/go", "anthropic-go"},
    {"anthropic/java", "anthropic-java"},
    {"azureopenai/python", "openai-python"},
    {"asyncazureopenai/python", "openai-python"},
    {"ai-sdk", "ai-sdk"},
    {"ai", "ai-sdk"},
};

constexpr std::string_view kGeneric[] = {
    "curl",
    "libcurl",
    "wget",
    "python-requests",
    "python-httpx",
    "python-urllib",
    "python",
    "aiohttp",
    "httpx",
    "urllib3",
    "node",
    "node-fetch",
    "undici",
    "axios",
    "got",
    "deno",
    "bun",
    "go-http-client",
    "okhttp",
    "java",
    "java-http-client",
    "apache-httpclient",
    "reqwest",
    "hyper",
    "ktor-client",
    "dart",
    "ruby",
    "faraday",
    "guzzlehttp",
    "php",
    "mozilla",
    "electron",
    "libwww-perl",
    "httpie",
    "runtime",
    "ureq",
};

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char &c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

/// Without what stands in parentheses.
std::vector<std::string> products(std::string_view userAgent)
{
    std::vector<std::string> out;
    int depth = 0;
    std::string word;
    for (const char c : userAgent) {
        depth += c == '(' ? 1 : 0;
        const bool inside = depth > 0;
        depth -= c == ')' && depth > 0 ? 1 : 0;
        if (inside || c == ' ' || c == '\t') {
            if (!word.empty()) {
                out.push_back(std::move(word));
            }
            word.clear();
        } else {
            word += c;
        }
    }
    if (!word.empty()) {
        out.push_back(std::move(word));
    }
    return out;
}

template<std::size_t N>
std::string_view lookUp(const Known (&table)[N], const std::vector<std::string> &words)
{
    for (const std::string &word : words) {
        const std::string product = lower(word);
        const std::string name = product.substr(0, product.find('/'));
        const auto found = std::find_if(std::begin(table), std::end(table), [&](const Known &one) {
            return one.product == (one.product.find('/') == std::string_view::npos ? name : product);
        });
        if (found != std::end(table)) {
            return found->name;
        }
    }
    return {};
}
} // namespace

ClientName clientNameOf(std::string_view userAgent)
{
    const std::vector<std::string> words = products(userAgent.substr(0, 512));
    if (words.empty()) {
        return {};
    }
    if (lower(words[0]) == "charm" && words.size() > 1 && lower(words[1]).starts_with("crush")) {
        return {"crush", true};
    }
    if (const std::string_view tool = lookUp(kTools, words); !tool.empty()) {
        return {std::string(tool), true};
    }
    if (const std::string_view sdk = lookUp(kSdks, words); !sdk.empty()) {
        return {std::string(sdk), true};
    }
    std::string name = words[0].substr(0, words[0].find('/')).substr(0, 64);
    std::erase_if(name, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F;
    });
    const bool generic =
        std::find(std::begin(kGeneric), std::end(kGeneric), lower(name)) != std::end(kGeneric);
    return {name, !name.empty() && !generic};
}

} // namespace signalbox::clients
