// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/key_table.h"

#include "core/foundation/config/fields.h"
#include "core/foundation/config/migrations.h"

namespace signalbox::config {

namespace {
constexpr std::int64_t kLargestExact = 9'007'199'254'740'991; ///< what every JSON reader keeps: 2^53 - 1

/// The dearer prices for long prompts as they stand in the file.
struct AbovePrice {
    std::int64_t tokens = 0;
    ModelPrice price;
};

template<typename T, typename Access>
Field<T> price(std::string_view name, Access access)
{
    return {FieldInfo{.name = name, .type = "decimal"},
            [=](Reading &r, const json::Value &v, T &out) {
                if (const auto money = r.decimal(v)) {
                    std::invoke(access, out) = base::TokenPrice{money->nano};
                }
            },
            [=](const T &from) {
                const std::optional<base::TokenPrice> &value = std::invoke(access, from);
                return value ? json::Value::number(decimalText(value->nanoPerMillion)) : json::Value();
            }};
}

/// The five prices, wherever `prices` (T & → ModelPrice &) finds them.
template<typename T, typename Prices>
Fields<T> withPrices(Fields<T> fields, Prices prices)
{
    fields.push_back(price<T>("input", [=](auto &t) -> auto & { return prices(t).input; }));
    fields.push_back(price<T>("cachedInput", [=](auto &t) -> auto & { return prices(t).cachedInput; }));
    fields.push_back(price<T>("cacheWrite", [=](auto &t) -> auto & { return prices(t).cacheWrite; }));
    fields.push_back(price<T>("cacheWrite1h", [=](auto &t) -> auto & { return prices(t).cacheWrite1h; }));
    fields.push_back(price<T>("output", [=](auto &t) -> auto & { return prices(t).output; }));
    return fields;
}

Field<TieredPrice> abovePrice();

template<typename T>
Field<T> textMap(std::string_view name, std::map<std::string, std::string> T::*access)
{
    return map<T>(
        FieldInfo{.name = name, .type = "stringMap"}, access,
        [](Reading &r, const json::Value &v, std::string &out) { out = r.text(v, {}).value_or(""); },
        [](const std::string &s) { return json::Value::string(s); });
}

/// Key sources with a weight beside what names them.
Field<ProviderConfig> weightedKeys()
{
    return {FieldInfo{.name = "keys", .type = "array"},
            [](Reading &r, const json::Value &v, ProviderConfig &out) {
                if (!r.expect(v, json::Value::Type::Array)) {
                    return;
                }
                out.keys.clear();
                for (std::size_t i = 0; i < v.items().size(); ++i) {
                    const Reading::Into into(r, i);
                    WeightedKey &key = out.keys.emplace_back();
                    json::Value source = v.items()[i];
                    if (const auto weight = source.take("weight")) {
                        const Reading::Into of(r, "weight");
                        key.weight =
                            static_cast<int>(r.integer(*weight, {.min = 1, .max = 1000}).value_or(1));
                    }
                    key.source = r.keySource(source).value_or(KeySource());
                }
            },
            [](const ProviderConfig &from) {
                json::Value out = json::Value::array();
                for (const WeightedKey &key : from.keys) {
                    json::Value one = writeKeySource(key.source);
                    if (key.weight != 1) {
                        one.add("weight", json::Value::integer(key.weight));
                    }
                    out.append(std::move(one));
                }
                return out;
            }};
}

/// "$schema" tells editors where the schema is; nothing else.
Field<Config> schemaHint()
{
    return {FieldInfo{.name = "$schema", .type = "string"},
            [](Reading &r, const json::Value &v, Config &) { (void)r.text(v, {}); },
            [](const Config &) { return json::Value::string(""); }};
}
} // namespace

template<>
const Fields<AbovePrice> &fieldsOf()
{
    static const Fields<AbovePrice> fields = withPrices<AbovePrice>(
        {integer<AbovePrice>({.name = "tokens", .required = true, .min = 1, .max = 1'000'000'000},
                             &AbovePrice::tokens)},
        [](auto &above) -> auto & { return above.price; });
    return fields;
}

template<>
const Fields<TieredPrice> &fieldsOf()
{
    static const Fields<TieredPrice> fields = [] {
        Fields<TieredPrice> all =
            withPrices<TieredPrice>({}, [](auto &tiered) -> auto & { return tiered.base; });
        all.push_back(abovePrice());
        return all;
    }();
    return fields;
}

namespace {
Field<TieredPrice> abovePrice()
{
    return {FieldInfo{.name = "above", .type = "object", .section = "abovePrice"},
            [](Reading &r, const json::Value &v, TieredPrice &out) {
                AbovePrice above;
                readFields(r, v, above);
                out.aboveTokens = above.tokens;
                out.above = above.price;
            },
            [](const TieredPrice &from) {
                return from.aboveTokens == 0 ? json::Value()
                                             : writeFields(AbovePrice{from.aboveTokens, from.above});
            }};
}
} // namespace

template<>
const Fields<SimulateConfig> &fieldsOf()
{
    using S = SimulateConfig;
    static const Fields<S> fields = {
        millis<S>("firstTokenMs", &S::firstToken, 0, kHour),
        simpleField<S>(
            FieldInfo{.name = "tokensPerSecond", .type = "number", .min = 1, .max = 100'000},
            &S::tokensPerSecond,
            [](Reading &r, const json::Value &v, const FieldInfo &i) { return r.real(v, i); },
            [](double rate) { return json::Value::real(rate); }),
        integer<S>({.name = "answerTokens", .min = 1, .max = 100'000}, &S::answerTokens),
        map<S>(
            FieldInfo{.name = "errors", .type = "numberMap", .min = 0, .max = 1}, &S::errors,
            [](Reading &r, const json::Value &v, double &out) {
                out = r.real(v, {.min = 0, .max = 1}).value_or(0);
            },
            [](double share) { return json::Value::real(share); }),
        integer<S>({.name = "seed", .min = 0, .max = kLargestExact}, &S::seed),
    };
    return fields;
}

template<>
const Fields<ServerConfig> &fieldsOf()
{
    using S = ServerConfig;
    static const Fields<S> fields = {
        integer<S>({.name = "port", .shown = true, .min = 0, .max = 65535}, &S::port),
        flag<S>({.name = "requireToken", .shown = true}, &S::requireToken),
        texts<S>("allowedOrigins", &S::allowedOrigins),
    };
    return fields;
}

template<>
const Fields<ClientConfig> &fieldsOf()
{
    using C = ClientConfig;
    static const Fields<C> fields = {
        text<C>({.name = "id", .required = true}, &C::id),
        keySource<C>("token", &C::token),
        text<C>({.name = "chain"}, &C::chain),
        flag<C>({.name = "private"}, &C::isPrivate),
    };
    return fields;
}

template<>
const Fields<ProviderLimits> &fieldsOf()
{
    using L = ProviderLimits;
    static const Fields<L> fields = {
        integer<L>({.name = "requestsPerMinute", .min = 0, .max = 1'000'000}, &L::requestsPerMinute),
        integer<L>({.name = "tokensPerMinute", .min = 0, .max = 1'000'000'000}, &L::tokensPerMinute),
        integer<L>({.name = "parallel", .min = 0, .max = 100'000}, &L::parallel),
    };
    return fields;
}

template<>
const Fields<ProviderConfig> &fieldsOf()
{
    using P = ProviderConfig;
    static const Fields<P> fields = {
        text<P>({.name = "id", .required = true}, &P::id),
        text<P>({.name = "name"}, &P::name),
        text<P>({.name = "preset", .required = true}, &P::preset),
        text<P>({.name = "baseUrl"}, &P::baseUrl),
        flag<P>({.name = "enabled"}, &P::enabled),
        texts<P>("dialects", &P::dialects),
        keySource<P>("key", &P::key),
        weightedKeys(),
        textMap<P>("headers", &P::headers),
        texts<P>("tags", &P::tags),
        texts<P>("models", &P::models),
        map<P>(
            FieldInfo{.name = "prices", .type = "objectMap", .section = "price"}, &P::prices,
            [](Reading &r, const json::Value &v, TieredPrice &out) { readFields(r, v, out); },
            [](const TieredPrice &one) { return writeFields(one); }),
        object<P>({.name = "simulate", .section = "simulate"}, &P::simulate),
        object<P>({.name = "limits", .section = "limits"}, &P::limits),
    };
    return fields;
}

template<>
const Fields<PrivacyConfig> &fieldsOf()
{
    using P = PrivacyConfig;
    static const Fields<P> fields = {
        flag<P>({.name = "keys"}, &P::keys),
        flag<P>({.name = "emails"}, &P::emails),
        flag<P>({.name = "cards"}, &P::cards),
        texts<P>("patterns", &P::patterns),
    };
    return fields;
}

template<>
const Fields<BudgetConfig> &fieldsOf()
{
    using B = BudgetConfig;
    static const Fields<B> fields = {
        textMap<B>("scope", &B::scope),
        text<B>({.name = "period", .required = true, .choices = {"day", "week", "month", "5h"}}, &B::period),
        simpleField<B>(
            FieldInfo{.name = "limitUsd", .type = "decimal", .required = true}, &B::limit,
            [](Reading &r, const json::Value &v, const FieldInfo &) { return r.decimal(v); },
            [](base::Money limit) { return json::Value::string(base::formatDollars(limit)); }),
        text<B>({.name = "atLimit", .required = true, .choices = {"warn", "cheaper", "stop"}}, &B::atLimit),
    };
    return fields;
}

template<>
const Fields<Config> &fieldsOf()
{
    static const Fields<Config> fields = {
        schemaHint(),
        integer<Config>({.name = "schemaVersion", .required = true, .min = 1, .max = kSchemaVersion},
                        &Config::schemaVersion),
        object<Config>({.name = "server", .section = "server", .shown = true}, &Config::server),
        objects<Config>({.name = "clients", .section = "client"}, &Config::clients),
        objects<Config>({.name = "providers", .section = "provider", .shown = true}, &Config::providers),
        objects<Config>({.name = "chains", .section = "chain", .shown = true}, &Config::chains),
        objects<Config>({.name = "rules", .section = "rule"}, &Config::rules),
        object<Config>({.name = "privacy", .section = "privacy"}, &Config::privacy),
        objects<Config>({.name = "budgets", .section = "budget"}, &Config::budgets),
    };
    return fields;
}

namespace {
template<typename T>
SectionInfo section(std::string_view name)
{
    static const T kDefaults{};
    SectionInfo out{name, {}, {}};
    for (const Field<T> &field : fieldsOf<T>()) {
        out.fields.push_back(field.info);
        out.defaults.push_back(field.write(kDefaults));
    }
    return out;
}
} // namespace

std::vector<SectionInfo> sections()
{
    return {section<Config>("config"),         section<ServerConfig>("server"),
            section<ClientConfig>("client"),   section<ProviderConfig>("provider"),
            section<ProviderLimits>("limits"), section<TieredPrice>("price"),
            section<AbovePrice>("abovePrice"), section<SimulateConfig>("simulate"),
            section<ChainConfig>("chain"),     section<StepConfig>("step"),
            section<ModelTraits>("traits"),    section<ChainPolicy>("policy"),
            section<Stickiness>("sticky"),     section<FallbackOn>("fallbackOn"),
            section<RuleConfig>("rule"),       section<PrivacyConfig>("privacy"),
            section<BudgetConfig>("budget")};
}

void fromJson(Reading &reading, const json::Value &root, Config &out)
{
    readFields(reading, root, out);
}

json::Value toJson(const Config &config)
{
    return writeFields(config);
}

} // namespace signalbox::config
