// Many threads in one process: on sessions of their own, on one session, opening, closing, making, deleting.
#include <atomic>
#include <functional>
#include <thread>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

void in_threads(int count, const std::function<void(int)>& body) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(body, i);
    for (std::thread& thread : threads) thread.join();
}

struct ThreadedHost {
    Subject subject{Kind::Kvp11};
    Session session{subject};
    KeyPair pair = make_signing_pair(session, {1});

    CK_RV sign(CK_SESSION_HANDLE in, Bytes* signature) const {
        CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
        Bytes digest = pattern(32);
        CK_ULONG size = 64;
        signature->resize(64);
        const CK_RV code = subject.f()->C_SignInit(in, &mechanism, pair.private_key);
        return code != CKR_OK ? code : subject.f()->C_Sign(in, digest.data(), 32, signature->data(), &size);
    }
    CK_SESSION_HANDLE open() const {
        CK_SESSION_HANDLE handle = 0;
        subject.f()->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &handle);
        return handle;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(threads, ThreadedHost)

BOOST_AUTO_TEST_CASE(threads_sign_on_their_own_sessions) {
    std::vector<std::vector<Bytes>> signatures(8);
    std::atomic<int> failures{0};
    in_threads(8, [&](int number) {
        const CK_SESSION_HANDLE own = open();
        for (int i = 0; i < 50; ++i) {
            Bytes signature;
            if (sign(own, &signature) != CKR_OK) ++failures;
            signatures[static_cast<std::size_t>(number)].push_back(signature);
        }
        subject.f()->C_CloseSession(own);
    });
    BOOST_TEST(failures == 0);
    for (const auto& of_thread : signatures) {
        for (const Bytes& signature : of_thread) {
            EXPECT_RV(session.try_verify(CKM_ECDSA, pair.public_key, pattern(32), signature), CKR_OK);
        }
    }
}

BOOST_AUTO_TEST_CASE(threads_on_one_session_get_signatures_or_are_told_to_wait) {
    std::atomic<int> strange{0};
    std::atomic<int> signed_well{0};
    in_threads(4, [&](int) {
        for (int i = 0; i < 200; ++i) {
            Bytes signature;
            const CK_RV code = sign(session.handle(), &signature);
            if (code == CKR_OK) {
                ++signed_well;
            } else if (code != CKR_OPERATION_ACTIVE && code != CKR_OPERATION_NOT_INITIALIZED) {
                ++strange;
            }
        }
    });
    BOOST_TEST(strange == 0);
    BOOST_TEST(signed_well > 0);
    Bytes signature;
    EXPECT_RV_IN(sign(session.handle(), &signature), CKR_OK, CKR_OPERATION_ACTIVE);
}

BOOST_AUTO_TEST_CASE(sessions_are_closed_under_the_hands_of_others) {
    std::atomic<bool> stop{false};
    std::atomic<int> strange{0};
    std::thread closer([&] {
        for (int i = 0; i < 30; ++i) {
            for (int k = 0; k < 20; ++k) open();
            subject.f()->C_CloseAllSessions(subject.slot());
        }
        stop = true;
    });
    in_threads(3, [&](int) {
        while (!stop) {
            const CK_SESSION_HANDLE own = open();
            Bytes signature;
            const CK_RV code = sign(own, &signature);
            // Logged out, closed, or its key gone from sight: all of it may happen in between.
            if (code != CKR_OK && code != CKR_SESSION_HANDLE_INVALID && code != CKR_KEY_HANDLE_INVALID &&
                code != CKR_USER_NOT_LOGGED_IN && code != CKR_OPERATION_NOT_INITIALIZED && code != CKR_SESSION_CLOSED &&
                code != CKR_OBJECT_HANDLE_INVALID) {
                ++strange;
            }
            subject.f()->C_CloseSession(own);
        }
    });
    closer.join();
    BOOST_TEST(strange == 0);
}

BOOST_AUTO_TEST_CASE(objects_are_made_found_and_deleted_by_many) {
    std::atomic<int> failures{0};
    in_threads(4, [&](int number) {
        const CK_SESSION_HANDLE own = open();
        const Bytes id{9, static_cast<std::uint8_t>(number)};
        for (int i = 0; i < 15; ++i) {
            const bool on_token = i % 2 == 0;
            Template key = aes_key(pattern(16)).flag(CKA_TOKEN, on_token).bytes(CKA_ID, id);
            Template by_id = Template().bytes(CKA_ID, id);
            CK_OBJECT_HANDLE made = 0;
            CK_OBJECT_HANDLE found[8];
            CK_ULONG count = 0;
            const CK_FUNCTION_LIST* f = subject.f();
            if (f->C_CreateObject(own, key.data(), key.size(), &made) != CKR_OK) ++failures;
            if (f->C_FindObjectsInit(own, by_id.data(), by_id.size()) != CKR_OK) ++failures;
            if (f->C_FindObjects(own, found, 8, &count) != CKR_OK || count != 1) ++failures;
            if (f->C_FindObjectsFinal(own) != CKR_OK) ++failures;
            if (f->C_DestroyObject(own, made) != CKR_OK) ++failures;
        }
    });
    BOOST_TEST(failures == 0);
    BOOST_TEST(session.find(Template()).size() == 2u);
}

BOOST_AUTO_TEST_CASE(logins_and_logouts_race_with_signatures) {
    std::atomic<bool> stop{false};
    std::atomic<int> strange{0};
    std::thread flapping([&] {
        const CK_SESSION_HANDLE own = open();
        auto* pin = reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(user_pin));
        for (int i = 0; i < 20; ++i) {
            subject.f()->C_Logout(own);
            const CK_RV code = subject.f()->C_Login(own, CKU_USER, pin, std::char_traits<char>::length(user_pin));
            if (code != CKR_OK && code != CKR_USER_ALREADY_LOGGED_IN) ++strange;
        }
        stop = true;
    });
    in_threads(2, [&](int) {
        const CK_SESSION_HANDLE own = open();
        while (!stop) {
            Bytes signature;
            const CK_RV code = sign(own, &signature);
            if (code != CKR_OK && code != CKR_KEY_HANDLE_INVALID && code != CKR_USER_NOT_LOGGED_IN &&
                code != CKR_OPERATION_NOT_INITIALIZED && code != CKR_OPERATION_ACTIVE) {
                ++strange;
            }
        }
    });
    flapping.join();
    BOOST_TEST(strange == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
