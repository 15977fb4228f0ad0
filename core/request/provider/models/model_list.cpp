// SPDX-License-Identifier: GPL-3.0-or-later
//
//     [model, …] (Together) · {"data": [model, …]} (most) · {"models": [model, …]} (Gemini, Ollama, Cohere)
//     model: {"id": …} or {"name": "models/…"} (Gemini, Cohere, Ollama), and with luck its context under one
//     of the names below
#include "core/request/provider/models/model_list.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <set>

#include "core/foundation/json/tree.h"

namespace signalbox::provider {

namespace {
using json::Value;

constexpr std::size_t kMostModels = 5000;

const std::vector<Value> *listIn(const Value &root)
{
    if (root.is(Value::Type::Array)) {
        return &root.items();
    }
    for (const char *name : {"data", "models"}) {
        const Value *const list = root.find(name);
        if (list && list->is(Value::Type::Array)) {
            return &list->items();
        }
    }
    return nullptr;
}

std::int64_t count(const Value *value)
{
    std::int64_t number = 0;
    if (value && value->is(Value::Type::Number)) {
        const std::string &text = value->text();
        std::from_chars(text.data(), text.data() + text.size(), number);
    }
    return std::max<std::int64_t>(number, 0);
}

/// The first of these members that says something.
std::int64_t firstOf(const Value &model, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        if (const std::int64_t number = count(model.find(name)); number > 0) {
            return number;
        }
    }
    return 0;
}

std::int64_t contextOf(const Value &model)
{
    if (const auto said = firstOf(model, {"context_length", "context_window", "max_context_length",
                                          "max_model_len", "inputTokenLimit", "max_input_tokens"})) {
        return said;
    }
    if (const Value *const meta = model.find("meta")) { // llama.cpp
        return firstOf(*meta, {"n_ctx", "n_ctx_train"});
    }
    std::int64_t least = 0; // of the providers that Hugging Face may choose
    if (const Value *const providers = model.find("providers")) {
        for (const Value &one : providers->items()) {
            const std::int64_t said = firstOf(one, {"context_length"});
            least = least == 0 || (said > 0 && said < least) ? said : least;
        }
    }
    return least;
}

std::int64_t outputOf(const Value &model)
{
    if (const Value *const top = model.find("top_provider")) { // OpenRouter
        return firstOf(*top, {"max_completion_tokens"});
    }
    // "max_tokens" is the output where the context stands beside it.
    return firstOf(model, {"max_completion_tokens", "outputTokenLimit", "max_output_tokens", "max_tokens"});
}
} // namespace

std::vector<ListedModel> readModelList(std::string_view body)
{
    std::vector<ListedModel> models;
    const auto root = json::readTree(body);
    const std::vector<Value> *const list = root ? listIn(*root) : nullptr;
    if (!list) {
        return models;
    }
    std::set<std::string_view> known;
    for (const Value &one : *list) {
        const Value *const id = one.find("id") ? one.find("id") : one.find("name");
        if (!id || !id->is(Value::Type::String)) {
            continue;
        }
        constexpr std::string_view kResource = "models/"; // Gemini
        std::string_view name = id->text();
        name.remove_prefix(name.starts_with(kResource) ? kResource.size() : 0);
        if (!name.empty() && known.insert(name).second) {
            const std::int64_t context = contextOf(one);
            models.push_back({std::string(name), context, context > 0 ? outputOf(one) : 0});
        }
        if (models.size() == kMostModels) {
            break;
        }
    }
    return models;
}

} // namespace signalbox::provider
