// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/in_flight_card.h"

#include <QBoxLayout>
#include <QPainter>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/theme/colors.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"

namespace signalbox::overview {

namespace {
constexpr std::size_t kShown = 6;
}

class InFlightCard::Row : public QWidget
{
public:
    Row()
        : m_client(new widgets::ElidedLabel),
          m_chain(new widgets::ElidedLabel),
          m_target(new widgets::ElidedLabel)
    {
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(0, 4, 0, 4);
        row->setSpacing(12);
        m_client->setFont(theme::font(theme::TextSize::Body, theme::Weight::Strong));
        m_target->setFont(theme::monoFont());
        row->addWidget(m_client, 2);
        row->addWidget(m_chain, 2);
        row->addWidget(m_target, 6);
        for (QLabel *number : {m_elapsed, m_tokens}) {
            number->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
            number->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("00,000 tok")));
            row->addWidget(number);
        }
        row->addWidget(cancel);
    }

    void fill(const metrics::InFlight &flight, const QString &provider)
    {
        m_client->setText(bridge::text(flight.client));
        m_chain->setText(bridge::text(flight.chain));
        m_target->setText(InFlightCard::tr("%1 %2").arg(provider, bridge::text(flight.model)));
        m_elapsed->setText(bridge::formatDuration(flight.elapsed));
        m_tokens->setText(flight.tokens ? InFlightCard::tr("%1 tok").arg(bridge::formatCount(flight.tokens))
                                        : InFlightCard::tr("waiting"));
        cancel->setAccessibleName(
            InFlightCard::tr("Cancel the request of %1").arg(bridge::text(flight.client)));
    }

    QPushButton *cancel = widgets::makeButton(InFlightCard::tr("Cancel"));

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setPen(theme::color(theme::Role::Border, palette()));
        painter.drawLine(0, 0, width(), 0);
    }

private:
    QLabel *m_client;
    QLabel *m_chain;
    QLabel *m_target;
    QLabel *m_elapsed = widgets::makeMutedLabel({});
    QLabel *m_tokens = widgets::makeMutedLabel({});
};

InFlightCard::InFlightCard(const shell::PageContext &context, QWidget *parent)
    : Card(parent), m_engine(context.engine), m_bridge(context.bridge), m_note(widgets::makeMutedLabel({}))
{
    setTitle(tr("In flight"));
    body()->setSpacing(0);
    body()->addWidget(m_note);
}

void InFlightCard::show(const engine::Snapshot &snapshot)
{
    std::map<std::string, Row *> next;
    std::size_t shown = 0;
    for (const metrics::InFlight &flight : snapshot.inFlight) {
        // Rows that are there stay there, so that nothing jumps when others end.
        const auto known = m_rows.find(flight.id.text());
        if (known == m_rows.end() && shown >= kShown) {
            continue;
        }
        ++shown;
        Row *row = known != m_rows.end() ? known->second : new Row;
        if (known == m_rows.end()) {
            body()->insertWidget(body()->count() - 1, row);
            connect(row->cancel, &QPushButton::clicked, this, [this, row, id = flight.id] {
                row->cancel->setEnabled(false);
                m_engine.cancelRequest(id);
            });
        } else {
            m_rows.erase(known);
        }
        row->fill(flight, m_bridge.providerName(flight.provider));
        next.emplace(flight.id.text(), row);
    }
    for (const auto &[id, row] : m_rows) {
        row->hide();
        row->deleteLater(); // it may be the one whose Cancel is being clicked
    }
    m_rows = std::move(next);
    const std::size_t more = snapshot.inFlight.size() - m_rows.size();
    m_note->setText(snapshot.inFlight.empty() ? tr("No request is running.") : tr("and %1 more").arg(more));
    m_note->setVisible(snapshot.inFlight.empty() || more > 0);
}

} // namespace signalbox::overview
