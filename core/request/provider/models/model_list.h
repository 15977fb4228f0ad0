// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::provider {

/// A model as a provider lists it. Numbers: 0 is not said.
struct ListedModel {
    std::string id;
    std::int64_t contextTokens = 0;
    std::int64_t maxOutput = 0;
    bool operator==(const ListedModel &) const = default;
};

/// A provider's list of models in any of the shapes there are: OpenAI's, Anthropic's, Gemini's, Ollama's,
/// Mistral's, OpenRouter's, Together's, Cohere's, Hugging Face's, vLLM's … Each model once, in its order; at
/// most 5000. Empty: none could be read. Pure.
std::vector<ListedModel> readModelList(std::string_view body);

} // namespace signalbox::provider
