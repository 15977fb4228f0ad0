// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/ledger.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include <QtGlobal>
#ifdef Q_OS_UNIX
#include <pthread.h>
#endif

#include "core/foundation/base/log.h"
#include "core/record/ledger/database.h"
#include "core/record/ledger/ledger_file.h"
#include "core/record/ledger/ledger_reader.h"
#include "core/record/ledger/ledger_writer.h"

namespace signalbox::ledger {

namespace {
using namespace std::chrono_literals;
constexpr auto kCommitWithin = 250ms;
/// Enough to make a row's share of a commit small, few enough to hold little memory.
constexpr std::size_t kFullBatch = 2048;
constexpr auto kFirstRetry = 250ms;
constexpr auto kLastRetry = 8s;

bool mayPass(const base::Error &error)
{
    return error.code == base::ErrorCode::Io || error.code == base::ErrorCode::Unavailable;
}

/// Rows an event adds to the tables; the others complete rows.
std::size_t rowsOf(const events::Event &event)
{
    return std::holds_alternative<events::RequestEnded>(event)
                   || std::holds_alternative<events::AttemptStarted>(event)
                   || std::holds_alternative<events::StepSkipped>(event)
               ? 0
               : 1;
}

void nameThisThread()
{
#if defined(Q_OS_LINUX)
    pthread_setname_np(pthread_self(), "ledger");
#elif defined(Q_OS_MACOS)
    pthread_setname_np("ledger");
#endif
}
} // namespace

/// The thread, what waits for it, and what to do when the file is not as it should be.
class Ledger::Worker
{
public:
    using Job = std::function<void(base::Result<LedgerReader>)>;

    explicit Worker(Deps deps) : m_deps(std::move(deps)), m_steps(shippedMigrations())
    {
        m_thread = std::thread([this] { run(); });
    }
    ~Worker();

    void push(const events::Event &event);
    void ask(Job job);
    std::uint64_t pushed();
    /// Events that have been taken from the queue, or were lost before they got there. In a job.
    std::uint64_t taken() const { return m_taken; }
    std::int64_t lost() const { return m_lost.load(std::memory_order_relaxed); }

private:
    void run();
    bool takeWork(std::vector<Job> &jobs); ///< waits; false: it is time to end
    void commit();
    base::Result<void> open();
    void close();
    void dropIfReplaced();
    void lose(std::size_t rows, const std::string &why);
    void tell(const std::string &text);

    const Deps m_deps;
    const std::vector<Migration> m_steps;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<events::Event> m_queue; ///< guarded
    std::vector<Job> m_jobs;            ///< guarded
    std::size_t m_waitingRows = 0;      ///< guarded: not committed yet
    std::uint64_t m_pushed = 0;         ///< guarded
    bool m_ending = false;              ///< guarded
    std::atomic<std::int64_t> m_lost = 0;

    // The thread's own.
    std::uint64_t m_taken = 0;
    std::vector<events::Event> m_batch;
    OpenRequests m_open;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<LedgerWriter> m_writer;
    FileIdentity m_identity;
    base::Error m_problem; ///< why there is no database
    bool m_firstOpen = true;
    bool m_troubled = false; ///< and the user knows
    std::int64_t m_toldLost = 0;
    std::chrono::milliseconds m_retryIn{0}; ///< zero: nothing to retry

    std::thread m_thread;
};

Ledger::Worker::~Worker()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void Ledger::Worker::push(const events::Event &event)
{
    bool wake = false;
    {
        const std::lock_guard lock(m_mutex);
        ++m_pushed;
        if (m_waitingRows >= kMostWaitingRows) {
            m_lost.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        m_waitingRows += rowsOf(event);
        m_queue.push_back(event);
        wake = m_queue.size() == 1 || m_queue.size() == kFullBatch;
    }
    if (wake) {
        m_wake.notify_one();
    }
}

std::uint64_t Ledger::Worker::pushed()
{
    const std::lock_guard lock(m_mutex);
    return m_pushed;
}

void Ledger::Worker::ask(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
}

void Ledger::Worker::run()
{
    nameThisThread();
    commit(); // opens the file, and tells at once if that cannot be done
    std::vector<Job> jobs;
    bool going = true;
    while (going) {
        going = takeWork(jobs);
        commit();
        for (const Job &job : jobs) {
            if (m_database) {
                job(LedgerReader(*m_database));
            } else {
                job(std::unexpected(m_problem));
            }
        }
        jobs.clear();
    }
    if (!m_batch.empty()) {
        lose(m_batch.size(), "Signalbox ended before they could be written");
    }
    close();
}

bool Ledger::Worker::takeWork(std::vector<Job> &jobs)
{
    std::unique_lock lock(m_mutex);
    const auto urgent = [this] { return m_ending || !m_jobs.empty(); };
    if (m_retryIn > 0ms) {
        m_wake.wait_for(lock, m_retryIn, urgent);
    } else {
        m_wake.wait(lock, [&] { return urgent() || !m_queue.empty(); });
        m_wake.wait_for(lock, kCommitWithin, [&] { return urgent() || m_queue.size() >= kFullBatch; });
    }
    jobs.swap(m_jobs);
    m_taken = m_pushed;
    if (m_batch.empty()) {
        m_batch.swap(m_queue);
    } else {
        std::ranges::move(m_queue, std::back_inserter(m_batch));
        m_queue.clear();
    }
    return !m_ending;
}

void Ledger::Worker::commit()
{
    if (lost() > m_toldLost && !std::exchange(m_troubled, true)) {
        tell("More requests came than could be recorded: some are missing from the records");
    }
    dropIfReplaced();
    auto done = m_writer ? base::Result<void>() : open();
    if (done && !m_batch.empty()) {
        done = m_writer->write(m_batch);
        if (!done && done.error().code == base::ErrorCode::Corrupt) {
            m_database->leaveFilesAlone();
            close();
            done = open(); // finds the damage and moves the file aside
            if (done) {
                done = m_writer->write(m_batch);
            }
        }
    }
    if (!done && mayPass(done.error())) {
        // After a failed fsync nothing this connection believes about the file can be trusted.
        m_problem = done.error();
        close();
        m_retryIn = std::clamp<std::chrono::milliseconds>(m_retryIn * 2, kFirstRetry, kLastRetry);
        if (!std::exchange(m_troubled, true)) {
            tell("Requests cannot be recorded at the moment and are kept in memory: " + m_problem.message);
        }
        return;
    }
    m_retryIn = 0ms;
    if (!done) {
        lose(m_batch.size(), done.error().message);
    } else if (std::exchange(m_troubled, false)) {
        tell(lost() > m_toldLost ? "Requests are recorded again; " + std::to_string(lost() - m_toldLost)
                                       + " events could not be kept and are missing"
                                 : "Requests are recorded again; none is missing");
        m_toldLost = lost();
    }
    std::size_t rows = 0;
    for (const events::Event &event : m_batch) {
        rows += rowsOf(event);
    }
    m_batch.clear();
    if (m_batch.capacity() > 4 * kFullBatch) {
        m_batch.shrink_to_fit();
    }
    const std::lock_guard lock(m_mutex);
    m_waitingRows -= rows;
}

base::Result<void> Ledger::Worker::open()
{
    auto opened = openLedger(m_deps.file, m_steps, m_deps.wallNow());
    if (!opened) {
        m_problem = {opened.error().code,
                     "the ledger " + m_deps.file + " cannot be used: " + opened.error().message};
        return std::unexpected(m_problem);
    }
    if (!opened->movedAside.empty()) {
        tell("The ledger was damaged. It was moved to " + opened->movedAside + " and a new one was begun");
    }
    m_database = std::move(opened->database);
    m_identity = identityOf(m_deps.file);
    m_writer = std::make_unique<LedgerWriter>(*m_database, m_open);
    if (!m_firstOpen) {
        return {};
    }
    const auto closed = m_writer->closeInterrupted();
    if (!closed) {
        m_problem = closed.error();
        close();
        return std::unexpected(m_problem);
    }
    m_firstOpen = false;
    if (*closed > 0) {
        base::logInfo("ledger",
                      std::to_string(*closed)
                          + " requests were running when Signalbox last ended; their outcome is unknown");
    }
    return {};
}

void Ledger::Worker::close()
{
    m_writer.reset();
    m_database.reset();
}

void Ledger::Worker::dropIfReplaced()
{
    if (!m_database || identityOf(m_deps.file) == m_identity) {
        return;
    }
    m_database->leaveFilesAlone();
    close();
    // Our log must not be applied to whatever stands there now.
    const auto moved = moveAside(m_deps.file, "replaced", m_deps.wallNow(), false);
    if (!moved) {
        base::logWarning("ledger", moved.error().message);
    }
    tell("The ledger was removed or replaced while Signalbox was running; recording goes on in what is there "
         "now");
}

void Ledger::Worker::lose(std::size_t rows, const std::string &why)
{
    m_lost.fetch_add(static_cast<std::int64_t>(rows), std::memory_order_relaxed);
    if (!std::exchange(m_troubled, true)) {
        tell("Requests cannot be recorded: " + why);
    }
}

void Ledger::Worker::tell(const std::string &text)
{
    base::logWarning("ledger", text);
    if (m_deps.onNotice) {
        m_deps.onNotice({m_deps.wallNow(), events::Notice::Kind::LedgerProblem, m_deps.file, text});
    }
}

namespace {
/// A job that asks `question` and hands over its answer, or why it could not be asked.
template<typename T, typename Question>
auto jobFor(Question question, Ledger::Reply<T> reply)
{
    return [question = std::move(question), reply = std::move(reply)](base::Result<LedgerReader> reader) {
        reply(reader ? question(*reader) : base::Result<T>(std::unexpected(reader.error())));
    };
}
} // namespace

Ledger::Ledger(Deps deps) : m_worker(std::make_unique<Worker>(std::move(deps))) {}
Ledger::~Ledger() = default;

void Ledger::record(const events::Event &event)
{
    m_worker->push(event);
}

std::int64_t Ledger::lost() const
{
    return m_worker->lost();
}

void Ledger::requests(RequestQuery query, Reply<std::vector<RequestRow>> reply)
{
    m_worker->ask(jobFor([query = std::move(query)](LedgerReader &reader) { return reader.requests(query); },
                         std::move(reply)));
}

void Ledger::request(base::RequestId id, Reply<RequestDetail> reply)
{
    m_worker->ask(
        jobFor([id = std::move(id)](LedgerReader &reader) { return reader.request(id); }, std::move(reply)));
}

void Ledger::spend(std::string firstDay, std::string lastDay, Reply<std::vector<SpendRow>> reply)
{
    m_worker->ask(jobFor([first = std::move(firstDay), last = std::move(lastDay)](
                             LedgerReader &reader) { return reader.spend(first, last); },
                         std::move(reply)));
}

void Ledger::spendSince(base::WallTime from, Reply<std::vector<SpendRow>> reply)
{
    m_worker->ask(jobFor([from](LedgerReader &reader) { return reader.spendSince(from); }, std::move(reply)));
}

void Ledger::costsSince(base::WallTime from, base::WallTime fineFrom, Reply<CostsAnswer> reply)
{
    const auto question = [worker = m_worker.get(), asked = m_worker->pushed(), from,
                           fineFrom](LedgerReader &reader) -> base::Result<CostsAnswer> {
        auto rows = reader.costsSince(from, fineFrom);
        if (!rows) {
            return std::unexpected(rows.error());
        }
        return CostsAnswer{*std::move(rows), worker->taken() - asked};
    };
    m_worker->ask(jobFor(question, std::move(reply)));
}

} // namespace signalbox::ledger
