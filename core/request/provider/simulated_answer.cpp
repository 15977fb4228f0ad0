// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/simulated_answer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include <simdjson.h>

namespace signalbox::provider {

namespace {

using Ending = SimulatedAnswer::Ending;

/// Plain ASCII without anything JSON would escape.
constexpr std::array<std::string_view, 60> kWords{
    "The",   "signal",  "box",       "stands", "beside", "the",    "line",      "and",    "keeps", "watch.",
    "When",  "a",       "track",     "is",     "closed", "the",    "signaller", "sets",   "the",   "points",
    "for",   "another", "one.",      "A",      "lever",  "moves,", "a",         "lamp",   "turns", "green,",
    "and",   "the",     "train",     "goes",   "on",     "its",    "way.",      "Nobody", "on",    "board",
    "needs", "to",      "know",      "which",  "rails",  "it",     "took.",     "The",    "log",   "book",
    "says",  "what",    "happened,", "and",    "the",    "bell",   "rings",     "once",   "more,", "softly."};

struct Asked {
    bool valid = false;
    std::string modelJson = "\"simulated\""; ///< as the client wrote it, quotes and escapes included
    bool stream = false;
    bool includeUsage = false;
    std::int64_t maxTokens = -1;
    std::int64_t promptTokens = 0;
};

/// What is missing or of another type counts as not said.
template<typename T>
T valueOr(simdjson::simdjson_result<simdjson::dom::element> member, T otherwise)
{
    T value{};
    return member.get(value) ? otherwise : value;
}

Asked readRequest(const std::string &body)
{
    Asked asked;
    asked.promptTokens = std::max<std::int64_t>(1, std::int64_t(body.size()) / 4);
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(body).get(object)) {
        return asked;
    }
    simdjson::dom::element model;
    asked.valid = object["model"].get(model) == simdjson::SUCCESS && model.is_string();
    if (asked.valid) {
        asked.modelJson = simdjson::minify(model);
    }
    asked.stream = valueOr(object["stream"], false);
    asked.includeUsage = valueOr(object["stream_options"]["include_usage"], false);
    for (const std::string_view name : {"max_completion_tokens", "max_tokens"}) {
        if (asked.maxTokens < 0) {
            asked.maxTokens = valueOr(object[name], std::int64_t(-1));
        }
    }
    return asked;
}

std::string drawFault(const config::SimulateConfig &config, base::Random &random)
{
    double at = random.unit();
    for (const auto &[name, share] : config.errors) {
        if (at < share) {
            return name;
        }
        at -= share;
    }
    return {};
}

SimulatedAnswer whole(int status, std::string_view contentType, std::string body)
{
    SimulatedAnswer answer;
    answer.head.status = status;
    answer.head.headers.add("content-type", contentType);
    answer.body = std::move(body);
    answer.ends = {answer.body.size()};
    return answer;
}

struct Refusal {
    int status;
    std::string_view type;
    std::string_view code; ///< JSON
    std::string_view message;
};

constexpr std::array<Refusal, 8> kRefusals{{
    {400, "invalid_request_error", "null", "Simulated: the request is not valid."},
    {401, "invalid_request_error", "\"invalid_api_key\"", "Simulated: the key is not valid."},
    {402, "insufficient_quota", "\"insufficient_quota\"", "Simulated: the account has no credit left."},
    {403, "permission_error", "null", "Simulated: the key may not use this model."},
    {404, "invalid_request_error", "\"model_not_found\"", "Simulated: the model does not exist."},
    {413, "invalid_request_error", "\"context_length_exceeded\"", "Simulated: the prompt is too long."},
    {429, "rate_limit_error", "\"rate_limit_exceeded\"", "Simulated: too many requests."},
    {529, "overloaded_error", "null", "Simulated: overloaded."},
}};

SimulatedAnswer refuse(const Refusal &refusal)
{
    std::string body = R"({"error":{"message":")";
    body.append(refusal.message)
        .append(R"(","type":")")
        .append(refusal.type)
        .append(R"(","param":null,"code":)");
    body.append(refusal.code).append("}}");
    SimulatedAnswer answer = whole(refusal.status, "application/json", std::move(body));
    if (refusal.status == 429 && refusal.type == "rate_limit_error") {
        answer.head.headers.add("retry-after", "5");
    }
    return answer;
}

SimulatedAnswer refuseWith(int status)
{
    const auto known = std::ranges::find(kRefusals, status, &Refusal::status);
    return refuse(known != kRefusals.end()
                      ? *known
                      : Refusal{status, status < 500 ? "invalid_request_error" : "server_error", "null",
                                "Simulated: something went wrong."});
}

/// Appends an answer in OpenAI's shape, streamed or whole.
class Writer
{
public:
    Writer(const Asked &asked, base::Random &random, base::WallTime now)
    {
        std::array<char, 48> id{};
        std::snprintf(id.data(), id.size(), "chatcmpl-sim%016llx",
                      static_cast<unsigned long long>(random.next()));
        const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
        m_id = std::string(R"({"id":")") + id.data() + R"(","object":"chat.completion)";
        m_meta = R"(","created":)" + std::to_string(seconds) + R"(,"model":)" + asked.modelJson;
    }

    void chunk(std::string &to, std::string_view rest) const
    {
        to.append("data: ").append(m_id).append(".chunk").append(m_meta).append(rest).append("\n\n");
    }
    void answer(std::string &to, std::string_view rest) const { to.append(m_id).append(m_meta).append(rest); }

private:
    std::string m_id;
    std::string m_meta;
};

std::string usageJson(const Asked &asked, std::int64_t tokens)
{
    return R"({"prompt_tokens":)" + std::to_string(asked.promptTokens) + R"(,"completion_tokens":)"
           + std::to_string(tokens) + R"(,"total_tokens":)" + std::to_string(asked.promptTokens + tokens)
           + "}";
}

void appendWord(std::string &to, std::int64_t index)
{
    if (index > 0) {
        to.push_back(' ');
    }
    to.append(kWords[std::size_t(index) % kWords.size()]);
}

struct Plan {
    std::int64_t tokens = 0;    ///< of the whole answer
    std::string_view finish;    ///< JSON
    std::int64_t cutAfter = -1; ///< tokens after which the connection breaks
};

void writeStream(SimulatedAnswer &answer, const Asked &asked, const Writer &writer, const Plan &plan)
{
    const std::string_view noUsage = asked.includeUsage ? R"(,"usage":null})" : "}";
    std::string &body = answer.body;
    const auto choice = [&](std::string_view delta, std::string_view finish) {
        std::string rest = R"(,"choices":[{"index":0,"delta":)";
        rest.append(delta).append(R"(,"finish_reason":)").append(finish).append("}]").append(noUsage);
        writer.chunk(body, rest);
    };
    choice(R"({"role":"assistant","content":""})", "null");
    const std::int64_t sent = plan.cutAfter < 0 ? plan.tokens : plan.cutAfter;
    for (std::int64_t i = 0; i < sent; ++i) {
        std::string delta = R"({"content":")";
        appendWord(delta, i);
        choice(delta.append("\"}"), "null");
        answer.ends.push_back(body.size());
    }
    if (plan.cutAfter < 0) {
        choice("{}", plan.finish);
        if (asked.includeUsage) {
            writer.chunk(body, R"(,"choices":[],"usage":)" + usageJson(asked, plan.tokens) + "}");
        }
        body.append("data: [DONE]\n\n");
    }
    if (answer.ends.empty()) {
        answer.ends.push_back(body.size());
    }
    answer.ends.back() = body.size();
}

void writeWhole(SimulatedAnswer &answer, const Asked &asked, const Writer &writer, const Plan &plan)
{
    std::string rest = R"(,"choices":[{"index":0,"message":{"role":"assistant","content":")";
    for (std::int64_t i = 0; i < plan.tokens; ++i) {
        appendWord(rest, i);
    }
    rest.append(R"("},"finish_reason":)").append(plan.finish).append(R"(}],"usage":)");
    rest.append(usageJson(asked, plan.tokens)).append("}");
    writer.answer(answer.body, rest);
    if (plan.cutAfter >= 0) {
        answer.body.resize(answer.body.size() / 2);
    }
    answer.first += answer.interval * plan.tokens;
    answer.ends.push_back(answer.body.size());
}

SimulatedAnswer models()
{
    return whole(
        200, "application/json",
        R"({"object":"list","data":[{"id":"sim-large","object":"model","created":0,"owned_by":"signalbox"},)"
        R"({"id":"sim-small","object":"model","created":0,"owned_by":"signalbox"}]})");
}

} // namespace

SimulatedAnswer simulatedAnswer(const upstream::WireRequest &request, const config::SimulateConfig &config,
                                base::Random &random, base::WallTime now)
{
    if (request.method == "GET") {
        return models();
    }
    const std::string fault = drawFault(config, random);
    int status = 0;
    if (std::from_chars(fault.data(), fault.data() + fault.size(), status).ec == std::errc()
        && status >= 400) {
        return refuseWith(status);
    }
    if (fault == "quota") {
        return refuse(
            {429, "insufficient_quota", "\"insufficient_quota\"", "Simulated: the quota is used up."});
    }
    if (fault == "timeout") {
        SimulatedAnswer answer;
        answer.ending = Ending::Hang;
        return answer;
    }
    if (fault == "garbled") {
        return whole(200, "text/html", "<!doctype html><title>Simulated</title><p>This is not an answer.");
    }
    const Asked asked = readRequest(request.body);
    if (!asked.valid) {
        return refuseWith(400);
    }
    SimulatedAnswer answer;
    answer.head.status = 200;
    answer.head.headers.add("content-type", asked.stream ? "text/event-stream" : "application/json");
    answer.first = config.firstToken;
    answer.interval = config.tokensPerSecond > 0 ? base::Duration(std::int64_t(1e9 / config.tokensPerSecond))
                                                 : base::Duration::zero();
    Plan plan{std::max(config.answerTokens, 1), "\"stop\""};
    if (asked.maxTokens >= 0 && asked.maxTokens < plan.tokens) {
        plan.tokens = asked.maxTokens;
        plan.finish = "\"length\"";
    }
    if (fault == "empty") {
        plan.tokens = 0;
    } else if (fault == "cut") {
        plan.cutAfter = plan.tokens / 2;
        answer.ending = Ending::CutOff;
    }
    const Writer writer(asked, random, now);
    if (asked.stream) {
        writeStream(answer, asked, writer, plan);
    } else {
        writeWhole(answer, asked, writer, plan);
    }
    return answer;
}

} // namespace signalbox::provider
