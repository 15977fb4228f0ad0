// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/tls_trust.h"

#include <QDateTime>
#include <QSsl>

namespace signalbox::upstream {

namespace {

std::string day(const QDateTime &time)
{
    return time.toUTC().date().toString(Qt::ISODate).toStdString();
}

} // namespace

QSslConfiguration clientConfiguration(const TlsTrust &trust)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setAllowedNextProtocols({QByteArrayLiteral("http/1.1")});
    configuration.setSslOption(QSsl::SslOptionDisableSessionTickets, false);
    configuration.setSslOption(QSsl::SslOptionDisableSessionPersistence, false);
    if (!trust.extraRoots.isEmpty()) {
        configuration.setCaCertificates(QSslConfiguration::systemCaCertificates() + trust.extraRoots);
    }
    return configuration;
}

std::string explainCertificate(const QList<QSslError> &errors, const std::string &host)
{
    if (errors.isEmpty()) {
        return "the certificate of " + host + " was refused";
    }
    const QSslError &first = errors.first();
    const QSslCertificate certificate = first.certificate();
    switch (first.error()) {
    case QSslError::CertificateExpired:
        return "the certificate of " + host + " expired on " + day(certificate.expiryDate())
               + "; if that is not so, this computer's clock is wrong";
    case QSslError::CertificateNotYetValid:
        return "the certificate of " + host + " is valid only from " + day(certificate.effectiveDate())
               + "; if that is past, this computer's clock is wrong";
    case QSslError::HostNameMismatch:
        return "the certificate shown is not for " + host;
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
        return "the certificate of " + host + " is signed by itself";
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return "the certificate of " + host + " is signed by an authority this computer does not trust";
    case QSslError::CertificateRevoked:
    case QSslError::CertificateBlacklisted:
        return "the certificate of " + host + " has been revoked";
    default:
        return "the certificate of " + host + " was refused: " + first.errorString().toStdString();
    }
}

} // namespace signalbox::upstream
