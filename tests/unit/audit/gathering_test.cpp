// Records that wait for settle(): a server's, which writes many of them in one turn.
#include <csignal>

#include <atomic>
#include <thread>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

constexpr std::uint64_t small_segment = 64U << 10U;

std::unique_ptr<audit::AuditLog> gathering_log(const std::string& folder) {
    return audit::AuditLog::open({.folder = folder, .group = {}, .segment_size = small_segment, .gathers = true});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gathering)

BOOST_AUTO_TEST_CASE(records_wait_for_settling_and_come_in_their_order) {
    const TemporaryFolder folder;
    const auto log = gathering_log(folder.path());
    append(*log, 20);
    BOOST_CHECK_EQUAL(verified(folder.path()).records, 0U);
    REQUIRE_OK(log->settle());
    REQUIRE_OK(log->settle());
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
    std::uint64_t number = 0;
    REQUIRE_OK(log->read(0, [&](std::uint64_t place, const audit::AuditRecord& found) {
        BOOST_CHECK_EQUAL(place, number + 1);
        BOOST_CHECK_EQUAL(found.key, record(number).key);
        ++number;
        return true;
    }));
    BOOST_CHECK_EQUAL(number, 20U);
}

BOOST_AUTO_TEST_CASE(threads_that_settle_at_once_lose_nothing_and_break_no_chain) {
    constexpr unsigned threads = 4;
    constexpr unsigned rounds = 200;
    const TemporaryFolder folder;
    const auto log = gathering_log(folder.path());
    const auto other = log_at(folder.path(), small_segment);  // as another process
    std::atomic<unsigned> failures{0};
    std::vector<std::thread> all;
    for (unsigned i = 0; i < threads; ++i) {
        all.emplace_back([&] {
            for (unsigned round = 0; round < rounds; ++round) {
                for (unsigned k = 0; k < 3; ++k) failures += log->append(record(k)).ok() ? 0 : 1;
                failures += log->settle().ok() ? 0 : 1;
            }
        });
    }
    for (unsigned round = 0; round < rounds; ++round) failures += other->append(record(round)).ok() ? 0 : 1;
    for (std::thread& thread : all) thread.join();
    BOOST_CHECK_EQUAL(failures.load(), 0U);
    const auto verification = verified(folder.path());
    BOOST_CHECK_EQUAL(findings_of(verification), "");
    BOOST_CHECK_EQUAL(verification.records, threads * rounds * 3 + rounds);
}

BOOST_AUTO_TEST_CASE(what_was_settled_survives_the_death_of_the_process) {
    const TemporaryFolder folder;
    const int ended = in_child([&] {
        const auto log = gathering_log(folder.path());
        for (unsigned i = 0; i < 10; ++i) (void)log->append(record(i)).ok();
        if (!log->settle().ok()) return 1;
        (void)log->append(record(11)).ok();  // of which nobody was told
        return raise(SIGKILL);
    });
    BOOST_CHECK_EQUAL(ended, -SIGKILL);
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
    BOOST_CHECK_EQUAL(verified(folder.path()).records, 10U);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_log_settles) {
    const TemporaryFolder folder;
    append(*gathering_log(folder.path()), 3);
    BOOST_CHECK_EQUAL(verified(folder.path()).records, 3U);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_covers_what_was_gathered) {
    const TemporaryFolder folder;
    const auto log = gathering_log(folder.path());
    append(*log, 5);
    const auto checkpoint = log->checkpoint(seal_key());
    REQUIRE_OK(checkpoint);
    BOOST_CHECK_EQUAL(checkpoint->records, 6U);
    const SecretBytes key = seal_key();
    BOOST_CHECK_EQUAL(verified(folder.path(), &key, *checkpoint).sealed_records, 6U);
}

// The records are kept for the next attempt, as they were.
BOOST_AUTO_TEST_CASE(what_could_not_be_written_is_written_later) {
    const TemporaryFolder folder;
    const std::string path = folder.path("parent/audit");
    const auto log = gathering_log(path);
    append(*log, 4);
    CHECK_FAILS(log->settle(), Errc::StoreNotFound);
    CHECK_FAILS(log->settle(), Errc::StoreNotFound);
    append(*log, 1);
    std::filesystem::create_directory(folder.path("parent"));
    REQUIRE_OK(log->settle());
    BOOST_CHECK_EQUAL(findings_of(verified(path)), "");
    BOOST_CHECK_EQUAL(verified(path).records, 5U);
}

BOOST_AUTO_TEST_SUITE_END()
