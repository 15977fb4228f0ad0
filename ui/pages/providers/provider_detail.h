// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/pages/providers/provider_edit.h"
#include "ui/widgets/status_pill.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox::widgets {
class Card;
class ElidedLabel;
class FormRow;
} // namespace signalbox::widgets

namespace signalbox::providers {

class KeyField;
class SimulateForm;
class SteeringCard;
class TestCard;

/// One provider: its connection, its key, how it behaves if it is simulated, and its test. Changes the edit
/// it was given and says so; saving is the page's. Owned by the page.
class ProviderDetail : public QWidget
{
    Q_OBJECT

public:
    explicit ProviderDetail(QWidget *parent = nullptr);

    /// The edit stays the page's and must outlive being shown; null: none.
    void setEdit(ProviderEdit *edit);
    void setSurroundings(const models::Surroundings &around);
    void setLook(const widgets::PillLook &look);
    void setKeychain(const engine::KeychainView &keychain);
    void setSaving(bool saving);
    void load();      ///< after the edit has got other values
    void showState(); ///< after the edit was changed or saved
    void focusFirst();
    TestCard &test() { return *m_test; }
    KeyField &key() { return *m_key; }
    SteeringCard &steering() { return *m_steering; }

Q_SIGNALS:
    void edited();
    void saveRequested();
    void discardRequested();
    void testRequested();
    void switchRequested(bool on);
    void removeRequested();
    void forgetKeyRequested();
    void presetWanted(const QString &presetId); ///< the key looks like another provider's

private:
    QWidget *makeHead();
    QWidget *makeConnection();
    void onKeyChanged(const QString &key);
    void showOffer(const QString &key);
    void showEvidence();

    ProviderEdit *m_edit = nullptr;
    models::Surroundings m_around;
    engine::KeychainView m_keychain;
    bool m_loading = false;
    bool m_saving = false;
    widgets::ElidedLabel *m_title;
    widgets::StatusPill *m_pill;
    QLabel *m_evidence;
    QPushButton *m_save;
    QPushButton *m_discard;
    QPushButton *m_testButton;
    QPushButton *m_switch;
    QPushButton *m_remove;
    QLabel *m_preset;
    QLineEdit *m_name;
    QLineEdit *m_baseUrl;
    widgets::FormRow *m_baseUrlRow = nullptr;
    KeyField *m_key;
    widgets::FormRow *m_keyRow = nullptr;
    QPushButton *m_offer;
    widgets::Card *m_simulateCard;
    SimulateForm *m_simulate;
    SteeringCard *m_steering;
    TestCard *m_test;
};

} // namespace signalbox::providers
