// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <QLocalServer>
#include <QLockFile>
#include <QObject>

#include "core/foundation/base/error.h"
#include "core/foundation/config/file/profile_paths.h"

class QLocalSocket;

namespace signalbox::app {

/// One Signalbox per profile: the first holds a lock and listens on a local socket of this user only; a later
/// one asks it to show its window and ends. Main thread.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    /// The folders of `paths` must exist.
    explicit SingleInstance(const config::ProfilePaths &paths);
    ~SingleInstance() override;

    /// True: this is the first. False: another one runs and has been asked to come to the front. Conflict:
    /// another one holds the profile and does not answer within 3 s. Blocks so long.
    base::Result<bool> start();

    using Answer = std::function<void(base::Result<std::string>)>;
    /// `asked` hears what ask() sends and answers once, at once or later.
    void onAsked(std::function<void(const std::string &line, Answer answer)> asked)
    {
        m_asked = std::move(asked);
    }
    /// Sends one line to the Signalbox that runs with this profile and returns its answer. NotFound: none
    /// runs. Blocks up to 5 s.
    static base::Result<std::string> ask(const config::ProfilePaths &paths, const std::string &line);

    std::string socketPath() const { return m_socket.toStdString(); }

Q_SIGNALS:
    /// Another start asks for the window. Wayland lets a window come to the front only with the token that
    /// the desktop gave to that start (xdg-activation); empty elsewhere.
    void raiseRequested(const QString &activationToken);

private:
    bool askOther() const;
    base::Result<void> listen();
    void answer();
    void pass(QLocalSocket *socket, const std::string &line);

    QLockFile m_lock;
    QString m_socket;
    QLocalServer m_server;
    std::function<void(const std::string &, Answer)> m_asked;
};

} // namespace signalbox::app
