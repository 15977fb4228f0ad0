// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/errand/fetch.h"

#include <utility>

namespace signalbox::errand {

namespace {
constexpr std::size_t kMostBytes = 4 * 1024 * 1024;
}

Fetch::Fetch(upstream::Transport &transport, base::Clock &clock, upstream::WireRequest request,
             base::Duration limit, Done done)
    : Fetch(
          [&](upstream::AttemptObserver &observer) {
              return transport.make(std::move(request), {}, observer);
          },
          clock, limit, std::move(done))
{}

Fetch::Fetch(const Make &make, base::Clock &clock, base::Duration limit, Done done)
    : m_clock(clock),
      m_done(std::move(done)),
      m_startedAt(clock.now()),
      m_limit(clock.makeTimer([this] {
          m_fetched.timedOut = true;
          end({upstream::WireEnd::CutOff, "no whole answer in time"});
      })),
      m_attempt(make(*this))
{
    m_limit->start(limit);
    m_attempt->start();
}

Fetch::~Fetch() = default;

void Fetch::onHead(const http::ResponseHead &head)
{
    m_fetched.head = head;
}

void Fetch::onBody(std::string_view bytes)
{
    if (m_fetched.body.size() + bytes.size() > kMostBytes) {
        end({upstream::WireEnd::TooLarge, "the answer is larger than 4 MiB"});
        return;
    }
    m_fetched.body += bytes;
}

void Fetch::onEnd(const upstream::WireResult &result)
{
    end(result);
}

void Fetch::end(upstream::WireResult result)
{
    m_fetched.wire = std::move(result);
    m_fetched.times = m_attempt->times();
    m_fetched.took = m_clock.now() - m_startedAt;
    m_limit.reset();
    m_attempt.reset();
    const Done done = std::exchange(m_done, {});
    done(std::move(m_fetched));
}

} // namespace signalbox::errand
