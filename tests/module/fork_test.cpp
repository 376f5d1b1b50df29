// A process that forks with the module loaded, as nginx, Apache and HAProxy do.
#include <unistd.h>

#include <atomic>
#include <memory>
#include <set>
#include <thread>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

struct ForkingHost {
    Subject subject{Kind::Kvp11};
    Session session{subject};
    KeyPair pair = make_signing_pair(session, {1});

    /// Signs by plain calls, as a child must: Boost.Test belongs to the parent.
    CK_RV sign(CK_SESSION_HANDLE in, CK_OBJECT_HANDLE key) const {
        CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
        CK_BYTE digest[32] = {1};
        CK_BYTE signature[64];
        CK_ULONG size = sizeof signature;
        const CK_RV code = subject.f()->C_SignInit(in, &mechanism, key);
        return code != CKR_OK ? code : subject.f()->C_Sign(in, digest, 32, signature, &size);
    }

    /// What libp11 does in a child: begins anew. 0 when it works, else the number of the step.
    int begin_anew() const {
        const CK_FUNCTION_LIST* f = subject.f();
        CK_SESSION_HANDLE fresh = 0;
        if (f->C_Initialize(nullptr) != CKR_OK) return 1;
        if (f->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &fresh) != CKR_OK) {
            return 2;
        }
        auto* pin = reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(user_pin));
        const CK_RV login = f->C_Login(fresh, CKU_USER, pin, std::char_traits<char>::length(user_pin));
        if (login != CKR_OK && login != CKR_USER_ALREADY_LOGGED_IN) return 3;
        CK_OBJECT_CLASS wanted = CKO_PRIVATE_KEY;
        CK_ATTRIBUTE attribute{CKA_CLASS, &wanted, sizeof wanted};
        CK_OBJECT_HANDLE key = 0;
        CK_ULONG count = 0;
        if (f->C_FindObjectsInit(fresh, &attribute, 1) != CKR_OK) return 4;
        if (f->C_FindObjects(fresh, &key, 1, &count) != CKR_OK || count != 1) return 5;
        if (f->C_FindObjectsFinal(fresh) != CKR_OK) return 6;
        return sign(fresh, key) == CKR_OK ? 0 : 7;
    }
};

void expect_good(const Ended& child) {
    BOOST_TEST(child.signal == 0);
    BOOST_TEST(child.exit_code == 0);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(forks, ForkingHost)

BOOST_AUTO_TEST_CASE(a_child_can_begin_anew_and_the_parent_goes_on) {
    expect_good(in_child([&] { return begin_anew(); }));
    EXPECT_RV(sign(session.handle(), pair.private_key), CKR_OK);
    expect_good(in_child([&] {
        const int step = begin_anew();
        return step != 0 ? step : subject.f()->C_Finalize(nullptr) == CKR_OK ? 0 : 8;
    }));
    EXPECT_RV(sign(session.handle(), pair.private_key), CKR_OK);
    BOOST_TEST(session.find(Template()).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_child_goes_on_with_the_parents_sessions) {
    expect_good(in_child([&] { return sign(session.handle(), pair.private_key) == CKR_OK ? 0 : 1; }));
    EXPECT_RV(sign(session.handle(), pair.private_key), CKR_OK);
}

BOOST_AUTO_TEST_CASE(session_objects_of_the_parent_serve_the_child) {
    const KeyPair of_session = make_signing_pair(session, {2}, false);
    expect_good(in_child([&] { return sign(session.handle(), of_session.private_key) == CKR_OK ? 0 : 1; }));
}

BOOST_AUTO_TEST_CASE(a_grandchild_works_too) {
    expect_good(in_child([&] {
        if (sign(session.handle(), pair.private_key) != CKR_OK) return 1;
        const Ended grandchild = in_child([&] { return sign(session.handle(), pair.private_key) == CKR_OK ? 0 : 1; });
        const Ended anew = in_child([&] { return begin_anew(); });
        return grandchild.is_clean() && anew.is_clean() ? 0 : 2;
    }));
}

BOOST_AUTO_TEST_CASE(children_of_a_host_whose_threads_sign_do_not_hang) {
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&, own = std::make_shared<Session>(subject)] {
            while (!stop) sign(own->handle(), pair.private_key);
        });
    }
    for (int i = 0; i < 20; ++i) {
        const bool anew = i % 2 == 0;
        const Ended child = in_child(
            [&] { return anew                                                 ? begin_anew()
                         : sign(session.handle(), pair.private_key) == CKR_OK ? 0
                                                                              : 1; }, 20);
        expect_good(child);
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
}

BOOST_AUTO_TEST_CASE(children_of_a_host_whose_threads_write_do_not_hang) {
    std::atomic<bool> stop{false};
    std::thread writer([&, own = std::make_shared<Session>(subject)] {
        Template key = aes_key(pattern(16)).flag(CKA_TOKEN, true);
        while (!stop) {
            CK_OBJECT_HANDLE made = 0;
            if (subject.f()->C_CreateObject(own->handle(), key.data(), key.size(), &made) == CKR_OK) {
                subject.f()->C_DestroyObject(own->handle(), made);
            }
        }
    });
    for (int i = 0; i < 10; ++i) {
        expect_good(in_child([&] { return begin_anew(); }, 20));
    }
    stop = true;
    writer.join();
}

BOOST_AUTO_TEST_CASE(children_draw_different_random_bytes) {
    std::set<std::string> drawn;
    for (int i = 0; i < 4; ++i) {
        int ends[2];
        BOOST_REQUIRE(pipe(ends) == 0);
        expect_good(in_child([&] {
            CK_BYTE bytes[16];
            if (subject.f()->C_GenerateRandom(session.handle(), bytes, 16) != CKR_OK) return 1;
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

BOOST_AUTO_TEST_CASE(what_a_child_makes_the_parent_sees) {
    expect_good(in_child([&] {
        const int step = begin_anew();
        if (step != 0) return step;
        CK_SESSION_HANDLE fresh = 0;
        subject.f()->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &fresh);
        Template key = aes_key(pattern(16)).flag(CKA_TOKEN, true).text(CKA_LABEL, "of the child");
        CK_OBJECT_HANDLE made = 0;
        return subject.f()->C_CreateObject(fresh, key.data(), key.size(), &made) == CKR_OK ? 0 : 9;
    }));
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "of the child")).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
