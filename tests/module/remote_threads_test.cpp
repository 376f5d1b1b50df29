// Many threads of one process on one remote key: what they get, and what it costs the process and the service.
#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

#include "module/remote_fixture.hpp"

namespace kvp11::test {
namespace {

constexpr int thread_count = 16;

void in_threads(int count, const std::function<void(int)>& body) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(body, i);
    for (std::thread& thread : threads) thread.join();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(remote_threads, RemoteHost)

BOOST_AUTO_TEST_CASE(sixteen_threads_sign_with_one_key_over_one_set_of_connections_and_one_token) {
    const double before = connections();
    const double tokens = requests("Authority");
    std::atomic<int> failures{0};
    in_threads(thread_count, [&](int) {
        const CK_SESSION_HANDLE own = open();
        for (int i = 0; i < 50; ++i) failures += sign_and_verify(own) == CKR_OK ? 0 : 1;
        f()->C_CloseSession(own);
    });
    BOOST_TEST(failures == 0);
    BOOST_TEST(requests("KeySign") == 50.0 * thread_count);
    BOOST_TEST(requests("KeyVerify") == 0.0);  // public keys work here
    BOOST_TEST(connections() - before <= double{thread_count});
    BOOST_TEST(requests("Authority") == tokens);
}

BOOST_AUTO_TEST_CASE(nothing_is_looked_up_per_signature) {
    MUST(sign_and_verify(session.handle()));
    const double lists = requests("KeyList");
    const double reads = requests("KeyGet");
    const double before = connections();
    for (int i = 0; i < 100; ++i) MUST(sign_and_verify(session.handle()));
    BOOST_TEST(requests("KeyList") == lists);
    BOOST_TEST(requests("KeyGet") == reads);
    BOOST_TEST(connections() == before);
}

BOOST_AUTO_TEST_CASE(the_module_starts_no_threads) {
    BOOST_TEST(count_in_self("task") == 1u);
    MUST(sign_and_verify(session.handle()));
    session.find(Template());
    BOOST_TEST(count_in_self("task") == 1u);
}

BOOST_AUTO_TEST_CASE(threads_on_one_session_get_signatures_or_are_told_to_wait) {
    std::atomic<int> strange{0};
    std::atomic<int> signed_well{0};
    in_threads(4, [&](int) {
        for (int i = 0; i < 50; ++i) {
            const CK_RV code = sign(session.handle(), pair.private_key);
            signed_well += code == CKR_OK ? 1 : 0;
            strange += code != CKR_OK && code != CKR_OPERATION_ACTIVE && code != CKR_OPERATION_NOT_INITIALIZED ? 1 : 0;
        }
    });
    BOOST_TEST(strange == 0);
    BOOST_TEST(signed_well > 0);
}

BOOST_AUTO_TEST_CASE(finalising_while_threads_wait_for_the_service_harms_nobody) {
    pool().admin(R"(set {"latency": {"milliseconds": 50, "operations": ["KeySign"]}})");
    std::atomic<int> signed_once{0};
    std::atomic<int> strange{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, own = open()] {
            CK_RV code = sign(own, pair.private_key);
            ++signed_once;
            while (code == CKR_OK) code = sign(own, pair.private_key);
            strange += code != CKR_CRYPTOKI_NOT_INITIALIZED && code != CKR_SESSION_HANDLE_INVALID &&
                               code != CKR_KEY_HANDLE_INVALID && code != CKR_OPERATION_NOT_INITIALIZED
                           ? 1
                           : 0;
        });
    }
    while (signed_once < 4) std::this_thread::yield();
    subject.finalise();
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(strange == 0);
    subject.initialise();
}

BOOST_AUTO_TEST_CASE(keys_are_made_found_and_deleted_by_many) {
    std::atomic<int> failures{0};
    in_threads(4, [&](int number) {
        const CK_SESSION_HANDLE own = open();
        for (int i = 0; i < 5; ++i) {
            const Bytes id = text_bytes("made-" + std::to_string(number) + "-" + std::to_string(i));
            Template open_half =
                pair_public(id).flag(CKA_TOKEN, true).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters);
            Template hidden_half = pair_private(id).flag(CKA_TOKEN, true);
            Template by_id = Template().bytes(CKA_ID, id);
            CK_MECHANISM mechanism{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
            CK_OBJECT_HANDLE made[2];
            CK_OBJECT_HANDLE found[8];
            CK_ULONG count = 0;
            if (f()->C_GenerateKeyPair(own, &mechanism, open_half.data(), open_half.size(), hidden_half.data(),
                                       hidden_half.size(), &made[0], &made[1]) != CKR_OK)
                ++failures;
            if (f()->C_FindObjectsInit(own, by_id.data(), by_id.size()) != CKR_OK) ++failures;
            if (f()->C_FindObjects(own, found, 8, &count) != CKR_OK || count != 2) ++failures;
            if (f()->C_FindObjectsFinal(own) != CKR_OK) ++failures;
            if (sign(own, made[1]) != CKR_OK) ++failures;
            if (f()->C_DestroyObject(own, made[1]) != CKR_OK) ++failures;
        }
    });
    BOOST_TEST(failures == 0);
    BOOST_TEST(session.find(Template()).size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
