// Writers that are killed where it hurts, by SIGKILL: nothing acknowledged is lost, and the next one goes on.
#include <boost/test/data/test_case.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "workplace.hpp"

namespace data = boost::unit_test::data;
using namespace kvp11;
using namespace kvp11::test;

namespace {

constexpr std::uint64_t segment_size = 5000;

/// Writes records until it dies; after each acknowledgement the journal gets a line.
void write_for_ever(const std::string& folder, const std::string& journal, const std::string& name) {
    const int file = open(journal.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const auto log = log_at(folder, segment_size);
    for (int i = 0; i < 100'000; ++i) {
        audit::AuditRecord made = record(static_cast<std::uint64_t>(i));
        made.principal = name;
        made.duration_us = static_cast<std::uint32_t>(i);
        if (!log->append(made).ok()) _exit(1);
        const std::string line = std::to_string(i) + "\n";
        if (write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(2);
    }
}

int acknowledged(const std::string& journal) {
    std::ifstream file(journal);
    int count = 0;
    for (std::string line; std::getline(file, line);) ++count;
    return count;
}

/// How many records of each writer there are; they must be its first ones, in order.
std::map<std::string, int> records_of_writers(const std::string& folder) {
    std::map<std::string, int> counts;
    REQUIRE_OK(log_at(folder)->read(0, [&](std::uint64_t, const audit::AuditRecord& got) {
        BOOST_CHECK_EQUAL(got.duration_us, static_cast<unsigned>(counts[got.principal]++));
        return true;
    }));
    return counts;
}

/// A process of its own, because the plan is read once per process.
int run_victim(const std::string& plan, const std::string& folder, const std::string& journal) {
    const std::string program = boost::unit_test::framework::master_test_suite().argv[0];
    const std::string command = "KVP11_TEST_KILL=" + plan + " KVP11_TEST_PATH=" + folder +
                                " KVP11_TEST_JOURNAL=" + journal + " exec " + program +
                                " --run_test=killed_writers/victim --catch_system_errors=no >/dev/null 2>&1";
    return std::system(command.c_str());
}

const char* const points[] = {"audit-before-line", "audit-in-line", "audit-after-line", "audit-after-head"};

}  // namespace

BOOST_AUTO_TEST_SUITE(killed_writers)

// Not a test by itself.
BOOST_AUTO_TEST_CASE(victim) {
    const char* folder = std::getenv("KVP11_TEST_PATH");
    if (!folder) return;
    write_for_ever(folder, std::getenv("KVP11_TEST_JOURNAL"), "victim");
}

BOOST_DATA_TEST_CASE(what_was_acknowledged_is_there, data::make(points) * data::make({1, 2, 7, 23, 24, 40}), point,
                     passing) {
    const TemporaryFolder folder;
    const int status = run_victim(std::string(point) + ":" + std::to_string(passing), folder.path(), folder.path("j"));
    BOOST_REQUIRE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    const int promised = acknowledged(folder.path("j"));
    BOOST_CHECK_EQUAL(promised, passing - 1);
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
    const int before = records_of_writers(folder.path())["victim"];
    BOOST_CHECK(before == promised || before == promised + 1);
    append(*log_at(folder.path(), segment_size), 3);
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
    const auto verification = verified(folder.path());
    BOOST_CHECK(verification.records == static_cast<std::uint64_t>(promised) + 3 ||
                verification.records == static_cast<std::uint64_t>(promised) + 4);
}

BOOST_DATA_TEST_CASE(a_new_segment_that_its_maker_did_not_announce_is_used, data::make({1, 2}), passing) {
    const TemporaryFolder folder;
    const int status = run_victim("audit-after-segment:" + std::to_string(passing), folder.path(), folder.path("j"));
    BOOST_REQUIRE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    const auto segment = static_cast<std::size_t>(passing) + 1;
    BOOST_CHECK_EQUAL(std::filesystem::file_size(segment_file(folder.path(), segment)), 0U);
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
    append(*log_at(folder.path(), segment_size), 3);
    BOOST_CHECK_GT(std::filesystem::file_size(segment_file(folder.path(), segment)), 0U);
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
}

BOOST_AUTO_TEST_CASE(writers_killed_at_any_moment_lose_nothing) {
    const TemporaryFolder folder;
    std::map<std::string, std::string> journals;
    for (int round = 0; round < 12; ++round) {
        std::vector<pid_t> writers;
        for (int i = 0; i < 3; ++i) {
            const std::string name = std::to_string(round) + "." + std::to_string(i);
            journals[name] = folder.path("journal-" + name);
            const pid_t writer = fork();
            BOOST_REQUIRE(writer >= 0);
            if (writer == 0) {
                write_for_ever(folder.path(), journals[name], name);
                _exit(0);
            }
            writers.push_back(writer);
        }
        while (acknowledged(journals[std::to_string(round) + ".0"]) < 20 + 7 * round) {
        }
        for (const pid_t writer : writers) {
            BOOST_REQUIRE_EQUAL(kill(writer, SIGKILL), 0);
            int status = 0;
            BOOST_REQUIRE_EQUAL(waitpid(writer, &status, 0), writer);
            BOOST_REQUIRE(WIFSIGNALED(status));
        }
        BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
    }
    auto counts = records_of_writers(folder.path());
    for (const auto& [name, journal] : journals) {
        BOOST_CHECK_GE(counts[name], acknowledged(journal));
        BOOST_CHECK_LE(counts[name], acknowledged(journal) + 1);
    }
    append(*log_at(folder.path(), segment_size), 1);
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
}

BOOST_AUTO_TEST_SUITE_END()
