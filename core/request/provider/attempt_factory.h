// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/request/provider/target.h"
#include "core/request/upstream/attempt.h"

namespace signalbox::provider {

/// Makes attempts at a target, on the wire or simulated: the only way from the chain to a provider, and the
/// seam where a test puts a scripted one. Engine thread; outlives its attempts, as the observer does.
class AttemptFactory
{
public:
    virtual ~AttemptFactory() = default;
    virtual std::unique_ptr<upstream::Attempt> make(const Target &target, upstream::WireRequest request,
                                                    const upstream::WireLimits &limits,
                                                    upstream::AttemptObserver &observer) = 0;
};

} // namespace signalbox::provider
