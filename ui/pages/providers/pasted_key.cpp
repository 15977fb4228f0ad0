// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/pasted_key.h"

#include <QRegularExpression>
#include <QUrl>

namespace signalbox::providers {

namespace {
/// Length of the longest prefix of the preset that the key begins with.
qsizetype matched(const QString &key, const engine::PresetView &preset)
{
    qsizetype longest = 0;
    for (const auto &prefix : preset.keyPrefixes) {
        const auto text = QString::fromStdString(prefix);
        if (key.startsWith(text)) {
            longest = std::max(longest, text.size());
        }
    }
    return longest;
}
} // namespace

QString keyFromPaste(const QString &pasted)
{
    static const QRegularExpression blanks(QStringLiteral("[\\s\\x{200b}\\x{feff}]"),
                                           QRegularExpression::UseUnicodePropertiesOption);
    // A variable is only taken for one by its name: a key may itself be letters up to a "=".
    static const QRegularExpression lead(
        QStringLiteral("^\\s*(export\\s+)?([A-Z0-9_]*(KEY|TOKEN|SECRET)[A-Z0-9_]*\\s*=\\s*(?=[^=\\s]))?[\"']?"
                       "(([Aa]uthorization|[Xx]-[Aa][Pp][Ii]-[Kk]ey)\\s*:\\s*)?([Bb]earer\\s+)?"));
    QString key = pasted;
    key.remove(lead);
    key.remove(blanks);
    while (!key.isEmpty() && QStringLiteral("\"';,").contains(key.back())) {
        key.chop(1);
    }
    return key.startsWith(u'"') || key.startsWith(u'\'') ? key.mid(1) : key;
}

const engine::PresetView *betterPreset(const QString &key, const engine::PresetView &chosen,
                                       const std::vector<engine::PresetView> &presets)
{
    const engine::PresetView *best = nullptr;
    qsizetype longest = matched(key, chosen);
    for (const auto &preset : presets) {
        if (const auto length = matched(key, preset); length > longest) {
            longest = length;
            best = &preset;
        }
    }
    return chosen.baseUrlRequired ? nullptr : best; // "any compatible" may well sit behind another's key
}

bool leavesOrigin(const QString &from, const QString &to)
{
    const QUrl a(from);
    const QUrl b(to);
    const auto port = [](const QUrl &url) {
        return url.port(url.scheme() == QStringLiteral("http") ? 80 : 443);
    };
    return a.scheme() != b.scheme() || a.host() != b.host() || port(a) != port(b);
}

} // namespace signalbox::providers
