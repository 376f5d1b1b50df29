// When a key may be used: enabled, not-before and expiry, and what goes on outside them.
#include "conformance/service/service_case.hpp"

#include <functional>

KVP11_SERVICE_CASES

namespace {

const Bytes digest(32, 0x5A);
const Bytes plain(32, 0x42);
const SignatureAlgorithm pkcs1{.scheme = SignatureScheme::RsaPkcs1};
const SignatureAlgorithm ecdsa{.scheme = SignatureScheme::Ecdsa};
const SignatureAlgorithm cmac{.scheme = SignatureScheme::AesCmac};
const CipherAlgorithm oaep{.scheme = CipherScheme::RsaOaep, .iv = {}, .aad = {}};
const CipherAlgorithm cbc{.scheme = CipherScheme::AesCbc, .iv = Bytes(16), .aad = {}};
const WrapAlgorithm rsa_wrap{.scheme = WrapScheme::RsaOaep, .label = {}, .iv = {}};
const WrapAlgorithm key_wrap{.scheme = WrapScheme::AesKw, .label = {}, .iv = {}};

/// What was made while the key was valid, to be verified, decrypted and unwrapped later.
struct Made {
    Bytes signature;
    Bytes ciphertext;
    Bytes wrapped;
};

Result<Bytes> run(Result<std::unique_ptr<Cipher>> cipher, const Bytes& input) {
    const std::unique_ptr<Cipher> running = TRY(std::move(cipher));
    Bytes output(512);
    std::size_t size = TRY(running->update(input, output));
    size += TRY(running->finish(MutableBytes(output).subspan(size)));
    output.resize(size);
    return output;
}

Result<void> without_value(const Result<Bytes>& result) { return result.ok() ? Result<void>() : fail(result.error()); }

Result<Bytes> sign_with(const Key& key, const SignatureAlgorithm& algorithm) {
    const auto signer = TRY(key.signer(algorithm));
    Bytes signature(signer->size());
    TRY(signer->sign(digest, signature));
    return signature;
}

Result<void> verify_with(const Key& key, const SignatureAlgorithm& algorithm, const Bytes& signature) {
    const auto verifier = TRY(key.verifier(algorithm));
    return verifier->verify(digest, signature);
}

Result<Bytes> mac_with(const Key& key, bool for_verifying) {
    const auto mac = TRY(key.mac(cmac, for_verifying));
    TRY(mac->start());
    TRY(mac->update(digest));
    Bytes value(mac->size());
    TRY(mac->finish(value));
    return value;
}

Result<void> unwrap_with(const Key& key, const WrapAlgorithm& algorithm, const Bytes& wrapped) {
    TRY(key.unwrap(algorithm, wrapped));
    return {};
}

struct UseRow {
    const char* name;
    bool goes_on;  // outside not-before and expiry
    std::function<Result<void>(const Key&, const Made&)> attempt;
};

using enum KeyType;

std::vector<UseRow> uses_of(KeyType type) {
    const auto wrap_key = [](const WrapAlgorithm& algorithm) {
        return
            [&algorithm](const Key& key, const Made&) { return without_value(key.wrap(algorithm, SecretBytes(32))); };
    };
    if (type == Aes) {
        return {
            {"sign", false, [](const Key& key, const Made&) { return without_value(mac_with(key, false)); }},
            {"verify", true, [](const Key& key, const Made&) { return without_value(mac_with(key, true)); }},
            {"encrypt", false,
             [](const Key& key, const Made&) { return without_value(run(key.encryptor(cbc), plain)); }},
            {"decrypt", true,
             [](const Key& key, const Made& data) { return without_value(run(key.decryptor(cbc), data.ciphertext)); }},
            {"wrap", false, wrap_key(key_wrap)},
            {"unwrap", true, [](const Key& key, const Made& data) { return unwrap_with(key, key_wrap, data.wrapped); }},
        };
    }
    if (type == Ec) {
        return {
            {"sign", false, [](const Key& key, const Made&) { return without_value(sign_with(key, ecdsa)); }},
            {"verify", true, [](const Key& key, const Made& data) { return verify_with(key, ecdsa, data.signature); }},
            {"agree", false,
             [](const Key& key, const Made&) -> Result<void> {
                 TRY(key.agree(key.record().public_key));
                 return {};
             }},
        };
    }
    return {
        {"sign", false, [](const Key& key, const Made&) { return without_value(sign_with(key, pkcs1)); }},
        {"verify", true, [](const Key& key, const Made& data) { return verify_with(key, pkcs1, data.signature); }},
        {"encrypt", false, [](const Key& key, const Made&) { return without_value(run(key.encryptor(oaep), plain)); }},
        {"decrypt", true,
         [](const Key& key, const Made& data) { return without_value(run(key.decryptor(oaep), data.ciphertext)); }},
        {"wrap", false, wrap_key(rsa_wrap)},
        {"unwrap", true, [](const Key& key, const Made& data) { return unwrap_with(key, rsa_wrap, data.wrapped); }},
    };
}

Made make_data(const Key& key) {
    switch (key.record().spec.type) {
        case Aes: return {*mac_with(key, false), *run(key.encryptor(cbc), plain), *key.wrap(key_wrap, SecretBytes(32))};
        case Ec: return {*sign_with(key, ecdsa), {}, {}};
        default:
            return {*sign_with(key, pkcs1), *run(key.encryptor(oaep), plain), *key.wrap(rsa_wrap, SecretBytes(32))};
    }
}

void check_uses(ServiceSubject& subject, const KeyId& id, const Made& data, std::optional<Errc> refusal, bool all) {
    const auto key = subject.backend().open(id);
    REQUIRE_OK(key);
    for (const UseRow& use : uses_of((*key)->record().spec.type)) {
        BOOST_TEST_CONTEXT(id.name << " " << use.name << " at " << subject.clock().now()) {
            if (refusal && (all || !use.goes_on)) {
                CHECK_FAILS(use.attempt(**key, data), *refusal);
            } else {
                CHECK_OK(use.attempt(**key, data));
            }
        }
    }
}

std::vector<NewKey> one_of_each() {
    NewKey pair = signing_pair("ec");
    pair.ops = pair.ops | KeyOps::Derive;
    return {rsa_pair("rsa"), pair, aes_key("aes")};
}

}  // namespace

SERVICE(validity, outside_its_times_a_key_only_decrypts_unwraps_and_verifies) {
    const std::int64_t begin = subject.clock().now() + 1000;
    const std::int64_t end = begin + 1000;
    for (const NewKey& wanted : one_of_each()) {
        subject.clock().set(begin - 500);
        const KeyId id = made(subject, wanted).id;
        const Made data = make_data(**subject.backend().open(id));
        KeyUpdate window;
        window.not_before = std::optional(begin);
        window.expires = std::optional(end);
        REQUIRE_OK(subject.backend().update(id, window));
        struct Moment {
            std::int64_t time;
            std::optional<Errc> refusal;
        };
        for (const Moment& moment : {Moment{begin - 1, Errc::KeyNotYetValid}, Moment{begin, {}}, Moment{end - 1, {}},
                                     Moment{end, Errc::KeyExpired}, Moment{end + 1'000'000, Errc::KeyExpired}}) {
            subject.clock().set(moment.time);
            check_uses(subject, id, data, moment.refusal, false);
        }
    }
}

SERVICE(validity, a_disabled_key_does_nothing) {
    for (const NewKey& wanted : one_of_each()) {
        const KeyId id = made(subject, wanted).id;
        const Made data = make_data(**subject.backend().open(id));
        KeyUpdate change;
        change.enabled = false;
        REQUIRE_OK(subject.backend().update(id, change));
        check_uses(subject, id, data, Errc::KeyDisabled, true);
        change.enabled = true;
        REQUIRE_OK(subject.backend().update(id, change));
        check_uses(subject, id, data, {}, false);
    }
}

SERVICE(validity, what_was_prepared_in_time_is_refused_after_it) {
    NewKey wanted = signing_pair("ends");
    wanted.expires = subject.clock().now() + 100;
    const KeyId id = made(subject, wanted).id;
    const auto key = subject.backend().open(id);
    REQUIRE_OK(key);
    const auto signer = (*key)->signer(ecdsa);
    const auto verifier = (*key)->verifier(ecdsa);
    REQUIRE_OK(signer);
    REQUIRE_OK(verifier);
    Bytes signature((*signer)->size());
    REQUIRE_OK((*signer)->sign(digest, signature));
    NewKey secret = aes_key("ends-too");
    secret.expires = wanted.expires;
    const auto aes = subject.backend().open(made(subject, secret).id);
    REQUIRE_OK(aes);
    const auto encryptor = (*aes)->encryptor(cbc);
    REQUIRE_OK(encryptor);
    const auto mac = (*aes)->mac(cmac, false);
    REQUIRE_OK(mac);
    subject.clock().advance(100);
    Bytes late(signature.size());
    CHECK_FAILS((*signer)->sign(digest, late), Errc::KeyExpired);
    BOOST_CHECK(late == Bytes(signature.size()));
    CHECK_OK((*verifier)->verify(digest, signature));
    CHECK_FAILS((*encryptor)->start(cbc), Errc::KeyExpired);
    CHECK_FAILS((*mac)->start(), Errc::KeyExpired);
}

SERVICE(validity, a_key_may_be_made_outside_its_times) {
    NewKey wanted = signing_pair("past");
    wanted.expires = subject.clock().now() - 10 * day;
    const KeyId past = made(subject, wanted).id;
    CHECK_FAILS(sign(subject.backend(), past), Errc::KeyExpired);
    wanted.name = "future";
    wanted.not_before = subject.clock().now() + 10 * day;
    wanted.expires.reset();
    const KeyId future = made(subject, wanted).id;
    CHECK_FAILS(sign(subject.backend(), future), Errc::KeyNotYetValid);
    KeyUpdate open_ended;
    open_ended.expires = std::optional<std::int64_t>{};
    REQUIRE_OK(subject.backend().update(past, open_ended));
    check_works(subject.backend(), past);
    subject.clock().advance(10 * day);
    check_works(subject.backend(), future);
}

SERVICE(validity, operations_that_a_key_does_not_name_are_refused) {
    struct Row {
        KeyOps ops;
        const char* use;
    };
    for (const Row& row : {Row{KeyOps::Sign, "sign"}, Row{KeyOps::Verify, "verify"}, Row{KeyOps::Encrypt, "encrypt"},
                           Row{KeyOps::Decrypt, "decrypt"}, Row{KeyOps::Wrap, "wrap"}, Row{KeyOps::Unwrap, "unwrap"}}) {
        NewKey wanted = aes_key(row.use);
        const KeyId id = made(subject, wanted).id;
        const Made data = make_data(**subject.backend().open(id));
        KeyUpdate narrow;
        narrow.ops = row.ops;
        REQUIRE_OK(subject.backend().update(id, narrow));
        const auto key = subject.backend().open(id);
        REQUIRE_OK(key);
        for (const UseRow& use : uses_of(Aes)) {
            BOOST_TEST_CONTEXT(row.use << ": " << use.name) {
                if (use.name == std::string(row.use)) {
                    CHECK_OK(use.attempt(**key, data));
                } else {
                    CHECK_FAILS(use.attempt(**key, data), Errc::KeyFunctionNotPermitted);
                }
            }
        }
    }
}

KVP11_SERVICE_CASES_END
