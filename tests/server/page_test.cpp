// docs/hsm-sim.md promises that what it shows works: its blocks are taken out of the page and run.
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server_process.hpp"

using namespace kvp11::test;

namespace {

/// The first block of code below this heading.
std::string block_below(const std::string& heading) {
    const std::string page = content_of(KVP11_DOCS "/hsm-sim.md");
    const std::size_t section = page.find("\n### " + heading + "\n");
    BOOST_REQUIRE(section != std::string::npos);
    const std::size_t begin = page.find('\n', page.find("\n```", section) + 1) + 1;
    return page.substr(begin, page.find("\n```\n", begin) + 1 - begin);
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, "the page has no " + what);
    return text.replace(at, what.size(), with);
}

/// Runs it in a shell that has read the server's env.
Ended run_in_shell(const ScratchFolder& scratch, const std::string& command) {
    return run({"sh", "-c", ". '" + (scratch / "dev/env") + "'; cd '" + scratch.path() + "'; " + command});
}

bool has(const std::string& command) { return run({"sh", "-c", command}).is_clean(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(page)

BOOST_AUTO_TEST_CASE(the_block_for_python_signs) {
    if (!has("/usr/bin/python3 -c 'import azure.keyvault.keys, azure.identity'")) {
        std::puts("SKIPPED: Debian's python3-azure is missing");
        return;
    }
    const ScratchFolder scratch;
    const ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    // As the page says of Debian's release.
    std::ofstream(scratch / "sign.py") << replaced(block_below("Python"), "disable_instance_discovery=True",
                                                   "instance_discovery=False");
    const Ended ended = run_in_shell(scratch, "getent hosts lab.managedhsm.localhost && /usr/bin/python3 sign.py");
    BOOST_TEST_CONTEXT(ended.output) {
        BOOST_TEST(ended.is_clean());
        BOOST_TEST(ended.output.find("/keys/first/") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(the_block_for_curl_makes_a_key) {
    if (!has("command -v curl && command -v jq")) {
        std::puts("SKIPPED: curl or jq is missing");
        return;
    }
    const ScratchFolder scratch;
    const ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    std::ofstream(scratch / "make.sh") << replaced(block_below("curl"), "localhost:8443",
                                                   "localhost:" + std::to_string(server.port()));
    const Ended ended = run_in_shell(scratch, "sh -e make.sh");
    BOOST_TEST_CONTEXT(ended.output) {
        BOOST_TEST(ended.is_clean());
        BOOST_TEST(ended.output.find("\"kty\":\"EC-HSM\"") != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
