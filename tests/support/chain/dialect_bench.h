// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/dialect/client_hears.h"
#include "tests/support/dialect/provider_says.h"
#include "tests/support/exchange_bench.h"

namespace signalbox::test {

/// A chain a → b whose providers each speak one dialect, and a client of one: it asks for the sentence about
/// the fox, which every provider that answers well says in three pieces.
struct DialectBench : ExchangeBench {
    explicit DialectBench(base::Dialect asked) : client(asked) {}

    void speak(base::Dialect a, base::Dialect b);
    void speak(base::Dialect only);
    void ask(bool stream);
    Heard heard() const;

    base::Dialect client;
    std::map<std::string, base::Dialect> spoken;
    std::string body; ///< asked instead of the sentence, and read for what it needs; empty: the sentence
};

/// Rows "client" × "provider" for a test.
void addDialectPairs();
std::string nameOf(base::Dialect dialect);
/// Another dialect than that.
base::Dialect otherThan(base::Dialect dialect);

Script answering(base::Dialect provider, bool stream);
Script refusing(const RefusalSaid &said);
/// These events, and then silence.
Script stalling(std::vector<std::string> events);
/// The head and the first two of the three deltas.
std::vector<std::string> begunWell(base::Dialect provider);
constexpr std::string_view kBegunText = "The quick brown fox jumps over ";

/// How streams go wrong behind some events.
struct Breakage {
    const char *name;
    Script script;
    events::Outcome outcome;
};
/// `silence`: what an endless wait is called there.
std::vector<Breakage> breakages(const std::vector<std::string> &events, base::Dialect provider,
                                events::Outcome silence);

/// What the client misses of one whole answer with its usage; empty: nothing.
std::string problemIn(const Heard &heard);
/// The client has it all, and the ledger knows who gave it, at which try, and what it took.
void isAnswered(const DialectBench &b, std::size_t attempts);

} // namespace signalbox::test
