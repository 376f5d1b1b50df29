#include "fips/pairwise.hpp"

#include "crypto/checks.hpp"
#include "crypto/key_material.hpp"
#include "fips/error_state.hpp"
#include "support/process.hpp"

namespace kvp11::fips {
namespace {

using namespace kvp11::test;

constexpr KeyOps transport = KeyOps::Decrypt | KeyOps::Unwrap;

// p is a product of two primes of 256 bits: every relation between the components holds that can be checked without
// asking whether p is prime, and yet what d undoes is not what e did.
SecretMaterial rsa_with_a_composite_prime() {
    crypto::RsaComponents components;
    components.n = from_hex("ae8e0dfe755495f015e0e85721c0cce61f890dfdf1dc5642c2b23b4f1c7c45e2"
                            "b0e1a0850f13d62cf37ba4817eb96b470ea998112e42de9cddfc9c386102e620"
                            "b853e1bcf7a3e6cf4c25dc44a485497bea30059f9563148b87b324b0e294dada"
                            "dceb87b9f6bd94ca079f21a7dc0da5ca35d340e4e56c3c5fe533bc3d50daf4c9");
    components.e = {1, 0, 1};
    components.d = secret_hex("025b177442382087eb7bac1714f509aee7690d9fca465b81ae2802a5e830032f"
                              "728cb1026ab82d5150fdefb3f1b665ecc11567e07f7bd68e4e6eacdb13f01a93"
                              "fbc1ff3d1751d4ebf937c551ccda5f5589ab64bda6227512e3c4a6cc674d0407"
                              "696721ffb90f5dca5df5b45f8fc823978de17768a66d7204112608cb0bd78781");
    components.p = secret_hex("c83f22b1c33c55c0b324e00d602a2a7cc18018451c323cae11fa3727a1287055"
                              "8f494289af69d53d282c5b79b08ed523b860d2eeea7038c7c82b5c3e982f8661");
    return must(crypto::pack_rsa(components));
}

std::shared_ptr<const crypto::PrivateHalf> fresh(KeyType type, std::uint32_t bits, Curve curve = Curve::P256) {
    KeySpec spec;
    spec.type = type;
    spec.bits = bits;
    spec.curve = curve;
    return must(crypto::PrivateHalf::generate(spec));
}

BOOST_AUTO_TEST_SUITE(pairwise)

BOOST_AUTO_TEST_CASE(pairs_of_every_type_pass) {
    for (const Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::P256K}) {
        EXPECT_OK(pairwise_consistent(*fresh(KeyType::Ec, 0, curve), KeyOps::Sign, PairOrigin::Generated));
    }
    for (const Curve curve : {Curve::Ed25519, Curve::Ed448, Curve::X25519, Curve::X448}) {
        EXPECT_OK(pairwise_consistent(*fresh(type_of(curve), 0, curve), KeyOps::Sign, PairOrigin::Generated));
    }
    for (const std::uint32_t bits : {1024U, 2048U}) {
        const auto pair = fresh(KeyType::Rsa, bits);
        EXPECT_OK(pairwise_consistent(*pair, KeyOps::Sign, PairOrigin::Generated));
        EXPECT_OK(pairwise_consistent(*pair, transport, PairOrigin::Generated));
    }
}

// RSA Laboratories have published no pair so short; OpenSSL made this one: openssl genrsa 512.
BOOST_AUTO_TEST_CASE(the_shortest_modulus_that_can_be_imported_has_room_for_the_test) {
    crypto::RsaComponents components;
    components.n = from_hex("aba0b237d45f4c4e5b259be5d610e35d7b4bc69199831103cc1689b61a456ba5"
                            "29bea936dbac44a04e762b3fce46ad183b6e9de13b654420a4de91ce38834f5f");
    components.e = {1, 0, 1};
    components.d = secret_hex("3213972c7708bf48f58b49ab8c042d72ef30b2e574b72b55c24ca92dbb089a59"
                              "821cd9b38f28809b5439ed10e24053e3bda9ebe880c750de48d45accd1bde8a1");
    components.p = secret_hex("db494fc59a81bebe88a7a5942face6a0df1bb540bd8b632ceb998ea089bf7339");
    const auto pair = must(crypto::PrivateHalf::parse(must(crypto::pack_rsa(components))));
    EXPECT_OK(pairwise_consistent(*pair, transport, PairOrigin::Imported));
}

BOOST_AUTO_TEST_CASE(an_imported_pair_that_is_inconsistent_is_refused_and_stops_nobody_else) {
    const auto pair = must(crypto::PrivateHalf::parse(rsa_with_a_composite_prime()));
    EXPECT_ERROR(pairwise_consistent(*pair, KeyOps::Sign, PairOrigin::Imported), Errc::AttributeValueInvalid);
    BOOST_TEST(!in_error_state());
}

BOOST_AUTO_TEST_CASE(a_fresh_pair_that_is_inconsistent_leads_to_the_error_state) {
    for (const char* type : {"rsa", "ec"}) {
        const Ended ended = run({KVP11_FIPS_CHILD, "generated", type}, {{"KVP11_TEST_PAIRWISE_FAIL", "1"}});
        BOOST_TEST(ended.output == "pair: a fresh pair failed its consistency test\n"
                                   "state: a fresh pair failed its consistency test\n");
    }
}

BOOST_AUTO_TEST_CASE(the_injected_failure_of_an_imported_pair_is_the_callers) {
    const Ended ended = run({KVP11_FIPS_CHILD, "imported", "ec"}, {{"KVP11_TEST_PAIRWISE_FAIL", "1"}});
    BOOST_TEST(ended.output == "pair: the private half of the key does not belong to its public half\nstate: ok\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::fips
