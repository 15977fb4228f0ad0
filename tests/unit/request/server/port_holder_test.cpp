// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/port_holder.h"

#include "tests/support/registry.h"

using namespace signalbox;

class PortHolderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheListenersOfAPort()
    {
        const char *table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   "
                            "uid  timeout inode\n"
                            "   0: 0100007F:20B9 00000000:0000 0A 00000000:00000000 00:00000000 00000000  "
                            "1000        0 4711 1 0 100 0 0 10 0\n"
                            "   1: 0100007F:20B9 0100007F:D431 01 00000000:00000000 00:00000000 00000000  "
                            "1000        0 4712 1 0 20 4 30 10 -1\n"
                            "   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     "
                            "0        0 4713 1 0 100 0 0 10 0\n"
                            "   3: 00000000000000000000000001000000:20B9 "
                            "00000000000000000000000000000000:0000 0A 0:0 00:0 0 1000 0 4714 1 0\n"
                            "   4: 0100007F:0000\n"
                            "  99: garbage";
        QCOMPARE(server::listeningInodes(table, 0x20B9), (std::vector<std::string>{"4711", "4714"}));
        QCOMPARE(server::listeningInodes(table, 22), (std::vector<std::string>{"4713"}));
        QVERIFY(server::listeningInodes(table, 80).empty());
        QVERIFY(server::listeningInodes("", 80).empty());
    }
};

SIGNALBOX_TEST(PortHolderTest)
#include "port_holder_test.moc"
