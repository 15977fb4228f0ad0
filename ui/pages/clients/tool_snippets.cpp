// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/clients/tool_snippets.h"

#include <QtGlobal>

namespace signalbox::clients {

namespace {
constexpr auto kCurl = R"(curl {url}/chat/completions \
  -H "Authorization: Bearer {token}" \
  -H "Content-Type: application/json" \
  -d '{"model": "{model}", "messages": [{"role": "user", "content": "Hello"}]}')";

constexpr auto kPython = R"(from openai import OpenAI

client = OpenAI(base_url="{url}", api_key="{token}")
answer = client.chat.completions.create(
    model="{model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content))";

constexpr auto kNode = R"(import OpenAI from "openai";

const client = new OpenAI({ baseURL: "{url}", apiKey: "{token}" });
const answer = await client.chat.completions.create({
  model: "{model}",
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0].message.content);)";

constexpr auto kClaudeCode = R"(export ANTHROPIC_BASE_URL={root}
export ANTHROPIC_AUTH_TOKEN={token}
export ANTHROPIC_MODEL={model}
claude)";

constexpr auto kCodex = R"(model = "{model}"
model_provider = "signalbox"

[model_providers.signalbox]
name = "Signalbox"
base_url = "{url}"
wire_api = "responses"
experimental_bearer_token = "{token}")";

constexpr auto kAnthropic = R"(from anthropic import Anthropic

client = Anthropic(base_url="{root}", auth_token="{token}")
answer = client.messages.create(
    model="{model}",
    max_tokens=1000,
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.content[0].text))";

constexpr auto kAider = R"(export OPENAI_API_BASE={url}
export OPENAI_API_KEY={token}
aider --model openai/{model})";

constexpr auto kContinue = R"(models:
  - name: Signalbox {model}
    provider: openai
    model: {model}
    apiBase: {url}
    apiKey: {token}
    roles: [chat, edit, apply])";

constexpr auto kOpenWebUi = R"(OPENAI_API_BASE_URL={url}
OPENAI_API_KEY={token})";

constexpr auto kZed = R"({
  "language_models": {
    "openai_compatible": {
      "Signalbox": {
        "api_url": "{url}",
        "available_models": [
          { "name": "{model}", "display_name": "{model}", "max_tokens": 128000 }
        ]
      }
    }
  }
})";

constexpr auto kOpencode = R"({
  "provider": {
    "signalbox": {
      "npm": "@ai-sdk/openai-compatible",
      "name": "Signalbox",
      "options": { "baseURL": "{url}", "apiKey": "{token}" },
      "models": { "{model}": { "name": "{model}" } }
    }
  },
  "model": "signalbox/{model}"
})";

constexpr auto kEnvironment = R"(export OPENAI_BASE_URL={url}
export OPENAI_API_BASE={url}
export OPENAI_API_KEY={token}
export ANTHROPIC_BASE_URL={root}
export ANTHROPIC_AUTH_TOKEN={token})";
} // namespace

const std::vector<ToolSnippet> &tools()
{
    static const std::vector<ToolSnippet> all{
        {"curl", "curl", QT_TRANSLATE_NOOP("Tool", "In a terminal"), kCurl, ""},
        {"claude-code", "Claude Code", QT_TRANSLATE_NOOP("Tool", "In a terminal"), kClaudeCode,
         QT_TRANSLATE_NOOP("Tool", "“signalbox connect claude-code” writes it into its settings. Leave "
                                   "ANTHROPIC_API_KEY unset.")},
        {"codex", "Codex CLI", "~/.codex/config.toml", kCodex,
         QT_TRANSLATE_NOOP("Tool", "“signalbox connect codex” writes it there.")},
        {"openai-python", "OpenAI Python", "", kPython, ""},
        {"openai-node", "OpenAI Node", "", kNode, ""},
        {"anthropic-python", "Anthropic Python", "", kAnthropic, ""},
        {"aider", "aider", QT_TRANSLATE_NOOP("Tool", "In a terminal"), kAider, ""},
        {"continue", "Continue", "~/.continue/config.yaml", kContinue, ""},
        {"open-webui", "Open WebUI",
         QT_TRANSLATE_NOOP("Tool", "Environment of the server, or Admin > Connections"), kOpenWebUi,
         QT_TRANSLATE_NOOP("Tool", "From inside Docker, 127.0.0.1 is the container itself: start it with "
                                   "--network=host.")},
        {"zed", "Zed", QT_TRANSLATE_NOOP("Tool", "settings.json"), kZed,
         QT_TRANSLATE_NOOP("Tool", "Zed takes the token in its window, or from the environment variable "
                                   "SIGNALBOX_API_KEY.")},
        {"opencode", "opencode", "~/.config/opencode/opencode.json", kOpencode, ""},
        {"environment", QT_TRANSLATE_NOOP("Tool", "Any other tool"),
         QT_TRANSLATE_NOOP("Tool", "Environment variables most tools read"), kEnvironment,
         QT_TRANSLATE_NOOP("Tool", "Where a tool asks for a model, give it a chain's name.")},
        {"cursor", "Cursor", "", "",
         QT_TRANSLATE_NOOP("Tool", "Cursor sends its requests from its own servers, which cannot reach this "
                                   "computer: a base URL on 127.0.0.1 does not work there."),
         false},
    };
    return all;
}

QString rootOf(const QString &url)
{
    return url.endsWith(QStringLiteral("/v1")) ? url.chopped(3) : url;
}

QString filled(const ToolSnippet &tool, const SnippetValues &values)
{
    auto text = QString::fromUtf8(tool.snippet);
    text.replace(QStringLiteral("{url}"), values.url);
    text.replace(QStringLiteral("{root}"), rootOf(values.url));
    text.replace(QStringLiteral("{token}"), values.token);
    text.replace(QStringLiteral("{model}"), values.model);
    return text;
}

} // namespace signalbox::clients
