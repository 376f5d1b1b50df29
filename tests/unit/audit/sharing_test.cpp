// Many processes and threads on one log.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <map>
#include <thread>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

// g++ 12's AddressSanitizer leaves its allocator locked in a child, if another thread was allocating.
#ifdef __SANITIZE_ADDRESS__
constexpr bool can_allocate_after_fork = false;
#else
constexpr bool can_allocate_after_fork = true;
#endif

/// Says who wrote it: "process-thread", and the how manyth it is.
audit::AuditRecord signed_by(const std::string& writer, int count) {
    audit::AuditRecord made = record(static_cast<std::uint64_t>(count));
    made.principal = writer;
    made.duration_us = static_cast<std::uint32_t>(count);
    return made;
}

bool write_as(audit::AuditLog& log, const std::string& writer, int count) {
    for (int i = 0; i < count; ++i) {
        if (!log.reserve().ok() || !log.append(signed_by(writer, i)).ok()) return false;
        if (i % 50 == 49 && !log.checkpoint(seal_key()).ok()) return false;
    }
    return true;
}

int write_with_threads(audit::AuditLog& log, const std::string& process, int threads, int count) {
    std::atomic<int> failures{0};
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&, i] {
            if (!write_as(log, process + "-" + std::to_string(i), count)) ++failures;
        });
    }
    for (std::thread& worker : workers) worker.join();
    return failures;
}

/// Each writer's records are there, all and in its order.
void check_complete(const std::string& folder, std::size_t writers, int count) {
    std::map<std::string, int> counts;
    std::uint64_t last = 0;
    REQUIRE_OK(log_at(folder)->read(0, [&](std::uint64_t number, const audit::AuditRecord& got) {
        BOOST_CHECK_LT(last, number);
        last = number;
        const int wanted = counts[got.principal]++;
        if (wanted != static_cast<int>(got.duration_us)) BOOST_ERROR(got.principal << " out of order");
        return true;
    }));
    BOOST_CHECK_EQUAL(counts.size(), writers);
    for (const auto& [writer, found] : counts) BOOST_CHECK_EQUAL(found, count);
    const SecretBytes key = seal_key();
    BOOST_CHECK_EQUAL(findings_of(verified(folder, &key)), "");
}

void wait_for(const std::vector<pid_t>& children) {
    for (const pid_t child : children) {
        int status = 0;
        BOOST_REQUIRE_EQUAL(waitpid(child, &status, 0), child);
        BOOST_CHECK_EQUAL(status, 0);
    }
}

/// Writes, forks a child that waits for the end of the pipe, and is killed while it writes.
[[noreturn]] void write_fork_and_die(const std::string& folder, int pipe_end) {
    const auto log = log_at(folder);
    std::atomic<int> written{0};
    std::thread worker([&] {
        while (log->append(record(1)).ok()) ++written;
    });
    while (written < 100) std::this_thread::yield();
    if (fork() == 0) {
        char byte = 0;
        while (read(pipe_end, &byte, 1) > 0) {
        }
        _exit(0);
    }
    const int then = written;
    while (written < then + 10) std::this_thread::yield();
    (void)kill(getpid(), SIGKILL);
    for (;;) pause();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sharing)

BOOST_AUTO_TEST_CASE(processes_and_threads_lose_nothing) {
    const TemporaryFolder folder;
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        const pid_t child = fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            const auto log = log_at(folder.path(), 20'000);
            _exit(write_with_threads(*log, "process" + std::to_string(i), 3, 200));
        }
        children.push_back(child);
    }
    wait_for(children);
    check_complete(folder.path(), 12, 200);
}

BOOST_AUTO_TEST_CASE(two_logs_of_one_process_on_one_folder_exclude_each_other) {
    const TemporaryFolder folder;
    const auto one = log_at(folder.path());
    const auto other = log_at(folder.path());
    bool is_written = false;  // the checks of Boost.Test are the main thread's
    std::thread worker([&] { is_written = write_as(*other, "other", 500); });
    const bool is_written_here = write_as(*one, "one", 500);
    worker.join();
    BOOST_CHECK(is_written && is_written_here);
    check_complete(folder.path(), 2, 500);
}

BOOST_AUTO_TEST_CASE(a_forked_child_and_its_parent_write_on_side_by_side) {
    const TemporaryFolder folder;
    const auto log = log_at(folder.path(), 20'000);
    BOOST_REQUIRE(write_as(*log, "before", 300));
    std::vector<pid_t> children;
    for (int i = 0; i < 3; ++i) {
        const pid_t child = fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            const int grandchild =
                in_child([&] { return write_as(*log, "grandchild" + std::to_string(i), 300) ? 0 : 1; });
            _exit(grandchild == 0 && write_as(*log, "child" + std::to_string(i), 300) ? 0 : 1);
        }
        children.push_back(child);
    }
    BOOST_CHECK(write_as(*log, "parent", 300));
    wait_for(children);
    check_complete(folder.path(), 8, 300);
}

// The forks come while other threads hold the mutex and the lock, sooner or later.
BOOST_AUTO_TEST_CASE(children_forked_under_load_wait_for_no_lock_of_a_thread_that_they_lack) {
    if (!can_allocate_after_fork) {
        std::cout << "SKIPPED: the sanitizer's allocator does not survive a fork under load\n";
        return;
    }
    const TemporaryFolder folder;
    const auto log = log_at(folder.path());
    std::atomic<bool> stop{false};
    std::atomic<int> failures{0};
    std::vector<std::thread> workers;
    for (int i = 0; i < 2; ++i) {
        workers.emplace_back([&] {
            while (!stop && log->append(signed_by("parent", 0)).ok()) {
            }
            if (!stop) ++failures;
        });
    }
    for (int i = 0; i < 100; ++i) {
        BOOST_CHECK_EQUAL(in_child([&] { return write_as(*log, "child" + std::to_string(i), 5) ? 0 : 1; }), 0);
    }
    stop = true;
    for (std::thread& worker : workers) worker.join();
    BOOST_CHECK_EQUAL(failures.load(), 0);
    const SecretBytes key = seal_key();
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path(), &key)), "");
}

// A lock belongs to the open file, which a child shares with its parent until it closes its copy. Half of the
// parents die within the lock.
BOOST_AUTO_TEST_CASE(an_idle_child_does_not_keep_the_lock_of_a_parent_that_was_killed) {
    const TemporaryFolder folder;
    append(*log_at(folder.path()), 5);
    BOOST_REQUIRE_EQUAL(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    for (int round = 0; round < 6; ++round) {
        int ends[2];
        BOOST_REQUIRE_EQUAL(pipe(ends), 0);
        const pid_t parent = fork();
        BOOST_REQUIRE(parent >= 0);
        if (parent == 0) {
            close(ends[1]);
            write_fork_and_die(folder.path(), ends[0]);
        }
        close(ends[0]);
        int status = 0;
        BOOST_REQUIRE_EQUAL(waitpid(parent, &status, 0), parent);
        BOOST_CHECK_EQUAL(WTERMSIG(status), SIGKILL);
        alarm(30);  // a lock that stays would hang here
        append(*log_at(folder.path()), 5);
        alarm(0);
        close(ends[1]);
        BOOST_REQUIRE_GT(wait(nullptr), 0);
    }
    BOOST_REQUIRE_EQUAL(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
}

BOOST_AUTO_TEST_CASE(readers_and_verifiers_see_whole_records_while_others_write) {
    const TemporaryFolder folder;
    append(*log_at(folder.path(), 20'000), 10);
    const pid_t writer = fork();
    BOOST_REQUIRE(writer >= 0);
    if (writer == 0) {
        const auto log = log_at(folder.path(), 20'000);
        _exit(write_with_threads(*log, "writer", 2, 1500));
    }
    const auto log = log_at(folder.path());
    const SecretBytes key = seal_key();
    std::uint64_t seen = 0;
    int status = 0;
    while (waitpid(writer, &status, WNOHANG) == 0) {
        std::uint64_t count = 0;
        REQUIRE_OK(log->read(0, [&](std::uint64_t, const audit::AuditRecord&) { return ++count != 0; }));
        BOOST_CHECK_GE(count, seen);
        seen = count;
        BOOST_REQUIRE_EQUAL(findings_of(verified(folder.path(), &key)), "");
    }
    BOOST_CHECK_EQUAL(status, 0);
    BOOST_CHECK_GE(verified(folder.path()).records, 3010U);
}

BOOST_AUTO_TEST_SUITE_END()
