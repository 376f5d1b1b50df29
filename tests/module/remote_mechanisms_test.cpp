// What only a remote slot does: it refuses at Init what the service cannot do, lets the service choose the IV of
// AES-GCM, draws random bytes from the service, and asks for a key that is named once.
#include "module/remote_fixture.hpp"

namespace kvp11::test {
namespace {

Template aes_on_token() {
    return Template()
        .set(CKA_CLASS, CKO_SECRET_KEY)
        .set(CKA_KEY_TYPE, CKK_AES)
        .set(CKA_VALUE_LEN, 32)
        .flag(CKA_TOKEN, true)
        .flag(CKA_SENSITIVE, true)
        .flag(CKA_EXTRACTABLE, false)
        .flag(CKA_ENCRYPT, true)
        .flag(CKA_DECRYPT, true);
}

KeyPair rsa_on_token(Session& session) {
    return session.generate_pair(
        CKM_RSA_PKCS_KEY_PAIR_GEN,
        pair_public({1}).flag(CKA_TOKEN, true).set(CKA_MODULUS_BITS, 2048).bytes(CKA_PUBLIC_EXPONENT, {1, 0, 1}),
        pair_private({1}).flag(CKA_TOKEN, true).flag(CKA_DECRYPT, true));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(remote_mechanisms, RemoteHost)

BOOST_AUTO_TEST_CASE(what_the_service_cannot_do_is_refused_at_init) {
    const CK_OBJECT_HANDLE rsa = rsa_on_token(session).private_key;
    const double before = requests("KeySign") + requests("KeyDecrypt");
    for (Mechanism mechanism : {pss(CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, 20), pss(CKM_RSA_PKCS_PSS, CKM_SHA256, 0),
                                pss(CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, CKM_SHA_1, 32)}) {
        EXPECT_RV(f()->C_SignInit(session.handle(), mechanism.get(), rsa), CKR_MECHANISM_PARAM_INVALID);
    }
    for (Mechanism mechanism : {Mechanism(CKM_RSA_X_509), Mechanism(CKM_SHA1_RSA_PKCS)}) {
        EXPECT_RV_IN(f()->C_SignInit(session.handle(), mechanism.get(), rsa), CKR_MECHANISM_PARAM_INVALID,
                     CKR_MECHANISM_INVALID);
    }
    for (Mechanism mechanism : {oaep(CKM_SHA512, CKM_SHA512), oaep(CKM_SHA256, CKM_SHA_1)}) {
        EXPECT_RV(f()->C_DecryptInit(session.handle(), mechanism.get(), rsa), CKR_MECHANISM_PARAM_INVALID);
    }
    BOOST_TEST(requests("KeySign") + requests("KeyDecrypt") == before);
    BOOST_TEST((content_of((subject.folder() / "kvp11.log").string()).find("salt") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(the_service_makes_the_iv_of_gcm_and_the_callers_buffer_is_filled) {
    const CK_OBJECT_HANDLE key = session.generate(CKM_AES_KEY_GEN, aes_on_token());
    Bytes iv(12, 0);
    Bytes aad = pattern(20);
    CK_GCM_PARAMS parameters{iv.data(), 12, 96, aad.data(), 20, 128};
    CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof parameters};
    Bytes text = pattern(100);
    Bytes secret(200);
    CK_ULONG size = secret.size();
    MUST(f()->C_EncryptInit(session.handle(), &mechanism, key));
    MUST(f()->C_Encrypt(session.handle(), text.data(), 100, secret.data(), &size));
    BOOST_TEST(size == 116u);
    secret.resize(size);
    BOOST_TEST(to_hex(iv) != to_hex(Bytes(12, 0)));
    BOOST_TEST(to_hex(session.decrypt(gcm(iv, aad), key, secret)) == to_hex(text));
    secret[3] ^= 1;
    EXPECT_RV(session.try_decrypt(gcm(iv, aad), key, secret), CKR_ENCRYPTED_DATA_INVALID);
}

BOOST_AUTO_TEST_CASE(an_iv_of_the_callers_own_is_refused_at_init_with_a_line_that_says_why) {
    const CK_OBJECT_HANDLE key = session.generate(CKM_AES_KEY_GEN, aes_on_token());
    Mechanism mechanism = gcm(pattern(12));
    EXPECT_RV(f()->C_EncryptInit(session.handle(), mechanism.get(), key), CKR_MECHANISM_PARAM_INVALID);
    BOOST_TEST((content_of((subject.folder() / "kvp11.log").string()).find("IV") != std::string::npos));
    BOOST_TEST(requests("KeyEncrypt") == 0.0);
}

BOOST_AUTO_TEST_CASE(random_bytes_come_from_the_service_in_portions) {
    Bytes bytes(1000, 0);
    MUST(f()->C_GenerateRandom(session.handle(), bytes.data(), bytes.size()));
    BOOST_TEST(requests("RandomGet") == 8.0);  // of 128 bytes at most
    BOOST_TEST(to_hex({bytes.data() + 990, 10}) != to_hex(Bytes(10, 0)));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_named_is_found_without_a_list) {
    session.generate_pair(CKM_EC_KEY_PAIR_GEN,
                          pair_public({})
                              .flag(CKA_TOKEN, true)
                              .text(CKA_LABEL, "named")
                              .bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters),
                          pair_private({}).flag(CKA_TOKEN, true).text(CKA_LABEL, "named"));
    std::filesystem::remove_all(pool().folder().string() + "-cache");
    subject.restart();
    Session fresh(subject);
    const double lists = requests("KeyList");
    const double reads = requests("KeyGet");
    const auto found = fresh.find(Template().set(CKA_CLASS, CKO_PRIVATE_KEY).text(CKA_LABEL, "named"));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    MUST(sign(fresh.handle(), found[0]));
    BOOST_TEST(requests("KeyList") == lists);
    BOOST_TEST(requests("KeyGet") <= reads + 1);
}

BOOST_AUTO_TEST_CASE(a_wrong_pin_is_a_wrong_pin_and_a_right_one_works_afterwards) {
    session.logout();
    EXPECT_RV(session.try_login(CKU_USER, "not-the-secret"), CKR_PIN_INCORRECT);
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_OK);
    const auto found = session.find(Template().set(CKA_CLASS, CKO_PRIVATE_KEY));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    MUST(sign(session.handle(), found[0]));
    const std::string log = content_of((subject.folder() / "kvp11.log").string());
    BOOST_TEST((log.find("not-the-secret") == std::string::npos));
    BOOST_TEST((log.find(user_pin) == std::string::npos));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
