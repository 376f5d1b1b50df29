// A pre-forking server under load: children that go on with what they inherited, children that begin anew, children
// that are killed, and a parent that makes and deletes keys meanwhile and replaces who is gone.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <memory>
#include <thread>

#include "module/service_side.hpp"

namespace kvp11::test {
namespace {

constexpr int threads_per_child = 2;
constexpr int signatures_per_thread = 150;
constexpr int lives_per_child = 3;  // C_Initialize to C_Finalize
constexpr int children_at_once = 5;
constexpr int children_in_all = 20;

enum class Way { Inherits, Anew, Killed };
Way way_of(int number) {
    constexpr Way ways[] = {Way::Inherits, Way::Anew, Way::Inherits, Way::Killed};
    return ways[number % 4];
}

struct Server {
    Subject subject{Kind::Kvp11};
    Session session{subject};
    KeyPair pair = make_signing_pair(session, {1});
    std::vector<std::unique_ptr<Session>> inherited;

    Server() {
        for (int i = 0; i < threads_per_child; ++i) inherited.push_back(std::make_unique<Session>(subject));
    }

    const CK_FUNCTION_LIST* f() const { return subject.f(); }

    /// Plain calls: Boost.Test belongs to the parent's main thread.
    CK_RV sign_and_verify(CK_SESSION_HANDLE in, CK_OBJECT_HANDLE private_key, CK_OBJECT_HANDLE public_key) const {
        CK_MECHANISM mechanism{CKM_ECDSA_SHA256, nullptr, 0};
        CK_BYTE message[40] = {1, 2, 3};
        CK_BYTE signature[64];
        CK_ULONG size = sizeof signature;
        CK_RV code = f()->C_SignInit(in, &mechanism, private_key);
        if (code == CKR_OK) code = f()->C_Sign(in, message, sizeof message, signature, &size);
        if (code == CKR_OK) code = f()->C_VerifyInit(in, &mechanism, public_key);
        if (code == CKR_OK) code = f()->C_Verify(in, message, sizeof message, signature, size);
        return code;
    }

    /// What nginx's workers do with the engine's handles. The number of calls that failed.
    int go_on() const {
        std::atomic<int> failures{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < threads_per_child; ++t) {
            threads.emplace_back([&, in = inherited[static_cast<std::size_t>(t)]->handle()] {
                for (int i = 0; i < signatures_per_thread; ++i) {
                    if (sign_and_verify(in, pair.private_key, pair.public_key) != CKR_OK) ++failures;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        return failures;
    }

    CK_OBJECT_HANDLE first(CK_SESSION_HANDLE in, CK_OBJECT_CLASS wanted) const {
        CK_BYTE id = 1;
        CK_ATTRIBUTE attributes[] = {{CKA_CLASS, &wanted, sizeof wanted}, {CKA_ID, &id, 1}};
        CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
        CK_ULONG count = 0;
        if (f()->C_FindObjectsInit(in, attributes, 2) != CKR_OK) return CK_INVALID_HANDLE;
        f()->C_FindObjects(in, &object, 1, &count);
        f()->C_FindObjectsFinal(in);
        return count == 1 ? object : CK_INVALID_HANDLE;
    }

    /// What the standard says: C_Initialize in the child, and everything from the beginning. 0, or the step that
    /// failed.
    int live_anew() const {
        CK_SESSION_HANDLE fresh = 0;
        if (f()->C_Initialize(nullptr) != CKR_OK) return 1;
        if (f()->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &fresh) != CKR_OK)
            return 2;
        auto* pin = reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(user_pin));
        if (f()->C_Login(fresh, CKU_USER, pin, std::char_traits<char>::length(user_pin)) != CKR_OK) return 3;
        const CK_OBJECT_HANDLE private_key = first(fresh, CKO_PRIVATE_KEY);
        const CK_OBJECT_HANDLE public_key = first(fresh, CKO_PUBLIC_KEY);
        for (int i = 0; i < signatures_per_thread; ++i) {
            if (sign_and_verify(fresh, private_key, public_key) != CKR_OK) return 4;
        }
        Template made_here = aes_key(pattern(16)).flag(CKA_TOKEN, true);
        CK_OBJECT_HANDLE made = 0;
        if (f()->C_CreateObject(fresh, made_here.data(), made_here.size(), &made) != CKR_OK) return 5;
        if (f()->C_DestroyObject(fresh, made) != CKR_OK) return 6;
        return f()->C_Finalize(nullptr) == CKR_OK ? 0 : 7;
    }

    int child(Way way) const {
        if (way == Way::Killed) {
            for (;;) go_on();
        }
        if (way == Way::Inherits) return go_on() == 0 ? 0 : 100;
        for (int life = 0; life < lives_per_child; ++life) {
            if (const int step = live_anew(); step != 0) return step;
        }
        return 0;
    }
};

pid_t start(const Server& server, Way way) {
    const pid_t id = fork();
    BOOST_REQUIRE(id >= 0);
    if (id == 0) {
        alarm(120);
        _exit(server.child(way));
    }
    return id;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(prefork, Server)

BOOST_AUTO_TEST_CASE(children_work_on_while_keys_come_and_go) {
    std::atomic<bool> stop{false};
    std::atomic<int> parent_failures{0};
    std::atomic<int> made_and_deleted{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&, own = std::make_shared<Session>(subject)] {
            Template key = aes_key(pattern(16)).flag(CKA_TOKEN, true);
            while (!stop) {
                CK_OBJECT_HANDLE made = 0;
                CK_RV code = f()->C_CreateObject(own->handle(), key.data(), key.size(), &made);
                if (code == CKR_OK) code = sign_and_verify(own->handle(), pair.private_key, pair.public_key);
                if (code == CKR_OK) code = f()->C_DestroyObject(own->handle(), made);
                if (code != CKR_OK) ++parent_failures;
                ++made_and_deleted;
            }
        });
    }
    std::map<pid_t, Way> running;
    int started = 0;
    int ended = 0;
    while (ended < children_in_all) {
        while (started < children_in_all && static_cast<int>(running.size()) < children_at_once) {
            const Way way = way_of(started++);
            running[start(*this, way)] = way;
        }
        // One that is killed goes when its neighbours have done their work, in the middle of its own.
        for (const auto& [id, way] : running) {
            if (way == Way::Killed && ended % 2 == 1) kill(id, SIGKILL);
        }
        if (started == children_in_all) {
            for (const auto& [id, way] : running) {
                if (way == Way::Killed) kill(id, SIGKILL);
            }
        }
        int status = 0;
        const pid_t gone = waitpid(-1, &status, 0);
        BOOST_REQUIRE(running.contains(gone));
        const Way way = running[gone];
        running.erase(gone);
        ++ended;
        BOOST_TEST_CONTEXT("child " << ended << " of way " << static_cast<int>(way)) {
            if (way == Way::Killed) {
                BOOST_TEST(WIFSIGNALED(status));
                BOOST_TEST(WTERMSIG(status) == SIGKILL);
            } else {
                BOOST_TEST(WIFEXITED(status));
                BOOST_TEST(WEXITSTATUS(status) == 0);
            }
        }
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(parent_failures == 0);
    BOOST_TEST(made_and_deleted > 0);
    BOOST_TEST_MESSAGE("the parent made and deleted " << made_and_deleted << " keys beside " << children_in_all
                                                      << " children");
    EXPECT_RV(sign_and_verify(session.handle(), pair.private_key, pair.public_key), CKR_OK);
    by_service(subject, kvp11::Role::User, [](Service& service) -> Result<void> {
        const auto log = TRY(service.verify_audit());
        return log.findings.empty() ? Result<void>() : fail(Errc::AuditBroken, log.findings.front().sentence);
    });
}

BOOST_AUTO_TEST_CASE(a_key_is_replaced_under_children_that_use_it) {
    std::vector<pid_t> children;
    int ready[2];
    BOOST_REQUIRE(pipe(ready) == 0);
    for (int i = 0; i < 3; ++i) {
        const pid_t id = fork();
        BOOST_REQUIRE(id >= 0);
        if (id == 0) {
            alarm(60);
            // Signs until the key is gone; then its handle must be refused, and the new key be found.
            const CK_SESSION_HANDLE in = inherited[0]->handle();
            CK_RV code = sign_and_verify(in, pair.private_key, pair.public_key);
            if (code != CKR_OK || write(ready[1], "r", 1) != 1) _exit(1);
            while (code == CKR_OK) code = sign_and_verify(in, pair.private_key, pair.public_key);
            if (code != CKR_KEY_HANDLE_INVALID) _exit(2);
            CK_OBJECT_HANDLE successor = CK_INVALID_HANDLE;
            while (successor == CK_INVALID_HANDLE) successor = first(in, CKO_PRIVATE_KEY);
            _exit(sign_and_verify(in, successor, first(in, CKO_PUBLIC_KEY)) == CKR_OK ? 0 : 3);
        }
        children.push_back(id);
    }
    char byte = 0;
    for (std::size_t i = 0; i < children.size(); ++i) BOOST_REQUIRE(read(ready[0], &byte, 1) == 1);
    MUST(session.try_destroy(pair.private_key));
    MUST(session.try_destroy(pair.public_key));
    make_signing_pair(session, {1});
    for (const pid_t id : children) {
        int status = 0;
        BOOST_REQUIRE(waitpid(id, &status, 0) == id);
        BOOST_TEST(status == 0);
    }
    close(ready[0]);
    close(ready[1]);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
