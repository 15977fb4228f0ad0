// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/events/event.h"
#include "ui/models/request_text.h"

namespace signalbox::models {

/// One line of the event feed: a shape, when, what, and where it leads.
struct FeedLine {
    base::WallTime at;
    theme::Mark mark = theme::Mark::Square;
    theme::Tone tone = theme::Tone::Off;
    QString text;
    QString request; ///< id, when it is about a request
    bool operator==(const FeedLine &) const = default;
};

FeedLine feedLine(const events::Event &event, const ProviderNames &names);

} // namespace signalbox::models
