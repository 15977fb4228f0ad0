// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/data_url.h"

#include "tests/support/registry.h"

using namespace signalbox;

class DataUrlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsMimeAndBytes()
    {
        const auto url = neutral::readDataUrl("data:image/png;charset=x;base64,aGk=");
        QVERIFY(url);
        QCOMPARE(url->mime, std::string("image/png"));
        QCOMPARE(url->data, std::string("aGk="));
    }

    void turnsPercentEncodingIntoBase64()
    {
        const auto url = neutral::readDataUrl("data:text/plain,h%69");
        QVERIFY(url);
        QCOMPARE(url->mime, std::string("text/plain"));
        QCOMPARE(url->data, std::string("aGk="));
    }

    void leavesOtherUrlsAlone()
    {
        QVERIFY(!neutral::readDataUrl("https://example.org/a,b"));
        QVERIFY(!neutral::readDataUrl("data:image/png;base64"));
        QVERIFY(!neutral::readDataUrl(""));
    }

    void writesWhatItReads()
    {
        const auto url = neutral::readDataUrl(neutral::writeDataUrl("audio/wav", "AAAA"));
        QVERIFY(url);
        QCOMPARE(url->mime, std::string("audio/wav"));
        QCOMPARE(url->data, std::string("AAAA"));
    }
};

SIGNALBOX_TEST(DataUrlTest)
#include "data_url_test.moc"
