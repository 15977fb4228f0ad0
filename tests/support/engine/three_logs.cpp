// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/engine/three_logs.h"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace signalbox::test {

using events::AttemptEnded;
using events::Confidence;
using events::Outcome;

namespace {
/// Requests and attempts of one provider that belong together, in the order of time.
struct Pairing {
    std::vector<const SeenRequest *> seen;
    std::vector<const AttemptEnded *> attempts;
};

/// Without a connection nothing was on the wire.
bool gotToTheWire(const AttemptEnded &attempt)
{
    return attempt.outcome != Outcome::DnsFailed && attempt.outcome != Outcome::ConnectFailed
           && attempt.outcome != Outcome::TlsFailed;
}

/// Head and body without chunked coding; what is not well-formed stays away.
std::string payload(const std::string &answered)
{
    const std::size_t head = answered.find("\r\n\r\n");
    if (head == answered.npos || answered.find("Transfer-Encoding: chunked") > head) {
        return answered;
    }
    std::string out;
    for (std::size_t at = head + 4; at < answered.size();) {
        const std::size_t line = answered.find("\r\n", at);
        const std::size_t size = std::strtoul(answered.c_str() + at, nullptr, 16);
        if (line == answered.npos || size == 0) {
            break;
        }
        out.append(answered, line + 2, size);
        at = line + 2 + size + 2;
    }
    return out;
}

/// The last number behind `"name":` in what a provider sent; 0 if there is none.
std::int64_t lastNumber(std::string_view sent, std::string_view name)
{
    const std::string key = "\"" + std::string(name) + "\":";
    const std::size_t at = sent.rfind(key);
    return at == sent.npos ? 0 : std::atoll(std::string(sent.substr(at + key.size(), 20)).c_str());
}

QString name(const AttemptEnded &attempt)
{
    return QStringLiteral("attempt %1 at %2 (%3, %4)")
        .arg(attempt.attempt)
        .arg(QString::fromStdString(attempt.provider),
             QString::fromUtf8(events::toText(attempt.outcome).data()),
             QString::fromStdString(attempt.detail));
}

QString tokensDiffer(const AttemptEnded &attempt, const SeenRequest &request)
{
    const std::string sent = payload(request.answered);
    const std::int64_t prompt = lastNumber(sent, "prompt_tokens");
    const std::int64_t completion = lastNumber(sent, "completion_tokens");
    if (attempt.usageConfidence == Confidence::Estimated || attempt.ambiguous) {
        return {};
    }
    if (attempt.usage.prompt() == prompt && attempt.usage.output == completion) {
        return {};
    }
    return QStringLiteral("%1: the provider sent %2 + %3 tokens, the row has %4 + %5 and calls them %6")
        .arg(name(attempt))
        .arg(prompt)
        .arg(completion)
        .arg(attempt.usage.prompt())
        .arg(attempt.usage.output)
        .arg(QString::fromUtf8(events::toText(attempt.usageConfidence).data()));
}

QString isWholeStory(const ledger::RequestDetail &row)
{
    const QString id = QString::fromStdString(row.request.started.id.text());
    if (!row.request.ended) {
        return QStringLiteral("request %1 has no final row").arg(id);
    }
    const events::RequestEnded &ended = *row.request.ended;
    if (ended.attempts != static_cast<int>(row.attempts.size())) {
        return QStringLiteral("request %1 says %2 attempts and has %3")
            .arg(id)
            .arg(ended.attempts)
            .arg(row.attempts.size());
    }
    events::TokenUsage sum;
    for (std::size_t i = 0; i < row.attempts.size(); ++i) {
        if (row.attempts[i].attempt != static_cast<int>(i) + 1) {
            return QStringLiteral("request %1: its attempts are not counted from 1 on").arg(id);
        }
        sum += row.attempts[i].usage;
    }
    return sum == ended.usage
               ? QString()
               : QStringLiteral("request %1: its tokens are not the sum of its attempts'").arg(id);
}

/// Which call a row belongs to: by the id the answer gave, else the calls that got no head, in order.
std::map<std::string, std::string> marksByRequest(EngineFixture &box,
                                                  const std::vector<ledger::RequestDetail> &rows)
{
    std::map<std::string, std::string> marks;
    std::vector<std::string> nameless;
    for (Call &call : box.calls()) {
        const std::string id = call.requestId();
        if (id.empty()) {
            nameless.push_back(call.mark());
        } else {
            marks.emplace(id, call.mark());
        }
    }
    auto next = nameless.begin();
    for (const ledger::RequestDetail &row : rows) {
        if (next != nameless.end() && !marks.contains(row.request.started.id.text())) {
            marks.emplace(row.request.started.id.text(), *next++);
        }
    }
    return marks;
}

QString compare(const std::string &what, const Pairing &pairing)
{
    if (pairing.seen.size() != pairing.attempts.size()) {
        return QStringLiteral("%1: %2 requests on the wire, %3 attempts in the ledger")
            .arg(QString::fromStdString(what))
            .arg(pairing.seen.size())
            .arg(pairing.attempts.size());
    }
    for (std::size_t i = 0; i < pairing.seen.size(); ++i) {
        if (const QString problem = tokensDiffer(*pairing.attempts[i], *pairing.seen[i]);
            !problem.isEmpty()) {
            return problem;
        }
    }
    return {};
}
} // namespace

QString disagreement(EngineFixture &box)
{
    const std::size_t sent = box.calls().size() + static_cast<std::size_t>(box.otherRequests);
    const auto rows = box.rows(sent);
    if (rows.size() != sent) {
        return QStringLiteral("%1 requests were sent, the ledger has %2").arg(sent).arg(rows.size());
    }
    auto marks = marksByRequest(box, rows);
    std::map<std::string, Pairing> pairings; // by "provider mark"
    for (const ledger::RequestDetail &row : rows) {
        if (const QString problem = isWholeStory(row); !problem.isEmpty()) {
            return problem;
        }
        for (const AttemptEnded &attempt : row.attempts) {
            const bool isFake =
                std::ranges::find(box.fakes(), attempt.provider, &EngineFixture::Fake::provider)
                != box.fakes().end();
            if (isFake && gotToTheWire(attempt)) {
                const std::string &mark = marks[row.request.started.id.text()];
                pairings[attempt.provider + " " + mark].attempts.push_back(&attempt);
            }
        }
    }
    for (const EngineFixture::Fake &fake : box.fakes()) {
        for (const SeenRequest &request : fake.upstream->seen()) {
            const auto its = std::ranges::find_if(box.calls(), [&](const Call &call) {
                return request.body.find(call.mark()) != std::string::npos;
            });
            const std::string mark = its == box.calls().end() ? std::string() : its->mark();
            pairings[fake.provider + " " + mark].seen.push_back(&request);
        }
    }
    for (const auto &[what, pairing] : pairings) {
        if (const QString problem = compare(what, pairing); !problem.isEmpty()) {
            return problem;
        }
    }
    return {};
}

} // namespace signalbox::test
