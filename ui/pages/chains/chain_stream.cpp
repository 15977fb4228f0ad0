// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/chain_stream.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSpinBox>

#include "ui/pages/chains/seconds_field.h"

namespace signalbox::chains {

using config::ChainConfig;
using config::MidStream;
using config::Ms;

ChainStream::ChainStream(QWidget *parent) : PolicyCard(tr("While an answer streams"), parent)
{
    addChoice<MidStream>({tr("When cut"), QStringLiteral("policy.midStream"),
                          tr("What happens when an answer breaks off after content has reached the tool"),
                          tr("change what follows a cut")},
                         {tr("a clear error"), tr("next step continues"), tr("only whole answers")},
                         [](ChainConfig &chain) -> MidStream & { return chain.policy.midStream; });
    auto *tokens =
        addNumber({tr("Hold back"), QStringLiteral("policy.holdBackTokens"),
                   tr("So many tokens have to be there before the first is sent; until then "
                      "another step can still take over"),
                   tr("change hold-back")},
                  0, 1'000'000, [](ChainConfig &chain) -> int & { return chain.policy.holdBackTokens; });
    tokens->setSpecialValueText(tr("no tokens"));
    tokens->setSuffix(tr(" tokens"));
    auto *time = addSeconds(
        {tr("Or for"), QStringLiteral("policy.holdBackMs"),
         tr("The first content waits this long before it is sent"), tr("change hold-back")},
        {Ms(0), std::chrono::hours(1)}, [](ChainConfig &chain) -> Ms & { return chain.policy.holdBack; });
    time->setAccessibleName(tr("Hold back for"));
    time->setSpecialValueText(tr("no time"));
    addFlag({tr("Always stream from the provider"), QStringLiteral("policy.streamUpstream"),
             tr("Also where the tool does not stream: a silent provider is noticed after the first-token "
                "limit"),
             tr("switch streaming from the provider")},
            [](ChainConfig &chain) -> bool & { return chain.policy.streamUpstream; });
    whenShown([=](ChainConfig &chain) {
        const bool whole = chain.policy.midStream == MidStream::Restart;
        tokens->setEnabled(!whole);
        time->setEnabled(!whole);
    });
}

} // namespace signalbox::chains
