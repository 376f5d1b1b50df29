// Jobs as such: one at a time, and for a day.
#include "rest/jobs.hpp"

#include <thread>

#include "administration.hpp"

using namespace kvp11;
using namespace kvp11::test;
using rest::JobFamily;
using rest::JobKind;

BOOST_AUTO_TEST_SUITE(jobs)

BOOST_AUTO_TEST_CASE(a_job_goes_on_until_it_ends) {
    rest::Jobs all;
    const auto job = all.begin(JobKind::Backup, 100);
    REQUIRE_OK(job);
    BOOST_TEST(job->id.size() == 32U);
    BOOST_TEST(!all.find(JobFamily::Backup, job->id, 101)->ended);
    BOOST_TEST(!all.find(JobFamily::Restore, job->id, 101));
    all.end(job->id, {.error = {}, .place = "there"}, 102);
    all.end(job->id, {.error = Error{Errc::Internal, "again"}, .place = {}}, 103);
    const auto ended = all.find(JobFamily::Backup, job->id, 104);
    BOOST_REQUIRE(ended);
    BOOST_TEST(*ended->ended == 102);
    BOOST_TEST(ended->outcome.place == "there");
    BOOST_TEST(!ended->outcome.error);
}

BOOST_AUTO_TEST_CASE(backups_and_restores_exclude_each_other_and_ceremonies_do_not) {
    rest::Jobs all;
    const auto backup = all.begin(JobKind::Backup, 0);
    REQUIRE_OK(backup);
    for (const JobKind kind :
         {JobKind::Backup, JobKind::PreBackup, JobKind::Restore, JobKind::SelectiveRestore, JobKind::PreRestore}) {
        CHECK_FAILS(all.begin(kind, 0), Errc::StoreConflict);
    }
    BOOST_TEST(!all.is_restoring());
    REQUIRE_OK(all.begin(JobKind::SecurityDomainUpload, 0));
    CHECK_FAILS(all.begin(JobKind::SecurityDomainUpload, 0), Errc::StoreConflict);
    all.end(backup->id, {}, 1);
    const auto restore = all.begin(JobKind::Restore, 1);
    REQUIRE_OK(restore);
    BOOST_TEST(all.is_restoring());
    all.end(restore->id, {}, 2);
    BOOST_TEST(!all.is_restoring());
}

BOOST_AUTO_TEST_CASE(what_ended_a_day_ago_is_forgotten) {
    rest::Jobs all;
    const auto job = all.begin(JobKind::Backup, 0);
    REQUIRE_OK(job);
    BOOST_TEST(all.find(JobFamily::Backup, job->id, 1'000'000).has_value());  // it goes on
    all.end(job->id, {}, 1'000'000);
    BOOST_TEST(all.find(JobFamily::Backup, job->id, 1'000'000 + 86'399).has_value());
    BOOST_TEST(!all.find(JobFamily::Backup, job->id, 1'000'000 + 86'400));
}

BOOST_AUTO_TEST_CASE(there_are_at_most_a_thousand) {
    rest::Jobs all;
    REQUIRE_OK(all.begin(JobKind::SecurityDomainUpload, 0));
    std::vector<std::string> ids;
    for (int i = 0; i < 1100; ++i) {
        const auto job = all.begin(JobKind::Backup, 0);
        REQUIRE_OK(job);
        all.end(job->id, {}, 0);
        ids.push_back(job->id);
    }
    std::size_t kept = 0;
    for (const std::string& id : ids) kept += all.find(JobFamily::Backup, id, 1) ? 1 : 0;
    BOOST_TEST(kept == 999U);
    BOOST_TEST(!all.find(JobFamily::Backup, ids.front(), 1));
    BOOST_TEST(all.find(JobFamily::Backup, ids.back(), 1).has_value());
    BOOST_TEST(all.latest(JobKind::SecurityDomainUpload, 1).has_value());
}

BOOST_AUTO_TEST_CASE(of_many_that_begin_at_once_one_does) {
    rest::Jobs all;
    std::atomic<int> begun{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] { begun += all.begin(JobKind::Restore, 0).ok() ? 1 : 0; });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(begun == 1);
}

BOOST_AUTO_TEST_SUITE_END()
