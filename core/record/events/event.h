// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/money.h"
#include "core/foundation/base/request_id.h"
#include "core/record/events/attempt_kind.h"
#include "core/record/events/outcome.h"
#include "core/record/events/token_usage.h"

// What happened, as plain values. Never prompt text, answers or keys.
namespace signalbox::events {

/// The intent row: known before the first attempt leaves.
struct RequestStarted {
    base::RequestId id;
    base::WallTime at;
    std::string client;   ///< client id, or the user agent's product name for unknown tools
    std::string endpoint; ///< "chat.completions"
    std::string modelAsked;
    std::string chain; ///< empty for provider/model
    int chainVersion = 0;
    bool stream = false;
    std::string rule; ///< that chose the chain; empty: none did
    std::string
        complexity; ///< what the request was taken for and why: "hard: 14 files, tools"; empty: not asked
    bool isPrivate = false; ///< only local steps may have it
};

/// How long each phase of an attempt took; zero for a phase that did not happen (reused connection).
struct Phases {
    base::Duration queue{}; ///< from the start of the request to the start of this attempt
    base::Duration dns{};
    base::Duration connect{};
    base::Duration tls{};
    base::Duration firstByte{};  ///< from the request written to the head of the answer
    base::Duration firstToken{}; ///< from the request written to the first real content; 0: none came
    base::Duration total{};      ///< start to end of the attempt
    bool reused = false;

    /// From the first real content to the end: the total less what came before it, that is name look-up,
    /// connection, TLS and first token. 0: nothing streamed.
    base::Duration stream() const
    {
        const base::Duration before = dns + connect + tls + firstToken;
        return firstToken > base::Duration{} && total > before ? total - before : base::Duration{};
    }
};

struct AttemptStarted {
    base::RequestId request;
    int attempt = 0; ///< counts from 1 within the request
    int step = 0;    ///< counts from 1 within the chain
    std::string provider;
    std::string model;
    AttemptKind kind = AttemptKind::First;
};

struct AttemptEnded {
    base::RequestId request;
    int attempt = 0;
    int step = 0;
    std::string provider;
    std::string model;         ///< asked for
    std::string modelAnswered; ///< as the provider wrote it; may be empty
    base::WallTime at;         ///< when the attempt started
    Outcome outcome = Outcome::Answered;
    int status = 0;         ///< HTTP status of the provider; 0: none came
    std::string detail;     ///< one line for people, redacted; the provider's message where there is one
    bool ambiguous = false; ///< the provider may have worked, and may bill
    bool simulated = false;
    Phases phases;
    TokenUsage usage;
    Confidence usageConfidence = Confidence::Unknown;
    std::optional<base::Money> cost;
    Confidence costConfidence = Confidence::Unknown;
    std::string priceVersion;  ///< date of the price table or "config"
    std::string breakerBefore; ///< "closed", "open", "half-open"
    std::string breakerAfter;
    AttemptKind kind = AttemptKind::First;
    std::string drill; ///< the fault this attempt was made to have: "429", "stall", …; empty: none
    std::string note;  ///< what was changed for this attempt: "12 turns dropped to fit"; may be empty
};

struct StepSkipped {
    base::RequestId request;
    int step = 0;
    std::string provider;
    std::string model;
    SkipReason reason = SkipReason::NotNeeded;
    std::string detail; ///< "open until 12:14", …
};

struct RequestEnded {
    base::RequestId id;
    base::WallTime at; ///< end
    base::Duration total{};
    base::Duration firstToken{}; ///< until the first content went to the client; 0: none did
    base::Duration overhead{};   ///< our own share
    RequestOutcome outcome = RequestOutcome::Answered;
    int status = 0; ///< what the client got
    int attempts = 0;
    int servedStep = 0;              ///< 0: none
    std::string servedBy;            ///< "provider/model"; empty: none
    TokenUsage usage;                ///< summed over the attempts
    std::optional<base::Money> cost; ///< summed; no value as soon as one attempt's cost is unknown
    std::string error;               ///< one line for people, when no whole answer was given
};

struct BreakerChanged {
    base::WallTime at;
    std::string provider;
    std::string model;
    std::string from;
    std::string to; ///< "closed", "open", "half-open"
    Outcome cause = Outcome::Answered;
    std::optional<base::WallTime> until;
};

/// Anything else worth a line in the event feed.
struct Notice {
    enum class Kind : std::uint8_t {
        Info,
        ConfigApplied,
        ConfigRejected,
        KeyProblem,
        LedgerProblem,
        ServerProblem
    };
    base::WallTime at;
    Kind kind = Kind::Info;
    std::string subject; ///< what it is about: a provider id, a file, a chain
    std::string text;
};

std::string_view toText(Notice::Kind kind);
std::optional<Notice::Kind> noticeKindFromText(std::string_view text);

using Event = std::variant<RequestStarted, AttemptStarted, AttemptEnded, StepSkipped, RequestEnded,
                           BreakerChanged, Notice>;

/// Takes events as they happen. Never blocks, never throws, keeps what it needs. Called on the engine's
/// thread.
class EventSink
{
public:
    virtual ~EventSink() = default;
    virtual void record(const Event &event) = 0;
};

} // namespace signalbox::events
