// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/fields.h"

// The tables of chains, steps and rules; everything else is in key_table.cpp.
namespace signalbox::config {

namespace {
/// false, true or "once": two flags in the struct, one field in the file.
Field<FallbackOn> refusal()
{
    return {FieldInfo{.name = "refusal", .type = "flagOrWord", .choices = {"once"}},
            [](Reading &r, const json::Value &v, FallbackOn &out) {
                const bool once = v.is(json::Value::Type::String) && v.text() == "once";
                if (!once && !v.is(json::Value::Type::Bool)) {
                    r.wrong(v.line, "must be true, false or \"once\" (only one further step is asked)");
                    return;
                }
                out.refusal = once || v.toBool();
                out.refusalOnce = once;
            },
            [](const FallbackOn &from) {
                return from.refusal && from.refusalOnce ? json::Value::string("once")
                                                        : json::Value::boolean(from.refusal);
            }};
}
} // namespace

template<>
const Fields<ModelTraits> &fieldsOf()
{
    using M = ModelTraits;
    static const Fields<M> fields = {
        integer<M>({.name = "contextTokens", .min = 0, .max = 1'000'000'000}, &M::contextTokens),
        optionalFlag<M>("tools", &M::tools),
        optionalFlag<M>("images", &M::images),
        optionalFlag<M>("jsonSchema", &M::jsonSchema),
    };
    return fields;
}

template<>
const Fields<StepConfig> &fieldsOf()
{
    using S = StepConfig;
    static const Fields<S> fields = {
        text<S>({.name = "provider", .required = true}, &S::provider),
        text<S>({.name = "model", .required = true}, &S::model),
        flag<S>({.name = "enabled"}, &S::enabled),
        integer<S>({.name = "tier", .min = 1, .max = 100}, &S::tier),
        integer<S>({.name = "weight", .min = 1, .max = 1'000'000}, &S::weight),
        millis<S>("connectMs", &S::connect, 1, kHour),
        millis<S>("firstTokenMs", &S::firstToken, 0, kHour),
        millis<S>("answerMs", &S::answer, 1, kDay),
        flag<S>({.name = "adaptive"}, &S::adaptive),
        millis<S>("idleMs", &S::idle, 1, kHour),
        millis<S>("totalMs", &S::total, 1, kDay),
        integer<S>({.name = "tries", .min = 1, .max = 10}, &S::tries),
        millis<S>("patienceMs", &S::patience, 0, kHour),
        optionalDollars<S>("maxCostUsd", &S::maxCost),
        map<S>(
            FieldInfo{.name = "set", .type = "anyMap"}, &S::set,
            [](Reading &, const json::Value &v, json::Value &out) { out = v; },
            [](const json::Value &v) { return v; }),
        texts<S>("strip", &S::strip),
        object<S>({.name = "traits", .section = "traits"}, &S::traits),
        condition<S>("when", &S::when),
    };
    return fields;
}

template<>
const Fields<FallbackOn> &fieldsOf()
{
    using F = FallbackOn;
    static const Fields<F> fields = {
        flag<F>({.name = "connect"}, &F::connect),
        flag<F>({.name = "timeout"}, &F::timeout),
        flag<F>({.name = "keyRefused"}, &F::keyRefused),
        flag<F>({.name = "quota"}, &F::quota),
        flag<F>({.name = "rateLimit"}, &F::rateLimit),
        flag<F>({.name = "serverError"}, &F::serverError),
        flag<F>({.name = "modelMissing"}, &F::modelMissing),
        flag<F>({.name = "contextTooLong"}, &F::contextTooLong),
        flag<F>({.name = "garbled"}, &F::garbled),
        flag<F>({.name = "empty"}, &F::empty),
        flag<F>({.name = "cutOff"}, &F::cutOff),
        flag<F>({.name = "looping"}, &F::looping),
        flag<F>({.name = "brokenToolCall"}, &F::brokenToolCall),
        refusal(),
    };
    return fields;
}

template<>
const Fields<Stickiness> &fieldsOf()
{
    using S = Stickiness;
    static const Fields<S> fields = {
        flag<S>({.name = "enabled"}, &S::enabled),
        choice<S, Failback>("failback", &S::failback,
                            {{"atOnce", Failback::AtOnce},
                             {"afterProbes", Failback::AfterProbes},
                             {"sessionEnd", Failback::SessionEnd},
                             {"stay", Failback::Stay}}),
        integer<S>({.name = "probes", .min = 1, .max = 1000}, &S::probes),
        millis<S>("sessionMs", &S::sessionEnds, 1, 7 * kDay),
    };
    return fields;
}

template<>
const Fields<ChainPolicy> &fieldsOf()
{
    using P = ChainPolicy;
    static const Fields<P> fields = {
        millis<P>("deadlineMs", &P::deadline, 1, kDay),
        choice<P, MidStream>("midStream", &P::midStream,
                             {{"error", MidStream::Error},
                              {"continue", MidStream::Continue},
                              {"restart", MidStream::Restart}}),
        integer<P>({.name = "holdBackTokens", .min = 0, .max = 1'000'000}, &P::holdBackTokens),
        millis<P>("holdBackMs", &P::holdBack, 0, kHour),
        flag<P>({.name = "streamUpstream"}, &P::streamUpstream),
        flag<P>({.name = "afterAmbiguous"}, &P::afterAmbiguous),
        flag<P>({.name = "waitForSoonest"}, &P::waitForSoonest),
        millis<P>("hedgeAfterMs", &P::hedgeAfter, 1, kHour),
        integer<P>({.name = "retryBudget", .min = 0, .max = 1000}, &P::retryBudget),
        optionalDollars<P>("maxCostUsd", &P::maxCost),
        choice<P, ContextFit>("contextFit", &P::contextFit,
                              {{"skip", ContextFit::Skip}, {"fit", ContextFit::Fit}}),
        object<P>({.name = "sticky", .section = "sticky"}, &P::sticky),
        object<P>({.name = "fallbackOn", .section = "fallbackOn"}, &P::fallbackOn),
    };
    return fields;
}

template<>
const Fields<ChainConfig> &fieldsOf()
{
    using C = ChainConfig;
    static const Fields<C> fields = {
        text<C>({.name = "id", .required = true}, &C::id),
        integer<C>({.name = "version", .min = 1, .max = 1'000'000'000}, &C::version),
        flag<C>({.name = "enabled"}, &C::enabled),
        texts<C>("aliases", &C::aliases),
        choice<C, Strategy>("strategy", &C::strategy,
                            {{"ordered", Strategy::Ordered},
                             {"weighted", Strategy::Weighted},
                             {"fastest", Strategy::Fastest},
                             {"cheapest", Strategy::Cheapest},
                             {"leastBusy", Strategy::LeastBusy},
                             {"race", Strategy::Race},
                             {"hedged", Strategy::Hedged}}),
        objects<C>({.name = "steps", .section = "step", .required = true}, &C::steps),
        object<C>({.name = "policy", .section = "policy"}, &C::policy),
    };
    return fields;
}

template<>
const Fields<RuleConfig> &fieldsOf()
{
    using R = RuleConfig;
    static const Fields<R> fields = {
        text<R>({.name = "id", .required = true}, &R::id),
        flag<R>({.name = "enabled"}, &R::enabled),
        condition<R>("when", &R::when),
        text<R>({.name = "chain", .required = true}, &R::chain),
    };
    return fields;
}

} // namespace signalbox::config
