// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/responses_codec.h"
#include "tests/support/dialect/random_conversation.h"
#include "tests/support/registry.h"

using namespace signalbox;
using responses::ResponsesCodec;

namespace {
/// What this dialect can say.
test::Vocabulary words()
{
    test::Vocabulary out{.origin = base::Dialect::Responses};
    out.developer = out.systemAnywhere = out.severalTexts = true;
    out.images = out.imageUrls = out.imageDetail = out.fileIds = out.audio = out.documents = true;
    out.reasoning = out.refusals = out.customTools = out.resultMedia = true;
    out.strict = out.allowedTools = out.parallelTools = out.formats = out.effort = out.logprobs = true;
    out.verbosity = out.user = out.cacheKey = out.serviceTier = out.metadata = out.store = out.rest = true;
    return out;
}
} // namespace

class ResponsesRandomTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsWhatItWrites()
    {
        for (std::uint64_t seed = 0; seed < 3000; ++seed) {
            const neutral::Conversation said = test::randomConversation(seed, words());
            const auto written = ResponsesCodec().writeRequest(said, {.model = said.model});
            QVERIFY(written);
            QVERIFY2(written->dropped.empty(), written->body.c_str());
            const auto again = ResponsesCodec().readRequest(written->body);
            QVERIFY(again);
            const QByteArray where = "seed " + QByteArray::number(qulonglong(seed)) + ": ";
            QVERIFY2(*again == said, (where + written->body.c_str()).constData());
        }
    }
};

SIGNALBOX_TEST(ResponsesRandomTest)
#include "responses_random_test.moc"
