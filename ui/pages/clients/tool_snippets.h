// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QString>

namespace signalbox::clients {

/// How one tool is pointed at Signalbox: data, so that a new tool is a new row.
struct ToolSnippet {
    const char *id;
    const char *name;
    const char *where;   ///< the file, or where to type it; empty: the text says it
    const char *snippet; ///< with {url} (ends in /v1), {root} (without), {token} and {model}; empty: unserved
    const char *note;    ///< plain words on a trap; may be empty
    bool served = true;  ///< it can use Signalbox
};

const std::vector<ToolSnippet> &tools();

struct SnippetValues {
    QString url; ///< "http://127.0.0.1:8377/v1"
    QString token;
    QString model;
};

/// The base URL without its /v1, for tools that add it themselves.
QString rootOf(const QString &url);
QString filled(const ToolSnippet &tool, const SnippetValues &values);

} // namespace signalbox::clients
