// SPDX-License-Identifier: GPL-3.0-or-later
// A provider's list of models is fetched when somebody asks for it, kept over a restart, and fetched again
// when asked to.
#include "tests/support/engine/engine_fixture.h"
#include "tests/support/registry.h"

using namespace signalbox;
using test::Reply;

namespace {
Reply models(const char *id)
{
    return Reply::json(200, "{\"data\":[{\"id\":\"" + std::string(id) + "\",\"context_length\":4096}]}");
}
} // namespace

class ModelListTest : public QObject
{
    Q_OBJECT

private:
    using Answer = base::Result<engine::ModelListView>;

    static Answer list(test::EngineFixture &box, const char *provider, bool refresh = false)
    {
        std::optional<Answer> got;
        box.engine().models(provider, refresh, [&](Answer answer) { got = std::move(answer); });
        [&] { QTRY_VERIFY(got); }();
        return got.value_or(base::fail(base::ErrorCode::Unavailable, "no reply"));
    }

private Q_SLOTS:
    void isFetchedWhenAskedForAndKept()
    {
        test::EngineFixture box;
        test::FakeUpstream upstream;
        box.addStep("one", upstream);
        upstream.always(models("m-1"));
        QVERIFY(box.start());
        QCOMPARE(upstream.requestCount(), 0);
        const Answer first = list(box, "one");
        QVERIFY(first);
        QCOMPARE(first->models, (std::vector<engine::ModelView>{{"m-1", 4096, 0}}));
        QCOMPARE(upstream.seen().back().target, std::string("/v1/models"));
        upstream.always(models("m-2"));
        QCOMPARE(list(box, "one")->models.front().id, std::string("m-1"));
        QCOMPARE(upstream.requestCount(), 1);
        box.stop();
        QVERIFY(box.start());
        QCOMPARE(list(box, "one")->models.front().id, std::string("m-1"));
        QCOMPARE(upstream.requestCount(), 1);
        QCOMPARE(list(box, "one", true)->models.front().id, std::string("m-2"));
        QCOMPARE(upstream.requestCount(), 2);
        upstream.always(Reply::json(500, "{}"));
        QVERIFY(!list(box, "one", true));
        QCOMPARE(list(box, "one")->models.front().id, std::string("m-2"));
    }

    void saysWhyThereIsNone()
    {
        test::EngineFixture box;
        test::FakeUpstream upstream;
        box.addStep("one", upstream);
        upstream.always(Reply::json(401, "{}"));
        QVERIFY(box.start());
        QCOMPARE(list(box, "one").error().code, base::ErrorCode::Denied);
        QCOMPARE(list(box, "none").error().code, base::ErrorCode::NotFound);
    }
};

SIGNALBOX_TEST(ModelListTest)
#include "model_list_test.moc"
