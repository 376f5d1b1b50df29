// PKCS#11 3.1 sections 6.21, 6.42, 6.43 and 6.62: keys out of keys' values, and how closed they are.
#include "conformance/conformance_case.hpp"
#include "support/key_derivation.hpp"

KVP11_CASES

namespace {

constexpr const char* of_its_own = "has no rule that a derived key is as closed as its base";

Template base_secret(const Bytes& value) { return generic_secret(value).flag(CKA_DERIVE, true); }
Template derived_secret() { return generic_secret({}).without(CKA_VALUE); }
/// What a template leaves out is the mechanism's to fill in.
Template bare() { return Template().set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_KEY_TYPE, CKK_GENERIC_SECRET); }
Template closed_base() {
    return Template()
        .set(CKA_CLASS, CKO_SECRET_KEY)
        .set(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        .set(CKA_VALUE_LEN, 32)
        .flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, false)
        .flag(CKA_DERIVE, true);
}

}  // namespace

CONFORMANCE(derivation, a_key_with_bytes_of_a_closed_one_is_as_closed, needs(CKM_XOR_BASE_AND_DATA)) {
    Session session(subject);
    const auto base = session.generate(CKM_GENERIC_SECRET_KEY_GEN, closed_base());
    for (const Mechanism& mechanism :
         {with_data(CKM_CONCATENATE_BASE_AND_DATA, pattern(16)), with_data(CKM_CONCATENATE_DATA_AND_BASE, pattern(16)),
          with_data(CKM_XOR_BASE_AND_DATA, pattern(32)), concatenation_with(base), extraction(3)}) {
        BOOST_TEST_CONTEXT(mechanism.type()) {
            const auto made = session.derive(mechanism, base, bare().set(CKA_VALUE_LEN, 32));
            BOOST_TEST(session.flag(made, CKA_SENSITIVE));
            BOOST_TEST(!session.flag(made, CKA_EXTRACTABLE));
            BOOST_TEST(session.flag(made, CKA_ALWAYS_SENSITIVE));
            BOOST_TEST(session.flag(made, CKA_NEVER_EXTRACTABLE));
            BOOST_TEST(!session.flag(made, CKA_LOCAL));
            for (const Template& open : {bare().flag(CKA_SENSITIVE, false), bare().flag(CKA_EXTRACTABLE, true)}) {
                EXPECT_RV(session.try_derive(mechanism, base, Template(open).set(CKA_VALUE_LEN, 32)),
                          CKR_TEMPLATE_INCONSISTENT);
            }
        }
    }
}

CONFORMANCE(derivation, one_closed_key_closes_a_concatenation, needs(CKM_CONCATENATE_BASE_AND_KEY),
            reference_defect(of_its_own)) {
    Session session(subject);
    const auto closed = session.generate(CKM_GENERIC_SECRET_KEY_GEN, closed_base());
    const auto open = session.create(base_secret(pattern(16)));
    for (const auto& [first, second] : {std::pair(open, closed), std::pair(closed, open)}) {
        const auto made = session.derive(concatenation_with(second), first, bare());
        BOOST_TEST(session.number(made, CKA_VALUE_LEN) == 48U);
        BOOST_TEST(session.flag(made, CKA_SENSITIVE));
        BOOST_TEST(!session.flag(made, CKA_EXTRACTABLE));
        BOOST_TEST(!session.flag(made, CKA_ALWAYS_SENSITIVE));
        BOOST_TEST(!session.flag(made, CKA_NEVER_EXTRACTABLE));
    }
    const auto unusable = session.create(generic_secret(pattern(16)).flag(CKA_DERIVE, false));
    EXPECT_RV(session.try_derive(concatenation_with(unusable), open, bare()), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(session.try_derive(concatenation_with(open), unusable, bare()), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(session.try_derive(concatenation_with(4711), open, bare()), CKR_KEY_HANDLE_INVALID);
}

// Beyond the standard: whoever could try 256 keys would know a byte.
CONFORMANCE(derivation, bytes_of_a_closed_key_are_not_to_be_guessed, needs(CKM_EXTRACT_KEY_FROM_KEY)) {
    Session session(subject);
    const auto base = session.generate(CKM_GENERIC_SECRET_KEY_GEN, closed_base());
    const auto refused = [&](Mechanism mechanism, CK_ULONG size) {
        EXPECT_RV(session.try_derive(mechanism, base, bare().set(CKA_VALUE_LEN, size)), CKR_KEY_SIZE_RANGE);
    };
    refused(extraction(0), 1);
    refused(extraction(8), 15);
    refused(with_data(CKM_CONCATENATE_DATA_AND_BASE, pattern(15)), 16);
    refused(with_data(CKM_XOR_BASE_AND_DATA, pattern(1)), 1);
    // A detour: known bytes first, then a window over their end.
    const auto joined =
        session.derive(with_data(CKM_CONCATENATE_DATA_AND_BASE, pattern(16)), base, bare().flag(CKA_DERIVE, true));
    const Template window = bare().set(CKA_VALUE_LEN, 16);
    EXPECT_RV(session.try_derive(extraction(8), joined, window), CKR_KEY_SIZE_RANGE);
    const auto copy = session.copy(joined, Template().flag(CKA_TOKEN, false));
    EXPECT_RV(session.try_derive(extraction(8), copy, window), CKR_KEY_SIZE_RANGE);
    const auto changed = session.derive(with_data(CKM_XOR_BASE_AND_DATA, Bytes(48)), joined,
                                        bare().set(CKA_VALUE_LEN, 48).flag(CKA_DERIVE, true));
    EXPECT_RV(session.try_derive(extraction(8), changed, window), CKR_KEY_SIZE_RANGE);
}

CONFORMANCE(derivation, a_digest_of_a_key_is_as_open_as_the_template_says, needs(CKM_SHA256_KEY_DERIVATION)) {
    Session session(subject);
    const auto base = session.generate(CKM_GENERIC_SECRET_KEY_GEN, closed_base());
    const auto open =
        session.derive(CKM_SHA256_KEY_DERIVATION, base, bare().flag(CKA_SENSITIVE, false).flag(CKA_EXTRACTABLE, true));
    BOOST_TEST(session.attribute(open, CKA_VALUE).size() == 32U);
    BOOST_TEST(!session.flag(open, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!session.flag(open, CKA_NEVER_EXTRACTABLE));
    const auto silent = session.derive(CKM_SHA256_KEY_DERIVATION, base, bare());
    BOOST_TEST(session.flag(silent, CKA_SENSITIVE));
    BOOST_TEST(!session.flag(silent, CKA_EXTRACTABLE));
    BOOST_TEST(session.flag(silent, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(session.flag(silent, CKA_NEVER_EXTRACTABLE));
    const auto of_open = session.derive(CKM_SHA256_KEY_DERIVATION, session.create(base_secret(pattern(8))),
                                        bare().flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false));
    BOOST_TEST(!session.flag(of_open, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!session.flag(of_open, CKA_NEVER_EXTRACTABLE));
}

CONFORMANCE(derivation, types_of_several_lengths_want_one, needs(CKM_SHA256_KEY_DERIVATION)) {
    Session session(subject);
    const auto base = session.create(base_secret(pattern(32)));
    const Template aes = aes_key({}).without(CKA_VALUE);
    EXPECT_RV(session.try_derive(CKM_SHA256_KEY_DERIVATION, base, aes), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_derive(CKM_SHA256_KEY_DERIVATION, base, Template(aes).set(CKA_VALUE_LEN, 17)),
              CKR_KEY_SIZE_RANGE);
    EXPECT_RV(session.try_derive(CKM_SHA256_KEY_DERIVATION, base, derived_secret().set(CKA_VALUE_LEN, 33)),
              CKR_KEY_SIZE_RANGE);
    const auto made = session.derive(CKM_SHA256_KEY_DERIVATION, base, Template(aes).set(CKA_VALUE_LEN, 24));
    BOOST_TEST(session.number(made, CKA_VALUE_LEN) == 24U);
    const auto chacha = session.derive(CKM_SHA256_KEY_DERIVATION, base,
                                       secret_key(CKK_CHACHA20, {}).without(CKA_VALUE).without(CKA_DERIVE));
    BOOST_TEST(session.number(chacha, CKA_VALUE_LEN) == 32U);
}

CONFORMANCE(derivation, the_template_of_the_base_binds_the_derived_key, needs(CKM_SHA256_KEY_DERIVATION)) {
    Session session(subject);
    Template demanded = Template().flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false);
    const auto base = session.create(base_secret(pattern(32)).nested(CKA_DERIVE_TEMPLATE, demanded));
    const auto made = session.derive(CKM_SHA256_KEY_DERIVATION, base, bare());
    BOOST_TEST(session.flag(made, CKA_SENSITIVE));
    BOOST_TEST(!session.flag(made, CKA_EXTRACTABLE));
    EXPECT_RV(session.try_derive(CKM_SHA256_KEY_DERIVATION, base, bare().flag(CKA_SENSITIVE, false)),
              CKR_TEMPLATE_INCONSISTENT);
}

CONFORMANCE(derivation, hkdf_takes_a_salt_as_data_or_as_a_key, needs(CKM_HKDF_DERIVE)) {
    Session session(subject);
    const auto base = session.create(secret_key(CKK_HKDF, pattern(22)).without(CKA_ENCRYPT).without(CKA_DECRYPT));
    BOOST_TEST(session.number(base, CKA_KEY_TYPE) == CKK_HKDF);
    const auto salt = session.create(base_secret(pattern(13)));
    const auto value = [&](const HkdfChoice& choice) {
        const auto made = session.derive(hkdf(CKM_HKDF_DERIVE, choice), base, derived_secret().set(CKA_VALUE_LEN, 42));
        return to_hex(session.attribute(made, CKA_VALUE));
    };
    BOOST_TEST(value({.salt = pattern(13), .info = pattern(5)}) == value({.salt_key = salt, .info = pattern(5)}));
    BOOST_TEST(value({.salt = pattern(13)}) != value({.salt = pattern(12)}));
    EXPECT_RV(session.try_derive(hkdf(CKM_HKDF_DERIVE, {.extract = false, .expand = false}), base, derived_secret()),
              CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(session.try_derive(hkdf(CKM_HKDF_DERIVE, {}), base, derived_secret()), CKR_TEMPLATE_INCOMPLETE);
    const auto data = session.derive(hkdf(CKM_HKDF_DATA, {.salt = pattern(13), .info = pattern(5)}), base,
                                     Template().set(CKA_VALUE_LEN, 42).text(CKA_LABEL, "out of HKDF"));
    BOOST_TEST(session.number(data, CKA_CLASS) == CKO_DATA);
    BOOST_TEST(to_hex(session.attribute(data, CKA_VALUE)) == value({.salt = pattern(13), .info = pattern(5)}));
}

CONFORMANCE(derivation, hkdf_keys_are_generated, needs(CKM_HKDF_KEY_GEN)) {
    Session session(subject);
    const auto key = session.generate(CKM_HKDF_KEY_GEN, Template().set(CKA_VALUE_LEN, 32));
    BOOST_TEST(session.number(key, CKA_KEY_TYPE) == CKK_HKDF);
    BOOST_TEST(session.flag(key, CKA_DERIVE));
    BOOST_TEST(!session.flag(key, CKA_SIGN));
    MUST(session.try_derive(hkdf(CKM_HKDF_DERIVE, {}), key, derived_secret().set(CKA_VALUE_LEN, 16)));
    EXPECT_RV(session.try_generate(CKM_HKDF_KEY_GEN, Template()), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(
        session.try_generate(CKM_HKDF_KEY_GEN, Template().set(CKA_VALUE_LEN, 32).set(CKA_KEY_TYPE, CKK_GENERIC_SECRET)),
        CKR_TEMPLATE_INCONSISTENT);
}

// 3.1 §6.42.6: 48 and 16 bytes of SHA-256's HMAC are the first one and a half and the third segment.
CONFORMANCE(derivation, several_keys_come_out_of_one_call, needs(CKM_SP800_108_COUNTER_KDF)) {
    Session session(subject);
    const auto base = session.create(base_secret(pattern(32)));
    const std::vector<KdfField> fields{{CK_SP800_108_ITERATION_VARIABLE, 32}, {CK_SP800_108_BYTE_ARRAY, 0, pattern(9)}};
    const auto whole = session.derive(sp800_108(CKM_SP800_108_COUNTER_KDF, CKM_SHA256_HMAC, fields), base,
                                      derived_secret().set(CKA_VALUE_LEN, 96));
    Template second = derived_secret().set(CKA_VALUE_LEN, 16);
    CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
    std::vector<CK_DERIVED_KEY> more{{second.data(), second.size(), &made}};
    const auto first = session.derive(sp800_108(CKM_SP800_108_COUNTER_KDF, CKM_SHA256_HMAC, fields, {}, &more), base,
                                      derived_secret().set(CKA_VALUE_LEN, 48));
    const std::string stream = to_hex(session.attribute(whole, CKA_VALUE));
    BOOST_TEST(to_hex(session.attribute(first, CKA_VALUE)) == stream.substr(0, 96));
    BOOST_TEST(to_hex(session.attribute(made, CKA_VALUE)) == stream.substr(128, 32));
}

CONFORMANCE(derivation, a_template_at_fault_gets_no_handle_and_no_key_is_made, needs(CKM_SP800_108_COUNTER_KDF)) {
    Session session(subject);
    const auto base = session.create(base_secret(pattern(32)));
    Template good = derived_secret().set(CKA_VALUE_LEN, 16).text(CKA_LABEL, "of one call");
    Template bad = Template(good).set(CKA_CLASS, CKO_CERTIFICATE);
    CK_OBJECT_HANDLE handles[] = {77, 78};
    std::vector<CK_DERIVED_KEY> more{{good.data(), good.size(), &handles[0]}, {bad.data(), bad.size(), &handles[1]}};
    const std::vector<KdfField> fields{{CK_SP800_108_ITERATION_VARIABLE, 32}};
    EXPECT_RV(session.try_derive(sp800_108(CKM_SP800_108_COUNTER_KDF, CKM_SHA256_HMAC, fields, {}, &more), base, good),
              CKR_TEMPLATE_INCONSISTENT);
    BOOST_TEST(handles[0] == 77U);
    BOOST_TEST(handles[1] == CK_INVALID_HANDLE);
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "of one call")).empty());
}

CONFORMANCE(derivation, passwords_make_keys_of_the_type_that_is_named, needs(CKM_PKCS5_PBKD2)) {
    Session session(subject);
    const Mechanism mechanism = pbkdf2(CKP_PKCS5_PBKD2_HMAC_SHA256, text_bytes("password"), pattern(16), 1000);
    const auto key = session.generate(mechanism, aes_generation(32));
    BOOST_TEST(session.number(key, CKA_KEY_TYPE) == CKK_AES);
    BOOST_TEST(session.number(key, CKA_KEY_GEN_MECHANISM) == CKM_PKCS5_PBKD2);
    EXPECT_RV(session.try_generate(mechanism, aes_generation(32).without(CKA_KEY_TYPE)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_generate(mechanism, aes_generation(32).without(CKA_VALUE_LEN)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_generate(mechanism, aes_generation(17)), CKR_KEY_SIZE_RANGE);
    EXPECT_RV(session.try_generate(pbkdf2(CKP_PKCS5_PBKD2_HMAC_SHA256, text_bytes("password"), pattern(16), 0),
                                   aes_generation(32)),
              CKR_MECHANISM_PARAM_INVALID);
}

KVP11_CASES_END
