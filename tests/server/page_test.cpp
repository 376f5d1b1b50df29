// README.md and docs/hsm-sim.md promise that what they show works: the blocks are taken out of the pages and run.
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server_process.hpp"

using namespace kvp11::test;

namespace {

/// The block of code below this heading that begins with this line.
std::string block_below(const std::string& file, const std::string& heading, const std::string& first = "") {
    const std::string page = content_of(KVP11_DOCS "/" + file);
    const std::size_t section = page.find("# " + heading + "\n");
    BOOST_REQUIRE(section != std::string::npos);
    for (std::size_t fence = page.find("\n```", section); fence != std::string::npos;) {
        const std::size_t begin = page.find('\n', fence + 1) + 1;
        const std::size_t end = page.find("\n```\n", begin);
        BOOST_REQUIRE(end != std::string::npos);
        if (page.compare(begin, first.size(), first) == 0) return page.substr(begin, end + 1 - begin);
        fence = page.find("\n```", end + 1);
    }
    BOOST_FAIL(file + " has no such block: " + first);
    return {};
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
    std::ofstream(scratch / "sign.py") << replaced(block_below("hsm-sim.md", "Python"),
                                                   "disable_instance_discovery=True", "instance_discovery=False");
    const Ended ended = run_in_shell(scratch, "getent hosts lab.managedhsm.localhost && /usr/bin/python3 sign.py");
    BOOST_TEST_CONTEXT(ended.output) {
        BOOST_TEST(ended.is_clean());
        BOOST_TEST(ended.output.find("/keys/first/") != std::string::npos);
    }
}

void signs_with_curl(const std::string& block) {
    const ScratchFolder scratch;
    const ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    std::ofstream(scratch / "sign.sh") << block;
    const Ended ended = run_in_shell(scratch, "sh -e sign.sh");
    BOOST_TEST_CONTEXT(ended.output) {
        BOOST_TEST(ended.is_clean());
        BOOST_TEST(ended.output.find("\"kty\":\"EC-HSM\"") != std::string::npos);
        BOOST_TEST(ended.output.find("\"alg\":\"ES256\"") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(the_blocks_for_curl_sign) {
    if (!has("command -v curl && command -v jq && command -v openssl")) {
        std::puts("SKIPPED: curl, jq or openssl is missing");
        return;
    }
    signs_with_curl(block_below("hsm-sim.md", "curl"));
    signs_with_curl(block_below("../README.md", "A Managed HSM on your laptop", "token="));
}

BOOST_AUTO_TEST_CASE(the_rules_shown_are_taken) {
    const ScratchFolder scratch;
    const std::string block = block_below("hsm-sim.md", "What goes wrong on purpose", "echo ");
    std::ofstream(scratch / "make.sh") << block.substr(0, block.find('\n') + 1);
    BOOST_TEST(run({"sh", "-c", "cd '" + scratch.path() + "' && sh -e make.sh"}).is_clean());
    std::vector<std::string> options = dev_options(scratch / "dev");
    options.insert(options.end(), {"--rules", scratch / "rules.json"});
    const ServerProcess server(options, scratch / "log");
    DevClient client(scratch / "dev", server.port());
    client.must("POST", "/keys/first/create", R"({"kty":"EC-HSM","crv":"P-256"})");
    const std::string digest = R"({"alg":"ES256","value":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"})";
    BOOST_TEST(client.ask("POST", "/keys/first/sign", digest).value().status == 503);
    BOOST_TEST(client.ask("POST", "/keys/first/sign", digest).value().status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
