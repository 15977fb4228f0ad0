// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/request/dialect/messages/messages_samples.h"

#include <array>

#include <QFile>

#include "core/foundation/json/splice.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/messages_codec.h"

namespace signalbox::test::messages {

namespace {
std::string describePart(const neutral::Part &part)
{
    if (std::holds_alternative<neutral::Text>(part.what)) {
        return "text";
    }
    if (std::holds_alternative<neutral::Refusal>(part.what)) {
        return "refusal";
    }
    if (const auto *const call = std::get_if<neutral::ToolCall>(&part.what)) {
        return "call " + call->id + " " + call->name;
    }
    if (const auto *const reasoning = std::get_if<neutral::Reasoning>(&part.what)) {
        return "reasoning " + std::string(base::toText(reasoning->origin));
    }
    if (const auto *const foreign = std::get_if<neutral::Foreign>(&part.what)) {
        return "foreign " + foreign->what + " " + json::writeCompact(foreign->value);
    }
    return "other";
}

std::string oneLine(std::string text)
{
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
        text.replace(at, 1, "\\n");
    }
    return text;
}

struct Describe {
    std::string operator()(const neutral::AnswerBegins &one) const
    {
        return "begins " + one.id + " " + one.model + (one.serviceTier.empty() ? "" : " " + one.serviceTier);
    }
    std::string operator()(const neutral::PartBegins &one) const
    {
        return "part " + std::to_string(one.part) + " " + describePart(one.what);
    }
    std::string operator()(const neutral::PartGrows &one) const
    {
        return "grows " + std::to_string(one.part) + " " + oneLine(one.text);
    }
    std::string operator()(const neutral::PartGains &one) const
    {
        static constexpr std::array<const char *, 4> kNames = {"signature ", "encrypted ", "annotation ",
                                                               "next summary part "};
        const bool value = one.what == neutral::PartGains::What::Annotation;
        return kNames[static_cast<std::size_t>(one.what)] + std::to_string(one.part) + " "
               + (value ? json::writeCompact(one.value) : one.text);
    }
    std::string operator()(const neutral::PartEnds &one) const { return "ends " + std::to_string(one.part); }
    std::string operator()(const neutral::ChoiceLogprobs &) const { return "logprobs"; }
    std::string operator()(const neutral::ChoiceEnds &one) const
    {
        static constexpr std::array<const char *, 9> kStops = {
            "none", "end", "stop sequence", "length", "tool calls", "filter", "refusal", "pause", "failed"};
        return std::string("choice ends ") + kStops[static_cast<std::size_t>(one.stop)] + " " + one.stopText
               + (one.stopSequence.empty() ? "" : " " + one.stopSequence);
    }
    std::string operator()(const neutral::UsageKnown &one) const
    {
        std::string out = "usage";
        for (const auto n : {one.usage.input, one.usage.cachedInput, one.usage.cacheWrite,
                             one.usage.cacheWrite1h, one.usage.output, one.usage.reasoning}) {
            out += " " + std::to_string(n);
        }
        return out;
    }
    std::string operator()(const neutral::AnswerFails &one) const
    {
        return "fails " + std::to_string(one.failure.status) + " " + one.failure.type + " " + one.failure.code
               + " " + one.failure.message;
    }
    std::string operator()(const neutral::AnswerEnds &) const { return "answer ends"; }
};
} // namespace

std::string dataFile(const std::string &name)
{
    QFile file(QString::fromStdString(SIGNALBOX_TEST_DATA "/dialect/messages/" + name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : "no file " + name;
}

std::vector<neutral::StreamItem> readStream(std::string_view stream, std::size_t step, bool finish)
{
    const auto reader = signalbox::messages::MessagesCodec().makeReader();
    std::vector<neutral::StreamItem> out;
    http::SseParser parser;
    bool garbled = false;
    while (!stream.empty() && !garbled) {
        const std::string_view piece = stream.substr(0, step == 0 ? stream.size() : step);
        stream.remove_prefix(piece.size());
        parser.feed(piece);
        for (auto event = parser.next(); event && !garbled; event = parser.next()) {
            garbled = !reader->take(*event, out);
        }
    }
    if (garbled) {
        out.emplace_back(neutral::AnswerFails{{.status = 0, .message = "garbled"}, {}});
    } else if (finish) {
        reader->finish(out);
    }
    return out;
}

std::string describe(const std::vector<neutral::StreamItem> &items)
{
    std::string out;
    for (const neutral::StreamItem &item : items) {
        out += std::visit(Describe{}, item) + "\n";
    }
    return out;
}

std::vector<std::string> eventsOf(std::string_view stream)
{
    std::vector<std::string> out;
    while (!stream.empty()) {
        const std::size_t end = stream.find("\n\n");
        out.emplace_back(stream.substr(0, end == std::string_view::npos ? end : end + 2));
        stream.remove_prefix(out.back().size());
    }
    return out;
}

std::string writeStream(const std::vector<neutral::StreamItem> &items, const neutral::AnswerContext &context,
                        std::vector<std::string> *dropped)
{
    const auto writer = signalbox::messages::MessagesCodec().makeWriter(context);
    std::string out;
    for (const neutral::StreamItem &item : items) {
        writer->write(item, out);
    }
    if (dropped) {
        *dropped = writer->dropped();
    }
    return out;
}

std::string joined(const std::vector<std::string> &names)
{
    std::string out;
    for (const std::string &name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

} // namespace signalbox::test::messages
