// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/clients/open_profile.h"

#include <QFileInfo>

#include "app/commands/check_command.h"

namespace signalbox::app {

clients::Places placesOfThisUser()
{
    clients::Places out;
    out.variable = config::environmentVariable;
    out.home = config::environmentVariable("HOME").value_or("");
    const std::string config = config::environmentVariable("XDG_CONFIG_HOME").value_or("");
    out.config = config.starts_with('/') ? config : out.home + "/.config"; // a relative one counts as unset
    return out;
}

OpenProfile::OpenProfile(const config::ProfilePaths &paths)
    : m_store(m_clock, paths.config, shippedPresets()),
      m_keychain(secrets::openKeychain(m_clock)),
      m_connector({placesOfThisUser(), paths.state})
{}

base::Result<std::unique_ptr<OpenProfile>> OpenProfile::open(const config::ProfilePaths &paths)
{
    if (!placesOfThisUser().home.starts_with('/')) {
        return base::fail(base::ErrorCode::NotFound, "HOME is not set: there is no place to look for tools");
    }
    if (!QFileInfo::exists(QString::fromStdString(paths.config))) {
        return base::fail(base::ErrorCode::NotFound,
                          "there is no configuration at '" + paths.config + "' yet: start Signalbox once");
    }
    std::unique_ptr<OpenProfile> out(new OpenProfile(paths));
    const config::Mistakes mistakes = out->m_store.load();
    if (!config::hasErrors(mistakes)) {
        return out;
    }
    std::string message = "the configuration has mistakes; nothing was changed";
    for (const config::Mistake &mistake : mistakes) {
        message += mistake.warning ? "" : "\n" + mistakeLine(paths.config, mistake);
    }
    message.resize(message.find_last_not_of('\n') + 1);
    return base::fail(base::ErrorCode::Conflict, message);
}

} // namespace signalbox::app
