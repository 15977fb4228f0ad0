// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/intake/model_list.h"

#include <algorithm>

#include "core/foundation/json/writer.h"

namespace signalbox::intake {

using json::Value;

namespace {
constexpr std::string_view kNoTime = "1970-01-01T00:00:00Z"; ///< chains have no day of birth

ListedModel offered(const chain::Setup &setup, const config::ChainConfig &chain)
{
    ListedModel out;
    for (const config::StepConfig &step : chain.steps) {
        if (!step.enabled) {
            continue;
        }
        const routing::ModelFacts facts = setup.modelOf(step);
        out.contextTokens = std::max(out.contextTokens, facts.contextTokens);
        out.maxOutput = std::max(out.maxOutput, facts.maxOutput);
        out.tools |= facts.tools;
        out.images |= facts.images;
    }
    return out;
}

std::string shownId(const ListedModel &model, ListReader reader)
{
    const bool known = model.id.starts_with("claude") || model.id.starts_with("anthropic");
    return reader == ListReader::Anthropic && !known ? "claude-" + model.id : model.id;
}

void addNumber(Value &object, const char *name, std::int64_t number)
{
    if (number > 0) {
        object.add(name, Value::integer(number));
    }
}

Value forOpenAi(const ListedModel &model)
{
    Value out = Value::object();
    out.add("id", Value::string(model.id))
        .add("object", Value::string("model"))
        .add("created", Value::integer(0))
        .add("owned_by", Value::string("signalbox"));
    addNumber(out, "context_length", model.contextTokens); // as OpenRouter, Together and others name it
    addNumber(out, "max_output_tokens", model.maxOutput);
    Value can = Value::object();
    can.add("tools", Value::boolean(model.tools)).add("vision", Value::boolean(model.images));
    return out.add("capabilities", std::move(can));
}

Value forAnthropic(const ListedModel &model)
{
    Value out = Value::object();
    out.add("type", Value::string("model"))
        .add("id", Value::string(shownId(model, ListReader::Anthropic)))
        .add("display_name", Value::string(model.id))
        .add("created_at", Value::string(std::string(kNoTime)));
    addNumber(out, "max_input_tokens", model.contextTokens);
    addNumber(out, "max_tokens", model.maxOutput);
    return out;
}

/// Codex's own list has some twenty members; these are the ones it cannot do without.
Value forCodex(const ListedModel &model)
{
    Value out = Value::object();
    out.add("slug", Value::string(model.id))
        .add("display_name", Value::string(model.id))
        .add("description", Value::string("A chain of Signalbox"))
        .add("default_reasoning_level", Value::string("medium"))
        .add("supported_reasoning_levels", Value::array())
        .add("shell_type", Value::string("shell_command"))
        .add("visibility", Value::string("list"))
        .add("supported_in_api", Value::boolean(true))
        .add("priority", Value::integer(1))
        .add("upgrade", Value())
        .add("base_instructions", Value::string(""))
        .add("supports_reasoning_summaries", Value::boolean(true))
        .add("support_verbosity", Value::boolean(false))
        .add("default_verbosity", Value())
        .add("apply_patch_tool_type", Value())
        .add("supports_parallel_tool_calls", Value::boolean(model.tools));
    Value truncation = Value::object();
    truncation.add("mode", Value::string("tokens")).add("limit", Value::integer(10'000));
    out.add("truncation_policy", std::move(truncation)).add("experimental_supported_tools", Value::array());
    addNumber(out, "context_window", model.contextTokens);
    return out;
}

Value inShape(const ListedModel &model, ListReader reader)
{
    return reader == ListReader::Anthropic ? forAnthropic(model)
           : reader == ListReader::Codex   ? forCodex(model)
                                           : forOpenAi(model);
}
} // namespace

ListReader listReader(const http::RequestHead &head)
{
    if (head.headers.find("anthropic-version")) {
        return ListReader::Anthropic;
    }
    const std::size_t query = head.target.find('?');
    const std::string_view asked =
        query == std::string::npos ? std::string_view() : std::string_view(head.target).substr(query + 1);
    const bool codex = asked.starts_with("client_version=") || asked.find("&client_version=") != asked.npos;
    return codex ? ListReader::Codex : ListReader::OpenAi;
}

std::vector<ListedModel> listedModels(const chain::Setup &setup)
{
    std::vector<ListedModel> out;
    for (const config::ChainConfig &chain : setup.config->chains) {
        if (!chain.enabled) {
            continue;
        }
        ListedModel model = offered(setup, chain);
        model.id = chain.id;
        out.push_back(model);
        for (const std::string &alias : chain.aliases) {
            if (alias.find('*') == std::string::npos) {
                model.id = alias;
                out.push_back(model);
            }
        }
    }
    return out;
}

std::string modelListJson(const std::vector<ListedModel> &models, ListReader reader)
{
    Value list = Value::array();
    for (const ListedModel &model : models) {
        list.append(inShape(model, reader));
    }
    Value out = Value::object();
    if (reader == ListReader::Codex) {
        out.add("models", std::move(list));
        return json::writeCompact(out);
    }
    if (reader == ListReader::OpenAi) {
        out.add("object", Value::string("list")).add("data", std::move(list));
        return json::writeCompact(out);
    }
    const auto edge = [&](bool first) {
        return models.empty() ? Value()
                              : Value::string(shownId(first ? models.front() : models.back(), reader));
    };
    out.add("data", std::move(list))
        .add("has_more", Value::boolean(false))
        .add("first_id", edge(true))
        .add("last_id", edge(false));
    return json::writeCompact(out);
}

std::string modelJson(const ListedModel &model, ListReader reader)
{
    return json::writeCompact(inShape(model, reader));
}

const ListedModel *findListed(const std::vector<ListedModel> &models, std::string_view id, ListReader reader)
{
    const auto it = std::ranges::find_if(
        models, [&](const ListedModel &one) { return one.id == id || shownId(one, reader) == id; });
    return it == models.end() ? nullptr : &*it;
}

} // namespace signalbox::intake
