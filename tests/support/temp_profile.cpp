// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/temp_profile.h"

#include <QFile>

namespace signalbox::test {

TempProfile::TempProfile()
{
    if (!m_dir.isValid()) {
        qFatal("no temporary folder: %s", qPrintable(m_dir.errorString()));
    }
}

std::string TempProfile::dir() const
{
    return m_dir.path().toStdString();
}

void TempProfile::write(const std::string &name, std::string_view content)
{
    QFile file(m_dir.filePath(QString::fromStdString(name)));
    if (!file.open(QFile::WriteOnly)
        || file.write(content.data(), qint64(content.size())) != qint64(content.size())) {
        qFatal("cannot write %s", qPrintable(file.fileName()));
    }
}

std::string TempProfile::read(const std::string &name) const
{
    QFile file(m_dir.filePath(QString::fromStdString(name)));
    return file.open(QFile::ReadOnly) ? file.readAll().toStdString() : std::string();
}

} // namespace signalbox::test
