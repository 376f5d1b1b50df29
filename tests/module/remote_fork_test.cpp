// A process with a remote slot that forks, as nginx, Apache and HAProxy do: each process has connections of its own.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "module/remote_fixture.hpp"

namespace kvp11::test {
namespace {

constexpr int children_at_once = 4;
constexpr int children_in_all = 12;
constexpr int signatures_of_a_child = 40;

enum class Way { Inherits, Anew, Killed };
Way way_of(int number) {
    constexpr Way ways[] = {Way::Inherits, Way::Anew, Way::Inherits, Way::Killed};
    return ways[number % 4];
}

void expect_good(const Ended& child) {
    BOOST_TEST(child.signal == 0);
    BOOST_TEST(child.exit_code == 0);
}

/// 0 when the number of signatures was made in the inherited session.
int go_on(const RemoteHost& host, CK_SESSION_HANDLE in, int signatures) {
    for (int i = 0; i < signatures; ++i) {
        if (host.sign_and_verify(in) != CKR_OK) return 100;
    }
    return 0;
}

int live(const RemoteHost& host, CK_SESSION_HANDLE inherited, Way way) {
    while (way == Way::Killed) go_on(host, inherited, 1);
    if (way == Way::Inherits) return go_on(host, inherited, signatures_of_a_child);
    const int step = host.begin_anew(signatures_of_a_child);
    return step != 0 ? step : host.f()->C_Finalize(nullptr) == CKR_OK ? 0 : 8;
}

void expect_end(int status, Way way) {
    if (way == Way::Killed) {
        BOOST_TEST(WIFSIGNALED(status));
        return;
    }
    BOOST_TEST(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == 0);
}

/// Starts and replaces children until all have lived; whoever is to be killed goes in the middle of its work.
void run_children(const RemoteHost& host) {
    std::map<pid_t, Way> running;
    int started = 0;
    for (int ended = 0; ended < children_in_all; ++ended) {
        while (started < children_in_all && static_cast<int>(running.size()) < children_at_once) {
            const Way way = way_of(started++);
            const pid_t id = fork();
            BOOST_REQUIRE(id >= 0);
            if (id == 0) {
                alarm(120);
                _exit(live(host, host.session.handle(), way));
            }
            running[id] = way;
        }
        for (const auto& [id, way] : running) {
            if (way == Way::Killed && (ended % 2 == 1 || started == children_in_all)) kill(id, SIGKILL);
        }
        int status = 0;
        const pid_t gone = waitpid(-1, &status, 0);
        while (!running.contains(gone)) BOOST_FAIL("a child that nobody started has ended");
        expect_end(status, running[gone]);
        running.erase(gone);
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(remote_forks, RemoteHost)

BOOST_AUTO_TEST_CASE(a_child_goes_on_over_a_connection_of_its_own_and_the_parent_over_its_old_one) {
    MUST(sign(session.handle(), pair.private_key));
    const double before = connections();
    expect_good(in_child([&] { return go_on(*this, session.handle(), 3); }));
    const double after_child = connections();
    BOOST_TEST(after_child == before + 1);
    MUST(sign(session.handle(), pair.private_key));
    BOOST_TEST(connections() == after_child);
}

BOOST_AUTO_TEST_CASE(a_child_takes_the_token_along) {
    MUST(sign(session.handle(), pair.private_key));
    const double tokens = requests("Authority");
    expect_good(in_child([&] { return go_on(*this, session.handle(), 3); }));
    BOOST_TEST(requests("Authority") == tokens);
}

BOOST_AUTO_TEST_CASE(a_child_can_begin_anew_and_the_parent_goes_on) {
    expect_good(in_child([&] { return begin_anew(2); }));
    MUST(sign(session.handle(), pair.private_key));
    expect_good(in_child([&] { return live(*this, session.handle(), Way::Anew); }));
    MUST(sign(session.handle(), pair.private_key));
    BOOST_TEST(session.find(Template()).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_child_that_finalises_or_exits_leaves_the_parents_connection_alone) {
    MUST(sign(session.handle(), pair.private_key));
    const double before = connections();
    expect_good(in_child([&] { return f()->C_Finalize(nullptr) == CKR_OK ? 0 : 1; }));
    MUST(sign(session.handle(), pair.private_key));
    const pid_t id = fork();
    BOOST_REQUIRE(id >= 0);
    // Not _exit: whatever the module has registered runs.
    if (id == 0) quick_exit(0);
    BOOST_REQUIRE(waitpid(id, nullptr, 0) == id);
    MUST(sign(session.handle(), pair.private_key));
    BOOST_TEST(connections() == before);
}

BOOST_AUTO_TEST_CASE(a_grandchild_works_too) {
    expect_good(in_child([&] {
        if (sign(session.handle(), pair.private_key) != CKR_OK) return 1;
        const Ended grandchild = in_child([&] { return go_on(*this, session.handle(), 2); });
        const Ended anew = in_child([&] { return begin_anew(2); });
        return grandchild.is_clean() && anew.is_clean() ? 0 : 2;
    }));
}

BOOST_AUTO_TEST_CASE(children_of_a_host_whose_threads_sign_do_not_hang) {
    std::atomic<bool> stop{false};
    std::atomic<int> failures{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&, own = open()] {
            while (!stop) failures += sign(own, pair.private_key) == CKR_OK ? 0 : 1;
        });
    }
    for (int i = 0; i < 16; ++i) {
        expect_good(in_child([&] { return i % 2 == 0 ? begin_anew(2) : go_on(*this, session.handle(), 2); }, 20));
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(failures == 0);
}

BOOST_AUTO_TEST_CASE(children_come_and_go_while_the_parent_makes_and_deletes_keys) {
#ifdef __SANITIZE_ADDRESS__
    // gcc 12's is locked in a child when another thread was allocating at the fork: what the module does at one
    // (ForkGate) does not reach it.
    std::cout << "SKIPPED: AddressSanitizer's allocator does not survive such a fork" << std::endl;
    return;
#endif
    std::atomic<bool> stop{false};
    std::atomic<int> failures{0};
    std::thread parent([&, own = open()] {
        CK_MECHANISM mechanism{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
        for (int i = 0; !stop; ++i) {
            const Bytes id = text_bytes("spare-" + std::to_string(i));
            Template open_half =
                pair_public(id).flag(CKA_TOKEN, true).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters);
            Template hidden_half = pair_private(id).flag(CKA_TOKEN, true);
            CK_OBJECT_HANDLE made[2];
            CK_RV code = f()->C_GenerateKeyPair(own, &mechanism, open_half.data(), open_half.size(), hidden_half.data(),
                                                hidden_half.size(), &made[0], &made[1]);
            if (code == CKR_OK) code = sign_and_verify(own);
            if (code == CKR_OK) code = f()->C_DestroyObject(own, made[1]);
            failures += code == CKR_OK ? 0 : 1;
        }
    });
    run_children(*this);
    stop = true;
    parent.join();
    BOOST_TEST(failures == 0);
    MUST(sign_and_verify(session.handle()));
}

BOOST_AUTO_TEST_CASE(children_draw_different_random_bytes) {
    std::set<std::string> drawn;
    for (int i = 0; i < 4; ++i) {
        int ends[2];
        BOOST_REQUIRE(pipe(ends) == 0);
        expect_good(in_child([&] {
            CK_BYTE bytes[16];
            if (f()->C_GenerateRandom(session.handle(), bytes, 16) != CKR_OK) return 1;
            return write(ends[1], bytes, 16) == 16 ? 0 : 2;
        }));
        Bytes bytes(16);
        BOOST_REQUIRE(read(ends[0], bytes.data(), 16) == 16);
        drawn.insert(to_hex(bytes));
        close(ends[0]);
        close(ends[1]);
    }
    BOOST_TEST(drawn.size() == 4u);
}

BOOST_AUTO_TEST_CASE(what_a_child_makes_the_parent_finds_by_its_name) {
    expect_good(in_child([&] {
        if (const int step = begin_anew(1); step != 0) return step;
        CK_MECHANISM mechanism{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
        Template open_half = pair_public({7})
                                 .flag(CKA_TOKEN, true)
                                 .text(CKA_LABEL, "of-the-child")
                                 .bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters);
        Template hidden_half = pair_private({7}).flag(CKA_TOKEN, true).text(CKA_LABEL, "of-the-child");
        CK_OBJECT_HANDLE made[2];
        return f()->C_GenerateKeyPair(open(), &mechanism, open_half.data(), open_half.size(), hidden_half.data(),
                                      hidden_half.size(), &made[0], &made[1]) == CKR_OK
                   ? 0
                   : 9;
    }));
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "of-the-child")).size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
