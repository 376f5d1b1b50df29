#include "fips/self_test.hpp"

#include <cstdlib>

#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "crypto/symmetric.hpp"
#include "fips/error_state.hpp"

namespace kvp11::fips {
namespace {

Bytes hex(std::string_view text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) * 16 + digit(text[i + 1])));
    }
    return bytes;
}

// FIPS 180-4, the one-block example.
Result<bool> sha256_passes() {
    const Bytes want = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    return crypto::hash(Digest::Sha256, bytes_of("abc")) == want;
}

// RFC 4231, test case 2.
Result<bool> hmac_passes() {
    auto mac = TRY(crypto::mac(SecretBytes::copy_of(bytes_of("Jefe")), {.scheme = SignatureScheme::Hmac}));
    Bytes got(mac->size());
    TRY(mac->start());
    TRY(mac->update(bytes_of("what do ya want for nothing?")));
    TRY(mac->finish(got));
    return got == hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14, both ways and with a wrong tag.
Result<bool> aes_gcm_passes() {
    const SecretBytes key(32);
    const CipherAlgorithm algorithm{.scheme = CipherScheme::AesGcm, .iv = Bytes(12), .aad = {}};
    const Bytes plain(16);
    Bytes box(32);
    auto encryptor = TRY(crypto::aes_cipher(key, algorithm, crypto::Direction::Encrypt));
    const std::size_t size = TRY(encryptor->update(plain, box));
    TRY(encryptor->finish(MutableBytes(box).subspan(size)));
    if (box != hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")) return false;
    auto decryptor = TRY(crypto::aes_cipher(key, algorithm, crypto::Direction::Decrypt));
    Bytes opened(32);
    const std::size_t first = TRY(decryptor->update(box, opened));
    const std::size_t rest = TRY(decryptor->finish(MutableBytes(opened).subspan(first)));
    opened.resize(first + rest);
    if (opened != plain) return false;
    box.back() ^= 1U;
    TRY(decryptor->start(algorithm));
    Bytes refused(32);
    TRY(decryptor->update(box, refused));
    return !decryptor->finish(refused).ok();
}

Result<bool> accepts_only(Verifier& verifier, Bytes digest, const Bytes& signature) {
    if (!verifier.verify(digest, signature).ok()) return false;
    digest.front() ^= 1U;
    return !verifier.verify(digest, signature).ok();
}

// RFC 6979 A.2.5, SHA-256 of "sample".
Result<bool> ecdsa_passes() {
    PublicKey key;
    key.type = KeyType::Ec;
    key.point = hex("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
    const Bytes signature = hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
    const auto half = TRY(crypto::PublicHalf::parse(key));
    const auto verifier = TRY(half->verifier({.scheme = SignatureScheme::Ecdsa}));
    return accepts_only(*verifier, crypto::hash(Digest::Sha256, bytes_of("sample")), signature);
}

// RFC 7515 A.2, the JWS with RS256.
Result<bool> rsa_passes() {
    PublicKey key;
    key.n = TRY(crypto::from_base64url(
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZ"
        "S-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2"
        "R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcD"
        "TW9gb54h4FRWyuXpoQ"));
    key.e = {1, 0, 1};
    const Bytes signature = TRY(crypto::from_base64url(
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU"
        "Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d"
        "O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig"
        "cN_IoypGlUPQGe77Rw"));
    const std::string_view message =
        "eyJhbGciOiJSUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const auto half = TRY(crypto::PublicHalf::parse(key));
    const auto verifier = TRY(half->verifier({.scheme = SignatureScheme::RsaPkcs1, .digest = Digest::Sha256}));
    return accepts_only(*verifier, crypto::hash(Digest::Sha256, bytes_of(message)), signature);
}

struct SelfTest {
    const char* algorithm;
    Result<bool> (*passes)();
};
constexpr SelfTest tests[] = {
    {"SHA-256", sha256_passes},           {"HMAC-SHA-256", hmac_passes},          {"AES-256-GCM", aes_gcm_passes},
    {"ECDSA P-256 verify", ecdsa_passes}, {"RSA PKCS#1 v1.5 verify", rsa_passes},
};

std::vector<SelfTestResult> run_all() {
    const char* wish = std::getenv("KVP11_TEST_SELF_TEST_FAIL");
    bool fail_next = wish && std::string_view(wish) == "1";
    std::vector<SelfTestResult> results;
    for (const SelfTest& test : tests) {
        const Result<bool> passed = test.passes();
        results.push_back({test.algorithm, passed.ok() && passed.value() && !fail_next});
        fail_next = false;
        if (!results.back().passed) enter_error_state(std::string("the self-test of ") + test.algorithm + " failed");
    }
    return results;
}

}  // namespace

const std::vector<SelfTestResult>& self_test_results() {
    // Never destroyed: the last user of cryptography may run after the static destructors.
    static const auto* const results = new std::vector<SelfTestResult>(run_all());
    return *results;
}

}  // namespace kvp11::fips
