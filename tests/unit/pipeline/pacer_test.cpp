#include "pipeline/pacer.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include "stage.hpp"

namespace kvp11::pipeline {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
namespace fs = std::filesystem;

struct Folder {
    Folder() {
        std::string pattern = "/tmp/kvp11-pacer-XXXXXX";
        BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path = pattern;
        file = path / "pace";
    }
    ~Folder() { fs::remove_all(path); }
    fs::path path;
    std::string file;
    Clock::time_point now = Clock::time_point(1h);
};

/// How many calls of this weight begin within ten seconds, when as many come as can.
int granted(Pacer& pacer, Weight weight, Clock::time_point now) {
    int count = 0;
    while (pacer.reserve(weight, now, 10s - 1ns)) ++count;
    return count;
}

struct Limit {
    Weight weight;
    double share;
    int in_ten_seconds;
};
std::ostream& operator<<(std::ostream& out, const Limit& limit) {
    return out << "weight " << static_cast<int>(limit.weight) << ", share " << limit.share;
}
// "Azure Key Vault service limits", HSM-protected keys.
const Limit limits[] = {
    {Weight::Rsa2048, 1, 2000}, {Weight::Rsa3072, 1, 500},    {Weight::Rsa4096, 1, 250},  {Weight::Ec, 1, 2000},
    {Weight::Aes, 1, 2000},     {Weight::Read, 1, 2000},      {Weight::CreateKey, 1, 10}, {Weight::Ec, 0.5, 1000},
    {Weight::Rsa4096, 0.1, 25}, {Weight::CreateKey, 0.01, 2},
};

BOOST_FIXTURE_TEST_SUITE(pacers, Folder)

BOOST_DATA_TEST_CASE(ten_seconds_hold_what_is_published_and_no_more, boost::unit_test::data::make(limits), limit) {
    Folder folder;
    Pacer pacer(folder.file, "contoso", limit.share);
    const int count = granted(pacer, limit.weight, folder.now);
    BOOST_TEST(count <= limit.in_ten_seconds);
    BOOST_TEST(count >= limit.in_ten_seconds * 9 / 10);
}

BOOST_AUTO_TEST_CASE(no_ten_seconds_hold_more_wherever_they_begin) {
    Pacer pacer(file, "contoso", 1);
    std::vector<nanoseconds> starts;
    for (int i = 0; i < 9000; ++i) starts.push_back(*pacer.reserve(Weight::Ec, now, 1h));
    for (std::size_t i = 0; i + 2000 < starts.size(); ++i) BOOST_REQUIRE((starts[i + 2000] - starts[i] >= 10s));
}

BOOST_AUTO_TEST_CASE(calls_of_different_weight_share_the_quota) {
    Pacer pacer(file, "contoso", 1);
    int units = 0;
    while (pacer.reserve(Weight::Rsa4096, now, 10s - 1ns) && pacer.reserve(Weight::Ec, now, 10s - 1ns)) units += 9;
    BOOST_TEST(units <= 2000);
    BOOST_TEST(units >= 1900);
    BOOST_TEST(granted(pacer, Weight::CreateKey, now) == 9);  // not a part of it
}

BOOST_AUTO_TEST_CASE(what_is_free_waits_for_nobody) {
    Pacer pacer(file, "contoso", 1);
    granted(pacer, Weight::Ec, now);
    BOOST_TEST(pacer.reserve(Weight::Free, now, 0s)->count() == 0);
}

BOOST_AUTO_TEST_CASE(what_may_not_wait_long_enough_reserves_nothing) {
    Pacer pacer(file, "contoso", 1);
    granted(pacer, Weight::Ec, now);
    const auto wait = pacer.reserve(Weight::Ec, now, 1h);
    for (int i = 0; i < 1000; ++i) BOOST_TEST(!pacer.reserve(Weight::Ec, now, 1s).has_value());
    BOOST_TEST((*pacer.reserve(Weight::Ec, now, 1h) - *wait <= 10ms));
}

BOOST_AUTO_TEST_CASE(vaults_do_not_pace_each_other) {
    Pacer one(file, "contoso", 1), other(file, "fabrikam", 1);
    granted(one, Weight::Ec, now);
    BOOST_TEST(other.reserve(Weight::Ec, now, 0s).has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_service_holds_all_processes_off) {
    Pacer pacer(file, "contoso", 1), other(file, "contoso", 1);
    pacer.hold_off(Weight::Ec, now + 7s, now);
    const auto wait = other.reserve(Weight::Ec, now, 1min);
    BOOST_REQUIRE(wait.has_value());
    BOOST_TEST((*wait >= 7s && *wait < 7s + 10ms));
    pacer.hold_off(Weight::Ec, now + 1s, now);
    BOOST_TEST((*other.reserve(Weight::Ec, now, 1min) >= 7s));
}

BOOST_AUTO_TEST_CASE(moments_of_an_earlier_boot_are_none) {
    Pacer before(file, "contoso", 1);
    before.reserve(Weight::Ec, now + 100h, 0s);
    Pacer pacer(file, "contoso", 1);
    BOOST_TEST(pacer.reserve(Weight::Ec, now, 0s).has_value());
}

/// Runs `work` in so many children at once; each gives back a count.
int sum_over_processes(int processes, const std::function<int()>& work) {
    int pipe_ends[2];
    BOOST_REQUIRE_EQUAL(pipe(pipe_ends), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < processes; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            const int count = work();
            _exit(write(pipe_ends[1], &count, sizeof count) == sizeof count ? 0 : 1);
        }
        children.push_back(child);
    }
    close(pipe_ends[1]);
    int sum = 0, count = 0;
    while (read(pipe_ends[0], &count, sizeof count) == sizeof count) sum += count;
    close(pipe_ends[0]);
    for (const pid_t child : children) waitpid(child, nullptr, 0);
    return sum;
}

BOOST_AUTO_TEST_CASE(eight_processes_share_one_limit) {
    const int sum = sum_over_processes(8, [this] {
        Pacer pacer(file, "contoso", 1);
        return granted(pacer, Weight::Ec, now);
    });
    BOOST_TEST(sum <= 2000);
    BOOST_TEST(sum >= 1800);
}

BOOST_AUTO_TEST_CASE(a_child_of_fork_goes_on_with_its_parents_pacer) {
    Pacer pacer(file, "contoso", 1);
    const int in_parent = 500;
    for (int i = 0; i < in_parent; ++i) pacer.reserve(Weight::Ec, now, 10s);
    const int in_children = sum_over_processes(2, [&] { return granted(pacer, Weight::Ec, now); });
    BOOST_TEST(in_parent + in_children <= 2000);
    BOOST_TEST(in_parent + in_children >= 1800);
}

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_in_the_middle_leaves_no_harm) {
    for (int round = 0; round < 20; ++round) {
        int pipe_ends[2];
        BOOST_REQUIRE_EQUAL(pipe(pipe_ends), 0);
        const pid_t child = fork();
        if (child == 0) {
            Pacer pacer(file, "contoso", 1);
            while (write(pipe_ends[1], "", 1) == 1) pacer.reserve(Weight::Ec, now, 5s);
        }
        char begun = 0;
        BOOST_TEST(read(pipe_ends[0], &begun, 1) == 1);
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        close(pipe_ends[0]);
        close(pipe_ends[1]);
    }
    Pacer pacer(file, "contoso", 1);
    BOOST_TEST(pacer.reserve(Weight::Ec, now + 11s, 0s).has_value());
}

BOOST_AUTO_TEST_CASE(the_file_is_the_users_alone) {
    REQUIRE_OK(PaceFile::open(file));
    struct stat status {};
    BOOST_REQUIRE_EQUAL(stat(file.c_str(), &status), 0);
    BOOST_TEST((status.st_mode & 0777U) == 0600U);
}

BOOST_AUTO_TEST_CASE(a_link_is_not_followed) {
    const std::string victim = path / "victim";
    std::ofstream(victim) << "precious";
    fs::create_symlink(victim, file);
    CHECK_FAILS(PaceFile::open(file), Errc::FileUnreadable);
    fs::remove(file);
    fs::permissions(victim, fs::perms(0600));
    fs::create_hard_link(victim, file);
    CHECK_FAILS(PaceFile::open(file), Errc::FileUnreadable);
    BOOST_TEST(fs::file_size(victim) == 8U);
}

BOOST_AUTO_TEST_CASE(a_file_that_others_may_use_is_not_used) {
    std::ofstream(file).flush();
    fs::permissions(file, fs::perms(0666));
    CHECK_FAILS(PaceFile::open(file), Errc::FileUnreadable);
    fs::remove(file);
    BOOST_REQUIRE_EQUAL(mkfifo(file.c_str(), 0600), 0);
    CHECK_FAILS(PaceFile::open(file), Errc::FileUnreadable);
    CHECK_FAILS(PaceFile::open(path), Errc::FileUnreadable);
    CHECK_FAILS(PaceFile::open(path / "none" / "pace"), Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(a_file_of_another_form_is_left_alone) {
    std::ofstream(file) << std::string(64, 'x');
    fs::permissions(file, fs::perms(0600));
    CHECK_FAILS(PaceFile::open(file), Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(without_a_file_a_process_paces_itself_and_says_so) {
    const test::LoggedLines log(log::Level::Warn);
    Pacer pacer(path / "none" / "pace", "contoso", 1);
    BOOST_TEST(granted(pacer, Weight::CreateKey, now) == 9);
    BOOST_REQUIRE_EQUAL(log.lines().size(), 1U);
    BOOST_TEST(log.lines()[0].find("paces itself alone") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_hundred_vaults_have_a_line_each_and_one_more_has_none) {
    const PaceFile opened = std::move(PaceFile::open(file)).value();
    std::set<PaceLine*> lines;
    for (int i = 0; i < 100; ++i) lines.insert(opened.line("vault-" + std::to_string(i)));
    BOOST_TEST(lines.size() == 100U);
    BOOST_TEST(!lines.contains(nullptr));
    BOOST_TEST(opened.line("vault-7") == opened.line("vault-7"));
    BOOST_TEST(opened.line("one more") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::pipeline
