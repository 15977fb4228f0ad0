// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/reading.h"

#include <array>
#include <cctype>
#include <charconv>
#include <numeric>

namespace signalbox::config {

namespace {
using Type = json::Value::Type;

constexpr std::array<std::pair<std::string_view, KeySource::Kind>, 3> kKeyKinds = {{
    {"keychain", KeySource::Kind::Keychain},
    {"env", KeySource::Kind::Environment},
    {"memory", KeySource::Kind::Memory},
}};

template<typename T>
std::optional<T> parse(const std::string &text)
{
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string rangeText(const FieldInfo &info)
{
    if (info.min && info.max) {
        return "must be between " + std::to_string(*info.min) + " and " + std::to_string(*info.max);
    }
    return info.min ? "must be at least " + std::to_string(*info.min)
                    : "must be at most " + std::to_string(info.max.value_or(0));
}

template<typename T>
bool inRange(T value, const FieldInfo &info)
{
    return (!info.min || value >= static_cast<T>(*info.min))
           && (!info.max || value <= static_cast<T>(*info.max));
}

bool hasControl(std::string_view text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// Levenshtein's distance without regard to case.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const bool same = std::tolower(static_cast<unsigned char>(a[i]))
                              == std::tolower(static_cast<unsigned char>(b[j]));
            const std::size_t replaced = diagonal + (same ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::string list(const std::vector<std::string_view> &names)
{
    std::string out;
    for (const std::string_view name : names) {
        out += (out.empty() ? "" : ", ") + std::string(name);
    }
    return out;
}
} // namespace

std::optional<std::string_view> nearest(std::string_view name, const std::vector<std::string_view> &known)
{
    std::optional<std::string_view> best;
    std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const std::string_view candidate : known) {
        const std::size_t d = distance(name, candidate);
        if (d < least && d < candidate.size()) {
            least = d;
            best = candidate;
        }
    }
    return best;
}

Reading::Into::Into(Reading &reading, std::string step, int)
    : m_reading(reading), m_length(reading.m_path.size())
{
    m_reading.m_path += step;
}
Reading::Into::Into(Reading &reading, std::string_view field)
    : Into(reading, (reading.m_path.empty() ? "" : ".") + std::string(field), 0)
{}
Reading::Into::Into(Reading &reading, std::size_t index) : Into(reading, "[" + std::to_string(index) + "]", 0)
{}
Reading::Into Reading::Into::entry(Reading &reading, std::string_view key)
{
    return Into(reading, "[\"" + std::string(key) + "\"]", 0);
}

void Reading::wrong(int line, std::string message)
{
    mistakes.push_back({line, m_path, std::move(message), false});
}

bool Reading::expect(const json::Value &value, Type type)
{
    if (value.is(type)) {
        return true;
    }
    wrong(value.line,
          "must be " + std::string(describe(type)) + ", not " + std::string(describe(value.type())));
    return false;
}

void Reading::unknown(const json::Value &object, std::string_view name, int line,
                      const std::vector<FieldInfo> &known)
{
    std::vector<std::string_view> names;
    for (const FieldInfo &info : known) {
        names.push_back(info.name);
    }
    const Into into(*this, name);
    const auto like = nearest(name, names);
    if (like && !object.find(*like)) {
        wrong(line, "unknown field; did you mean '" + std::string(*like) + "'?");
    } else {
        wrong(line, "unknown field; known here: " + list(names));
    }
}

std::optional<std::string> Reading::text(const json::Value &value, const FieldInfo &info)
{
    if (!expect(value, Type::String)) {
        return std::nullopt;
    }
    if (hasControl(value.text())) {
        wrong(value.line, "holds a control character");
        return std::nullopt;
    }
    const auto &choices = info.choices;
    if (!choices.empty() && std::find(choices.begin(), choices.end(), value.text()) == choices.end()) {
        wrong(value.line,
              "'" + value.text() + "' is not available in this version; it knows: " + list(choices));
        return std::nullopt;
    }
    return value.text();
}

std::optional<std::int64_t> Reading::integer(const json::Value &value, const FieldInfo &info)
{
    if (!expect(value, Type::Number)) {
        return std::nullopt;
    }
    const auto number = parse<std::int64_t>(value.text());
    if (!number && value.text().find_first_of(".eE") != std::string::npos) {
        wrong(value.line, "must be a whole number");
        return std::nullopt;
    }
    if (!number || !inRange(*number, info)) {
        wrong(value.line, rangeText(info));
        return std::nullopt;
    }
    return number;
}

std::optional<double> Reading::real(const json::Value &value, const FieldInfo &info)
{
    if (!expect(value, Type::Number)) {
        return std::nullopt;
    }
    const auto number = parse<double>(value.text());
    if (!number || !inRange(*number, info)) {
        wrong(value.line, rangeText(info));
        return std::nullopt;
    }
    return number;
}

std::optional<bool> Reading::flag(const json::Value &value)
{
    return expect(value, Type::Bool) ? std::optional(value.toBool()) : std::nullopt;
}

std::optional<base::Money> Reading::decimal(const json::Value &value)
{
    if (!value.is(Type::Number) && !value.is(Type::String)) {
        wrong(value.line,
              "must be an amount in dollars like 2.5, not " + std::string(describe(value.type())));
        return std::nullopt;
    }
    const auto money = base::parseDollars(value.text());
    if (!money) {
        wrong(value.line, money.error().message);
        return std::nullopt;
    }
    return *money;
}

// {"keychain": "provider/openai"} | {"env": "NAME"} | {"memory": "slot"}, each with "last4" if one likes.
// Messages here never quote a value: it may be a key that was put into the wrong place.
std::optional<KeySource> Reading::keySource(const json::Value &value)
{
    if (value.is(Type::String)) {
        wrong(value.line,
              "a key must not stand in this file: store it with 'signalbox keys set PROVIDER' or in "
              "the window, or write {\"env\": \"NAME\"} to take it from the environment");
        return std::nullopt;
    }
    if (!expect(value, Type::Object)) {
        return std::nullopt;
    }
    KeySource source;
    bool sound = true;
    int kinds = 0;
    for (const json::Member &member : value.members()) {
        const auto kind = std::find_if(kKeyKinds.begin(), kKeyKinds.end(),
                                       [&](const auto &known) { return known.first == member.name; });
        const std::size_t before = mistakes.size();
        if (kind == kKeyKinds.end() && member.name != "last4") {
            unknown(value, member.name, member.line,
                    {{"keychain", "string"}, {"env", "string"}, {"memory", "string"}, {"last4", "string"}});
        } else {
            const Into into(*this, member.name);
            const auto text_ = text(member.value, {});
            if (text_ && member.name == "last4" && text_->size() > 4) {
                wrong(member.value.line,
                      "holds more than the last 4 characters: a key must not stand in this file");
            } else if (text_ && kind != kKeyKinds.end() && text_->empty()) {
                wrong(member.value.line, "must not be empty");
            }
            (kind == kKeyKinds.end() ? source.last4 : source.name) = text_.value_or("");
        }
        if (kind != kKeyKinds.end()) {
            source.kind = kind->second;
            ++kinds;
        }
        sound = sound && mistakes.size() == before;
    }
    if (sound && kinds != 1) {
        wrong(value.line, "must name exactly one source: keychain, env or memory");
    }
    return sound && kinds == 1 ? std::optional(source) : std::nullopt;
}

json::Value writeKeySource(const KeySource &source)
{
    json::Value out = json::Value::object();
    for (const auto &[name, kind] : kKeyKinds) {
        if (kind == source.kind) {
            out.add(std::string(name), json::Value::string(source.name));
        }
    }
    if (!source.last4.empty()) {
        out.add("last4", json::Value::string(source.last4));
    }
    return out;
}

std::string decimalText(std::int64_t nano)
{
    std::string text = base::formatDollars({nano});
    while (text.ends_with('0')) {
        text.pop_back();
    }
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text;
}

} // namespace signalbox::config
