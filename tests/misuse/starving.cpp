#include "misuse/starving.hpp"

#include <algorithm>
#include <cstdio>

#include "support/process.hpp"

namespace kvp11::test {
namespace {

constexpr long most_allocations = 600;

/// OpenSSL does not always say that it was for lack of memory that it could not read a key, agree on one, compare
/// points or open data of RSA-OAEP.
bool is_of_openssl(const std::string& call, CK_RV code) {
    struct Unsaid {
        const char* call;
        CK_RV code;
    };
    constexpr Unsaid unsaid[] = {
        {"C_GenerateKeyPair", CKR_PUBLIC_KEY_INVALID},     {"C_GenerateKeyPair", CKR_CURVE_NOT_SUPPORTED},
        {"C_GenerateKeyPair", CKR_KEY_TYPE_INCONSISTENT},  {"C_EncapsulateKey", CKR_PUBLIC_KEY_INVALID},
        {"C_EncapsulateKey", CKR_CURVE_NOT_SUPPORTED},     {"C_EncapsulateKey", CKR_KEY_TYPE_INCONSISTENT},
        {"C_EncapsulateKey", CKR_ATTRIBUTE_VALUE_INVALID}, {"C_DecapsulateKey", CKR_WRAPPED_KEY_INVALID},
        {"C_DeriveKey", CKR_MECHANISM_PARAM_INVALID},      {"C_VerifyRecover", CKR_SIGNATURE_INVALID},
        {"C_VerifyRecover", CKR_ATTRIBUTE_VALUE_INVALID},  {"C_Decrypt", CKR_ENCRYPTED_DATA_INVALID},
        {"C_DecryptFinal", CKR_ENCRYPTED_DATA_INVALID},
    };
    return std::any_of(std::begin(unsaid), std::end(unsaid),
                       [&](const Unsaid& row) { return call == row.call && code == row.code; });
}

/// Runs one call again and again, each time with the next allocation failing. What else came of it than is_fitting().
std::string starve(Desk& desk, const std::string& name, const std::function<void()>& begin,
                   const std::function<CK_RV()>& run, CK_RV otherwise) {
    std::string strange;
    for (long n = 0; n < most_allocations; ++n) {
        desk.right();
        begin();
        desk.f = plain_functions_3_2();
        fail_allocation(n);
        const CK_RV code = run();
        const bool came = allocation_has_failed();
        desk.f = functions_3_2();
        record(name, code);
        if (!is_fitting(code) && !is_of_openssl(name, code) && code != otherwise)
            strange += name + " " + ckr_name(code) + " at " + std::to_string(n) + "\n";
        if (!came) break;
    }
    return strange;
}

}  // namespace

bool is_fitting(CK_RV code) {
    return code == CKR_OK || code == CKR_HOST_MEMORY || code == CKR_DEVICE_MEMORY || code == CKR_DEVICE_ERROR ||
           code == CKR_FUNCTION_NOT_SUPPORTED;
}

void starve_in_child(Desk& desk, const std::string& name, const std::function<void()>& begin,
                     const std::function<CK_RV()>& run, CK_RV otherwise) {
    const Ended ended = in_child(
        [&] {
            const std::string strange = starve(desk, name, begin, run, otherwise);
            std::fputs(strange.c_str(), stderr);
            return strange.empty() ? 0 : 1;
        },
        60);
    BOOST_TEST(ended.is_clean(), name << ": signal " << ended.signal << ", exit code " << ended.exit_code);
}

}  // namespace kvp11::test
