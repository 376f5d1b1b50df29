// Many processes on one token: forks, writers side by side, processes killed in the middle.
#include "workplace.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <thread>

using namespace kvp11;
using namespace kvp11::test;

namespace {

int signs(Backend& token, const KeyId& id) {
    const auto key = token.open(id);
    if (!key.ok()) return 10;
    const auto signer = key.value()->signer({.scheme = SignatureScheme::Ecdsa});
    if (!signer.ok()) return 11;
    Bytes signature(signer.value()->size());
    return signer.value()->sign(Bytes(32, 1), signature).ok() ? 0 : 12;
}

/// Every object must be whole: its record reads, its key opens, and of a pair both halves are there,
/// but for those whose halves were being destroyed one after the other.
void check_consistent(Backend& token, const std::set<std::string>& maybe_halved = {}) {
    const auto found = token.find({});
    REQUIRE_OK(found);
    std::set<ObjectRef> distinct(found.value().begin(), found.value().end());
    BOOST_CHECK_EQUAL(distinct.size(), found.value().size());
    std::map<KeyId, int> halves;
    for (const ObjectRef& object : found.value()) {
        const auto key = token.open(object.id);
        REQUIRE_OK(key);
        if (object.kind != ObjectKind::SecretKey && maybe_halved.count(object.id.name) == 0) ++halves[object.id];
    }
    for (const auto& [id, count] : halves) BOOST_CHECK_EQUAL(count, 2);
}

/// A child that makes keys, and after each third one deletes the oldest, writing what was acknowledged
/// ("+name" or "-name") to a file; killed at the given point.
struct Victim {
    std::string path;
    std::string journal;

    [[nodiscard]] int run(const std::string& plan) const {
        const std::string program = boost::unit_test::framework::master_test_suite().argv[0];
        const std::string command = "KVP11_TEST_KILL=" + plan + " KVP11_TEST_PATH=" + path +
                                    " KVP11_TEST_JOURNAL=" + journal + " exec " + program +
                                    " --run_test=sharing/victim --catch_system_errors=no >/dev/null 2>&1";
        return std::system(command.c_str());
    }
    [[nodiscard]] std::set<std::string> acknowledged(std::string& last_begun) const {
        std::set<std::string> names;
        std::ifstream file(journal);
        for (std::string line; std::getline(file, line);) {
            if (line[0] == '+') names.insert(line.substr(1));
            if (line[0] == '-') names.erase(line.substr(1));
            if (line[0] == '?') last_begun = line.substr(1);
        }
        return names;
    }
};

bool last_begun_was_deletion(const std::string& journal) {
    std::set<std::string> made;
    std::string last;
    std::ifstream file(journal);
    for (std::string line; std::getline(file, line);) {
        if (line[0] == '?') last = line.substr(1);
        if (line[0] == '+') made.insert(line.substr(1));
    }
    return made.count(last) != 0;
}

std::set<std::string> names_in(const Backend& token) {
    const auto found = token.find({});
    REQUIRE_OK(found);
    std::set<std::string> names;
    for (const ObjectRef& object : found.value()) names.insert(object.id.name);
    return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sharing)

BOOST_AUTO_TEST_CASE(a_child_goes_on_where_its_parent_was) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId id = token->generate(new_key(KeyType::Ec, 0, "shared")).value()->id;
    REQUIRE_OK(token->open(id));
    for (int i = 0; i < 3; ++i) {
        BOOST_CHECK_EQUAL(in_child([&] {
                              if (const int failure = signs(*token, id)) return failure;
                              if (!token->generate(new_key(KeyType::Ec, 0, "of-child-" + std::to_string(i))).ok())
                                  return 1;
                              return in_child([&] { return signs(*token, id); });
                          }),
                          0);
        check_signs(*token, id);
        check_signs(*token, {"of-child-" + std::to_string(i), ""});
    }
    REQUIRE_OK(token->remove({ObjectKind::PrivateKey, id}));
    BOOST_CHECK_EQUAL(token->find({}).value().size(), 7U);
}

BOOST_AUTO_TEST_CASE(a_child_writes_on_after_its_parent_has_closed_the_token) {
    const TemporaryFolder folder;
    int go[2];
    BOOST_REQUIRE_EQUAL(pipe(go), 0);
    auto token = user_token(folder.path());
    const pid_t child = fork();
    if (child == 0) {
        char byte = 0;
        if (!token->generate(new_key(KeyType::Aes, 128, "first")).ok()) _exit(1);
        if (read(go[0], &byte, 1) != 1) _exit(2);
        for (int i = 0; i < 20; ++i) {
            if (!token->generate(new_key(KeyType::Aes, 128, "more")).ok()) _exit(3);
        }
        _exit(0);
    }
    // With SQLite's state copied, the parent would now take itself for the last user and remove the log.
    token.reset();
    BOOST_REQUIRE_EQUAL(write(go[1], "x", 1), 1);
    token = partition_at(folder.path());
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    int status = 0;
    waitpid(child, &status, 0);
    close(go[0]);
    close(go[1]);
    BOOST_CHECK_EQUAL(status, 0);
    BOOST_CHECK_EQUAL(token->find({}).value().size(), 21U);
}

// As in a process that uses the module, where no thread is inside while another one forks: what a lock of libcrypto
// that another thread held would do to the child is for module/token's ForkGate, and children_of_a_host_… of fork_test.
BOOST_AUTO_TEST_CASE(threads_go_on_when_another_one_has_forked) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    std::atomic<bool> stop{false};
    std::atomic<int> failures{0};
    std::mutex door;  // else the two, one inside while the other is not, would never leave the gate to a writer
    std::shared_mutex gate;
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&] {
            while (!stop) {
                std::unique_lock entering(door);
                const std::shared_lock inside(gate);
                entering.unlock();
                const auto made = token->generate(new_key(KeyType::Aes, 128, "busy"));
                if (!made.ok() || !token->remove({ObjectKind::SecretKey, made.value()->id}).ok()) ++failures;
            }
        });
    }
    const auto generate_one = [&] { return token->generate(new_key(KeyType::Aes, 128, "of-child")).ok() ? 0 : 1; };
    for (int i = 0; i < 20; ++i) {
        std::unique_lock entering(door);
        std::unique_lock nobody_inside(gate);
        const pid_t child = fork();
        if (child == 0) _exit(generate_one());
        nobody_inside.unlock();
        entering.unlock();
        BOOST_REQUIRE(child > 0);
        int status = 0;
        waitpid(child, &status, 0);
        BOOST_CHECK_EQUAL(status, 0);
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    BOOST_CHECK_EQUAL(failures, 0);
    BOOST_CHECK_EQUAL(token->find({}).value().size(), 20U);
}

BOOST_AUTO_TEST_CASE(a_childs_logout_is_its_own) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId id = token->generate(new_key(KeyType::Ec, 0, "shared")).value()->id;
    BOOST_CHECK_EQUAL(in_child([&] {
                          token->logout().value();
                          const auto key = token->open(id);
                          return key.ok() && !key.value()->signer({.scheme = SignatureScheme::Ecdsa}).ok() ? 0 : 1;
                      }),
                      0);
    check_signs(*token, id);
}

BOOST_AUTO_TEST_CASE(changes_of_one_process_are_seen_by_the_next_call_of_another) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId id = token->generate(new_key(KeyType::Ec, 0, "shared")).value()->id;
    REQUIRE_OK(token->open(id));
    const std::uint64_t before = token->generation();
    BOOST_CHECK_EQUAL(in_child([&] { return token->remove({ObjectKind::PrivateKey, id}).ok() ? 0 : 1; }), 0);
    BOOST_CHECK_NE(token->generation(), before);
    CHECK_FAILS(token->open(id).value()->signer({.scheme = SignatureScheme::Ecdsa}), Errc::KeyFunctionNotPermitted);
    BOOST_CHECK_EQUAL(in_child([&] { return token->remove({ObjectKind::PublicKey, id}).ok() ? 0 : 1; }), 0);
    CHECK_FAILS(token->open(id), Errc::KeyNotFound);
    CHECK_FAILS(token->key_record(id), Errc::KeyNotFound);
}

BOOST_AUTO_TEST_CASE(writers_side_by_side_lose_nothing) {
    constexpr int writers = 4;
    constexpr int keys_each = 15;
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    std::vector<pid_t> children;
    for (int w = 0; w < writers; ++w) {
        const pid_t child = fork();
        if (child == 0) {
            for (int i = 0; i < keys_each; ++i) {
                const auto made = token->generate(new_key(KeyType::Ec, 0, "same-label"));
                if (!made.ok()) _exit(1);
                if (i % 3 == 2 && !token->remove({ObjectKind::PrivateKey, made.value()->id}).ok()) _exit(2);
                if (i % 3 == 2 && !token->remove({ObjectKind::PublicKey, made.value()->id}).ok()) _exit(3);
            }
            _exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        BOOST_CHECK_EQUAL(status, 0);
    }
    BOOST_CHECK_EQUAL(token->find({}).value().size(), 2U * writers * keys_each * 2 / 3);
    check_consistent(*token);
}

BOOST_AUTO_TEST_CASE(updates_side_by_side_are_all_made) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId id = token->generate(new_key(KeyType::Aes, 256, "contended")).value()->id;
    std::vector<std::thread> threads;
    std::atomic<int> failures{0};
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 10; ++i) {
                KeyUpdate update;
                update.ops = KeyOps::Encrypt;
                if (!token->update(id, update).ok()) ++failures;
                if (!token->open(id).ok()) ++failures;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_CHECK_EQUAL(failures, 0);
    BOOST_CHECK_EQUAL(token->key_record(id).value()->revision, 41U);
    BOOST_CHECK_EQUAL(partition_at(folder.path())->key_record(id).value()->revision, 41U);
}

BOOST_AUTO_TEST_CASE(a_kill_at_any_point_loses_nothing_acknowledged_and_leaves_nothing_half_made) {
    const TemporaryFolder folder;
    const Victim victim{folder.path(), folder.path("journal")};
    const auto token = user_token(folder.path());
    std::set<std::string> halved;
    for (const char* point :
         {"before-begin", "after-begin", "after-insert", "before-commit", "after-commit", "after-generation-bump"}) {
        for (const int passing : {1, 2, 5, 8}) {
            const std::string plan = std::string(point) + ":" + std::to_string(passing);
            BOOST_TEST_CONTEXT(plan) {
                std::filesystem::remove(victim.journal);
                const std::set<std::string> before = names_in(*token);
                BOOST_CHECK_EQUAL(WTERMSIG(victim.run(plan)), SIGKILL);
                std::string uncertain;
                std::set<std::string> wanted = victim.acknowledged(uncertain);
                wanted.insert(before.begin(), before.end());
                std::set<std::string> present = names_in(*token);
                // What was under way when the process died may have happened or not.
                wanted.erase(uncertain);
                present.erase(uncertain);
                BOOST_CHECK(present == wanted);
                if (before.count(uncertain) == 0 && last_begun_was_deletion(victim.journal)) halved.insert(uncertain);
                check_consistent(*token, halved);
            }
        }
    }
}

// Run by the case above, in a process of its own.
BOOST_AUTO_TEST_CASE(victim, *boost::unit_test::disabled()) {
    if (!std::getenv("KVP11_TEST_JOURNAL")) return;
    const auto token = partition_at(std::getenv("KVP11_TEST_PATH"));
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    std::ofstream journal(std::getenv("KVP11_TEST_JOURNAL"));
    std::vector<KeyId> mine;
    for (int i = 0; i < 20; ++i) {
        const std::string name = "victim-" + std::to_string(getpid()) + "-" + std::to_string(i);
        journal << '?' << name << std::endl;
        mine.push_back(token->generate(new_key(KeyType::Ec, 0, name)).value()->id);
        journal << '+' << name << std::endl;
        if (i % 3 != 2) continue;
        journal << '?' << mine.front().name << std::endl;
        token->remove({ObjectKind::PublicKey, mine.front()}).value();
        token->remove({ObjectKind::PrivateKey, mine.front()}).value();
        journal << '-' << mine.front().name << std::endl;
        mine.erase(mine.begin());
    }
}

BOOST_AUTO_TEST_CASE(a_kill_while_a_token_is_made_leaves_it_to_be_made_again) {
    const std::string program = boost::unit_test::framework::master_test_suite().argv[0];
    for (const char* point : {"before-begin", "after-begin", "before-commit", "after-commit"}) {
        const TemporaryFolder folder;
        const std::string command = std::string("KVP11_TEST_KILL=") + point + ":1 KVP11_TEST_PATH=" + folder.path() +
                                    " exec " + program +
                                    " --run_test=sharing/founder --catch_system_errors=no >/dev/null 2>&1";
        BOOST_CHECK_EQUAL(WTERMSIG(std::system(command.c_str())), SIGKILL);
        BOOST_CHECK(std::filesystem::exists(folder.path()));
        BOOST_CHECK(partition_at(folder.path())->status().value().life_cycle == LifeCycle::Uninitialised);
        fresh_token(folder.path());
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
            BOOST_CHECK(entry.path().filename().string().find("unfinished") == std::string::npos);
        }
    }
}

// Run by the case above, in a process of its own.
BOOST_AUTO_TEST_CASE(founder, *boost::unit_test::disabled()) {
    if (!std::getenv("KVP11_TEST_KILL")) return;
    partition_at(std::getenv("KVP11_TEST_PATH"))->initialise(pin(so_pin), "x").value();
}

BOOST_AUTO_TEST_SUITE_END()
