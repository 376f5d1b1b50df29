#include "conformance/conformance_case.hpp"

#include <cstdlib>
#include <iostream>

namespace kvp11::test {
namespace {

void skip(const std::string& reason) {
    std::cout << "SKIPPED: SoftHSM2 " << reason << "\n";
    BOOST_TEST_MESSAGE("SKIPPED: SoftHSM2 " << reason);
}

/// Why SoftHSM2 cannot run the case; empty when it can.
std::string obstacle(const Subject& reference, const std::vector<Mark>& marks) {
    for (const Mark& mark : marks) {
        if (!mark.defect.empty()) {
            // To see whether a defect is still there.
            if (std::getenv("KVP11_RUN_REFERENCE_DEFECTS") == nullptr) return mark.defect;
            continue;
        }
        if (!reference.supports(mark.needed)) {
            return "has no " + ckm_name(mark.needed);
        }
    }
    return "";
}

}  // namespace

void run_conformance_case(Kind kind, const std::vector<Mark>& marks, const std::function<void(Subject&)>& body) {
    if (kind == Kind::SoftHsm2 && !is_installed(kind)) {
        skip("is not installed");
        return;
    }
    Subject subject(kind);
    const std::string reason = subject.is_reference() ? obstacle(subject, marks) : "";
    if (!reason.empty()) {
        skip(reason);
        return;
    }
    body(subject);
}

void run_crossing_case(const std::vector<Mark>& marks, const std::function<void(Session& here, Session& there)>& body) {
    if (!is_installed(Kind::SoftHsm2)) {
        skip("is not installed");
        return;
    }
    Subject reference(Kind::SoftHsm2);
    const std::string reason = obstacle(reference, marks);
    if (!reason.empty()) {
        skip(reason);
        return;
    }
    Subject subject(Kind::Kvp11);
    Session here(subject);
    Session there(reference);
    body(here, there);
}

}  // namespace kvp11::test
