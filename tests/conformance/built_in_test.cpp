// PKCS#11 3.2 sections 4.3 and 4.13 to 4.15: what the module says of a slot in objects of its own.
#include <algorithm>
#include <ctime>
#include <set>

#include "conformance/conformance_case.hpp"
#include "support/certificates.hpp"

KVP11_CASES

static std::set<CK_ULONG> profiles(Session& session) {
    std::set<CK_ULONG> ids;
    for (const CK_OBJECT_HANDLE profile : session.find(Template().set(CKA_CLASS, CKO_PROFILE)))
        ids.insert(session.number(profile, CKA_PROFILE_ID));
    return ids;
}

CONFORMANCE(built_in, profiles_are_told_without_a_login, reference_defect("has no profile objects")) {
    Session session(subject, Login::None);
    const auto ids = profiles(session);
    for (const CK_ULONG id : {CKP_BASELINE_PROVIDER, CKP_EXTENDED_PROVIDER, CKP_AUTHENTICATION_TOKEN})
        BOOST_TEST(ids.count(id) == 1u);
    BOOST_TEST(ids.count(CKP_COMPLETE_PROVIDER) == 0u);
    const auto found = session.find(Template().set(CKA_PROFILE_ID, CKP_BASELINE_PROVIDER));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    BOOST_TEST(session.flag(found[0], CKA_TOKEN));
    BOOST_TEST(!session.flag(found[0], CKA_PRIVATE));
    const Bytes name = session.attribute(found[0], CKA_UNIQUE_ID);
    BOOST_TEST((session.find(Template().bytes(CKA_UNIQUE_ID, name)) == found));
}

CONFORMANCE(built_in, the_profile_of_public_certificates_holds_as_long_as_they_are,
            reference_defect("has no profile objects")) {
    Session session(subject);
    const Template certificate =
        Template().set(CKA_CLASS, CKO_CERTIFICATE).set(CKA_CERTIFICATE_TYPE, CKC_X_509).flag(CKA_TOKEN, true);
    BOOST_TEST(profiles(session).count(CKP_PUBLIC_CERTIFICATES_TOKEN) == 1u);
    session.create(Template(certificate).bytes(CKA_VALUE, globalsign_root()).flag(CKA_PRIVATE, false));
    BOOST_TEST(profiles(session).count(CKP_PUBLIC_CERTIFICATES_TOKEN) == 1u);
    // Its key is there, and has another id.
    session.create(ec_private(ec_numbers(Curve::P256)).flag(CKA_TOKEN, true).bytes(CKA_ID, {1}));
    const CK_OBJECT_HANDLE other = session.create(
        Template(certificate).bytes(CKA_VALUE, p256_certificate()).bytes(CKA_ID, {2}).flag(CKA_PRIVATE, false));
    BOOST_TEST(profiles(session).count(CKP_PUBLIC_CERTIFICATES_TOKEN) == 0u);
    MUST(session.try_destroy(other));
    BOOST_TEST(profiles(session).count(CKP_PUBLIC_CERTIFICATES_TOKEN) == 1u);
}

CONFORMANCE(built_in, there_is_a_mechanism_object_for_each_mechanism, reference_defect("has no mechanism objects")) {
    Session session(subject, Login::None);
    CK_ULONG count = 0;
    MUST(session.f()->C_GetMechanismList(subject.slot(), nullptr, &count));
    std::vector<CK_MECHANISM_TYPE> listed(count);
    MUST(session.f()->C_GetMechanismList(subject.slot(), listed.data(), &count));
    std::vector<CK_MECHANISM_TYPE> told;
    for (const CK_OBJECT_HANDLE object : session.find(Template().set(CKA_CLASS, CKO_MECHANISM)))
        told.push_back(session.number(object, CKA_MECHANISM_TYPE));
    std::sort(listed.begin(), listed.end());
    std::sort(told.begin(), told.end());
    BOOST_TEST((told == listed));
    const auto one = session.find(Template().set(CKA_CLASS, CKO_MECHANISM).set(CKA_MECHANISM_TYPE, CKM_SHA256));
    BOOST_REQUIRE_EQUAL(one.size(), 1u);
    BOOST_TEST(to_hex(session.attribute(one[0], CKA_LABEL)) == to_hex(text_bytes("CKM_SHA256")));
}

CONFORMANCE(built_in, nothing_is_validated_and_says_so, reference_defect("has no validation objects")) {
    Session session(subject, Login::None);
    const auto found = session.find(Template().set(CKA_CLASS, CKO_VALIDATION));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    BOOST_TEST(session.number(found[0], CKA_VALIDATION_TYPE) == CKV_TYPE_UNSPECIFIED);
    BOOST_TEST(session.number(found[0], CKA_VALIDATION_AUTHORITY_TYPE) == CKV_AUTHORITY_TYPE_UNSPECIFIED);
    BOOST_TEST(session.number(found[0], CKA_VALIDATION_LEVEL) == 0u);
    BOOST_TEST(session.number(found[0], CKA_VALIDATION_FLAG) == 1u);
    BOOST_TEST(to_hex(session.attribute(found[0], CKA_VALIDATION_VERSION)) == "0000");
    BOOST_TEST(session.attribute(found[0], CKA_VALIDATION_CERTIFICATE_IDENTIFIER).empty());
    const Bytes who = session.attribute(found[0], CKA_VALIDATION_MODULE_ID);
    BOOST_TEST(std::string(who.begin(), who.end()).find("validated by nobody") != std::string::npos);
}

CONFORMANCE(built_in, a_partition_has_a_clock, reference_defect("has none")) {
    Session session(subject, Login::None);
    const auto found = session.find(Template().set(CKA_CLASS, CKO_HW_FEATURE));
    const CK_TOKEN_INFO token = subject.token_info();
    const bool tells_time = (token.flags & CKF_CLOCK_ON_TOKEN) != 0;
    BOOST_TEST(tells_time == !subject.is_remote());
    BOOST_REQUIRE_EQUAL(found.size(), tells_time ? 1u : 0u);
    if (!tells_time) return;
    BOOST_TEST(session.number(found[0], CKA_HW_FEATURE_TYPE) == CKH_CLOCK);
    const auto second = [] {
        const std::time_t now = std::time(nullptr);
        std::tm parts{};
        gmtime_r(&now, &parts);
        char text[32];
        std::strftime(text, sizeof text, "%Y%m%d%H%M%S00", &parts);
        return std::string(text);
    };
    const std::string before = second();
    const Bytes now = session.attribute(found[0], CKA_VALUE);
    const std::string after = second();
    const std::string told(now.begin(), now.end());
    BOOST_TEST(told.size() == 16u);
    BOOST_TEST((before <= told && told <= after));
    BOOST_TEST(std::string(token.utcTime, token.utcTime + 16).substr(14) == "00");
}

CONFORMANCE(built_in, a_search_that_does_not_ask_for_them_meets_none) {
    Session session(subject, Login::User);
    BOOST_TEST(session.find(Template()).empty());
    BOOST_TEST(session.find(Template().flag(CKA_TOKEN, true)).empty());
    BOOST_TEST(session.find(Template().flag(CKA_PRIVATE, false).flag(CKA_MODIFIABLE, false)).empty());
    BOOST_TEST(session.find(Template().set(CKA_CLASS, CKO_PROFILE).flag(CKA_TOKEN, false)).empty());
}

CONFORMANCE(built_in, they_cannot_be_changed_copied_or_destroyed, reference_defect("has no such objects")) {
    Session session(subject);
    for (const CK_OBJECT_CLASS kind : {CKO_PROFILE, CKO_MECHANISM, CKO_VALIDATION}) {
        const auto found = session.find(Template().set(CKA_CLASS, kind));
        BOOST_REQUIRE(!found.empty());
        EXPECT_RV(session.try_set(found[0], Template().text(CKA_LABEL, "x")), CKR_ACTION_PROHIBITED);
        EXPECT_RV(session.try_copy(found[0], Template().flag(CKA_TOKEN, false)), CKR_ACTION_PROHIBITED);
        EXPECT_RV(session.try_destroy(found[0]), CKR_ACTION_PROHIBITED);
        for (const CK_ATTRIBUTE_TYPE type : {CKA_MODIFIABLE, CKA_COPYABLE, CKA_DESTROYABLE})
            BOOST_TEST(!session.flag(found[0], type));
        CK_ULONG size = 0;
        EXPECT_RV(session.f()->C_GetObjectSize(session.handle(), found[0], &size), CKR_OK);
        EXPECT_RV_IN(session.try_sign(CKM_SHA256_HMAC, found[0], {1}), CKR_KEY_HANDLE_INVALID);
    }
    Session reading(subject, Login::User, Session::Access::ReadOnly);
    const auto found = reading.find(Template().set(CKA_CLASS, CKO_PROFILE));
    EXPECT_RV(reading.try_destroy(found.at(0)), CKR_SESSION_READ_ONLY);
}

CONFORMANCE(built_in, their_handles_outlive_a_logout, reference_defect("has no such objects")) {
    Session session(subject);
    const auto found = session.find(Template().set(CKA_CLASS, CKO_MECHANISM));
    session.logout();
    EXPECT_RV(session.try_attribute(found.at(0), CKA_MECHANISM_TYPE), CKR_OK);
    EXPECT_RV(session.try_attribute(found.back(), CKA_MECHANISM_TYPE), CKR_OK);
}

KVP11_CASES_END
