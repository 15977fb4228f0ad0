// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever grows beside whatever else: the events are in an order that SDKs can build an answer from.
#include <map>
#include <set>

#include "core/foundation/base/random.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/responses_codec.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/responses/responses_samples.h"

using namespace signalbox;
using namespace signalbox::neutral;
using namespace signalbox::responses::test;

namespace {
class Generator
{
public:
    explicit Generator(std::uint64_t seed) : m_random(seed) {}

    std::vector<StreamItem> make()
    {
        m_items.push_back(AnswerBegins{.id = "resp_1", .model = "m", .created = 7});
        for (int step = 0; step < 40; ++step) {
            const std::size_t what = below(4);
            if (what == 0 && m_parts < 8) {
                begin();
            } else if (what == 3 && !m_open.empty()) {
                end();
            } else if (!m_open.empty()) {
                grow();
            }
        }
        while (!m_open.empty()) {
            end();
        }
        m_items.push_back(ChoiceEnds{.stop = below(2) == 0 ? Stop::End : Stop::Length});
        m_items.push_back(AnswerEnds{});
        return m_items;
    }
    /// Kind and text of each part; of thoughts without any, nothing.
    std::multiset<std::string> said() const
    {
        std::multiset<std::string> out;
        for (const auto &[part, one] : m_said) {
            const auto &[kind, text] = one;
            if (!(kind == 'r' && text.empty())) {
                out.insert(kind + ((kind == 'c' && text.empty()) ? std::string("{}") : text));
            }
        }
        return out;
    }

private:
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(m_random.next() % n); }
    void begin()
    {
        const std::string number = std::to_string(m_parts);
        Part what;
        char kind = 't';
        switch (below(5)) {
        case 0:
            what.what = Text{};
            break;
        case 1:
            what.what = Refusal{};
            kind = 'x';
            break;
        case 2:
            what.what = Reasoning{};
            kind = 'r';
            break;
        case 3:
            what.what = ToolCall{.id = "call_" + number, .name = "f"};
            kind = 'c';
            break;
        default:
            what.what = ToolCall{.id = "call_" + number, .name = "g", .custom = true};
            kind = 'g';
        }
        m_said[m_parts].first = kind;
        m_open.push_back(m_parts);
        m_items.push_back(PartBegins{.part = m_parts++, .what = std::move(what)});
    }
    void grow()
    {
        const int part = m_open[below(m_open.size())];
        const std::string text = "w" + std::to_string(below(100)) + " ";
        m_said[part].second += text;
        m_items.push_back(PartGrows{.part = part, .text = text});
    }
    void end()
    {
        const auto at = m_open.begin() + static_cast<std::ptrdiff_t>(below(m_open.size()));
        m_items.push_back(PartEnds{.part = *at});
        m_open.erase(at);
    }

    base::Random m_random;
    std::vector<StreamItem> m_items;
    std::vector<int> m_open;
    std::map<int, std::pair<char, std::string>> m_said;
    int m_parts = 0;
};

std::multiset<std::string> saidIn(const std::vector<Part> &parts)
{
    std::multiset<std::string> out;
    for (const Part &part : parts) {
        if (const auto *text = std::get_if<Text>(&part.what)) {
            out.insert("t" + text->text);
        } else if (const auto *refusal = std::get_if<Refusal>(&part.what)) {
            out.insert("x" + refusal->text);
        } else if (const auto *reasoning = std::get_if<Reasoning>(&part.what)) {
            out.insert("r" + reasoning->text);
        } else if (const auto *call = std::get_if<ToolCall>(&part.what)) {
            out.insert((call->custom ? "g" : "c") + call->arguments);
        }
    }
    return out;
}

/// Builds the items from the events alone, as SDKs do; says what an SDK would stumble over.
class Builder
{
public:
    std::string take(const json::Value &event)
    {
        const std::string type = event.find("type")->text();
        const json::Value *index = event.find("output_index");
        if (!index) {
            return {};
        }
        const int at = std::stoi(index->text());
        if (type == "response.output_item.added") {
            m_ids[at] = event.find("item")->find("id")->text();
            return at == m_added++ ? "" : "items are added out of order";
        }
        if (!m_ids.contains(at) || m_done.contains(at)) {
            return "an event of an item that is not open: " + type;
        }
        if (type == "response.output_item.done") {
            m_done.insert(at);
            return event.find("item")->find("id")->text() == m_ids[at] ? "" : "another id at the end";
        }
        if (event.find("item_id")->text() != m_ids[at]) {
            return "another id";
        }
        return grow(event, type, at);
    }
    bool allDone() const { return m_done.size() == m_ids.size(); }

private:
    std::string grow(const json::Value &event, const std::string &type, int at)
    {
        const json::Value *inner = event.find("content_index");
        inner = inner ? inner : event.find("summary_index");
        const std::string place = std::to_string(at) + "/" + (inner ? inner->text() : "");
        if (type.ends_with("part.added")) {
            return m_parts.insert(place).second ? "" : "a part is added twice";
        }
        if (inner && !m_parts.contains(place)) {
            return "growth of a part that was not added";
        }
        if (const json::Value *delta = event.find("delta")) {
            m_texts[place] += delta->text();
            return {};
        }
        for (const char *name : {"text", "refusal", "arguments", "input"}) {
            const json::Value *whole = event.find(name);
            if (whole && whole->text() != m_texts[place]) {
                return "the whole is not the sum of its deltas";
            }
        }
        return {};
    }

    std::map<int, std::string> m_ids;
    std::set<int> m_done;
    std::set<std::string> m_parts;
    std::map<std::string, std::string> m_texts;
    int m_added = 0;
};
} // namespace

class ResponsesInterleaveTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tellsAnAnswerWhateverGrowsBesideIt()
    {
        for (std::uint64_t seed = 0; seed < 1500; ++seed) {
            Generator generator(seed);
            const std::vector<StreamItem> items = generator.make();
            const auto writer = responses::ResponsesCodec().makeWriter({.id = "r", .now = 5});
            std::string stream;
            for (const StreamItem &item : items) {
                writer->write(item, stream);
            }
            Builder builder;
            const std::vector<json::Value> events = eventsOf(stream);
            for (const json::Value &event : events) {
                const std::string trouble = builder.take(event);
                QVERIFY2(trouble.empty(), (trouble + "\n" + stream).c_str());
            }
            QVERIFY2(builder.allDone(), stream.c_str());
            const std::string last = json::writeCompact(*events.back().find("response"));
            const auto answer = responses::ResponsesCodec().readAnswer(last);
            QVERIFY(answer);
            QVERIFY2(saidIn(answer->choices.at(0).parts) == generator.said(), stream.c_str());
            const auto again = itemsOf(stream);
            QVERIFY(std::holds_alternative<AnswerEnds>(again.back()));
        }
    }
};

SIGNALBOX_TEST(ResponsesInterleaveTest)
#include "responses_interleave_test.moc"
