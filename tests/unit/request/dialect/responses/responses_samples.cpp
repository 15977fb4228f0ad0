// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/request/dialect/responses/responses_samples.h"

#include <QFile>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/responses_codec.h"

namespace signalbox::responses::test {

namespace {
using namespace neutral;

std::string partText(const Part &part)
{
    if (std::holds_alternative<Text>(part.what)) {
        return "text";
    }
    if (std::holds_alternative<Refusal>(part.what)) {
        return "refusal";
    }
    if (const auto *call = std::get_if<ToolCall>(&part.what)) {
        return std::string(call->custom ? "custom " : "call ") + call->id + " " + call->name
               + (call->space ? " in " + call->space->name : "") + " " + call->itemId;
    }
    if (const auto *reasoning = std::get_if<Reasoning>(&part.what)) {
        return std::string(reasoning->summary ? "summary " : "thoughts ") + reasoning->id;
    }
    if (const auto *foreign = std::get_if<Foreign>(&part.what)) {
        return "foreign " + foreign->what;
    }
    return "media";
}

struct Teller {
    std::string operator()(const AnswerBegins &begins) const
    {
        return "begins " + begins.id + " " + begins.model + " " + std::to_string(begins.created);
    }
    std::string operator()(const PartBegins &begins) const
    {
        return std::to_string(begins.part) + " begins " + partText(begins.what);
    }
    std::string operator()(const PartGrows &grows) const
    {
        return std::to_string(grows.part) + " grows " + grows.text;
    }
    std::string operator()(const PartGains &gains) const
    {
        switch (gains.what) {
        case PartGains::What::NextSummaryPart:
            return std::to_string(gains.part) + " next summary part";
        case PartGains::What::Annotation:
            return std::to_string(gains.part) + " annotation " + json::writeCompact(gains.value);
        default:
            return std::to_string(gains.part) + " sealed " + gains.text;
        }
    }
    std::string operator()(const PartEnds &ends) const { return std::to_string(ends.part) + " ends"; }
    std::string operator()(const ChoiceLogprobs &logprobs) const
    {
        return "logprobs " + json::writeCompact(logprobs.value);
    }
    std::string operator()(const ChoiceEnds &ends) const
    {
        constexpr const char *kStops[]{"none",   "end",     "sequence", "length", "calls",
                                       "filter", "refusal", "pause",    "failed"};
        return std::string("stop ") + kStops[static_cast<std::size_t>(ends.stop)] + " " + ends.stopText;
    }
    std::string operator()(const UsageKnown &known) const
    {
        const events::TokenUsage &usage = known.usage;
        return "usage " + std::to_string(usage.input) + " " + std::to_string(usage.cachedInput) + " "
               + std::to_string(usage.cacheWrite) + " " + std::to_string(usage.output) + " "
               + std::to_string(usage.reasoning);
    }
    std::string operator()(const AnswerFails &fails) const
    {
        return "fails " + std::to_string(fails.failure.status) + " " + fails.failure.code + ": "
               + fails.failure.message;
    }
    std::string operator()(const AnswerEnds & /*ends*/) const { return "whole"; }
};
} // namespace

std::string sample(std::string_view name)
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/dialect/responses/")
               + QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

json::Value tree(std::string_view text)
{
    return json::readTree(text).value_or(json::Value());
}

std::vector<StreamItem> itemsOf(std::string_view stream, std::size_t piece, bool ended)
{
    http::SseParser parser;
    const auto reader = ResponsesCodec().makeReader();
    std::vector<StreamItem> items;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        parser.feed(stream.substr(at, piece));
        while (const auto event = parser.next()) {
            if (!reader->take(*event, items)) {
                items.push_back(AnswerFails{.failure = {.message = "garbled"}, .body = {}});
            }
        }
    }
    if (ended) {
        reader->finish(items);
    }
    return items;
}

std::string told(const std::vector<StreamItem> &items)
{
    std::string out;
    for (const StreamItem &item : items) {
        out += std::visit(Teller{}, item) + "\n";
    }
    return out;
}

std::vector<json::Value> eventsOf(std::string_view stream)
{
    http::SseParser parser;
    parser.feed(stream);
    std::vector<json::Value> out;
    while (const auto event = parser.next()) {
        out.push_back(tree(event->data));
    }
    return out;
}

} // namespace signalbox::responses::test
