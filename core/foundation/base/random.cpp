// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/random.h"

#include <QRandomGenerator>

namespace signalbox::base {

Random Random::fromSystem()
{
    return Random(QRandomGenerator::system()->generate64());
}

std::string secureBytes(std::size_t count)
{
    std::string bytes(count, '\0');
    for (char &byte : bytes) {
        byte = static_cast<char>(QRandomGenerator::system()->generate() & 0xff);
    }
    return bytes;
}

} // namespace signalbox::base
