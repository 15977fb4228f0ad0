// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/privacy.h"

#include <algorithm>

#include <QString>

#include "core/request/routing/signs/bounded_regex.h"
#include "core/request/routing/signs/secret_shapes.h"

namespace signalbox::routing {

using signs::BoundedRegex;

struct PrivacyPatterns::Private {
    bool keys = false;
    bool emails = false;
    bool cards = false;
    std::vector<BoundedRegex> patterns;
};

namespace {
constexpr qsizetype kOverlap = 512;

/// Looks at a long text in overlapping pieces, each with what stands before it, so that ^ and \b mean what
/// they say.
bool occurs(const BoundedRegex &pattern, const QString &text)
{
    for (qsizetype at = 0;;) {
        qsizetype end = std::min(at + BoundedRegex::kMostCharacters, text.size());
        if (end < text.size() && text[end - 1].isHighSurrogate()) {
            --end;
        }
        if (pattern.find(QStringView(text).left(end), at) != BoundedRegex::Found::No) {
            return true;
        }
        if (end == text.size()) {
            return false;
        }
        at = end - kOverlap;
        at -= text[at].isLowSurrogate() ? 1 : 0;
    }
}
} // namespace

PrivacyPatterns::PrivacyPatterns(const config::PrivacyConfig &config)
{
    auto made = std::make_shared<Private>();
    made->keys = config.keys;
    made->emails = config.emails;
    made->cards = config.cards;
    for (const std::string &pattern : config.patterns) {
        BoundedRegex regex(pattern);
        if (regex.isValid()) {
            made->patterns.push_back(std::move(regex));
        }
    }
    if (made->keys || made->emails || made->cards || !made->patterns.empty()) {
        d = std::move(made);
    }
}

std::optional<std::string> PrivacyPatterns::match(std::string_view text) const
{
    if (!d) {
        return std::nullopt;
    }
    if (d->keys && signs::holdsKey(text)) {
        return "holds what looks like a key";
    }
    if (d->emails && signs::holdsEmail(text)) {
        return "holds an e-mail address";
    }
    if (d->cards && signs::holdsCard(text)) {
        return "holds a payment card number";
    }
    if (d->patterns.empty()) {
        return std::nullopt;
    }
    const QString wide = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    for (std::size_t i = 0; i < d->patterns.size(); ++i) {
        if (occurs(d->patterns[i], wide)) {
            return "matches private pattern " + std::to_string(i + 1);
        }
    }
    return std::nullopt;
}

} // namespace signalbox::routing
