// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/foundation/base/secret_string.h"
#include "core/foundation/http/message.h"

// How Google's access tokens are asked for (RFC 7523, RFC 6749 §6). Pure but for the signature's arithmetic.
namespace signalbox::errand {

/// What is kept as the key: a service account's JSON, or what `gcloud auth application-default login` leaves.
struct GoogleAccount {
    bool service = true;
    std::string email; ///< service account
    std::string keyId;
    base::SecretString privateKey; ///< PEM
    std::string clientId;          ///< a user's
    base::SecretString clientSecret;
    base::SecretString refreshToken;
    http::Origin origin; ///< where tokens are had
    std::string path;
    std::string audience; ///< that address as it was written
};

/// InvalidArgument says what is wrong with it, without a word of what stands there. Tokens are had from
/// Google's own host only: whoever could name another would be given a signed request for one.
/// `allowLoopback` is for tests.
base::Result<GoogleAccount> readGoogleAccount(std::string_view json, bool allowLoopback = false);

/// The form that asks for a token. InvalidArgument: the private key cannot be used.
base::Result<std::string> tokenForm(const GoogleAccount &account, base::WallTime now);

struct AccessToken {
    base::SecretString token;
    base::Duration lifetime{};
};
/// Denied: refused, in the server's words; Unavailable: no answer of that kind.
base::Result<AccessToken> readTokenAnswer(int status, std::string_view body);

} // namespace signalbox::errand
