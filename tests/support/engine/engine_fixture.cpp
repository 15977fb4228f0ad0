// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/engine/engine_fixture.h"

#include <algorithm>

#include <QTest>

#include "core/foundation/config/document.h"
#include "tests/support/engine/replies.h"

namespace signalbox::test {

namespace {
constexpr const char *kTokenVariable = "SIGNALBOX_TEST_TOKEN";
constexpr std::int64_t kDollar = 1'000'000'000;
constexpr int kMostRows = 1000;

/// Runs the event loop until `isTrue`; the test's provider and Signalbox's main thread live in it.
template<typename Condition>
bool settle(Condition isTrue)
{
    return QTest::qWaitFor(isTrue, 10'000);
}
} // namespace

EngineFixture::EngineFixture()
{
    // No test touches the keychain of the person who runs it.
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    qputenv(kTokenVariable, QByteArray(kToken.data(), static_cast<qsizetype>(kToken.size())));
    config.server.port = 0;
    config.clients.push_back(
        {.id = "aider", .token = {config::KeySource::Kind::Environment, kTokenVariable, {}}, .chain = {}});
    config.chains.emplace_back().id = "demo";
}

EngineFixture::~EngineFixture()
{
    stop();
}

config::ProviderConfig &EngineFixture::addProvider(const std::string &id, const FakeUpstream &upstream)
{
    m_fakes.push_back({id, &upstream});
    config::ProviderConfig &provider = config.providers.emplace_back();
    provider.id = id;
    provider.preset = "openai-compatible";
    provider.baseUrl = upstream.baseUrl();
    provider.prices["*"].base = {.input = base::TokenPrice{kDollar}, .output = base::TokenPrice{2 * kDollar}};
    return provider;
}

config::StepConfig &EngineFixture::addStep(const std::string &id, const FakeUpstream &upstream)
{
    addProvider(id, upstream);
    config::StepConfig &step = demo().steps.emplace_back();
    step.provider = id;
    step.model = id + "-model";
    return step;
}

void EngineFixture::startAsItIs(std::optional<std::uint16_t> port)
{
    app::CommandLine commandLine;
    commandLine.headless = true;
    commandLine.profile = profile.dir();
    commandLine.port = port;
    auto made = app::Composition::make(commandLine);
    if (!made) {
        qFatal("%s", made.error().message.c_str());
    }
    m_composition = *std::move(made);
    QObject::connect(&engine(), &engine::Engine::noticeRaised, &engine(),
                     [this](const events::Notice &notice) { m_notices.push_back(notice); });
    engine().start();
}

bool EngineFixture::start()
{
    profile.writeConfig(config::writeConfig(config));
    startAsItIs();
    if (!settle([this] { return engine().server().listening; })) {
        return false;
    }
    // Once the token can be shown, the engine thread has it as well.
    const auto known = std::make_shared<bool>(false);
    return settle([this, known] {
        engine().revealClientToken("aider",
                                   [known](base::Result<std::string> token) { *known = token.has_value(); });
        QCoreApplication::processEvents();
        return *known;
    });
}

void EngineFixture::stop()
{
    m_composition.reset();
}

std::vector<events::Notice> EngineFixture::notices(events::Notice::Kind kind) const
{
    std::vector<events::Notice> found;
    std::ranges::copy_if(m_notices, std::back_inserter(found),
                         [kind](const events::Notice &notice) { return notice.kind == kind; });
    return found;
}

Call &EngineFixture::call(bool stream, std::string_view extraFields, std::string_view model)
{
    const std::string mark = "mark-" + std::to_string(m_calls.size() + 1) + ".";
    return callWith(mark,
                    R"({"model":")" + std::string(model) + R"(","user":")" + mark + R"(",)"
                        + (stream ? R"("stream":true,)" : "")
                        + R"("messages":[{"role":"user","content":"What does a signal box do?"}]})",
                    extraFields);
}

Call &EngineFixture::callWith(const std::string &mark, const std::string &body, std::string_view extraFields)
{
    return m_calls.emplace_back(port(), mark, body, extraFields);
}

Answer EngineFixture::ask(bool stream, std::string_view extraFields)
{
    return call(stream, extraFields).answer();
}

std::string EngineFixture::apply(const config::Config &next)
{
    std::optional<std::string> problem;
    engine().applyConfig(
        next, [&problem](base::Result<void> done) { problem = done ? std::string() : done.error().message; });
    return settle([&problem] { return problem.has_value(); }) ? *problem : "no reply";
}

/// Asked through the engine, which commits first; what is then read is the file.
bool EngineFixture::allEnded(std::size_t count)
{
    std::optional<bool> ended;
    engine().requests({.limit = kMostRows}, [&](base::Result<std::vector<ledger::RequestRow>> rows) {
        ended = rows && rows->size() >= count
                && std::ranges::all_of(*rows, [](const auto &row) { return row.ended.has_value(); });
    });
    return settle([&ended] { return ended.has_value(); }) && *ended;
}

std::vector<ledger::RequestDetail> EngineFixture::rows(std::size_t count)
{
    settle([&] { return allEnded(count); });
    std::vector<ledger::RequestDetail> details;
    auto reader = ledger::LedgerReader::open(profile.ledgerFile());
    if (!reader) {
        qFatal("%s", reader.error().message.c_str());
    }
    const auto list = reader->requests({.limit = kMostRows});
    for (const ledger::RequestRow &row : list.value_or(std::vector<ledger::RequestRow>())) {
        if (auto detail = reader->request(row.started.id)) {
            details.push_back(*std::move(detail));
        }
    }
    // Ids of one millisecond are in no order.
    std::ranges::sort(details, {}, [](const ledger::RequestDetail &row) { return row.request.started.at; });
    return details;
}

ledger::RequestDetail EngineFixture::onlyRow()
{
    const auto all = rows(1);
    return all.size() == 1 ? all.front() : ledger::RequestDetail();
}

TwoProviders::TwoProviders()
{
    addStep("first", first);
    addStep("second", second);
    second.always(chatting("from the second"));
}

} // namespace signalbox::test
