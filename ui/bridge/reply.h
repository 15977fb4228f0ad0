// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>

#include <QPointer>

#include "core/engine/engine.h"

namespace signalbox::bridge {

/// A reply for the engine that falls silent when its receiver has gone: pages ask and may be closed before
/// the answer comes. GUI thread.
template<typename T, typename F>
engine::Reply<T> replyTo(QObject *receiver, F then)
{
    return [guard = QPointer<QObject>(receiver), then = std::move(then)](base::Result<T> result) {
        if (guard) {
            then(std::move(result));
        }
    };
}

} // namespace signalbox::bridge
