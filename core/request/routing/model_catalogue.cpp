// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/model_catalogue.h"

namespace signalbox::routing {

base::Duration firstTokenLimit(const config::StepConfig &step, const ModelFacts &model, bool local)
{
    if (step.firstToken > config::Ms::zero()) {
        return step.firstToken;
    }
    return std::chrono::seconds(model.thinksSilently ? 180 : local ? 60 : 20);
}

} // namespace signalbox::routing
