// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/tool_call_slots.h"

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
struct Fragment {
    int index;
    const char *id;
    const char *name;
    std::size_t slot; ///< that it belongs to
    int choice = 0;
};
constexpr int kNone = parts::ToolCallSlots::kNoIndex;
} // namespace

class ToolCallSlotsTest : public QObject
{
    Q_OBJECT

    static void follow(const std::vector<Fragment> &fragments)
    {
        parts::ToolCallSlots slots;
        for (const Fragment &one : fragments) {
            QCOMPARE(slots.slotOf(one.choice, one.index, one.id, one.name), one.slot);
        }
    }

private Q_SLOTS:
    void asTheProtocolSays() { follow({{0, "a", "f", 0}, {1, "b", "g", 1}, {0, "", "", 0}, {1, "", "", 1}}); }
    void theIndexStartsAtOne() { follow({{1, "a", "f", 0}, {1, "", "", 0}, {2, "b", "f", 1}}); }
    void theIndexIsAlwaysZero()
    {
        follow({{0, "a", "f", 0}, {0, "", "", 0}, {0, "b", "f", 1}, {0, "", "", 1}});
    }
    void idAndNameInEveryFragment() { follow({{0, "a", "f", 0}, {0, "a", "f", 0}, {0, "a", "f", 0}}); }
    void anotherIdInEveryFragment() { follow({{0, "a", "f", 0}, {0, "b", "", 0}, {0, "c", "", 0}}); }
    void theIdComesLate() { follow({{0, "", "f", 0}, {0, "a", "", 0}, {0, "b", "g", 1}}); }
    void noIndex()
    {
        follow({{kNone, "a", "f", 0}, {kNone, "", "", 0}, {kNone, "b", "f", 1}, {kNone, "a", "", 0}});
    }
    void neitherIndexNorId() { follow({{kNone, "", "f", 0}, {kNone, "", "", 0}, {kNone, "", "f", 1}}); }
    void aFragmentOutOfNowhere() { follow({{kNone, "", "", 0}, {3, "", "", 1}}); }
    void choicesDoNotMix()
    {
        follow({{0, "a", "f", 0, 0},
                {0, "b", "f", 1, 1},
                {0, "", "", 0, 0},
                {0, "", "", 1, 1},
                {kNone, "", "", 1, 1}});
    }
};

SIGNALBOX_TEST(ToolCallSlotsTest)
#include "tool_call_slots_test.moc"
