// kill -9 under load: what was acknowledged is there, and nothing is there half.
#include <signal.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "partitions.hpp"
#include "scratch_folder.hpp"
#include "server_process.hpp"

using namespace kvp11::test;

namespace {

constexpr int rounds = 3;
constexpr int clients = 3;
constexpr int enough = 40;  // acknowledged changes before the kill

constexpr const char* imported =  // RFC 7515 A.3.1
    R"({"key":{"kty":"EC-HSM","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}})";
constexpr const char* storage =
    R"({"storageResourceUri":"https://lab.blob.core.windows.net/crash","token":"se=2099-01-01T00%3A00Z&sp=rwdl&sig=x"})";

/// What a server has acknowledged so far.
struct Acknowledged {
    std::mutex mutex;
    std::set<std::string> live;
    std::set<std::string> deleted;
    std::atomic<int> count{0};
};

bool is_ok(const std::optional<Answer>& answer) { return answer && answer->status == 200; }

/// Creates, imports, deletes, reads backups, and asks for full ones, until the server is gone.
void load(const std::string& folder, std::uint16_t port, const std::string& prefix, Acknowledged& acknowledged) {
    DevClient client(folder, port);
    for (int i = 0;; ++i) {
        const std::string name = prefix + "-" + std::to_string(i);
        const bool imports = i % 3 == 1;
        const auto made = imports
                              ? client.ask("PUT", "/keys/" + name, imported)
                              : client.ask("POST", "/keys/" + name + "/create", R"({"kty":"EC-HSM","crv":"P-256"})");
        if (!made) return;
        if (!is_ok(made)) continue;
        {
            const std::lock_guard lock(acknowledged.mutex);
            acknowledged.live.insert(name);
        }
        ++acknowledged.count;
        if (i % 4 == 3) {
            {
                // From the request on nobody can say until it is acknowledged.
                const std::lock_guard lock(acknowledged.mutex);
                acknowledged.live.erase(name);
            }
            const auto gone = client.ask("DELETE", "/keys/" + name);
            if (!gone) return;
            const std::lock_guard lock(acknowledged.mutex);
            if (is_ok(gone)) acknowledged.deleted.insert(name);
        }
        if (i % 5 == 2 && !client.ask("POST", "/keys/" + name + "/backup", "{}")) return;
        if (i % 6 == 5 && !client.ask("POST", "/backup", storage)) return;
    }
}

void run_load_and_kill(ServerProcess& server, const std::string& folder, int round, Acknowledged& acknowledged) {
    std::vector<std::thread> threads;
    const std::uint16_t port = server.port();
    const int before = acknowledged.count;
    for (int i = 0; i < clients; ++i) {
        threads.emplace_back([&, i] {
            try {
                load(folder, port, "r" + std::to_string(round) + "c" + std::to_string(i), acknowledged);
            } catch (const std::exception&) {
                // The server is gone.
            }
        });
    }
    while (acknowledged.count < before + enough) sched_yield();
    server.signal(SIGKILL);
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(server.process().wait(20).signal == SIGKILL);
}

void check(DevClient& client, const Acknowledged& acknowledged) {
    for (const std::string& name : acknowledged.live) BOOST_TEST(client.sign(name).find(name) != std::string::npos);
    for (const std::string& name : acknowledged.deleted) {
        BOOST_TEST(client.ask("GET", "/keys/" + name)->status == 404);
        BOOST_TEST(client.ask("GET", "/deletedkeys/" + name)->status == 200);
    }
}

/// A job that a killed server left would answer 409 here.
void check_backup(DevClient& client) {
    const auto begun = client.ask("POST", "/backup", storage);
    BOOST_REQUIRE(begun.has_value());
    BOOST_REQUIRE_MESSAGE(begun->status == 202, begun->body);
    const std::string id(boost::json::parse(begun->body).at("jobId").as_string());
    std::string status;
    do {
        status = std::string(client.must("GET", "/backup/" + id + "/pending").at("status").as_string());
    } while (status == "InProgress");
    BOOST_TEST(status == "Succeeded");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crash)

BOOST_AUTO_TEST_CASE(kill_under_load_loses_no_acknowledged_key_and_leaves_no_half_job) {
    const ScratchFolder scratch;
    Acknowledged acknowledged;
    for (int round = 0; round < rounds; ++round) {
        ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
        run_load_and_kill(server, scratch / "dev", round, acknowledged);
        ServerProcess again(dev_options(scratch / "dev"), scratch / "log");
        DevClient client(scratch / "dev", again.port());
        check(client, acknowledged);
        check_backup(client);
        BOOST_TEST(again.stop().is_clean());
    }
    BOOST_TEST(acknowledged.deleted.size() >= 3U);
    const auto audit = partition_at(scratch / "dev/partition")->verify_audit();
    BOOST_REQUIRE(audit.ok());
}

BOOST_AUTO_TEST_SUITE_END()
