// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/instance/steering.h"

#include <algorithm>
#include <charconv>

#include <QByteArray>
#include <QDateTime>
#include <QList>

#include "app/instance/lists.h"
#include "app/instance/single_instance.h"

namespace signalbox::app {

namespace {
using Answer = std::function<void(base::Result<std::string>)>;

std::unexpected<base::Error> wrong(std::string message)
{
    return base::fail(base::ErrorCode::InvalidArgument, std::move(message));
}

struct Target {
    std::string provider;
    std::string model; ///< empty: all
};

/// Provider ids have no slash, models may.
Target targetFrom(const std::string &text)
{
    const std::size_t slash = text.find('/');
    return slash == std::string::npos ? Target{text, {}}
                                      : Target{text.substr(0, slash), text.substr(slash + 1)};
}

std::optional<int> numberFrom(const std::string &text)
{
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool sound = problem == std::errc() && end == text.data() + text.size() && number >= 0;
    return sound ? std::optional(number) : std::nullopt;
}

engine::Reply<void> saying(Answer answer, std::string text)
{
    return [answer = std::move(answer), text = std::move(text)](const base::Result<void> &done) {
        answer(done ? base::Result<std::string>(text) : std::unexpected(done.error()));
    };
}

std::string clockTime(base::WallTime at)
{
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("HH:mm:ss")).toStdString();
}

void startDrill(const Words &words, engine::Engine &engine, Answer answer)
{
    const auto step = numberFrom(words[2]);
    const auto fault = provider::faultFromText(words[3]);
    const auto requests = numberFrom(words[4]);
    const auto seconds = numberFrom(words[5]);
    if (!step || !fault || !requests || !seconds) {
        answer(wrong("this is no drill"));
        return;
    }
    engine.startDrill({.chain = words[1],
                       .step = *step,
                       .plan = {.fault = *fault},
                       .requests = *requests,
                       .time = std::chrono::seconds(*seconds)},
                      [answer = std::move(answer)](const base::Result<int> &id) {
                          answer(id ? base::Result<std::string>("drill " + std::to_string(*id) + " runs\n")
                                    : std::unexpected(id.error()));
                      });
}

void listModels(const Words &words, engine::Engine &engine, Answer answer)
{
    const bool asJson = words[3] == "json";
    engine.models(words[1], words[2] == "fresh", [answer = std::move(answer), asJson](const auto &list) {
        answer(list ? base::Result<std::string>(asJson ? modelsAsJson(*list) : modelsAsText(*list))
                    : std::unexpected(list.error()));
    });
}

void listServers(bool asJson, engine::Engine &engine, Answer answer)
{
    engine.findLocalServers([answer = std::move(answer), asJson](const auto &found) {
        answer(found ? base::Result<std::string>(asJson ? serversAsJson(*found) : serversAsText(*found))
                     : std::unexpected(found.error()));
    });
}

std::string stateText(const engine::BreakerView &breaker)
{
    return breaker.paused ? "paused by hand" : breaker.forced ? "held open by hand" : breaker.state;
}
} // namespace

std::string toLine(const Words &words)
{
    QByteArray line;
    for (const std::string &word : words) {
        line += (line.isEmpty() ? "" : " ") + QByteArray::fromStdString(word).toPercentEncoding();
    }
    return line.toStdString();
}

Words fromLine(std::string_view line)
{
    Words words;
    const QByteArray bytes(line.data(), qsizetype(line.size()));
    for (const QByteArray &word : bytes.split(' ')) {
        words.push_back(QByteArray::fromPercentEncoding(word).toStdString());
    }
    return words;
}

void carryOut(const Words &words, engine::Engine &engine, Answer answer)
{
    const std::string verb = words.empty() ? "" : words[0];
    const std::size_t count = words.size();
    if (verb == "breakers" && count == 1) {
        engine.look([answer = std::move(answer)](const auto &snapshot) {
            answer(snapshot ? base::Result<std::string>(breakersAsText(**snapshot))
                            : std::unexpected(snapshot.error()));
        });
        return;
    }
    if (verb == "port" && count == 1) {
        const engine::ServerState &server = engine.server();
        return answer(server.listening ? base::Result<std::string>(std::to_string(server.port) + "\n")
                                       : base::fail(base::ErrorCode::Unavailable,
                                                    "Signalbox does not serve: " + server.problem));
    }
    if (verb == "drill" && count == 6) {
        return startDrill(words, engine, std::move(answer));
    }
    if (verb == "drill-stop" && count == 1) {
        return engine.stopDrill(0, saying(std::move(answer), "no drill runs any more\n"));
    }
    if (verb == "models" && count == 4) {
        return listModels(words, engine, std::move(answer));
    }
    if (verb == "servers" && count == 2) {
        return listServers(words[1] == "json", engine, std::move(answer));
    }
    const auto [provider, model] = targetFrom(count > 1 ? words[1] : "");
    if ((verb == "pause" || verb == "resume") && count == 2) {
        const std::string text = words[1] + (verb == "pause" ? " is paused\n" : " is no longer paused\n");
        engine.pauseTarget(provider, model, verb == "pause", saying(std::move(answer), text));
    } else if (verb == "reset" && count == 2) {
        engine.resetBreakers(provider, model, saying(std::move(answer), words[1] + " is reset\n"));
    } else if (const auto seconds = count == 3 ? numberFrom(words[2]) : std::nullopt;
               verb == "open" && seconds) {
        const std::optional<base::Duration> time =
            *seconds > 0 ? std::optional<base::Duration>(std::chrono::seconds(*seconds)) : std::nullopt;
        engine.holdOpen(provider, model, time, saying(std::move(answer), words[1] + " is held open\n"));
    } else {
        answer(wrong("this Signalbox does not know '" + verb + "': is it of another version?"));
    }
}

void takeOrders(SingleInstance &single, engine::Engine &engine)
{
    single.onAsked([&engine](const std::string &line, Answer answer) {
        carryOut(fromLine(line), engine, std::move(answer));
    });
}

std::string breakersAsText(const engine::Snapshot &snapshot)
{
    std::vector<std::vector<std::string>> table = {{"TARGET", "STATE", "UNTIL", "BECAUSE"}};
    for (const engine::ProviderHealth &provider : snapshot.providers) {
        if (provider.paused) {
            table.push_back({provider.provider, "paused by hand", "-", "-"});
        }
        for (const engine::BreakerView &breaker : provider.breakers) {
            table.push_back({breaker.provider + "/" + breaker.model, stateText(breaker),
                             breaker.until ? clockTime(*breaker.until) : "-",
                             breaker.cause ? std::string(events::toText(*breaker.cause)) : "-"});
        }
    }
    std::string out = table.size() == 1 ? "Nothing is known of any target yet.\n" : tableText(table);
    for (const engine::DrillView &drill : snapshot.drills) {
        out += "DRILL " + std::to_string(drill.id) + ": chain " + drill.chain + ", step "
               + std::to_string(drill.step) + ", " + std::string(toText(drill.plan.fault));
        out += drill.requestsLeft ? ", " + std::to_string(*drill.requestsLeft) + " requests left" : "";
        out += (drill.until ? ", until " + clockTime(*drill.until) : "") + "\n";
    }
    return out;
}

} // namespace signalbox::app
