// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/translate/answer_seam.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/foundation/http/sse_parser.h"
#include "core/foundation/json/scan.h"
#include "core/request/dialect/chat_continue.h"
#include "core/request/dialect/translate/codecs.h"
#include "core/request/dialect/translate/item_seam.h"

namespace signalbox::translate {

namespace {
std::optional<json::Span> idAt(std::string_view data)
{
    return data.starts_with('{') ? json::memberAt(data, json::rootAt(data), "id") : std::nullopt;
}

/// Chat's chunks stand for themselves: of those before the break nothing counts but their text and their id.
class PlainSeam final : public AnswerSeam
{
public:
    explicit PlainSeam(dialect::ChatFactsReader &reader) : m_reader(reader) {}

    void sent(std::string_view events) override
    {
        if (m_id.empty()) {
            eachEvent(events, [this](const http::SseEvent &event) {
                const auto at = m_id.empty() ? idAt(event.data) : std::nullopt;
                m_id = at ? json::slice(event.data, *at) : std::string_view(m_id);
            });
        }
    }
    void goOn(std::string text) override { m_seam.emplace(m_reader, std::move(text)); }
    void feed(std::string_view relayed, std::string &out) override
    {
        std::string joined;
        m_seam->feed(relayed, joined);
        write(joined, out);
    }
    void finish(std::string &out) override
    {
        std::string joined;
        m_seam->finish(joined);
        write(joined, out);
    }
    bool restarted() const override { return m_seam && m_seam->restarted(); }
    std::string sentWith(std::string_view continuation) const override
    {
        return m_seam ? m_seam->sentWith(continuation) : std::string();
    }

private:
    template<typename Visit>
    static void eachEvent(std::string_view events, Visit visit)
    {
        http::SseParser parser; // they are whole: nothing is carried over
        parser.feed(events);
        while (const auto event = parser.next()) {
            visit(*event);
        }
    }

    /// Every chunk of an answer has the same id.
    void write(std::string_view events, std::string &out) const
    {
        eachEvent(events, [&](const http::SseEvent &event) {
            const auto at = m_id.empty() ? std::nullopt : idAt(event.data);
            if (!at) {
                out.append(event.raw);
                return;
            }
            std::string data = json::splice(event.data, {{*at, m_id}});
            std::ranges::replace(data, '\n', ' '); // of an event with several data lines
            out.append("data: " + data + "\n\n");
        });
    }

    dialect::ChatFactsReader &m_reader;
    std::string m_id;                        ///< as JSON
    std::optional<dialect::ChatSeam> m_seam; ///< of the latest break
};
} // namespace

std::unique_ptr<AnswerSeam> makeSeam(base::Dialect client, const neutral::AnswerContext &context,
                                     dialect::ChatFactsReader &reader)
{
    switch (client) {
    case base::Dialect::Chat:
        return std::make_unique<PlainSeam>(reader);
    case base::Dialect::Responses:
        return std::make_unique<ItemSeam>(codecFor(client), context);
    case base::Dialect::Messages: {
        neutral::AnswerContext all = context;
        all.request = nullptr; // thoughts that were sent count, whether or not they were asked for
        return std::make_unique<ItemSeam>(codecFor(client), all);
    }
    default:
        return nullptr;
    }
}

} // namespace signalbox::translate
