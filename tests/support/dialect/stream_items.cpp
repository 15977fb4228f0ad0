// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/dialect/stream_items.h"

#include <algorithm>
#include <array>
#include <utility>

#include <QDir>
#include <QFile>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/neutral/answer_items.h"

namespace signalbox::test {

namespace {
using json::Value;

struct Describer {
    std::string out;
    int growing = -1; ///< the part whose line is still open

    static std::string quoted(const std::string &text) { return json::writeCompact(Value::string(text)); }
    void line(const std::string &text)
    {
        flush();
        out += text + "\n";
    }
    std::string grown;
    void flush()
    {
        if (growing >= 0) {
            const int part = growing;
            growing = -1;
            out += "  " + std::to_string(part) + " + " + quoted(grown) + "\n";
            grown.clear();
        }
    }
    static std::string kindOf(const neutral::Part &part)
    {
        if (const auto *call = std::get_if<neutral::ToolCall>(&part.what)) {
            return (call->custom ? "custom " : "call ") + quoted(call->id) + " " + quoted(call->name)
                   + (call->signature.empty() ? "" : " signed " + quoted(call->signature));
        }
        if (const auto *thought = std::get_if<neutral::Reasoning>(&part.what)) {
            return "reasoning" + (thought->signature.empty() ? "" : " signed " + quoted(thought->signature));
        }
        if (const auto *media = std::get_if<neutral::Media>(&part.what)) {
            return "media " + quoted(media->mime) + " " + quoted(media->data + media->url);
        }
        if (const auto *foreign = std::get_if<neutral::Foreign>(&part.what)) {
            return "foreign " + foreign->what + " " + json::writeCompact(foreign->value);
        }
        return std::holds_alternative<neutral::Refusal>(part.what) ? "refusal" : "text";
    }

    void on(const neutral::AnswerBegins &item)
    {
        line("begins " + quoted(item.id) + " " + quoted(item.model) + " " + std::to_string(item.created));
    }
    void on(const neutral::PartBegins &item)
    {
        line("choice " + std::to_string(item.choice) + " part " + std::to_string(item.part) + " "
             + kindOf(item.what));
    }
    void on(const neutral::PartGrows &item)
    {
        if (growing != item.part) {
            flush();
        }
        growing = item.part;
        grown += item.text;
    }
    void on(const neutral::PartGains &item)
    {
        constexpr std::array kWhat{"signature", "encrypted", "annotation", "next summary part"};
        line("  " + std::to_string(item.part) + " gains " + kWhat[static_cast<std::size_t>(item.what)] + " "
             + (item.value.is(Value::Type::Null) ? quoted(item.text) : json::writeCompact(item.value)));
    }
    void on(const neutral::PartEnds &item) { line("  " + std::to_string(item.part) + " ends"); }
    void on(const neutral::ChoiceLogprobs &item)
    {
        line("choice " + std::to_string(item.choice) + " logprobs " + json::writeCompact(item.value));
    }
    void on(const neutral::ChoiceEnds &item)
    {
        constexpr std::array kStops{"none",   "end",     "stop sequence", "length", "tool calls",
                                    "filter", "refusal", "pause",         "failed"};
        line("choice " + std::to_string(item.choice) + " ends: " + kStops[static_cast<std::size_t>(item.stop)]
             + " " + quoted(item.stopText));
    }
    void on(const neutral::UsageKnown &item)
    {
        const events::TokenUsage &usage = item.usage;
        line("usage in " + std::to_string(usage.input) + " cached " + std::to_string(usage.cachedInput)
             + " written " + std::to_string(usage.cacheWrite) + " out " + std::to_string(usage.output)
             + " reasoning " + std::to_string(usage.reasoning));
    }
    void on(const neutral::AnswerFails &item)
    {
        line("fails " + std::to_string(item.failure.status) + " " + quoted(item.failure.message) + " "
             + quoted(item.failure.type) + " " + quoted(item.failure.code));
    }
    void on(const neutral::AnswerEnds &) { line("ends"); }
};

QString folderOf(const std::string &name)
{
    return QStringLiteral(SIGNALBOX_TEST_DATA "/dialect/") + QString::fromStdString(name);
}
} // namespace

StreamRead readStream(const neutral::Codec &codec, std::string_view body, std::size_t piece)
{
    StreamRead out;
    const auto reader = codec.makeReader();
    http::SseParser parser;
    for (std::size_t at = 0; at < body.size(); at += piece) {
        parser.feed(body.substr(at, piece));
        while (const auto event = parser.next()) {
            out.garbled |= !reader->take(*event, out.items);
        }
    }
    if (const auto event = parser.finish()) {
        out.garbled |= !reader->take(*event, out.items);
    }
    reader->finish(out.items);
    return out;
}

std::string writeStream(const neutral::Codec &codec, const Items &items,
                        const neutral::AnswerContext &context)
{
    std::string out;
    const auto writer = codec.makeWriter(context);
    for (const neutral::StreamItem &item : items) {
        writer->write(item, out);
    }
    return out;
}

std::string describe(const Items &items)
{
    Describer describer;
    for (const neutral::StreamItem &item : items) {
        std::visit([&](const auto &what) { describer.on(what); }, item);
    }
    describer.flush();
    return describer.out;
}

neutral::Answer assembled(const Items &items)
{
    neutral::AnswerBuilder builder(base::Dialect::Chat);
    for (const neutral::StreamItem &item : items) {
        builder.take(item);
    }
    return builder.answer();
}

namespace {
/// Follows the rules item by item.
struct Inspector {
    bool begun = false;
    bool over = false;
    std::vector<bool> open; ///< of each part
    std::vector<int> ended; ///< choices

    std::string on(const neutral::AnswerBegins &) { return std::exchange(begun, true) ? "begins twice" : ""; }
    std::string on(const neutral::PartBegins &item)
    {
        if (item.part != static_cast<int>(open.size())) {
            return "parts are not counted from 0";
        }
        open.push_back(true);
        return std::ranges::find(ended, item.choice) == ended.end() ? ""
                                                                    : "a part after its choice has ended";
    }
    std::string grows(int part) const
    {
        const auto at = static_cast<std::size_t>(part);
        return part >= 0 && at < open.size() && open[at] ? "" : "a part that is not open";
    }
    std::string on(const neutral::PartGrows &item)
    {
        return item.text.empty() ? "grows by nothing" : grows(item.part);
    }
    std::string on(const neutral::PartGains &item) { return grows(item.part); }
    std::string on(const neutral::PartEnds &item)
    {
        const std::string flaw = grows(item.part);
        if (flaw.empty()) {
            open[static_cast<std::size_t>(item.part)] = false;
        }
        return flaw;
    }
    std::string on(const neutral::ChoiceLogprobs &) { return {}; }
    std::string on(const neutral::ChoiceEnds &item)
    {
        const bool twice = std::ranges::find(ended, item.choice) != ended.end();
        ended.push_back(item.choice);
        return twice ? "a choice ends twice" : "";
    }
    std::string on(const neutral::UsageKnown &) { return {}; }
    std::string on(const neutral::AnswerFails &)
    {
        over = true;
        begun = true; // it may fail before it begins
        return {};
    }
    std::string on(const neutral::AnswerEnds &)
    {
        over = true;
        return std::ranges::find(open, true) == open.end() ? "" : "ends with an open part";
    }
};
} // namespace

std::string flawIn(const Items &items)
{
    Inspector inspector;
    for (const neutral::StreamItem &item : items) {
        if (inspector.over) {
            return "something follows the end";
        }
        const std::string flaw = std::visit([&](const auto &what) { return inspector.on(what); }, item);
        if (!flaw.empty() || !inspector.begun) {
            return flaw.empty() ? "something before the beginning" : flaw;
        }
    }
    return {};
}

bool endsWhole(const Items &items)
{
    return std::ranges::any_of(items, [](const neutral::StreamItem &item) {
        return std::holds_alternative<neutral::AnswerEnds>(item);
    });
}

std::string mutated(std::string text, base::Random &random)
{
    constexpr std::array kWords{"null", "[]", "{}", "-1", "1e999", "\"\"",
                                "true", ",",  "\"", "}",  "\xff",  "[[["};
    const std::size_t count = 1 + random.next() % 3;
    for (std::size_t i = 0; i < count && !text.empty(); ++i) {
        // Behind a colon stands a value: there the wrong type is still JSON.
        const std::size_t from = random.next() % text.size();
        const std::size_t colon = random.next() % 4 == 0 ? std::string::npos : text.find(':', from);
        const std::size_t at = colon == std::string::npos ? from : colon + 1;
        const std::size_t end = colon == std::string::npos ? at + 1 : text.find_first_of(",}]", at);
        text.replace(at, std::min(end, text.size()) - at, kWords[random.next() % kWords.size()]);
    }
    return text;
}

std::string dialectFile(const std::string &name)
{
    QFile file(folderOf(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

std::vector<std::string> dialectFiles(const std::string &folder, const std::string &end)
{
    std::vector<std::string> out;
    for (const QString &name : QDir(folderOf(folder)).entryList(QDir::Files, QDir::Name)) {
        const std::string one = name.toStdString();
        if (one.ends_with(end)) {
            out.push_back(one.substr(0, one.size() - end.size()));
        }
    }
    return out;
}

} // namespace signalbox::test
