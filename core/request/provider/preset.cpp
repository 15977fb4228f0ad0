// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/preset.h"

#include <algorithm>

#include <QDir>
#include <QFile>

#include "core/foundation/base/log.h"

// The resources lie in a static library, which nobody else initialises; this must stand outside of any
// namespace.
static void initPresetResources()
{
    Q_INIT_RESOURCE(signalbox_presets);
}

namespace signalbox::provider {

PresetList PresetList::shipped()
{
    initPresetResources();
    PresetList list;
    const QDir folder(QStringLiteral(":/signalbox/presets"));
    for (const QString &name : folder.entryList(QDir::Files)) {
        QFile file(folder.filePath(name));
        const QByteArray bytes = file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
        auto preset = parsePreset({bytes.constData(), std::size_t(bytes.size())});
        if (preset) {
            list.m_presets.push_back(*std::move(preset));
        } else {
            base::logWarning("provider", "preset " + name.toStdString() + ": " + preset.error().message);
        }
    }
    std::ranges::sort(list.m_presets, {}, [](const Preset &preset) {
        const QString folded = QString::fromStdString(preset.name).toCaseFolded();
        return std::pair(preset.kind, folded);
    });
    return list;
}

const Preset *PresetList::find(std::string_view id) const
{
    const auto found = std::ranges::find(m_presets, id, &Preset::id);
    return found == m_presets.end() ? nullptr : &*found;
}

} // namespace signalbox::provider
