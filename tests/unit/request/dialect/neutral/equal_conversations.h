// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <QByteArray>

#include "core/foundation/base/random.h"
#include "core/request/dialect/neutral/conversation.h"

// One conversation, said in Chat and in no dialect.
namespace signalbox::test {

/// Of "s", "u", "a", "cID" (a call and some text), "rID" (its result), each with its number in its text.
std::string chatOf(const QByteArray &letters);
neutral::Conversation neutralOf(const QByteArray &letters);

/// Letters like those that clients send, and some that they should not.
QByteArray randomLetters(base::Random &random);

/// The numbers of the messages, in their order.
std::vector<int> numbersOf(const std::string &chatBody);
std::vector<int> numbersOf(const neutral::Conversation &conversation);

} // namespace signalbox::test
