// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/dialect_entry.h"

#include <algorithm>

namespace signalbox::provider {

using base::Dialect;

DialectEntry usualEntry(Dialect dialect)
{
    DialectEntry entry;
    entry.dialect = dialect;
    switch (dialect) {
    case Dialect::Chat:
        entry.path = "/chat/completions";
        break;
    case Dialect::Responses:
        entry.path = "/responses";
        break;
    case Dialect::Messages:
        // Base URLs of this family end before the version.
        entry.path = "/v1/messages";
        entry.key = {"x-api-key", ""};
        entry.headers.add("anthropic-version", "2023-06-01");
        entry.forward = {"anthropic-version"};
        break;
    case Dialect::Gemini:
        entry.path = "/models/{model}:generateContent";
        entry.streamPath = "/models/{model}:streamGenerateContent?alt=sse";
        entry.key = {"x-goog-api-key", ""};
        break;
    case Dialect::Completions:
        entry.path = "/completions";
        break;
    case Dialect::Embeddings:
        entry.path = "/embeddings";
        break;
    }
    return entry;
}

std::string joinedPath(std::string_view base, std::string_view path)
{
    const std::string_view first = path.substr(0, std::min(path.find('/', 1), path.size()));
    if (first.size() < path.size() && base.ends_with(first)) {
        base.remove_suffix(first.size());
    }
    return std::string(base).append(path);
}

} // namespace signalbox::provider
