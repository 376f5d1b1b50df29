// Threads that close what others use. What they meet differs from run to run, so none of it counts for return-codes.md.
#include <atomic>
#include <thread>

#include "misuse/desk.hpp"

namespace kvp11::test {

BOOST_AUTO_TEST_SUITE(races)

// The calls of the other thread go on to their end or find nothing any more; none of them fails in between.
BOOST_AUTO_TEST_CASE(a_session_closed_by_another_thread_ends_no_call_halfway) {
    Desk desk;
    std::atomic<CK_SESSION_HANDLE> shared{desk.session};
    std::atomic<bool> over{false};
    std::string strange;
    std::thread user([&] {
        CK_BYTE random[4096];
        while (!over) {
            const CK_RV code = desk.f->C_GenerateRandom(shared, random, sizeof random);
            if (code != CKR_OK && code != CKR_SESSION_HANDLE_INVALID) strange += ckr_name(code) + " ";
        }
    });
    for (int i = 0; i < 200; ++i) {
        (void)desk.f->C_CloseSession(shared);
        CK_SESSION_HANDLE next = 0;
        (void)desk.f->C_OpenSession(desk.slot, CKF_SERIAL_SESSION, nullptr, nullptr, &next);
        shared = next;
    }
    over = true;
    user.join();
    BOOST_TEST(strange == "");
}

BOOST_AUTO_TEST_CASE(finalize_during_calls_of_another_thread_lets_them_end) {
    for (int round = 0; round < 10; ++round) {
        Desk desk;
        std::string strange;
        std::atomic<int> done{0};
        std::thread user([&] {
            CK_RV code = CKR_OK;
            while (code == CKR_OK) {
                CK_BYTE digest[32];
                CK_ULONG size = sizeof digest;
                code = desk.f->C_DigestInit(desk.session, Mechanism(CKM_SHA256).get());
                if (code == CKR_OK) code = desk.f->C_Digest(desk.session, digest, 16, digest, &size);
                ++done;
            }
            const bool expected = code == CKR_CRYPTOKI_NOT_INITIALIZED || code == CKR_SESSION_HANDLE_INVALID ||
                                  code == CKR_OPERATION_NOT_INITIALIZED;
            if (!expected) strange = ckr_name(code);
        });
        while (done < 5) std::this_thread::yield();
        desk.subject->finalise();
        user.join();
        BOOST_TEST(strange == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
