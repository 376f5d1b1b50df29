// AES-GCM as the service does it: the IV is made inside and given back.
#include "conformance/service/service_case.hpp"

KVP11_SERVICE_CASES

namespace {

const Bytes message(100, 0x5A);

CipherAlgorithm gcm(Bytes iv = {}) {
    CipherAlgorithm algorithm{.scheme = CipherScheme::AesGcm, .iv = std::move(iv), .aad = Bytes(20, 3)};
    algorithm.iv_inside = algorithm.iv.empty();
    return algorithm;
}

Result<Bytes> run(Cipher& cipher, const Bytes& input) {
    Bytes output(cipher.output_bound(input.size()));
    const std::size_t first = TRY(cipher.update(input, output));
    const std::size_t last = TRY(cipher.finish(MutableBytes(output).subspan(first)));
    output.resize(first + last);
    return output;
}

// Each message has an IV of its own, with which the key opens it.
void check_messages(const Key& key) {
    const auto sealing = key.encryptor(gcm());
    REQUIRE_OK(sealing);
    Bytes before;
    for (int count = 0; count < 3; ++count) {
        const Bytes iv = copy_of((*sealing)->made_iv());
        BOOST_CHECK_EQUAL(iv.size(), 12U);
        BOOST_CHECK(iv != before);
        before = iv;
        const auto sealed = run(**sealing, message);
        REQUIRE_OK(sealed);
        const auto opening = key.decryptor(gcm(iv));
        REQUIRE_OK(opening);
        BOOST_CHECK(run(**opening, *sealed).value() == message);
        Bytes changed = *sealed;
        changed.back() ^= 1;
        REQUIRE_OK((*opening)->start(gcm(iv)));
        CHECK_FAILS(run(**opening, changed), Errc::EncryptedDataInvalid);
        REQUIRE_OK((*sealing)->start(gcm()));
    }
}

}  // namespace

SERVICE(encryption, makes_the_iv_of_each_message) {
    const KeyRecord key = made(subject, aes_key("plain"));
    check_messages(**subject.backend().open(key.id));
}

// Whose uses are looked at one by one.
SERVICE(encryption, makes_the_iv_with_a_key_that_has_a_time, .needs = Ability::Clock) {
    NewKey wanted = aes_key("timed");
    wanted.expires = subject.clock().now() + day;
    const KeyRecord key = made(subject, wanted);
    check_messages(**subject.backend().open(key.id));
}

SERVICE(encryption, takes_an_iv_or_makes_one) {
    const auto key = subject.backend().open(made(subject, aes_key("key")).id);
    REQUIRE_OK(key);
    CipherAlgorithm both = gcm(Bytes(12, 1));
    CHECK_OK((*key)->encryptor(both));
    both.iv_inside = true;
    CHECK_FAILS((*key)->encryptor(both), Errc::MechanismParamInvalid);
    CHECK_FAILS((*key)->decryptor(gcm()), Errc::MechanismParamInvalid);
    CipherAlgorithm neither = gcm();
    neither.iv_inside = false;
    CHECK_FAILS((*key)->encryptor(neither), Errc::MechanismParamInvalid);
    CipherAlgorithm cbc{.scheme = CipherScheme::AesCbc, .iv = {}, .aad = {}, .iv_inside = true};
    CHECK_FAILS((*key)->encryptor(cbc), Errc::MechanismParamInvalid);
}

// The indicator of the service: who chooses the IV decides.
SERVICE(encryption, is_approved_with_an_iv_made_inside) {
    const auto key = subject.backend().open(made(subject, aes_key("key")).id);
    REQUIRE_OK(key);
    BOOST_CHECK((*key)->is_approved(gcm(), false));
    BOOST_CHECK(!(*key)->is_approved(gcm(Bytes(12, 1)), false));
    BOOST_CHECK((*key)->is_approved(gcm(Bytes(12, 1)), true));
}

KVP11_SERVICE_CASES_END
