// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/request/dialect/neutral/answer.h"

// How an answer ended, what it cost and how a failure is told. Pure, any thread.
namespace signalbox::responses {

/// The `usage` of a response; nothing if it is no object.
std::optional<events::TokenUsage> readUsage(const json::Value *usage);
json::Value writeUsage(const events::TokenUsage &usage);

/// What was said that decides why it ended.
struct Said {
    bool call = false;
    bool refusal = false;
    void note(const neutral::Part &part);
};
/// Why it ended: `status`, the `incomplete_details` of the response, and what was said. Stop::Failed if it
/// did not end whole.
neutral::Stop readStop(const json::Value &response, const std::string &status, Said said,
                       std::string &stopText);
/// "completed" or "incomplete", and why: null unless incomplete.
std::string statusOf(neutral::Stop stop);
json::Value incompleteDetails(neutral::Stop stop);

/// Of an `error` object, or of an error event, flat or nested.
neutral::Failure readFailure(const json::Value &error);
/// The `error` of a failed response: {code, message}.
json::Value responseError(const neutral::Failure &failure);
/// The `error` event's fields: flat as the specification has them and nested as OpenAI sends them, because
/// its SDKs raise on the nested form only.
json::Value errorEvent(const neutral::Failure &failure, int sequence);
std::string failureBody(const neutral::Failure &failure);
std::string failureEvent(const neutral::Failure &failure);
/// One event with its name.
std::string eventText(const json::Value &event);

} // namespace signalbox::responses
