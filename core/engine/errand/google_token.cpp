// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/errand/google_token.h"

#include <charconv>
#include <memory>

#include <QByteArray>
#include <QUrl>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/foundation/http/origin.h"
#include "core/foundation/json/splice.h"
#include "core/foundation/json/tree.h"

namespace signalbox::errand {

using base::ErrorCode;
using base::Result;

namespace {
constexpr std::string_view kTokenUri = "https://oauth2.googleapis.com/token";
constexpr std::string_view kTokenHost = "oauth2.googleapis.com";
constexpr std::string_view kScope = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::int64_t kLifetimeSeconds = 3600; ///< the most Google grants

std::string textOf(const json::Value &object, std::string_view name)
{
    const json::Value *const value = object.find(name);
    return value && value->is(json::Value::Type::String) ? value->text() : std::string();
}

base::SecretString secretOf(const json::Value &object, std::string_view name)
{
    return base::SecretString(textOf(object, name));
}

std::string base64Url(std::string_view bytes)
{
    const QByteArray raw(bytes.data(), static_cast<qsizetype>(bytes.size()));
    return raw.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals).toStdString();
}

std::string percentEncoded(std::string_view text)
{
    return QUrl::toPercentEncoding(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())))
        .toStdString();
}

struct Free {
    void operator()(BIO *bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
};

/// RSASSA-PKCS1-v1_5 with SHA-256, "RS256" (RFC 7518 §3.3).
Result<std::string> signedWith(const base::SecretString &pem, std::string_view text)
{
    const auto unusable = [] {
        return base::fail(ErrorCode::InvalidArgument, "the service account's private key cannot be used");
    };
    const std::string_view key = pem.reveal();
    const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
    // Without a password: none is asked for at a terminal.
    const auto noPassword = [](char *, int, int, void *) { return 0; };
    const std::unique_ptr<EVP_PKEY, Free> parsed(
        bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassword, nullptr) : nullptr);
    const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    if (!parsed || EVP_PKEY_get_base_id(parsed.get()) != EVP_PKEY_RSA || !context
        || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, parsed.get()) != 1) {
        return unusable();
    }
    const auto *const bytes = reinterpret_cast<const unsigned char *>(text.data());
    std::size_t size = 0;
    if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) {
        return unusable();
    }
    std::string signature(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, bytes,
                       text.size())
        != 1) {
        return unusable();
    }
    signature.resize(size);
    return signature;
}

Result<std::string> assertion(const GoogleAccount &account, base::WallTime now)
{
    const auto issued = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    std::string header = R"({"alg":"RS256","typ":"JWT")";
    header += account.keyId.empty() ? "}" : ",\"kid\":" + json::quoted(account.keyId) + "}";
    const std::string claims =
        "{\"iss\":" + json::quoted(account.email) + ",\"scope\":" + json::quoted(kScope)
        + ",\"aud\":" + json::quoted(account.audience) + ",\"iat\":" + std::to_string(issued)
        + ",\"exp\":" + std::to_string(issued + kLifetimeSeconds) + "}";
    const std::string text = base64Url(header) + "." + base64Url(claims);
    const auto signature = signedWith(account.privateKey, text);
    return signature ? Result<std::string>(text + "." + base64Url(*signature)) : signature;
}

base::Result<void> readAddress(GoogleAccount &account, std::string text, bool allowLoopback)
{
    account.audience = text.empty() ? std::string(kTokenUri) : std::move(text);
    const auto url = http::parseBaseUrl(account.audience);
    const bool google = url && url->origin.tls && url->origin.host == kTokenHost && url->origin.port == 443;
    if (!google && !(url && allowLoopback && url->origin.isLoopback())) {
        return base::fail(ErrorCode::InvalidArgument, "its token_uri is not " + std::string(kTokenUri));
    }
    account.origin = url->origin;
    account.path = url->path.empty() ? "/" : url->path;
    return {};
}
} // namespace

Result<GoogleAccount> readGoogleAccount(std::string_view json, bool allowLoopback)
{
    const auto root = json::readTree(json);
    const auto bad = [](const char *what) { return base::fail(ErrorCode::InvalidArgument, what); };
    if (!root) {
        return bad("the key is not the JSON of a service account");
    }
    GoogleAccount account;
    const std::string type = textOf(*root, "type");
    account.service = type == "service_account";
    if (!account.service && type != "authorized_user") {
        return bad("the JSON is neither that of a service account nor that of a user's login");
    }
    account.email = textOf(*root, "client_email");
    account.keyId = textOf(*root, "private_key_id");
    account.privateKey = secretOf(*root, "private_key");
    account.clientId = textOf(*root, "client_id");
    account.clientSecret = secretOf(*root, "client_secret");
    account.refreshToken = secretOf(*root, "refresh_token");
    if (account.service ? account.email.empty() || account.privateKey.empty()
                        : account.clientId.empty() || account.refreshToken.empty()) {
        return bad(account.service ? "the service account's JSON has no client_email or no private_key"
                                   : "the login's JSON has no client_id or no refresh_token");
    }
    if (const auto address = readAddress(account, textOf(*root, "token_uri"), allowLoopback); !address) {
        return std::unexpected(address.error());
    }
    return account;
}

Result<std::string> tokenForm(const GoogleAccount &account, base::WallTime now)
{
    if (!account.service) {
        return "grant_type=refresh_token&client_id=" + percentEncoded(account.clientId)
               + "&client_secret=" + percentEncoded(account.clientSecret.reveal())
               + "&refresh_token=" + percentEncoded(account.refreshToken.reveal());
    }
    const auto jwt = assertion(account, now);
    return jwt ? Result<std::string>("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
                                     "&assertion="
                                     + *jwt)
               : jwt;
}

Result<AccessToken> readTokenAnswer(int status, std::string_view body)
{
    const auto root = json::readTree(body);
    if (status >= 400 && status < 500 && root) {
        const std::string error = textOf(*root, "error");
        const std::string more = textOf(*root, "error_description");
        return base::fail(ErrorCode::Denied, (error.empty() ? "refused" : error)
                                                 + (more.empty() ? "" : ": " + more.substr(0, 200)));
    }
    AccessToken token;
    const json::Value *const seconds = root ? root->find("expires_in") : nullptr;
    std::int64_t lifetime = 0;
    if (seconds && seconds->is(json::Value::Type::Number)) {
        const std::string &text = seconds->text();
        std::from_chars(text.data(), text.data() + text.size(), lifetime);
    }
    token.token = root ? secretOf(*root, "access_token") : base::SecretString();
    if (status != 200 || token.token.empty() || lifetime <= 0 || lifetime > 24 * kLifetimeSeconds) {
        return base::fail(ErrorCode::Unavailable, "no token in the answer, status " + std::to_string(status));
    }
    token.lifetime = std::chrono::seconds(lifetime);
    return token;
}

} // namespace signalbox::errand
