// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/usage.h"

#include <algorithm>
#include <string_view>

#include "core/request/dialect/billing/chat_usage.h"

namespace signalbox::dialect {

namespace {
namespace ondemand = simdjson::ondemand;

using billing::ChatUsage;

constexpr std::int64_t kMostTokens = ChatUsage::kMostTokens;

std::int64_t number(ondemand::value value)
{
    std::int64_t n = 0;
    if (!value.get_int64().get(n)) {
        return std::clamp<std::int64_t>(n, 0, kMostTokens);
    }
    double real = 0;
    if (!value.get_double().get(real) && real > 0) {
        return real < static_cast<double>(kMostTokens) ? static_cast<std::int64_t>(real) : kMostTokens;
    }
    return 0;
}

template<typename Visit>
void members(ondemand::object object, Visit visit)
{
    for (auto entry : object) {
        ondemand::field field;
        std::string_view key;
        if (std::move(entry).get(field) || field.unescaped_key().get(key)) {
            return;
        }
        visit(key, field.value());
    }
}

template<typename Visit>
void inside(ondemand::value value, Visit visit)
{
    ondemand::object object;
    if (!value.get_object().get(object)) {
        members(object, visit);
    }
}

void member(ChatUsage &usage, std::string_view key, ondemand::value value)
{
    if (key == "prompt_tokens_details") {
        inside(value, [&](std::string_view k, ondemand::value v) { usage.takePromptDetail(k, number(v)); });
    } else if (key == "completion_tokens_details") {
        inside(value,
               [&](std::string_view k, ondemand::value v) { usage.takeCompletionDetail(k, number(v)); });
    } else {
        usage.take(key, number(value));
    }
}
} // namespace

events::TokenUsage readChatUsage(ondemand::object usage)
{
    ChatUsage read;
    members(usage, [&](std::string_view key, ondemand::value value) { member(read, key, value); });
    return read.billed();
}

} // namespace signalbox::dialect
