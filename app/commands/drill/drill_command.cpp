// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/drill/drill_command.h"

#include <algorithm>
#include <cstdio>

#include <QDateTime>
#include <QFile>

#include "app/commands/check_command.h"
#include "app/commands/commands.h"
#include "core/engine/setup_builder.h"
#include "core/foundation/base/system_clock.h"
#include "core/foundation/config/document.h"
#include "core/foundation/config/file/profile_paths.h"

namespace signalbox::app {

namespace {
DrillResult cannot(std::string problem)
{
    return {kWrongUsage, {}, std::move(problem)};
}

std::string noSuchChain(const config::Config &config, const std::string &asked)
{
    std::string known;
    for (const config::ChainConfig &chain : config.chains) {
        known += (known.empty() ? "" : ", ") + chain.id;
    }
    return "there is no chain '" + asked + "'"
           + (known.empty() ? "; the configuration has none" : "; there are: " + known);
}

/// A usual request of this moment.
routing::Facts usualFacts(const chain::UsualAnswer &usual, base::WallTime at)
{
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(ms);
    routing::Facts facts;
    facts.traits.promptTokens = usual.promptTokens;
    facts.traits.turns = 1;
    facts.minuteOfDay = local.time().hour() * 60 + local.time().minute();
    facts.weekday = local.date().dayOfWeek() - 1;
    return facts;
}

DrillResult drill(std::shared_ptr<const config::Config> config, const CommandLine &commandLine,
                  base::WallTime at)
{
    const config::ChainConfig *const chain = config->chain(commandLine.argument);
    if (!chain) {
        return cannot(noSuchChain(*config, commandLine.argument));
    }
    // Whether a key is there is for the keychain to say, and need not be known for this.
    const base::Result<base::SecretString> someKey{base::SecretString(std::string("drill"))};
    const auto setup = engine::buildSetup(
        config, provider::PresetList::shipped(),
        std::make_shared<const spend::PriceTable>(spend::PriceTable::shipped()),
        std::make_shared<const routing::ModelCatalogue>(routing::ModelCatalogue::shipped()),
        [&someKey](const config::KeySource &) { return &someKey; });
    chain::ScoreRequest request{
        .setup = *setup, .chain = {config, chain}, .facts = usualFacts({}, at), .at = at, .usual = {}};
    request.facts.model = chain->id;
    request.streamed = !commandLine.whole;
    request.whole = !commandLine.stream;
    const chain::Scorecard card = chain::scoreChain(request, {});
    return {card.wouldFail() ? kFailed : 0,
            commandLine.json ? scorecardAsJson(*chain, card) : scorecardAsText(*chain, card),
            {}};
}
} // namespace

DrillResult drillChain(const std::string &file, const CommandLine &commandLine, base::WallTime at)
{
    QFile source(QString::fromStdString(file));
    if (!source.open(QIODevice::ReadOnly)) {
        return cannot(file + ": cannot be read: " + source.errorString().toStdString());
    }
    config::ReadResult read = config::readConfig(source.readAll().toStdString(), shippedPresets());
    if (!read.ok()) {
        const auto first = std::ranges::find(read.mistakes, false, &config::Mistake::warning);
        std::string line = mistakeLine(file, *first);
        line.pop_back(); // its line end
        return cannot(line + "; signalbox check says it all");
    }
    return drill(std::make_shared<const config::Config>(std::move(read.config)), commandLine, at);
}

int runScorecard(const CommandLine &commandLine)
{
    const auto paths = config::profilePaths(commandLine.profile);
    const DrillResult result = paths ? drillChain(paths->config, commandLine, base::SystemClock().wallNow())
                                     : cannot(paths.error().message);
    if (!result.problem.empty()) {
        std::fprintf(stderr, "signalbox: %s\n", result.problem.c_str());
    }
    std::fwrite(result.out.data(), 1, result.out.size(), stdout);
    return std::fflush(stdout) == 0 ? result.exitCode : kFailed;
}

} // namespace signalbox::app
