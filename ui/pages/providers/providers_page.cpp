// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/providers_page.h"

#include <algorithm>

#include <QAction>
#include <QHBoxLayout>
#include <QListView>
#include <QPushButton>
#include <QStackedWidget>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/bridge/reply.h"
#include "ui/pages/parts/message_stack.h"
#include "ui/pages/parts/pane_area.h"
#include "ui/pages/parts/two_line_delegate.h"
#include "ui/pages/providers/key_field.h"
#include "ui/pages/providers/preset_picker.h"
#include "ui/pages/providers/provider_detail.h"
#include "ui/pages/providers/steering_card.h"
#include "ui/pages/providers/test_card.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"

namespace signalbox::providers {

using models::ProviderListModel;
using theme::Tone;

namespace {
const auto kSaved = QStringLiteral("save");
const auto kKey = QStringLiteral("key");
const auto kDone = QStringLiteral("done");
} // namespace

ProvidersPage::ProvidersPage(const shell::PageContext &context, QWidget *parent)
    : Page(parent), m_context(context), m_writer(context.engine), m_stack(new QStackedWidget)
{
    auto *empty = new widgets::EmptyState(theme::Glyph::Providers,
                                          tr("No providers yet. Add the services that answer your requests, "
                                             "or a simulated one to try things out."));
    connect(empty->addPrimary(tr("Add a provider")), &QPushButton::clicked, this, &ProvidersPage::showPicker);
    auto *both = new QWidget;
    auto *row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(makeList());
    row->addWidget(makeRight(), 1);
    m_stack->addWidget(empty);
    m_stack->addWidget(both);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 16);
    column->addWidget(m_stack);
    makeActions();
    connect(&m_context.bridge, &bridge::EngineBridge::configChanged, this, &ProvidersPage::followConfig);
    connect(&m_context.bridge, &bridge::EngineBridge::snapshotChanged, this, &ProvidersPage::followSnapshot);
    followConfig();
}

ProvidersPage::~ProvidersPage() = default;

QWidget *ProvidersPage::makeList()
{
    auto *card = new widgets::Card;
    card->setAccessibleName(tr("Providers"));
    card->layout()->setContentsMargins(8, 8, 8, 8);
    m_list = parts::makeSideList(
        tr("Providers"),
        new parts::TwoLineDelegate(ProviderListModel::SubtitleRole, this, [](const QModelIndex &index) {
            return std::optional(index.data(ProviderListModel::LookRole).value<widgets::PillLook>());
        }));
    m_list->setModel(&m_model);
    auto *add = widgets::makeButton(tr("+ Add provider"));
    add->setAccessibleName(tr("Add a provider"));
    connect(add, &QPushButton::clicked, this, &ProvidersPage::showPicker);
    card->body()->addWidget(m_list, 1);
    card->body()->addWidget(add, 0, Qt::AlignLeft);
    card->setFixedWidth(std::max(220, QFontMetrics(card->font()).averageCharWidth() * 30));
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &index) {
                if (index.isValid()) {
                    select(bridge::utf8(index.data(ProviderListModel::IdRole).toString()));
                }
            });
    return card;
}

QWidget *ProvidersPage::makeRight()
{
    auto *right = new QWidget;
    auto *column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_messages = new parts::MessageStack;
    m_right = new QStackedWidget;
    m_picker = new PresetPicker;
    m_detail = new ProviderDetail;
    m_right->addWidget(m_picker);
    m_right->addWidget(new parts::PaneArea(m_detail));
    column->addWidget(m_messages);
    column->addWidget(m_right, 1);
    connect(m_picker, &PresetPicker::picked, this, &ProvidersPage::beginNew);
    connect(m_picker, &PresetPicker::cancelled, this, [this] { select(m_current); });
    connect(m_detail, &ProviderDetail::saveRequested, this, [this] { save(false); });
    connect(m_detail, &ProviderDetail::discardRequested, this, &ProvidersPage::discard);
    connect(m_detail, &ProviderDetail::testRequested, this, &ProvidersPage::runTest);
    connect(m_detail, &ProviderDetail::switchRequested, this, &ProvidersPage::setEnabledNow);
    connect(m_detail, &ProviderDetail::removeRequested, this, &ProvidersPage::remove);
    connect(m_detail, &ProviderDetail::forgetKeyRequested, this, &ProvidersPage::forgetKey);
    connect(&m_detail->steering(), &SteeringCard::wanted, this, &ProvidersPage::steer);
    connect(m_detail, &ProviderDetail::presetWanted, this, &ProvidersPage::beginNew);
    connect(&m_detail->test(), &TestCard::modelsWanted, this, [this](const std::vector<std::string> &models) {
        m_writer.setModels(m_current, models, tr("The models are now suggested in chains."));
    });
    connect(&m_writer, &ProviderWriter::saved, this, &ProvidersPage::onSaved);
    connect(&m_writer, &ProviderWriter::keyNotStored, this, &ProvidersPage::onKeyNotStored);
    connect(&m_writer, &ProviderWriter::failed, this, &ProvidersPage::fail);
    connect(&m_writer, &ProviderWriter::done, this, [this](const QString &text, const auto &before) {
        m_messages->show(kDone, Tone::Accent, text, tr("Undo"), [this, before] { m_writer.restore(before); });
    });
    return right;
}

void ProvidersPage::makeActions()
{
    const auto add = [this](const QString &text, const QKeySequence &key, auto slot) {
        auto *action = new QAction(text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        connect(action, &QAction::triggered, this, slot);
        m_actions.append(action);
    };
    add(tr("Add a provider"), Qt::CTRL | Qt::Key_N, [this] { showPicker(); });
    add(tr("Test provider"), Qt::Key_F5, [this] { runTest(); });
    add(tr("Remove provider"), {}, [this] { remove(); });
}

void ProvidersPage::activated()
{
    m_shown = true;
    followSnapshot();
    askKeychain();
}

void ProvidersPage::askKeychain()
{
    m_context.engine.keychainState(bridge::replyTo<engine::KeychainView>(this, [this](auto result) {
        if (result) {
            m_keychain = *result;
            m_detail->setKeychain(m_keychain);
        }
    }));
}

void ProvidersPage::followSnapshot()
{
    if (!m_shown) {
        return;
    }
    m_model.setSurroundings(models::Surroundings::of(m_context.engine));
    m_detail->setSurroundings(m_model.surroundings());
    if (const auto *provider = m_model.surroundings().config->provider(m_current)) {
        m_detail->setLook(m_model.look(*provider));
    }
}

void ProvidersPage::followConfig()
{
    auto around = models::Surroundings::of(m_context.engine);
    const auto config = around.config;
    m_picker->setPresets(around.presets);
    m_detail->setSurroundings(around);
    // Edits are kept; what was not edited follows the configuration.
    std::erase_if(m_edits,
                  [&](const auto &entry) { return !entry.first.empty() && !config->provider(entry.first); });
    for (auto &[id, edit] : m_edits) {
        if (const auto *provider = config->provider(id)) {
            const bool edited = edit.isChanged();
            edit.saved = *provider;
            if (!edited) {
                edit.now = *provider;
            } else {
                edit.now.key = provider->key;
                edit.now.enabled = provider->enabled;
            }
        }
    }
    const int row = std::max(0, m_list->currentIndex().row());
    m_model.setSurroundings(std::move(around));
    const bool creating = m_current.empty() && m_edits.contains("");
    m_stack->setCurrentIndex(m_model.rowCount() > 0 || creating ? 1 : 0);
    if (creating || config->provider(m_current)) {
        select(m_current);
    } else if (m_model.rowCount() > 0) {
        select(config->providers[static_cast<std::size_t>(std::min(row, m_model.rowCount() - 1))].id);
    }
}

ProviderEdit *ProvidersPage::current()
{
    const auto it = m_edits.find(m_current);
    return it == m_edits.end() ? nullptr : &it->second;
}

void ProvidersPage::select(const std::string &id)
{
    const auto *provider = m_context.engine.config()->provider(id);
    if (!provider && !m_edits.contains(id)) {
        m_stack->setCurrentIndex(m_model.rowCount() > 0 ? 1 : 0);
        return;
    }
    if (provider) {
        m_edits.try_emplace(id, ProviderEdit::of(*provider));
        m_detail->setLook(m_model.look(*provider));
    }
    const bool other = id != m_current || m_right->currentIndex() != 1;
    m_current = id;
    if (other) {
        m_messages->clear(kKey);
        m_messages->clear(kSaved);
        m_detail->setEdit(current());
    } else if (current()->isChanged()) {
        m_detail->showState();
    } else {
        m_detail->load();
    }
    m_right->setCurrentIndex(1);
    m_list->setCurrentIndex(m_model.index(m_model.rowOf(id)));
}

void ProvidersPage::reveal(const QString &providerId)
{
    if (m_model.rowOf(bridge::utf8(providerId)) >= 0) {
        select(bridge::utf8(providerId));
    }
}

void ProvidersPage::showPicker()
{
    m_stack->setCurrentIndex(1);
    m_right->setCurrentIndex(0);
    m_picker->begin();
}

/// Also from a key that was meant for another provider: it goes along.
void ProvidersPage::beginNew(const QString &presetId)
{
    const auto *preset = m_model.surroundings().preset(bridge::utf8(presetId));
    if (!preset) {
        return;
    }
    auto *from = current();
    const auto key = from && m_right->currentIndex() == 1 ? from->newKey : base::SecretString();
    if (from && !key.empty()) {
        from->newKey = {};
    }
    m_detail->setEdit(nullptr);
    m_edits.insert_or_assign("", ProviderEdit::fresh(*preset, *m_context.engine.config()));
    m_right->setCurrentIndex(0);
    select("");
    if (!key.empty()) {
        m_detail->key().enter(bridge::text(key.reveal()));
    }
    m_detail->focusFirst();
}

void ProvidersPage::discard()
{
    if (auto *edit = current(); edit && edit->saved) {
        *edit = ProviderEdit::of(*edit->saved);
        m_detail->setEdit(edit);
        return;
    }
    m_detail->setEdit(nullptr);
    m_edits.erase("");
    m_current.clear();
    followConfig();
}

void ProvidersPage::save(bool sessionOnly)
{
    if (const auto *edit = current()) {
        m_messages->clear(kSaved);
        m_messages->clear(kKey);
        m_detail->setSaving(true);
        m_writer.save(m_current, *edit, sessionOnly);
    }
}

void ProvidersPage::onSaved(const std::string &slot, const config::ProviderConfig &provider)
{
    m_detail->setSaving(false);
    m_detail->setEdit(nullptr);
    m_edits.erase(slot);
    m_edits.insert_or_assign(provider.id, ProviderEdit::of(provider));
    if (m_current == slot) {
        m_current = provider.id;
    }
    m_right->setCurrentIndex(0); // so that the detail is filled afresh
    followConfig();
}

/// The keychain said no: what can be done about it, and a way on without it.
void ProvidersPage::onKeyNotStored(const base::Error &error)
{
    m_detail->setSaving(false);
    m_context.engine.keychainState(bridge::replyTo<engine::KeychainView>(this, [this, error](auto state) {
        QString text = tr("The key was not stored: %1.").arg(bridge::text(error.message));
        if (state) {
            m_keychain = *state;
            m_detail->setKeychain(m_keychain);
            if (!state->advice.empty()) {
                text += QStringLiteral(" ") + bridge::text(state->advice);
            }
        }
        m_messages->show(kKey, Tone::Caution, text, tr("Keep for this session only"), [this] { save(true); });
    }));
}

void ProvidersPage::runTest()
{
    auto *edit = current();
    if (!edit || !edit->saved || edit->isChanged() || m_detail->test().isRunning()) {
        return;
    }
    m_detail->test().begin();
    m_detail->showState();
    const auto id = m_current;
    m_context.engine.testProvider(
        *edit->saved,
        [guard = QPointer(this), id](engine::TestStep step) {
            if (guard && guard->m_current == id && guard->m_detail->test().isRunning()) {
                guard->m_detail->test().add(step);
            }
        },
        bridge::replyTo<engine::TestReport>(this, [this, id](auto report) {
            if (m_current == id && m_detail->test().isRunning()) {
                m_detail->test().finish(report);
                m_detail->showState();
            }
        }));
}

void ProvidersPage::setEnabledNow(bool on)
{
    const auto name = m_model.surroundings().providerName(m_current);
    m_writer.setEnabled(m_current, on,
                        on ? tr("%1 is used again.").arg(name)
                           : tr("%1 is disabled: chains skip it.").arg(name));
}

void ProvidersPage::steer(const SteeringOrder &order)
{
    auto reply = bridge::replyTo<void>(this, [this](const auto &done) {
        if (!done) {
            m_messages->show(kDone, Tone::Danger, tr("Not done: %1").arg(bridge::text(done.error().message)));
        }
    });
    engine::Engine &engine = m_context.engine;
    switch (order.kind) {
    case SteeringOrder::Kind::Pause:
    case SteeringOrder::Kind::Resume:
        return engine.pauseTarget(m_current, order.model, order.kind == SteeringOrder::Kind::Pause,
                                  std::move(reply));
    case SteeringOrder::Kind::Reset:
        return engine.resetBreakers(m_current, order.model, std::move(reply));
    case SteeringOrder::Kind::HoldOpen:
        return engine.holdOpen(m_current, order.model, std::nullopt, std::move(reply));
    }
}

void ProvidersPage::remove()
{
    const auto config = m_context.engine.config();
    const auto *provider = config->provider(m_current);
    if (!provider) {
        return;
    }
    const auto name = m_model.surroundings().providerName(*provider);
    if (const auto chains = models::chainsUsing(*config, m_current); !chains.isEmpty()) {
        m_messages->show(kDone, Tone::Caution,
                         tr("%1 is still a step of %2. Take it out there first.")
                             .arg(name, chains.join(QStringLiteral(", "))),
                         tr("Open chain"), [this, chain = chains.first()] {
                             Q_EMIT openRequested(shell::PageId::Chains, chain);
                         });
        return;
    }
    const bool keyStays = provider->key.kind == config::KeySource::Kind::Keychain;
    m_writer.remove(m_current, keyStays ? tr("Removed %1. Its key is still in the keychain.").arg(name)
                                        : tr("Removed %1.").arg(name));
}

void ProvidersPage::forgetKey()
{
    const auto *provider = m_context.engine.config()->provider(m_current);
    if (!provider) {
        return;
    }
    // Cannot be undone, hence the question.
    m_messages->show(kKey, Tone::Danger,
                     tr("Delete the key of %1? This cannot be undone.")
                         .arg(m_model.surroundings().providerName(*provider)),
                     tr("Delete key"), [this, id = m_current] { m_writer.deleteKey(id); });
}

void ProvidersPage::fail(const base::Error &error)
{
    m_detail->setSaving(false);
    m_messages->show(kSaved, Tone::Danger, tr("Not saved: %1").arg(bridge::text(error.message)));
}

} // namespace signalbox::providers
