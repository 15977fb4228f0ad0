// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/colors.h"

#include <cmath>

#include "tests/support/registry.h"

namespace signalbox::theme {

namespace {

double luminance(const QColor &color)
{
    const auto channel = [](double c) {
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF())
           + 0.0722 * channel(color.blueF());
}

// WCAG 2, contrast ratio.
double contrast(const QColor &a, const QColor &b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace

class ColorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textIsReadableOnItsGround_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void textIsReadableOnItsGround()
    {
        QFETCH(bool, dark);
        const QPalette palette = makePalette(dark);
        QCOMPARE(isDark(palette), dark);
        for (const Role ground : {Role::Window, Role::Surface, Role::AccentWeak}) {
            for (const Role text : {Role::Text, Role::Muted, Role::Accent, Role::Danger}) {
                QVERIFY2(contrast(color(text, palette), color(ground, palette)) >= 4.5,
                         qPrintable(QStringLiteral("role %1 on %2").arg(int(text)).arg(int(ground))));
            }
        }
        for (const Tone tone : {Tone::Ok, Tone::Caution, Tone::Danger, Tone::Off, Tone::Accent}) {
            QVERIFY(contrast(ink(tone, palette), wash(tone, palette)) >= 4.5);
        }
        QVERIFY(contrast(color(Role::OnAccent, palette), color(Role::Accent, palette)) >= 4.5);
    }

    void seriesStandOutFromTheSurface()
    {
        for (const bool dark : {false, true}) {
            const QPalette palette = makePalette(dark);
            for (int i = 0; i < 8; ++i) {
                QVERIFY(contrast(seriesColor(i, palette), color(Role::Surface, palette)) >= 3.0);
            }
            QCOMPARE(seriesColor(8, palette), seriesColor(0, palette));
            QCOMPARE(seriesColor(-1, palette), seriesColor(7, palette));
        }
    }
};

} // namespace signalbox::theme

using signalbox::theme::ColorsTest;
SIGNALBOX_TEST(ColorsTest)

#include "colors_test.moc"
