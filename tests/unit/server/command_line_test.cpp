#include "server/command_line.hpp"

#include <sstream>

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"

using kvp11::server::run_command_line;
using kvp11::test::ScratchFolder;

namespace {

struct Said {
    int code;
    std::string out;
    std::string err;
};

Said run(std::vector<std::string> words) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_command_line(std::move(words), out, err);
    return {code, out.str(), err.str()};
}

void check_refused(const std::vector<std::string>& words, const std::string& part) {
    const Said said = run(words);
    BOOST_TEST_CONTEXT(said.err) {
        BOOST_TEST(said.code == 2);
        BOOST_TEST(said.err.find(part) != std::string::npos);
        BOOST_TEST(said.err.find("what to do: ") != std::string::npos);
        BOOST_TEST(said.out.empty());
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(release_and_help_are_given) {
    BOOST_TEST(run({"--version"}).out.starts_with("hsm-sim "));
    const Said help = run({"serve", "--help"});
    BOOST_TEST(help.code == 0);
    for (const char* option : {"--dev", "--partition", "--metrics", "HSM_SIM_LOG_LEVEL"}) {
        BOOST_TEST(help.out.find(option) != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(wrong_command_lines_are_refused_with_the_reason) {
    check_refused({}, "subcommand");
    check_refused({"serve"}, "--partition");
    check_refused({"serve", "--no-such-option"}, "--no-such-option");
    check_refused({"serve", "--dev", "--log-level", "loud"}, "loud");
    check_refused({"serve", "--dev", "--port", "70000"}, "70000");
    check_refused({"serve", "--dev", "--name", "x"}, "--name 'x'");
    check_refused({"serve", "--dev", "--name", "evil.example.com"}, "evil.example.com");
    check_refused({"serve", "--dev", "--partition", "/p"}, "--partition");
    check_refused({"serve", "--partition", "/p"}, "--certificate");
    check_refused({"serve", "--partition", "/p", "--certificate", "c", "--key", "k"}, "--tenant");
    check_refused({"serve", "--partition", "/p", "--certificate", "c", "--key", "k", "--imds", "1"}, "--imds");
    check_refused({"serve", "--dev", "--imds", "0.0.0.0:80"}, "--imds");
    check_refused({"serve", "--dev", "--metrics", "nowhere"}, "--metrics");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_a_failure_and_no_wrong_usage) {
    const ScratchFolder folder;
    const Said said = run({"serve", "--partition", folder / "none", "--certificate", "c", "--key", "k", "--tenant", "t",
                           "--keys", folder / "keys"});
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.err.find("cannot read " + (folder / "keys")) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
