// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/instance/single_instance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QLocalSocket>
#include <QPointer>

#include "core/foundation/base/log.h"

namespace signalbox::app {

namespace {
constexpr int kConnectMs = 1000;
constexpr int kConnectTries = 3;
constexpr int kReplyMs = 1000;
constexpr int kAnswerMs = 20'000; // a provider's list of models may take 15 s
constexpr qint64 kMaxMessage = 1024;
constexpr qsizetype kMaxSocketPath = 100; // sun_path holds 108 bytes, and Qt adds to it while binding
const QByteArray kRaise = QByteArrayLiteral("raise ");
const QByteArray kDone = QByteArrayLiteral("done\n");
const QByteArray kDo = QByteArrayLiteral("do ");
const QByteArray kOk = QByteArrayLiteral("ok\n");          // the text that was asked for follows
const QByteArray kFailure = QByteArrayLiteral("failed\n"); // the reason follows

/// A name that is the same for every way to write the profile's path.
QString socketFor(const config::ProfilePaths &paths)
{
    const QString state = QDir(QString::fromStdString(paths.state)).canonicalPath();
    const QByteArray hash = QCryptographicHash::hash(state.toUtf8(), QCryptographicHash::Sha256).toHex();
    const QString name = QStringLiteral("signalbox-") + QString::fromLatin1(hash.left(16));
    for (const QString &folder : {QString::fromStdString(paths.runtime), state}) {
        const QString path = folder + u'/' + name;
        if (!folder.isEmpty() && path.toUtf8().size() <= kMaxSocketPath) {
            return path;
        }
    }
    return name; // in the folder for temporary files; the user option keeps others out
}
} // namespace

SingleInstance::SingleInstance(const config::ProfilePaths &paths)
    : m_lock(QString::fromStdString(paths.state) + QStringLiteral("/signalbox.lock")),
      m_socket(socketFor(paths))
{
    m_lock.setStaleLockTime(0); // stale when its process is gone, never by age
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::answer);
}

SingleInstance::~SingleInstance() = default;

base::Result<bool> SingleInstance::start()
{
    for (int i = 0; i < kConnectTries; ++i) { // the other one may be just starting, or just ending
        if (m_lock.tryLock()) {
            const auto listening = listen();
            return listening ? base::Result<bool>(true) : std::unexpected(listening.error());
        }
        if (m_lock.error() != QLockFile::LockFailedError) {
            return base::fail(base::ErrorCode::Io,
                              "'" + m_lock.fileName().toStdString()
                                  + "' cannot be written: is the disk full or read-only?");
        }
        if (askOther()) {
            return false;
        }
        if (m_lock.tryLock(kConnectMs)) {
            m_lock.unlock();
        }
    }
    qint64 pid = 0;
    QString host;
    QString name;
    const bool known = m_lock.getLockInfo(&pid, &host, &name);
    return base::fail(
        base::ErrorCode::Conflict,
        "another Signalbox" + (known ? " (process " + std::to_string(pid) + ")" : std::string())
            + " uses this profile and does not answer: end it, or use another profile with --profile");
}

bool SingleInstance::askOther() const
{
    QLocalSocket socket;
    socket.connectToServer(m_socket);
    if (!socket.waitForConnected(kConnectMs)) {
        return false;
    }
    socket.write(kRaise + qgetenv("XDG_ACTIVATION_TOKEN") + '\n');
    while (!socket.canReadLine()) {
        if (!socket.waitForReadyRead(kReplyMs)) {
            return false;
        }
    }
    return socket.readLine() == kDone;
}

base::Result<void> SingleInstance::listen()
{
    QLocalServer::removeServer(m_socket); // left over from a crash: we hold the lock
    if (!m_server.listen(m_socket)) {
        // Without it a second start cannot raise this one; that is no reason not to serve.
        base::logWarning("app", "no socket for a second start: " + m_server.errorString().toStdString());
    }
    return {};
}

base::Result<std::string> SingleInstance::ask(const config::ProfilePaths &paths, const std::string &line)
{
    if (static_cast<qint64>(line.size()) + 8 > kMaxMessage || line.find('\n') != std::string::npos) {
        return base::fail(base::ErrorCode::InvalidArgument, "this is too long");
    }
    QLocalSocket socket;
    socket.connectToServer(socketFor(paths));
    if (!socket.waitForConnected(kConnectMs)) {
        return base::fail(base::ErrorCode::NotFound, "no Signalbox runs with this profile");
    }
    socket.write(kDo + QByteArray::fromStdString(line) + '\n');
    while (socket.waitForReadyRead(kAnswerMs)) {
    }
    const QByteArray answer = socket.readAll();
    if (socket.state() != QLocalSocket::UnconnectedState) {
        return base::fail(base::ErrorCode::Timeout, "the Signalbox that runs does not answer");
    }
    if (answer.startsWith(kOk)) {
        return answer.mid(kOk.size()).toStdString();
    }
    const bool told = answer.startsWith(kFailure);
    return base::fail(base::ErrorCode::Unavailable,
                      told ? answer.mid(kFailure.size()).toStdString()
                           : "the Signalbox that runs does not understand: is it of another version?");
}

void SingleInstance::pass(QLocalSocket *socket, const std::string &line)
{
    m_asked(line, [socket = QPointer(socket)](const base::Result<std::string> &result) {
        if (socket) {
            socket->write((result ? kOk : kFailure)
                          + QByteArray::fromStdString(result ? *result : result.error().message));
            socket->disconnectFromServer();
        }
    });
}

void SingleInstance::answer()
{
    while (QLocalSocket *const socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        const auto read = [this, socket] {
            if (!socket->canReadLine()) {
                if (socket->bytesAvailable() > kMaxMessage) {
                    socket->abort();
                }
                return;
            }
            const QByteArray line = socket->readLine(kMaxMessage).trimmed();
            if (line.startsWith(kDo) && m_asked) {
                disconnect(socket, &QLocalSocket::readyRead, this, nullptr); // one line, one answer
                pass(socket, line.mid(kDo.size()).toStdString());
                return;
            }
            if (line == kRaise.trimmed() || line.startsWith(kRaise)) {
                socket->write(kDone);
                socket->flush();
                Q_EMIT raiseRequested(QString::fromUtf8(line.mid(kRaise.size())));
            }
            socket->disconnectFromServer();
        };
        connect(socket, &QLocalSocket::readyRead, this, read);
        read();
    }
}

} // namespace signalbox::app
