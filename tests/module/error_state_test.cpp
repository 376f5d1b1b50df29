// The module's error state and the integrity of its file, as hosts meet them: each host is a process of its own.
#include <fstream>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

namespace fs = std::filesystem;

/// A token with one pair, and the module's file in a folder where it may be spoilt.
struct Hosts {
    Subject subject{Kind::Kvp11};
    fs::path copy = subject.folder() / "libkvp11.so";

    Hosts() {
        prepare_token(subject, 1);
        fs::copy_file(module_path(Kind::Kvp11), copy);
        fs::copy_file(module_path(Kind::Kvp11) + ".hmac", sidecar());
    }
    std::string sidecar() const { return copy.string() + ".hmac"; }
    void approve() const { std::ofstream(subject.folder() / "kvp11.toml", std::ios::app) << "mode = \"approved\"\n"; }
    Ended probe(const std::map<std::string, std::string>& environment = {}) const {
        return run_child({"probe"}, environment);
    }
    Ended probe_copy() const { return probe({{"KVP11_MODULE", copy.string()}}); }
};

bool signs(const Ended& ended) { return ended.output.find("signs 1") != std::string::npos; }
bool refuses(const Ended& ended) {
    return ended.signal == 0 && !signs(ended) && ended.output.find("CKR_DEVICE_ERROR") != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(error_state, Hosts)

BOOST_AUTO_TEST_CASE(a_failed_self_test_lets_nobody_in) {
    BOOST_TEST(signs(probe()));
    for (const char* algorithm : {"1", "ECDSA P-256", "CTR-DRBG, AES-256"}) {
        const Ended ended = probe({{"KVP11_TEST_SELF_TEST_FAIL", algorithm}});
        BOOST_TEST(refuses(ended), ended.output);
    }
}

// The child begins operations of every kind, has a pair fail its consistency test, and goes on with them.
BOOST_AUTO_TEST_CASE(operations_begun_before_the_error_give_nothing_out_after_it) {
    const Ended ended = run_child({"go-on-after-error"}, {{"KVP11_TEST_PAIRWISE_FAIL", "1"}});
    BOOST_TEST(ended.is_clean(), ended.output);
    const auto steps = ended.lines("after ");
    BOOST_TEST(steps.size() >= 14u, ended.output);
    for (const std::string& step : steps) BOOST_TEST(step.ends_with(" CKR_DEVICE_ERROR"), step);
    BOOST_TEST((ended.output.find("token error-state") != std::string::npos), ended.output);
    BOOST_TEST(signs(probe()));
}

BOOST_AUTO_TEST_CASE(a_generator_that_is_stuck_stops_the_module) {
    BOOST_TEST(refuses(run_child({"draw-and-probe"}, {{"KVP11_TEST_RANDOM_FAIL", "1"}})));
}

BOOST_AUTO_TEST_CASE(a_copy_with_its_sidecar_works_in_both_modes) {
    BOOST_TEST(signs(probe_copy()));
    approve();
    const Ended ended = probe_copy();
    BOOST_TEST(signs(ended), ended.output);
}

// What is appended to an ELF file is never loaded: the code runs as before, and only the check can tell.
BOOST_AUTO_TEST_CASE(a_damaged_file_is_refused) {
    std::ofstream(copy, std::ios::binary | std::ios::app) << 'x';
    const Ended ended = probe_copy();
    BOOST_TEST(refuses(ended), ended.output);
}

BOOST_AUTO_TEST_CASE(a_foreign_sidecar_is_refused) {
    std::ofstream(sidecar()) << std::string(64, '0') << "\n";
    BOOST_TEST(refuses(probe_copy()));
}

BOOST_AUTO_TEST_CASE(a_file_without_a_sidecar_works_unless_the_slot_is_approved) {
    fs::remove(sidecar());
    BOOST_TEST(signs(probe_copy()));
    approve();
    const Ended ended = probe_copy();
    BOOST_TEST(refuses(ended), ended.output);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
