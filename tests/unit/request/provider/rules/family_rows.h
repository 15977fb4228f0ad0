// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

/// What one family of models makes of a body.
struct FamilyRow {
    const char *preset;
    const char *model;
    const char *dialect;
    const char *body;
    const char *adapted;
    const char *changed; ///< joined with spaces
};

/// What the families are known to refuse, and what may pass.
std::span<const FamilyRow> familyRows();
