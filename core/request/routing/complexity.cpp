// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/complexity.h"

namespace signalbox::routing {

std::string_view toText(Complexity level)
{
    switch (level) {
    case Complexity::Simple:
        return "simple";
    case Complexity::Standard:
        return "standard";
    case Complexity::Complex:
        return "complex";
    case Complexity::Reasoning:
        return "reasoning";
    }
    return {};
}

} // namespace signalbox::routing
