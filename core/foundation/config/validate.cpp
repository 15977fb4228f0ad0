// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/validate.h"

#include <set>

#include <QRegularExpression>

#include "core/foundation/base/dialect.h"
#include "core/foundation/config/key_table.h"
#include "core/foundation/config/validate_chains.h"

namespace signalbox::config {

namespace {
bool isLowerOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool isAlnum(char c)
{
    return isLowerOrDigit(c) || (c >= 'A' && c <= 'Z');
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char &c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

bool asksForBudgets(const Condition &condition)
{
    return condition.field == "budget" || std::ranges::any_of(condition.parts, asksForBudgets);
}

/// Collects the mistakes of one configuration.
class Checker
{
public:
    Checker(const Config &config, std::span<const std::string> presets) : m_config(config), m_presets(presets)
    {}

    Mistakes check()
    {
        checkOrigins();
        checkClients();
        checkProviders();
        checkPrivacy();
        chainMistakes(m_config, m_findings);
        checkBudgets();
        return std::move(m_findings.mistakes);
    }

private:
    void wrong(std::string path, std::string message)
    {
        m_findings.wrong(std::move(path), std::move(message));
    }
    void warn(std::string path, std::string message) { m_findings.warn(std::move(path), std::move(message)); }

    void checkSource(const std::string &path, const KeySource &source)
    {
        if (source.kind == KeySource::Kind::Environment) {
            const std::string &name = source.name;
            const bool sound =
                !name.empty() && !(name[0] >= '0' && name[0] <= '9')
                && std::all_of(name.begin(), name.end(), [](char c) { return isAlnum(c) || c == '_'; });
            if (!sound) { // not quoted: somebody may have put the key itself here
                wrong(path + ".env", "must be the name of an environment variable: letters, digits and '_'");
            }
        }
    }

    void checkOrigins()
    {
        const auto &origins = m_config.server.allowedOrigins;
        for (std::size_t i = 0; i < origins.size(); ++i) {
            const std::string &origin = origins[i];
            const std::size_t scheme = origin.find("://");
            const bool sound = scheme != std::string::npos && scheme > 0 && scheme + 3 < origin.size()
                               && origin.find_first_of("*/?#@ ", scheme + 3) == std::string::npos
                               && origin == lower(origin);
            if (!sound) {
                wrong(
                    at("server.allowedOrigins", i),
                    "must be one exact origin in lower case like http://localhost:3000, without path or '*'");
            }
        }
    }

    void checkClients()
    {
        checkIds(m_findings, "clients", m_config.clients);
        for (std::size_t i = 0; i < m_config.clients.size(); ++i) {
            const ClientConfig &client = m_config.clients[i];
            checkSource(at("clients", i, "token"), client.token);
            if (!client.chain.empty() && !m_config.chain(client.chain)) {
                wrong(at("clients", i, "chain"), missing("chain", client.chain, idsOf(m_config.chains)));
            }
        }
    }

    void checkProviders()
    {
        checkIds(m_findings, "providers", m_config.providers);
        for (std::size_t i = 0; i < m_config.providers.size(); ++i) {
            const ProviderConfig &provider = m_config.providers[i];
            const std::string path = at("providers", i);
            checkPreset(path + ".preset", provider.preset);
            checkSource(path + ".key", provider.key);
            checkKeys(path + ".keys", provider);
            if (const auto sound = checkBaseUrl(provider.baseUrl); !provider.baseUrl.empty() && !sound) {
                wrong(path + ".baseUrl", sound.error().message);
            } else if (m_config.server.port != 0 && leadsToPort(provider.baseUrl, m_config.server.port)) {
                wrong(path + ".baseUrl",
                      "is the address Signalbox itself listens on: requests would go in a circle");
            }
            checkDialects(path + ".dialects", provider.dialects);
            checkHeaders(path + ".headers", provider.headers);
            for (const auto &[model, price] : provider.prices) {
                if (model.empty()) {
                    wrong(entry(path + ".prices", model), "must name a model, or be \"*\"");
                }
            }
            checkSimulated(path + ".simulate", provider);
        }
    }

    void checkPreset(const std::string &path, const std::string &preset)
    {
        if (preset.empty()) {
            wrong(path, "must not be empty");
        } else if (!m_presets.empty()
                   && std::find(m_presets.begin(), m_presets.end(), preset) == m_presets.end()) {
            wrong(path, missing("preset", preset, {m_presets.begin(), m_presets.end()}));
        }
    }

    void checkKeys(const std::string &path, const ProviderConfig &provider)
    {
        std::set<std::string> names{provider.key.name};
        for (std::size_t i = 0; i < provider.keys.size(); ++i) {
            checkSource(at(path, i), provider.keys[i].source);
            if (!names.insert(provider.keys[i].source.name).second) {
                wrong(at(path, i), "names a key that stands there already");
            }
        }
    }

    void checkDialects(const std::string &path, const std::vector<std::string> &dialects)
    {
        for (std::size_t i = 0; i < dialects.size(); ++i) {
            if (!base::dialectFromText(dialects[i])) {
                wrong(at(path, i), missing("dialect", dialects[i],
                                           {base::kDialectNames.begin(), base::kDialectNames.end()}));
            } else if (std::find(dialects.begin(), dialects.begin() + std::ptrdiff_t(i), dialects[i])
                       != dialects.begin() + std::ptrdiff_t(i)) {
                wrong(at(path, i), "stands there twice");
            }
        }
    }

    void checkHeaders(const std::string &path, const std::map<std::string, std::string> &headers)
    {
        static const std::set<std::string> kCredentials = {
            "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie"};
        static const std::set<std::string> kOurs = {
            "host",    "content-length", "transfer-encoding", "connection", "te", "upgrade",
            "trailer", "expect",         "accept-encoding"};
        for (const auto &[name, value] : headers) {
            const bool token = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
                return isAlnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
            });
            if (!token) {
                wrong(entry(path, name), "is not the name of a header field");
            } else if (kCredentials.contains(lower(name))) {
                wrong(entry(path, name), "a key must not stand in this file: use \"key\"");
            } else if (kOurs.contains(lower(name))) {
                wrong(entry(path, name), "is set by Signalbox itself");
            }
            if (value.find_first_of("\r\n\0") != std::string::npos) {
                wrong(entry(path, name), "must be on one line");
            }
        }
    }

    void checkSimulated(const std::string &path, const ProviderConfig &provider)
    {
        double sum = 0;
        for (const auto &[status, share] : provider.simulate.errors) {
            const bool sound = status.size() == 3 && (status[0] == '4' || status[0] == '5')
                               && status.find_first_not_of("0123456789") == std::string::npos;
            if (!sound) {
                wrong(entry(path + ".errors", status), "must be an error status from 400 to 599");
            }
            sum += share;
        }
        if (sum > 1 + 1e-9) {
            wrong(path + ".errors", "the shares add up to more than 1");
        }
        if (provider.preset != "simulated" && provider.simulate != SimulateConfig()) {
            warn(path, "has no effect: this provider's preset is not \"simulated\"");
        }
    }

    void checkPrivacy()
    {
        const PrivacyConfig &privacy = m_config.privacy;
        for (std::size_t i = 0; i < privacy.patterns.size(); ++i) {
            const std::string path = at("privacy.patterns", i);
            const QRegularExpression pattern(QString::fromStdString(privacy.patterns[i]));
            if (privacy.patterns[i].empty()) {
                wrong(path, "must not be empty: every request would be private");
            } else if (!pattern.isValid()) {
                wrong(path, "is not a regular expression: " + pattern.errorString().toStdString()
                                + ", at character " + std::to_string(pattern.patternErrorOffset() + 1));
            }
        }
        const auto isLocal = [](const ProviderConfig &one) {
            return one.enabled && std::find(one.tags.begin(), one.tags.end(), "local") != one.tags.end();
        };
        if (std::any_of(m_config.providers.begin(), m_config.providers.end(), isLocal)) {
            return;
        }
        const std::string nowhere =
            "private requests go to providers tagged \"local\" only, and none is: they cannot be answered";
        for (std::size_t i = 0; i < m_config.clients.size(); ++i) {
            if (m_config.clients[i].isPrivate) {
                warn(at("clients", i, "private"), nowhere);
            }
        }
        if (privacy != PrivacyConfig()) {
            warn("privacy", nowhere);
        }
    }

    void checkBudgets()
    {
        static const std::set<std::string> kScopes = {"client", "chain", "provider", "model"};
        for (std::size_t i = 0; i < m_config.budgets.size(); ++i) {
            for (const auto &[scope, name] : m_config.budgets[i].scope) {
                if (!kScopes.contains(scope)) {
                    wrong(
                        entry(at("budgets", i, "scope"), scope),
                        "a budget is for a client, chain, provider or model; for everything leave scope out");
                } else if ((scope == "chain" && !m_config.chain(name))
                           || (scope == "provider" && !m_config.provider(name))) {
                    warn(entry(at("budgets", i, "scope"), scope),
                         "no " + scope + " is named '" + name + "': nothing counts in this budget");
                }
            }
        }
        if (!m_config.budgets.empty()) {
            warn("budgets", "budgets are counted, and conditions can ask for them, but this version stops no "
                            "request at a limit yet");
            return;
        }
        const char *const none = "asks for a budget, but there is none: it is always \"ok\"";
        for (std::size_t i = 0; i < m_config.rules.size(); ++i) {
            if (asksForBudgets(m_config.rules[i].when)) {
                warn(at("rules", i, "when"), none);
            }
        }
        for (std::size_t i = 0; i < m_config.chains.size(); ++i) {
            for (std::size_t j = 0; j < m_config.chains[i].steps.size(); ++j) {
                if (asksForBudgets(m_config.chains[i].steps[j].when)) {
                    warn(at("chains", i, at("steps", j, "when")), none);
                }
            }
        }
    }

    const Config &m_config;
    std::span<const std::string> m_presets;
    Findings m_findings;
};

/// Four decimal numbers: the forms with fewer parts, hex or octal are read differently by different programs.
bool isIpv4(std::string_view host, bool &loopback)
{
    int parts = 0;
    for (std::size_t start = 0; start <= host.size(); ++parts) {
        const std::size_t end = std::min(host.find('.', start), host.size());
        const std::string_view part = host.substr(start, end - start);
        if (part.empty() || part.size() > 3 || part.find_first_not_of("0123456789") != std::string_view::npos
            || (part.size() > 1 && part[0] == '0') || std::stoi(std::string(part)) > 255) {
            return false;
        }
        loopback = parts == 0 ? part == "127" : loopback;
        start = end + 1;
    }
    return parts == 4;
}

base::Result<bool> hostIsLoopback(std::string_view host)
{
    const auto bad = [&] {
        return base::fail(base::ErrorCode::InvalidArgument, "the address names no host");
    };
    if (host.starts_with('[')) {
        const std::string_view inside = host.substr(1, host.size() < 2 ? 0 : host.size() - 2);
        if (!host.ends_with(']') || inside.find(':') == std::string_view::npos
            || inside.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) {
            return bad();
        }
        return inside == "::1" || inside == "0:0:0:0:0:0:0:1";
    }
    bool loopback = false;
    if (isIpv4(host, loopback)) {
        return loopback;
    }
    const std::string_view lastLabel = host.substr(host.find_last_of('.') + 1);
    const bool sound = !host.empty() && host.size() <= 253 && !host.starts_with('.') && !host.starts_with('-')
                       && host.find("..") == std::string_view::npos
                       && std::all_of(host.begin(), host.end(),
                                      [](char c) { return isAlnum(c) || c == '.' || c == '-' || c == '_'; })
                       && lastLabel.find_first_not_of("0123456789") != std::string_view::npos
                       && !lower(lastLabel).starts_with("0x");
    if (!sound) {
        return bad();
    }
    return lower(host) == "localhost";
}
} // namespace

bool isValidId(std::string_view id)
{
    return !id.empty() && id.size() <= 64 && isLowerOrDigit(id[0])
           && std::all_of(id.begin(), id.end(),
                          [](char c) { return isLowerOrDigit(c) || c == '.' || c == '_' || c == '-'; });
}

base::Result<void> checkBaseUrl(std::string_view url)
{
    const auto bad = [](std::string message) {
        return base::fail(base::ErrorCode::InvalidArgument, std::move(message));
    };
    const std::string scheme = lower(url.substr(0, std::min(url.find("://"), url.size())));
    if ((scheme != "https" && scheme != "http") || url.size() <= scheme.size() + 3) {
        return bad("must be an address like https://api.example.com/v1");
    }
    const std::string_view rest = url.substr(scheme.size() + 3);
    for (const char c : url) {
        if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '\\') {
            return bad("an address holds no spaces, backslashes or letters beyond ASCII");
        }
    }
    const std::size_t pathAt = std::min(rest.find_first_of("/?#"), rest.size());
    std::string_view authority = rest.substr(0, pathAt);
    if (authority.find('@') != std::string_view::npos) {
        return bad("an address holds no user name or password: put the key under \"key\"");
    }
    if (rest.find_first_of("?#") != std::string_view::npos) {
        return bad("a base address has no '?' and no '#'");
    }
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
        const std::string_view port = authority.substr(colon + 1);
        const bool sound = !port.empty() && port.size() <= 5 && port[0] != '0'
                           && port.find_first_not_of("0123456789") == std::string_view::npos
                           && std::stoi(std::string(port)) <= 65535;
        if (!sound) {
            return bad("the port must be a number from 1 to 65535");
        }
        authority = authority.substr(0, colon);
    }
    const auto loopback = hostIsLoopback(authority);
    if (!loopback) {
        return std::unexpected(loopback.error());
    }
    if (scheme == "http" && !*loopback) {
        return bad("http:// would send the key unprotected over the network: use https:// (http is for this "
                   "machine only: localhost, 127.0.0.1, [::1])");
    }
    return {};
}

bool leadsToPort(std::string_view url, std::uint16_t port)
{
    const std::size_t mark = url.find("://");
    if (mark == std::string_view::npos) {
        return false;
    }
    const std::string scheme = lower(url.substr(0, mark));
    const std::string_view rest = url.substr(mark + 3);
    const std::string authority = lower(rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size())));
    const std::size_t colon = authority.rfind(':');
    const bool hasPort = colon != std::string::npos && authority.find(']', colon) == std::string::npos;
    const std::string host = authority.substr(0, hasPort ? colon : authority.size());
    const std::string theirs = hasPort             ? authority.substr(colon + 1)
                               : scheme == "https" ? std::string("443")
                                                   : std::string("80");
    const bool loopback =
        host == "127.0.0.1" || host == "localhost" || host == "[::1]" || host == "[0:0:0:0:0:0:0:1]";
    return loopback && theirs == std::to_string(port);
}

Mistakes semanticMistakes(const Config &config, std::span<const std::string> presets)
{
    return Checker(config, presets).check();
}

Mistakes validate(const Config &config, std::span<const std::string> presets)
{
    // What the file would be refused for, a candidate is refused for: the same code reads what would be
    // written.
    Reading reading;
    Config again;
    fromJson(reading, toJson(config), again);
    Mistakes out = std::move(reading.mistakes);
    for (Mistake &mistake : semanticMistakes(config, presets)) {
        out.push_back(std::move(mistake));
    }
    for (Mistake &mistake : out) {
        mistake.line = 0;
    }
    return out;
}

} // namespace signalbox::config
