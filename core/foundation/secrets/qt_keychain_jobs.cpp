// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/secrets/qt_keychain_jobs.h"

#include <qt6keychain/keychain.h>

namespace signalbox::secrets {

namespace {
using Kind = KeychainJobs::Answer::Kind;

Kind kindOf(QKeychain::Error error)
{
    switch (error) {
    case QKeychain::NoError:
        return Kind::Ok;
    case QKeychain::EntryNotFound:
        return Kind::NotFound;
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return Kind::Denied;
    default:
        return Kind::Failed;
    }
}

/// Takes the bytes out of Qt's buffer and leaves zeros in ours.
base::SecretString take(QString text)
{
    base::SecretString secret(text.toStdString());
    text.fill(u'\0');
    return secret;
}

void start(QObject *context, QKeychain::Job *job, const std::string &name, KeychainJobs::Done done)
{
    job->setKey(QString::fromStdString(name));
    job->setInsecureFallback(false); // never a plain file
    const auto finished = [context, done = std::move(done)](QKeychain::Job *ended) {
        KeychainJobs::Answer answer{kindOf(ended->error()), ended->errorString().toStdString(), {}};
        if (const auto *const read = qobject_cast<QKeychain::ReadPasswordJob *>(ended);
            read && answer.kind == Kind::Ok) {
            answer.secret = take(read->textData());
        }
        // Some failures are announced from inside start(): answers always come later.
        QMetaObject::invokeMethod(
            context, [done, answer = std::move(answer)] { done(answer); }, Qt::QueuedConnection);
    };
    QObject::connect(job, &QKeychain::Job::finished, context, finished);
    job->start();
}
} // namespace

void QtKeychainJobs::read(const std::string &name, Done done)
{
    start(this, new QKeychain::ReadPasswordJob(m_service), name, std::move(done));
}

void QtKeychainJobs::write(const std::string &name, const base::SecretString &secret, Done done)
{
    auto *const job = new QKeychain::WritePasswordJob(m_service);
    const std::string_view text = secret.reveal();
    job->setTextData(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
    start(this, job, name, std::move(done));
}

void QtKeychainJobs::remove(const std::string &name, Done done)
{
    start(this, new QKeychain::DeletePasswordJob(m_service), name, std::move(done));
}

} // namespace signalbox::secrets
