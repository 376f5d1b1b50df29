// A conformance case: one function over a Subject, registered for libkvp11 on a partition, for SoftHSM2, and for
// libkvp11 on a Managed HSM behind hsm-sim, as kvp11/<chapter>/<name>, softhsm2/… and managed_hsm/….
//
//   CONFORMANCE(sessions, logout_without_login_reports_user_not_logged_in) { … subject … }
//   CONFORMANCE(wrapping, rsa_aes_wrap_round_trip, needs(CKM_RSA_AES_KEY_WRAP)) { … }
//   CONFORMANCE(objects, copies_without_a_template, reference_defect("answers CKR_ARGUMENTS_BAD")) { … }
//   CONFORMANCE(pins, the_user_changes_his_pin, remote_lacks(Lack::Officer)) { … }
//
// A case that SoftHSM2 cannot run (no such mechanism, a known defect), or that wants of a Managed HSM what the service
// does not have, prints `SKIPPED: reason` there. It is never skipped on a partition.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/keys.hpp"
#include "support/pieces.hpp"
#include "support/session.hpp"

namespace kvp11::test {

/// What a Managed HSM does not have, with its sentence in conformance_case.cpp and in docs/remote-keys.md. All of it is
/// about token objects; session objects are the module's own and do everything.
enum class Lack {
    Officer,      // a security officer, and PINs and a token that PKCS#11 could make
    BeforeLogin,  // anything that it is asked for before a login, when the PIN is the credential
    Ecb,          // AES-ECB
    Readable      // keys whose value can be read
};

/// Why a case is not run somewhere: on SoftHSM2, a mechanism that it may lack or what it does wrong; on a Managed HSM,
/// what the service lacks.
struct Mark {
    CK_MECHANISM_TYPE needed = CK_UNAVAILABLE_INFORMATION;
    std::string defect = {};
    std::optional<Lack> lack = {};
};
inline Mark needs(CK_MECHANISM_TYPE type) { return {.needed = type}; }
inline Mark reference_defect(std::string reason) { return {.defect = std::move(reason)}; }
inline Mark remote_lacks(Lack lack) { return {.lack = lack}; }

void run_conformance_case(Kind kind, const std::vector<Mark>& marks, const std::function<void(Subject&)>& body);

/// A case that needs SoftHSM2 and a slot of libkvp11 at once: what one made, the other takes.
void run_crossing_case(Kind kind, const std::vector<Mark>& marks,
                       const std::function<void(Session& here, Session& there)>& body);

}  // namespace kvp11::test

// The cases stand in a namespace of their own, because a Boost.Test suite is a namespace too and one of
// them is called kvp11.
#define KVP11_CASES                                                                                                    \
    namespace conformance {                                                                                            \
    using namespace ::kvp11::test;                                                                                     \
    using ::kvp11::Bytes;
#define KVP11_CASES_END }

#define CONFORMANCE(chapter, name, ...)                                                                                \
    static void name##_on(Subject& subject);                                                                           \
    BOOST_AUTO_TEST_SUITE(kvp11)                                                                                       \
    BOOST_AUTO_TEST_SUITE(chapter)                                                                                     \
    BOOST_AUTO_TEST_CASE(name) { run_conformance_case(Kind::Kvp11, {__VA_ARGS__}, &name##_on); }                       \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    BOOST_AUTO_TEST_SUITE(softhsm2)                                                                                    \
    BOOST_AUTO_TEST_SUITE(chapter)                                                                                     \
    BOOST_AUTO_TEST_CASE(name) { run_conformance_case(Kind::SoftHsm2, {__VA_ARGS__}, &name##_on); }                    \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    BOOST_AUTO_TEST_SUITE(managed_hsm)                                                                                 \
    BOOST_AUTO_TEST_SUITE(chapter)                                                                                     \
    BOOST_AUTO_TEST_CASE(name) { run_conformance_case(Kind::ManagedHsm, {__VA_ARGS__}, &name##_on); }                  \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    static void name##_on([[maybe_unused]] Subject& subject)

#define CROSSING(name, ...)                                                                                            \
    static void name##_between(Session& here, Session& there);                                                         \
    BOOST_AUTO_TEST_SUITE(crossing)                                                                                    \
    BOOST_AUTO_TEST_CASE(name) { run_crossing_case(Kind::Kvp11, {__VA_ARGS__}, &name##_between); }                     \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    static void name##_between([[maybe_unused]] Session& here, [[maybe_unused]] Session& there)

// The same between a Managed HSM and SoftHSM2. Session objects would not leave the module, so these are about token
// keys.
#define REMOTE_CROSSING(name)                                                                                          \
    static void name##_between(Session& here, Session& there);                                                         \
    BOOST_AUTO_TEST_SUITE(managed_hsm)                                                                                 \
    BOOST_AUTO_TEST_SUITE(crossing)                                                                                    \
    BOOST_AUTO_TEST_CASE(name) { run_crossing_case(Kind::ManagedHsm, {}, &name##_between); }                           \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    static void name##_between(Session& here, Session& there)
