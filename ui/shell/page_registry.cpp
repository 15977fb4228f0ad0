// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/page_registry.h"

#include <QCoreApplication>

namespace signalbox::shell {

namespace {

template<typename P>
[[maybe_unused]] Page *make(const PageContext &context)
{
    return new P(context);
}

[[maybe_unused]] QString tr(const char *text)
{
    return QCoreApplication::translate("pages", text);
}

} // namespace

std::vector<PageEntry> allPages()
{
    return {};
}

} // namespace signalbox::shell
