// The room keeps to itself: no trace in OpenSSL's error queue, algorithms fetched once, many threads at once.
#include "crypto/library.hpp"

#include <thread>
#include <vector>

#include "checks.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "crypto/symmetric.hpp"
#include "crypto/x509.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(library)

BOOST_AUTO_TEST_CASE(failures_leave_no_error_of_openssl_behind_and_remove_none) {
    ERR_raise(ERR_LIB_USER, 77);
    const unsigned long hosts = ERR_peek_last_error();
    BOOST_TEST(!PrivateHalf::parse(secret(pattern(50))).ok());
    BOOST_TEST(!parse_certificate(pattern(50)).ok());
    BOOST_TEST(!parse_private_key_pem(secret(pattern(50)), SecretBytes()).ok());
    BOOST_TEST(!parse_subject_public_key_info(pattern(50)).ok());
    PublicKey off_curve;
    off_curve.type = KeyType::Ec;
    off_curve.point = Bytes(65, 4);
    BOOST_TEST(!PublicHalf::parse(off_curve).ok());
    KeySpec spec;
    spec.type = KeyType::Ec;
    const auto key = must(PrivateHalf::generate(spec));
    auto verifier = must(must(PublicHalf::parse(key->public_key()))->verifier({.scheme = SignatureScheme::Ecdsa}));
    BOOST_TEST(!verifier->verify(pattern(32), Bytes(64)).ok());
    WrapAlgorithm wrap{};
    wrap.scheme = WrapScheme::AesKwp;
    BOOST_TEST(!aes_unwrap(SecretBytes(16), wrap, pattern(32)).ok());
    BOOST_TEST(ERR_peek_last_error() == hosts);
    BOOST_TEST(ERR_get_error() == hosts);
    BOOST_TEST(ERR_get_error() == 0UL);
}

BOOST_AUTO_TEST_CASE(nothing_is_in_the_default_context) {
    BOOST_TEST(OSSL_LIB_CTX_get0_global_default() != library_context());
    BOOST_TEST((library_context() == library_context()));
}

BOOST_AUTO_TEST_CASE(curves_have_their_names) {
    for (const char* name : {"P-256", "prime256v1", "secp256r1"})
        BOOST_TEST((must(curve_of_name(name)) == Curve::P256));
    BOOST_TEST((must(curve_of_name("secp256k1")) == Curve::P256K));
    for (const char* name : {"Ed25519", "edwards25519", "ED25519"})
        BOOST_TEST((must(curve_of_name(name)) == Curve::Ed25519));
    for (const char* name : {"X448", "curve448"}) BOOST_TEST((must(curve_of_name(name)) == Curve::X448));
    EXPECT_ERROR(curve_of_name("P-192"), Errc::CurveNotSupported);
}

BOOST_AUTO_TEST_CASE(one_key_serves_many_threads) {
    KeySpec spec;
    spec.type = KeyType::Ec;
    const auto key = must(PrivateHalf::generate(spec));
    const auto other = must(PublicHalf::parse(key->public_key()));
    std::vector<std::thread> threads;
    std::vector<int> good(4);
    for (std::size_t t = 0; t < good.size(); ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                const Bytes input = hash(Digest::Sha256, pattern(t * 100 + static_cast<std::size_t>(i)));
                Bytes signature(64);
                const auto signer = key->signer({.scheme = SignatureScheme::Ecdsa});
                const auto verifier = other->verifier({.scheme = SignatureScheme::Ecdsa});
                if (signer && verifier && (*signer)->sign(input, signature) && (*verifier)->verify(input, signature) &&
                    key->agree(key->public_key())) {
                    ++good[t];
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(good == std::vector<int>(4, 50));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
