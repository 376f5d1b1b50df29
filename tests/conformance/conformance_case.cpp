#include "conformance/conformance_case.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "support/server_process.hpp"

// Asked by LeakSanitizer at exit. SoftHSM2's C_SignInit leaks the DER name of an Edwards curve, and the frames that are
// seen of it are libcrypto.so's. The module that the sanitizers watch has a libcrypto of its own inside.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
    return "leak:libcrypto.so\n";
}

namespace kvp11::test {
namespace {

struct LackRow {
    Lack lack;
    const char* sentence;
};
constexpr LackRow lacks[] = {
    {Lack::Officer, "has no security officer, no PINs and no C_InitToken: identities and roles are Azure's"},
    {Lack::BeforeLogin, "answers nobody who has not logged in, and the PIN is what the slot logs in with"},
    {Lack::Ecb, "has no AES-ECB"},
    {Lack::Readable, "never gives a key's value, whatever its template said"},
};

void skip(const std::string& reason) {
    std::cout << "SKIPPED: " << reason << "\n";
    BOOST_TEST_MESSAGE("SKIPPED: " << reason);
}

/// Why SoftHSM2 cannot run the case; empty when it can.
std::string obstacle_of_reference(const Subject& reference, const std::vector<Mark>& marks) {
    for (const Mark& mark : marks) {
        if (!mark.defect.empty()) {
            // To see whether a defect is still there.
            if (std::getenv("KVP11_RUN_REFERENCE_DEFECTS") == nullptr) return "SoftHSM2 " + mark.defect;
        } else if (!mark.lack && !reference.supports(mark.needed)) {
            return "SoftHSM2 has no " + ckm_name(mark.needed);
        }
    }
    return "";
}

/// The same of a Managed HSM.
std::string obstacle_of_remote(const std::vector<Mark>& marks) {
    // To see whether it still lacks it.
    if (std::getenv("KVP11_RUN_REMOTE_LACKS") != nullptr) return "";
    for (const Mark& mark : marks) {
        for (const LackRow& row : lacks) {
            if (mark.lack == row.lack) return std::string("a Managed HSM ") + row.sentence;
        }
    }
    return "";
}

}  // namespace

void run_conformance_case(Kind kind, const std::vector<Mark>& marks, const std::function<void(Subject&)>& body) {
    if (kind == Kind::SoftHsm2 && !is_installed(kind)) {
        skip("SoftHSM2 is not installed");
        return;
    }
    if (kind == Kind::ManagedHsm && !std::filesystem::exists(server_program())) {
        skip("hsm-sim is not built");
        return;
    }
    std::string reason = kind == Kind::ManagedHsm ? obstacle_of_remote(marks) : "";
    std::optional<Subject> subject;
    if (reason.empty()) subject.emplace(kind);
    if (kind == Kind::SoftHsm2) reason = obstacle_of_reference(*subject, marks);
    if (!reason.empty()) {
        skip(reason);
        return;
    }
    body(*subject);
}

void run_crossing_case(Kind kind, const std::vector<Mark>& marks,
                       const std::function<void(Session& here, Session& there)>& body) {
    if (!is_installed(Kind::SoftHsm2)) {
        skip("SoftHSM2 is not installed");
        return;
    }
    Subject reference(Kind::SoftHsm2);
    const std::string reason = obstacle_of_reference(reference, marks);
    if (!reason.empty()) {
        skip(reason);
        return;
    }
    Subject subject(kind);
    Session here(subject);
    Session there(reference);
    body(here, there);
}

}  // namespace kvp11::test
