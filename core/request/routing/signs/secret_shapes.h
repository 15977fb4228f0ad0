// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

// What private texts look like, each found in one pass over any bytes. Pure.
namespace signalbox::signs {

/// A key by its customary beginning ("sk-…", "ghp_…", "AKIA…"), a private key in PEM, a JWT, or 32 and more
/// characters without a pattern right after a word like "password".
bool holdsKey(std::string_view text);
/// An e-mail address; not those of example domains, of "git@host:", nor file names like "icon@2x.png".
bool holdsEmail(std::string_view text);
/// A payment card number: an issuer's beginning and length, digits alone or grouped as on cards, and the
/// right check digit.
bool holdsCard(std::string_view text);

} // namespace signalbox::signs
