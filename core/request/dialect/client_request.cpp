// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/client_request.h"

#include "core/foundation/json/tree.h"
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

constexpr std::string_view kNoJson = "the body is not valid JSON: ";

std::unexpected<base::Error> wrong(std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message));
}

/// The member that holds what is said.
std::string_view promptOf(base::Dialect dialect)
{
    switch (dialect) {
    case base::Dialect::Responses:
    case base::Dialect::Embeddings:
        return "input";
    case base::Dialect::Completions:
        return "prompt";
    default:
        return "messages";
    }
}

/// One pass over the members of the request.
class Scan
{
public:
    Scan(std::string_view text, ClientRequest &out)
        : m_text(text), m_out(out), m_prompt(promptOf(out.dialect))
    {}

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
        if (key == "previous_response_id") {
            if (value.is_null()) {
                return {};
            }
            m_out.goesOnFromId = true;
            return malformedIf(parts::walk(value, 1));
        }
        m_hasPrompt |= key == m_prompt;
        return malformedIf(parts::walk(value, 1));
    }

    base::Result<void> finish()
    {
        if (!m_hasModel) {
            return wrong("'model' is missing: name a chain or a model");
        }
        if (!m_hasPrompt && !m_out.goesOnFromId && m_out.dialect != base::Dialect::Completions) {
            return wrong("'" + std::string(m_prompt) + "' is missing");
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
        const auto mistake = mistakeIn(m_text);
        return wrong(mistake.value_or(std::string(kNoJson) + simdjson::error_message(error)));
    }

    /// Where the text is no JSON; the tree knows the place, which the fast way does not.
    static std::optional<std::string> mistakeIn(std::string_view text)
    {
        const auto tree = json::readTree(text);
        if (tree) {
            return std::nullopt;
        }
        const json::SyntaxError &mistake = tree.error();
        return std::string(kNoJson) + "line " + std::to_string(mistake.line) + ", column "
               + std::to_string(mistake.column) + ": " + mistake.message;
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
    ClientRequest &m_out;
    bool m_hasModel = false;
    std::string_view m_prompt;
    bool m_hasPrompt = false;
    bool m_hasStream = false;
    bool m_hasStreamOptions = false;
};
} // namespace

struct ClientRequestReader::Private {
    ondemand::parser parser;

    base::Result<ClientRequest> read(std::string &body, base::Dialect dialect)
    {
        body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
        ClientRequest request;
        request.dialect = dialect;
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

ClientRequestReader::ClientRequestReader() : d(std::make_unique<Private>()) {}
ClientRequestReader::~ClientRequestReader() = default;

base::Result<ClientRequest> ClientRequestReader::read(std::string &body, base::Dialect dialect)
{
    auto request = d->read(body, dialect);
    if (!request && request.error().message.starts_with('\'')) { // a wrong value may be no JSON at all
        if (const auto mistake = Scan::mistakeIn(body)) {
            request = wrong(*mistake);
        }
    }
    if (d->parser.capacity() > kKeepParserUpTo) {
        d = std::make_unique<Private>(); // one large prompt must not cost memory for good
    }
    return request;
}

} // namespace signalbox::dialect
