#include "tools/command_line.hpp"

#include <sstream>

#include <boost/test/unit_test.hpp>

#include "tools/exit_code.hpp"
#include "tools/options.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::tools;

/// What the command below saw, and what it is to answer.
struct Seen {
    std::string path;
    std::string slot;
    std::vector<std::string> files;
    std::vector<std::string> names;
    std::optional<unsigned> count;
    bool json = false;
    bool ran = false;
    std::optional<Errc> answer;
};

class Probe final : public Command {
public:
    Probe(std::string words, Seen& seen) : words_(std::move(words)), seen_(seen) {}
    std::string words() const override { return words_; }
    std::string summary() const override { return "Probe"; }
    void declare(Options& options) override {
        options.text("--path", seen_.path, "path");
        options.text("--slot", seen_.slot, "slot");
        options.exactly_one({"--path", "--slot"});
        options.texts("--files", seen_.files, "files");
        options.comma_texts("--names", seen_.names, "names");
        options.number("--count", seen_.count, "count", Need::Required);
        options.flag("--json", seen_.json, "json");
    }
    Result<void> run(std::ostream& out) override {
        seen_.ran = true;
        if (seen_.answer) return fail(*seen_.answer, "it did not work");
        out << "done\n";
        return {};
    }

private:
    std::string words_;
    Seen& seen_;
};

struct Outcome {
    int code;
    std::string out;
    std::string err;
};

Outcome run(Seen& seen, const std::vector<std::string>& words) {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(std::make_unique<Probe>("hsm probe", seen));
    Seen other;
    commands.push_back(std::make_unique<Probe>("hsm other", other));
    commands.push_back(std::make_unique<Probe>("hsm deep probe", seen));
    commands.push_back(std::make_unique<Probe>("alone", other));
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_command_line(commands, words, out, err);
    return {code, out.str(), err.str()};
}

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(options_reach_the_named_command) {
    Seen seen;
    const auto outcome = run(
        seen, {"hsm", "probe", "--files", "a", "b", "c", "--count", "7", "--path", "p", "--names", "x,y", "--json"});
    BOOST_CHECK_EQUAL(outcome.code, 0);
    BOOST_CHECK_EQUAL(outcome.out, "done\n");
    BOOST_CHECK(outcome.err.empty());
    BOOST_CHECK(seen.ran && seen.json);
    BOOST_CHECK_EQUAL(seen.path, "p");
    BOOST_CHECK_EQUAL(*seen.count, 7u);
    BOOST_CHECK((seen.files == std::vector<std::string>{"a", "b", "c"}));
    BOOST_CHECK((seen.names == std::vector<std::string>{"x", "y"}));
}

BOOST_AUTO_TEST_CASE(groups_may_lie_in_groups) {
    Seen seen;
    const auto outcome = run(seen, {"hsm", "deep", "probe", "--count", "7", "--path", "p"});
    BOOST_CHECK_EQUAL(outcome.code, 0);
    BOOST_CHECK(seen.ran);
    BOOST_CHECK(run(seen, {"hsm", "deep", "--help"}).out.find("probe") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failure_is_one_sentence_a_hint_and_the_exit_code_of_its_condition) {
    Seen seen;
    seen.answer = Errc::QuorumNotMet;
    const auto outcome = run(seen, {"hsm", "probe", "--count", "1", "--path", "p"});
    BOOST_CHECK_EQUAL(outcome.code, static_cast<int>(ExitCode::QuorumNotMet));
    BOOST_CHECK(outcome.out.empty());
    BOOST_CHECK(outcome.err.starts_with("kvp11: it did not work\nwhat to do: bring the private keys"));
}

BOOST_AUTO_TEST_CASE(wrong_usage_runs_nothing_and_exits_with_two) {
    const std::vector<std::vector<std::string>> wrong{
        {},
        {"hsm"},
        {"nonsense"},
        {"hsm", "nonsense"},
        {"hsm", "probe", "--path", "p"},                                   // --count is required
        {"hsm", "probe", "--count", "1"},                                  // neither --path nor --slot
        {"hsm", "probe", "--count", "1", "--path", "p", "--slot", "1"},    // both
        {"hsm", "probe", "--count", "many", "--path", "p"},                // not a number
        {"hsm", "probe", "--count", "1", "--path", "p", "--pin", "1234"},  // unknown
    };
    for (const auto& words : wrong) {
        Seen seen;
        const auto outcome = run(seen, words);
        BOOST_CHECK_EQUAL(outcome.code, 2);
        BOOST_CHECK(!seen.ran);
        BOOST_CHECK(outcome.err.starts_with("kvp11: "));
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_command_is_answered_with_the_known_ones) {
    Seen seen;
    const std::string of_group = ", want one of: hsm probe, hsm other, hsm deep probe";
    const std::string all = of_group + ", alone\n";
    BOOST_CHECK(run(seen, {}).err.starts_with("kvp11: no command was given" + all));
    BOOST_CHECK(run(seen, {"hms", "probe"}).err.starts_with("kvp11: there is no command 'hms probe'" + all));
    BOOST_CHECK(run(seen, {"hsm"}).err.starts_with("kvp11: there is no command 'hsm'" + of_group + '\n'));
    BOOST_CHECK(run(seen, {"hsm", "prob"}).err.starts_with("kvp11: there is no command 'hsm prob'" + of_group + '\n'));
    BOOST_CHECK(run(seen, {"hsm", "deep"}).err.starts_with("kvp11: there is no command 'hsm deep'" + of_group + '\n'));
    BOOST_CHECK(run(seen, {"hsm", "--help"}).out.find("probe") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(help_goes_to_the_output_and_succeeds) {
    Seen seen;
    const auto outcome = run(seen, {"hsm", "probe", "--help"});
    BOOST_CHECK_EQUAL(outcome.code, 0);
    BOOST_CHECK(outcome.out.find("--count") != std::string::npos);
    BOOST_CHECK(!seen.ran);
}

BOOST_AUTO_TEST_CASE(each_condition_of_a_backend_has_an_exit_code_and_advice) {
    const auto number = [](Errc code) { return static_cast<int>(code); };
    // A command asks for no algorithm by itself.
    for (int code = number(Errc::KeyNotFound); code < number(Errc::AlgorithmNotSupported); ++code) {
        BOOST_TEST_CONTEXT("condition " << code) {
            BOOST_CHECK(exit_code(static_cast<Errc>(code)) != ExitCode::Failure);
            BOOST_CHECK(!advice(static_cast<Errc>(code)).empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(conditions_have_their_exit_codes) {
    BOOST_CHECK(exit_code(Errc::ArgumentsBad) == ExitCode::Usage);
    BOOST_CHECK(exit_code(Errc::PinIncorrect) == ExitCode::Refused);
    BOOST_CHECK(exit_code(Errc::PinLocked) == ExitCode::Refused);
    BOOST_CHECK(exit_code(Errc::SecurityDomainInvalid) == ExitCode::UnusableInput);
    BOOST_CHECK(exit_code(Errc::StoreNotFound) == ExitCode::Store);
    BOOST_CHECK(exit_code(Errc::PartitionNotActive) == ExitCode::State);
    BOOST_CHECK(exit_code(Errc::KeyNotFound) == ExitCode::Key);
    BOOST_CHECK(exit_code(Errc::AuditBroken) == ExitCode::AuditBroken);
    BOOST_CHECK(exit_code(Errc::Internal) == ExitCode::Failure);
    BOOST_CHECK(advice(Errc::Internal).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
