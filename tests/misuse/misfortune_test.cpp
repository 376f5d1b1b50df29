// What happens around the module: memory ends, the disk is full or read-only, a self-test fails. The right call gets
// the code for it, nothing crashes, and nothing is CKR_GENERAL_ERROR.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "misuse/desk.hpp"
#include "misuse/starving.hpp"
#include "support/process.hpp"

namespace kvp11::test {
namespace {

/// A pair fails its consistency test: whether the module is in its error state then. In a session of its own.
bool spoil(Desk& desk) {
    CK_SESSION_HANDLE session = 0;
    (void)desk.f->C_OpenSession(desk.slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
    Template open = Template().bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters);
    Template hidden = Template().flag(CKA_TOKEN, false);
    CK_OBJECT_HANDLE made[2] = {};
    return desk.f->C_GenerateKeyPair(session, Mechanism(CKM_EC_KEY_PAIR_GEN).get(), open.data(), open.size(),
                                     hidden.data(), hidden.size(), &made[0], &made[1]) == CKR_DEVICE_ERROR;
}

const char* child_wish() { return std::getenv("KVP11_MISUSE_CHILD"); }

/// This program again, for a case of the suite `misfortune_child`, whose state is read once per process.
Ended run_self(const std::string& test_case, std::map<std::string, std::string> environment) {
    environment["KVP11_MISUSE_CHILD"] = "1";
    return run({"/proc/self/exe", "--run_test=misfortune_child/" + test_case}, environment, 100);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(misfortune)

BOOST_AUTO_TEST_CASE(memory_that_ends_is_host_or_device_memory) {
    if (!can_fail_allocations()) {
        std::puts("SKIPPED: allocations are the sanitizer's");
        return;
    }
    Desk desk;
    const char* only = std::getenv("KVP11_MISUSE_ONLY");
    for (const Call& call : calls()) {
        if (only != nullptr && call.name != only) continue;
        const auto begin = [&] { call.begin(desk); };
        starve_in_child(
            desk, call.name, begin, [&] { return call.run(desk); }, usual_code(call.name));
    }
}

BOOST_AUTO_TEST_CASE(memory_that_ends_while_a_library_or_token_begins_is_told) {
    if (!can_fail_allocations()) {
        std::puts("SKIPPED: allocations are the sanitizer's");
        return;
    }
    Desk desk;
    CK_UTF8CHAR label[32];
    std::fill(std::begin(label), std::end(label), ' ');
    const auto nothing = [] {};
    starve_in_child(desk, "C_CloseAllSessions", nothing, [&] { return desk.f->C_CloseAllSessions(desk.slot); });
    desk.subject->finalise();
    const Ended ended = in_child([&] {
        bool well = true;
        for (long n = 0; n < 200; ++n) {
            fail_allocation(n);
            const CK_RV code = plain_functions_3_2()->C_Initialize(nullptr);
            const bool came = allocation_has_failed();
            record("C_Initialize", code);
            // A configuration that could not be read for lack of memory is one that cannot be read.
            well = well && (is_fitting(code) || code == CKR_ARGUMENTS_BAD);
            if (code == CKR_OK) (void)desk.f->C_Finalize(nullptr);
            if (!came) break;
        }
        return well ? 0 : 1;
    });
    BOOST_TEST(ended.is_clean(), "signal " << ended.signal << ", exit code " << ended.exit_code);
}

BOOST_AUTO_TEST_CASE(a_failed_self_test_is_a_device_error) {
    TemporaryFolder folder;
    const Ended ended = run_self("every_call_in_the_error_state", {{"KVP11_TEST_PAIRWISE_FAIL", "1"}});
    BOOST_TEST(ended.is_clean(), ended.output);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_device_memory) {
    const Ended ended = run_self("token_objects_on_a_full_disk", {{"KVP11_TEST_MAX_PAGES", "70"}});
    BOOST_TEST(ended.is_clean(), ended.output);
}

BOOST_AUTO_TEST_SUITE_END()

// Run by the cases above in processes of their own; alone they do nothing.
BOOST_AUTO_TEST_SUITE(misfortune_child)

BOOST_AUTO_TEST_CASE(every_call_in_the_error_state) {
    if (child_wish() == nullptr) return;
    Desk desk;
    // Each call's operation is begun while all is well, in a process of its own.
    for (const Call& call : calls()) {
        const Ended ended = in_child([&] {
            const bool ends_login = call.name == "C_InitPIN" || call.name.starts_with("C_Login");
            if (ends_login && !spoil(desk)) return 2;
            call.begin(desk);
            if (!ends_login && !spoil(desk)) return 2;
            return call.run(desk) == CKR_GENERAL_ERROR ? 3 : 0;
        });
        BOOST_TEST(ended.is_clean(), call.name << " " << ended.exit_code << " " << ended.signal);
    }
}

BOOST_AUTO_TEST_CASE(token_objects_on_a_full_disk) {
    if (child_wish() == nullptr) return;
    Desk desk;
    Template data = Template().set(CKA_CLASS, CKO_DATA).flag(CKA_TOKEN, true).bytes(CKA_VALUE, Bytes(3000));
    CK_OBJECT_HANDLE object = 0, last = 0;
    CK_RV code = CKR_OK;
    for (int i = 0; i < 500 && code == CKR_OK; ++i) {
        code = desk.f->C_CreateObject(desk.session, data.data(), data.size(), &object);
        if (code == CKR_OK) last = object;
    }
    EXPECT_RV(code, CKR_DEVICE_MEMORY);
    Template larger = Template().bytes(CKA_VALUE, Bytes(60000));
    EXPECT_RV(desk.f->C_SetAttributeValue(desk.session, last, larger.data(), larger.size()), CKR_DEVICE_MEMORY);
    for (const char* name : {"C_CopyObject", "C_GenerateKey", "C_GenerateKeyPair", "C_UnwrapKey", "C_DeriveKey"}) {
        desk.right();
        const Call& call = call_of(name);
        call.begin(desk);
        desk.wanted.flag(CKA_TOKEN, true).bytes(CKA_LABEL, Bytes(60000, 'x'));
        if (desk.wanted_too.size() > 0) desk.wanted_too.flag(CKA_TOKEN, true);
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call.run(desk), CKR_DEVICE_MEMORY);
    }
    // What is there already works on, and room can be made.
    desk.right();
    EXPECT_RV(call_of("C_GenerateRandom").run(desk), CKR_OK);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
