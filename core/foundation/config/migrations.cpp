// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/migrations.h"

#include <algorithm>
#include <charconv>

namespace signalbox::config {

namespace {
json::Value *versionOf(json::Value &root)
{
    auto &members = root.members();
    const auto it = std::find_if(members.begin(), members.end(),
                                 [](const json::Member &m) { return m.name == "schemaVersion"; });
    return it != members.end() && it->value.is(json::Value::Type::Number) ? &it->value : nullptr;
}
} // namespace

std::span<const Migration> migrations()
{
    return {};
}

base::Result<void> migrate(json::Value &root, std::span<const Migration> steps, int current)
{
    json::Value *const value = versionOf(root);
    int version = 0;
    if (!value) {
        return {};
    }
    const std::string &text = value->text();
    if (std::from_chars(text.data(), text.data() + text.size(), version).ptr != text.data() + text.size()
        || version < 1) {
        return {};
    }
    if (version > current) {
        return base::fail(base::ErrorCode::Unsupported,
                          "this file was written by a newer Signalbox (schemaVersion "
                              + std::to_string(version) + ", this one knows " + std::to_string(current)
                              + "): update Signalbox, or use another profile with --profile");
    }
    const int line = value->line;
    for (; version < current; ++version) {
        const auto step =
            std::find_if(steps.begin(), steps.end(), [&](const Migration &m) { return m.from == version; });
        if (step == steps.end()) {
            return base::fail(base::ErrorCode::Unsupported,
                              "schemaVersion " + std::to_string(version) + " is too old for this Signalbox");
        }
        step->lift(root);
    }
    if (json::Value *const lifted = versionOf(root)) {
        *lifted = json::Value::integer(current);
        lifted->line = line;
    }
    return {};
}

} // namespace signalbox::config
