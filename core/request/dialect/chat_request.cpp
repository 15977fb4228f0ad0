// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_request.h"

#include "core/request/dialect/parts/json_walk.h"

namespace signalbox::dialect {

namespace ondemand = simdjson::ondemand;
using base::ErrorCode;
using base::fail;

namespace {
constexpr std::size_t kKeepParserUpTo = 1024 * 1024;

json::Span spanOf(std::string_view token, std::string_view text)
{
    const auto begin = static_cast<std::size_t>(token.data() - text.data());
    std::size_t size = token.size();
    while (size > 0
           && (token[size - 1] == ' ' || token[size - 1] == '\t' || token[size - 1] == '\n'
               || token[size - 1] == '\r')) {
        --size;
    }
    return {begin, begin + size};
}

std::unexpected<base::Error> wrong(std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message));
}

/// One pass over the members of the request.
class Scan
{
public:
    Scan(std::string_view text, ChatRequest &out) : m_text(text), m_out(out) {}

    base::Result<void> member(std::string_view key, ondemand::value value)
    {
        if (key == "model") {
            return model(value);
        }
        if (key == "stream") {
            return stream(value);
        }
        if (key == "stream_options") {
            return streamOptions(value);
        }
        m_hasMessages |= key == "messages";
        return malformedIf(parts::walk(value, 1));
    }

    base::Result<void> finish()
    {
        if (!m_hasModel) {
            return wrong("'model' is missing: name a chain or a model");
        }
        if (!m_hasMessages) {
            return wrong("'messages' is missing");
        }
        return {};
    }

    base::Result<void> malformedIf(simdjson::error_code error)
    {
        if (!error) {
            return {};
        }
        if (error == simdjson::DEPTH_ERROR) {
            return wrong("the body is nested deeper than " + std::to_string(parts::kMaxJsonDepth)
                         + " levels");
        }
        return wrong(std::string("the body is not valid JSON: ") + simdjson::error_message(error));
    }

private:
    base::Result<void> model(ondemand::value value)
    {
        if (std::exchange(m_hasModel, true)) {
            return wrong("'model' is given twice");
        }
        m_out.modelAt = spanOf(value.raw_json_token(), m_text);
        std::string_view text;
        if (value.get_string().get(text)) {
            return wrong("'model' must be a string");
        }
        m_out.model = text;
        return {};
    }

    base::Result<void> stream(ondemand::value value)
    {
        if (std::exchange(m_hasStream, true)) {
            return wrong("'stream' is given twice");
        }
        m_out.streamAt = spanOf(value.raw_json_token(), m_text);
        if (value.is_null()) {
            return {};
        }
        return value.get_bool().get(m_out.stream) ? wrong("'stream' must be true or false")
                                                  : base::Result<void>();
    }

    base::Result<void> streamOptions(ondemand::value value)
    {
        if (std::exchange(m_hasStreamOptions, true)) {
            return wrong("'stream_options' is given twice");
        }
        const std::string_view token = value.raw_json_token();
        ondemand::object options;
        if (value.get_object().get(options)) {
            if (!value.is_null()) {
                return wrong("'stream_options' must be an object");
            }
            m_out.streamOptionsAt = spanOf(token, m_text);
            return {};
        }
        m_out.inStreamOptions = spanOf(token, m_text).begin + 1;
        for (auto entry : options) {
            ondemand::field field;
            if (const auto error = std::move(entry).get(field)) {
                return malformedIf(error);
            }
            m_out.streamOptionsEmpty = false;
            std::string_view key;
            if (const auto error = field.unescaped_key().get(key)) {
                return malformedIf(error);
            }
            const base::Result<void> ok = key == "include_usage" ? includeUsage(field.value())
                                                                 : malformedIf(parts::walk(field.value(), 2));
            if (!ok) {
                return ok;
            }
        }
        return {};
    }

    base::Result<void> includeUsage(ondemand::value value)
    {
        if (m_out.includeUsageAt) {
            return wrong("'stream_options.include_usage' is given twice");
        }
        m_out.includeUsageAt = spanOf(value.raw_json_token(), m_text);
        if (value.is_null()) {
            return {};
        }
        return value.get_bool().get(m_out.usageAsked)
                   ? wrong("'stream_options.include_usage' must be true or false")
                   : base::Result<void>();
    }

    std::string_view m_text;
    ChatRequest &m_out;
    bool m_hasModel = false;
    bool m_hasMessages = false;
    bool m_hasStream = false;
    bool m_hasStreamOptions = false;
};
} // namespace

struct ChatRequestReader::Private {
    ondemand::parser parser;

    base::Result<ChatRequest> read(std::string &body)
    {
        body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
        ChatRequest request;
        Scan scan(body, request);
        ondemand::document document;
        const simdjson::padded_string_view padded(body.data(), body.size(), body.capacity());
        if (const auto error = parser.iterate(padded).get(document)) {
            return std::unexpected(scan.malformedIf(error).error());
        }
        ondemand::object root;
        if (const auto error = document.get_object().get(root)) {
            return error == simdjson::INCORRECT_TYPE ? wrong("the body must be a JSON object")
                                                     : std::unexpected(scan.malformedIf(error).error());
        }
        request.inRoot = body.find('{') + 1;
        for (auto entry : root) {
            ondemand::field field;
            std::string_view key;
            if (const auto error = std::move(entry).get(field)) {
                return std::unexpected(scan.malformedIf(error).error());
            }
            if (const auto error = field.unescaped_key().get(key)) {
                return std::unexpected(scan.malformedIf(error).error());
            }
            if (const auto ok = scan.member(key, field.value()); !ok) {
                return std::unexpected(ok.error());
            }
        }
        if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
            return wrong("the body is not valid JSON: something follows the closing brace");
        }
        if (const auto ok = scan.finish(); !ok) {
            return std::unexpected(ok.error());
        }
        return request;
    }
};

ChatRequestReader::ChatRequestReader() : d(std::make_unique<Private>()) {}
ChatRequestReader::~ChatRequestReader() = default;

base::Result<ChatRequest> ChatRequestReader::read(std::string &body)
{
    auto request = d->read(body);
    if (d->parser.capacity() > kKeepParserUpTo) {
        d = std::make_unique<Private>(); // one large prompt must not cost memory for good
    }
    return request;
}

} // namespace signalbox::dialect
