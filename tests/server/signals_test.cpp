#include <signal.h>

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server_process.hpp"

using namespace kvp11::test;

namespace {

/// Every answer comes so much later: whoever waits for one is under way.
void slow_down(const std::string& socket, int milliseconds) {
    BOOST_REQUIRE(admin(socket, R"(set {"latency":{"milliseconds":)" + std::to_string(milliseconds) + "}}") == "ok\n");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signals)

BOOST_AUTO_TEST_CASE(what_is_under_way_at_sigterm_is_answered) {
    const ScratchFolder scratch;
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    DevClient client(scratch / "dev", server.port());
    client.must("POST", "/keys/k/create", R"({"kty":"EC-HSM","crv":"P-256"})");
    slow_down(scratch / "dev.socket", 700);
    client.send("GET", "/keys");
    // The request has been seen when it is counted; its answer is still held back.
    const auto seen = [&] {
        return admin(scratch / "dev.socket", "counters").find("latency") != std::string::npos ||
               admin(scratch / "dev.socket", "rules").find("\"happened\":1") != std::string::npos;
    };
    while (!seen()) sched_yield();
    server.signal(SIGTERM);
    const auto answer = client.answer();
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 200);
    BOOST_TEST(answer->body.find("/keys/k") != std::string::npos);
    const Ended ended = server.process().wait(30);
    BOOST_TEST(ended.is_clean());
    BOOST_TEST(content_of(scratch / "log").find("stopped") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_second_sigterm_ends_it_at_once) {
    const ScratchFolder scratch;
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    DevClient client(scratch / "dev", server.port());
    slow_down(scratch / "dev.socket", 9'000);
    client.send("GET", "/keys");
    while (admin(scratch / "dev.socket", "rules").find("\"happened\":1") == std::string::npos) sched_yield();
    server.signal(SIGTERM);
    while (content_of(scratch / "log").find("stopping") == std::string::npos) sched_yield();
    server.signal(SIGTERM);
    const Ended ended = server.process().wait(5);
    BOOST_TEST((ended.signal == SIGTERM || ended.is_clean()));
    BOOST_TEST(ended.signal != SIGKILL);
}

BOOST_AUTO_TEST_CASE(sigint_is_an_end_too) {
    const ScratchFolder scratch;
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    server.signal(SIGINT);
    BOOST_TEST(server.process().wait(20).is_clean());
}

BOOST_AUTO_TEST_CASE(rules_follow_their_file) {
    const ScratchFolder scratch;
    const auto write_rules = [&](const std::string& text) {
        std::FILE* file = std::fopen((scratch / "new").c_str(), "w");
        std::fputs(text.c_str(), file);
        std::fclose(file);
        std::filesystem::rename(scratch / "new", scratch / "rules");
    };
    write_rules("{}");
    std::vector<std::string> options = dev_options(scratch / "dev");
    options.insert(options.end(), {"--rules", scratch / "rules", "--profile", "standard-b1"});
    ServerProcess server(options, scratch / "log");
    DevClient client(scratch / "dev", server.port());
    BOOST_TEST(client.ask("GET", "/keys")->status == 200);
    write_rules(R"({"allow":["10.0.0.0/8"]})");
    server.signal(SIGHUP);
    while (content_of(scratch / "log").find("rules of traffic set") == std::string::npos) sched_yield();
    BOOST_TEST(client.ask("GET", "/keys")->status == 403);
    write_rules(R"({"alow":[]})");  // without a signal: the timer sees it
    while (content_of(scratch / "log").find("the rules cannot be used") == std::string::npos) sched_yield();
    BOOST_TEST(client.ask("GET", "/keys")->status == 403);
}

BOOST_AUTO_TEST_SUITE_END()
