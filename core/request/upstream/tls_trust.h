// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include <QList>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>

namespace signalbox::upstream {

/// Whom TLS connections trust: the system's roots and these. There is no way to trust everybody.
struct TlsTrust {
    QList<QSslCertificate> extraRoots;
};

/// TLS 1.2 or later, peer verified, HTTP/1.1 only, sessions can be resumed.
QSslConfiguration clientConfiguration(const TlsTrust &trust);

/// Why a certificate was refused, in words for people.
std::string explainCertificate(const QList<QSslError> &errors, const std::string &host);

} // namespace signalbox::upstream
