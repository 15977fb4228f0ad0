// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include <QTemporaryDir>

namespace signalbox::test {

/// A profile folder of its own, removed with the object.
class TempProfile
{
public:
    TempProfile();

    std::string dir() const;
    std::string configFile() const { return dir() + "/config.json"; }
    std::string ledgerFile() const { return dir() + "/ledger.db"; }
    void writeConfig(std::string_view json) { write("config.json", json); }
    void write(const std::string &name, std::string_view content);
    std::string read(const std::string &name) const; ///< empty if it is not there

private:
    QTemporaryDir m_dir;
};

} // namespace signalbox::test
