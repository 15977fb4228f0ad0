// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "core/foundation/json/document.h"

// Where in a text something is, and what is wrong with it in words a person can act on. Used by document.cpp.
namespace signalbox::json {

struct Position {
    int line = 1;
    int column = 1;
};

/// Offsets to lines in O(log lines).
class LineIndex
{
public:
    explicit LineIndex(std::string_view text);
    Position position(std::size_t offset) const;

private:
    std::vector<std::size_t> m_starts;
};

std::string_view trimmed(std::string_view text);
/// JSON's grammar of numbers: no sign but '-', no leading zeros, digits around the point.
bool isNumber(std::string_view text);

/// Says why `text` is not JSON. `reached` is how far reading came; `simdjsonError` is the library's code.
SyntaxError explain(std::string_view text, std::size_t reached, int simdjsonError);

} // namespace signalbox::json
