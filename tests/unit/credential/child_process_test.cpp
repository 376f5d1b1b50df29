#include "credential/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "stage.hpp"
#include "support/process.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

constexpr auto never = std::chrono::hours(1);

Result<ProgramOutput> shell(const std::string& script, std::chrono::steady_clock::duration time = never) {
    return run_program("/bin/sh", {"sh", "-c", script}, std::chrono::steady_clock::now() + time);
}

std::string output_of(const Result<ProgramOutput>& said) {
    REQUIRE_OK(said);
    return std::string(text_of(said->output.expose_bytes()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(child_processes)

BOOST_AUTO_TEST_CASE(output_complaints_and_exit_code_are_told) {
    const auto said = shell("echo out; echo complaint >&2; exit 3");
    BOOST_CHECK_EQUAL(output_of(said), "out\n");
    BOOST_CHECK_EQUAL(said->complaints, "complaint\n");
    BOOST_CHECK_EQUAL(said->exit_code.value_or(-1), 3);
    BOOST_CHECK_EQUAL(shell("kill -9 $$")->exit_code.value_or(-1), 128 + 9);
    BOOST_CHECK_EQUAL(output_of(shell("head -c 200000 /dev/zero | tr '\\0' x")).size(), 200'000);
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_not_started) {
    CHECK_FAILS(run_program("/no/such/program", {"x"}, soon()), Errc::FileUnreadable);
    BOOST_CHECK_EQUAL(find_program("no-such-program-anywhere"), "");
    BOOST_CHECK(find_program("sh").ends_with("/sh"));
}

BOOST_AUTO_TEST_CASE(nothing_of_the_host_is_inherited_but_the_environment) {
    const int left_open = ::open("/dev/null", O_RDONLY);  // not close-on-exec, as many hosts leave theirs
    BOOST_REQUIRE_GE(left_open, 0);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    const auto said = shell("ls /proc/self/fd | tr '\\n' ' '; pwd; grep SigBlk /proc/self/status");
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::close(left_open);
    // 3 is ls's own, on /proc/self/fd.
    BOOST_CHECK_EQUAL(output_of(said), "0 1 2 3 /\nSigBlk:\t0000000000000000\n");
}

BOOST_AUTO_TEST_CASE(at_the_deadline_it_is_killed_with_its_own_children) {
    const TemporaryFolder folder;
    const std::string file = folder.path("child");
    const auto said = shell("sleep 1000 & echo $! > " + file + "; wait", std::chrono::milliseconds(300));
    CHECK_FAILS(said, Errc::DeviceError);
    if (!said) BOOST_CHECK_EQUAL(said.error().message, "/bin/sh was not done in time");
    const auto child = static_cast<pid_t>(std::atoi(text_of_file(file).c_str()));
    BOOST_REQUIRE_GT(child, 0);
    // Nobody of ours waits for it: whoever is its parent then may take a moment.
    BOOST_CHECK(comes_true([child] {
        const std::string status = text_of_file("/proc/" + std::to_string(child) + "/stat");
        return status.empty() || status.find(") Z ") != std::string::npos;
    }));
}

BOOST_AUTO_TEST_CASE(what_says_too_much_is_stopped) { CHECK_FAILS(shell("yes"), Errc::DeviceError); }

BOOST_AUTO_TEST_CASE(a_grandchild_that_holds_the_pipe_is_not_waited_for) {
    const TemporaryFolder folder;
    const std::string file = folder.path("child");
    const auto said = shell("sleep 1000 & echo $! > " + file + "; echo done", never);
    BOOST_CHECK_EQUAL(output_of(said), "done\n");
    ::kill(static_cast<pid_t>(std::atoi(text_of_file(file).c_str())), SIGKILL);
}

// A host that ignores SIGCHLD, or waits for all children by itself, takes the exit code away.
BOOST_AUTO_TEST_CASE(hosts_may_ignore_sigchld) {
    const Ended ended = in_child([] {
        ::signal(SIGCHLD, SIG_IGN);
        const auto said = shell("echo out; exit 0");
        return said && text_of(said->output.expose_bytes()) == "out\n" && !said->exit_code ? 0 : 1;
    });
    BOOST_CHECK(ended.is_clean());
}

BOOST_AUTO_TEST_SUITE_END()
