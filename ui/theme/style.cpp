// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/style.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>
#include <QVariant>

#include "ui/theme/colors.h"
#include "ui/theme/style_controls.h"

namespace signalbox::theme {

namespace {
constexpr char kKindProperty[] = "signalboxButtonKind";
}

void setButtonKind(QAbstractButton *button, ButtonKind kind)
{
    button->setProperty(kKindProperty, static_cast<int>(kind));
    button->updateGeometry();
    button->update();
}

ButtonKind buttonKind(const QWidget *button)
{
    return button ? static_cast<ButtonKind>(button->property(kKindProperty).toInt()) : ButtonKind::Plain;
}

Style::Style() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                          const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
        controls::button(*painter, *option, buttonKind(widget));
        return;
    case PE_PanelButtonTool:
        controls::button(*painter, *option, ButtonKind::Flat);
        return;
    case PE_FrameFocusRect:
        if ((option->state & State_KeyboardFocusChange) && !qobject_cast<const QAbstractItemView *>(widget)) {
            controls::focusRing(*painter, option->rect, option->palette);
        }
        return;
    case PE_PanelLineEdit: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (frame && frame->lineWidth > 0) {
            controls::field(*painter, *option);
        }
        return;
    }
    case PE_FrameLineEdit:
        return;
    case PE_Frame:
    case PE_FrameGroupBox:
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(
            color((option->state & State_HasFocus) ? Role::Accent : Role::Border, option->palette));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5),
                                 controls::kControlRadius, controls::kControlRadius);
        painter->restore();
        return;
    case PE_IndicatorCheckBox:
        controls::checkBox(*painter, *option);
        return;
    case PE_IndicatorRadioButton:
        controls::radioButton(*painter, *option);
        return;
    case PE_PanelScrollAreaCorner:
    case PE_PanelMenuBar:
    case PE_FrameTabWidget:
        return;
    case PE_FrameTabBarBase:
        painter->setPen(color(Role::Border, option->palette));
        painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                        const QWidget *widget) const
{
    switch (element) {
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
            QStyleOptionButton copy = *button;
            const bool muted = widget && widget->foregroundRole() == QPalette::PlaceholderText
                               && (option->state & State_Enabled);
            copy.palette.setColor(QPalette::ButtonText,
                                  muted ? color(Role::Muted, option->palette)
                                        : controls::buttonText(*option, buttonKind(widget)));
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
        break;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        controls::headerSection(*painter, *option);
        return;
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            QStyleOptionHeader copy = *header;
            copy.palette.setColor(QPalette::ButtonText, color(Role::Muted, option->palette));
            copy.state &= ~State_On;
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
        break;
    case CE_TabBarTabShape:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            controls::tab(*painter, *tab);
            return;
        }
        break;
    case CE_MenuBarItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option)) {
            const bool lively = option->state & (State_Selected | State_Sunken);
            painter->fillRect(option->rect,
                              color(lively ? Role::AccentWeak : Role::Surface, option->palette));
            const int mnemonic = styleHint(SH_UnderlineShortcut, option, widget, nullptr)
                                     ? Qt::TextShowMnemonic
                                     : Qt::TextHideMnemonic;
            drawItemText(painter, item->rect, Qt::AlignCenter | Qt::TextSingleLine | mnemonic,
                         option->palette, option->state & State_Enabled, item->text, QPalette::ButtonText);
            return;
        }
        break;
    case CE_MenuBarEmptyArea:
        painter->fillRect(option->rect, color(Role::Surface, option->palette));
        return;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                               const QWidget *widget) const
{
    const QColor ink = color((option->state & State_Enabled) ? Role::Muted : Role::Off, option->palette);
    if (control == CC_ComboBox) {
        controls::field(*painter, *option);
        controls::chevron(*painter, subControlRect(control, option, SC_ComboBoxArrow, widget), ink, false);
        return;
    }
    if (const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option);
        spin && control == CC_SpinBox) {
        controls::field(*painter, *option);
        if (spin->buttonSymbols != QAbstractSpinBox::NoButtons) {
            controls::chevron(*painter, subControlRect(control, option, SC_SpinBoxUp, widget), ink, true);
            controls::chevron(*painter, subControlRect(control, option, SC_SpinBoxDown, widget), ink, false);
        }
        return;
    }
    if (const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
        slider && control == CC_ScrollBar) {
        controls::scrollBar(*painter, *slider, subControlRect(control, option, SC_ScrollBarSlider, widget));
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
    if (element == SE_LineEditContents && frame && frame->lineWidth > 0) {
        return rect.adjusted(6, 0, -4, 0);
    }
    return rect;
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
                            const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subControlRect(control, option, part, widget);
    const bool text = (control == CC_ComboBox && part == SC_ComboBoxEditField)
                      || (control == CC_SpinBox && part == SC_SpinBoxEditField);
    return text ? rect.adjusted(6, 0, 0, 0) : rect;
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_DefaultFrameWidth:
        return 1;
    case PM_MenuBarPanelWidth:
        return 0;
    case PM_MenuBarHMargin:
        return 4;
    case PM_MenuBarVMargin:
    case PM_MenuBarItemSpacing:
        return 2;
    // What item views leave at both sides of a text; header sections leave as much.
    case PM_FocusFrameHMargin:
        return 7;
    case PM_ScrollBarExtent:
        return 12;
    case PM_ScrollView_ScrollBarSpacing:
        return 0;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 16;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return 8;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return 8;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin:
        return 12;
    case PM_TabBarTabHSpace:
        return 20;
    case PM_TabBarTabVSpace:
        return 12;
    case PM_HeaderMargin:
        return 8;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                     QStyleHintReturn *result) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ScrollBar_Transient:
        return 0;
    case SH_TabBar_Alignment:
        return Qt::AlignLeft;
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    default:
        return QProxyStyle::styleHint(hint, option, widget, result);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                              const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    const int control = option ? option->fontMetrics.height() + 12 : 0;
    switch (type) {
    case CT_PushButton:
        result.setWidth(size.width() + (buttonKind(widget) == ButtonKind::Link ? 8 : 22));
        result.setHeight(buttonKind(widget) == ButtonKind::Link ? control - 6 : control);
        break;
    case CT_LineEdit:
    case CT_ComboBox:
    case CT_SpinBox:
        result.rwidth() += 8;
        result.setHeight(std::max(result.height(), control));
        break;
    default:
        break;
    }
    return result;
}

} // namespace signalbox::theme
