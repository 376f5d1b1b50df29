#include "crypto/key_material.hpp"

#include "checks.hpp"
#include "crypto/asymmetric.hpp"
#include "key_encodings.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

struct EcCase {
    Curve curve;
    const char* pkcs8;
};
const EcCase ec_cases[] = {
    {Curve::P256, p256_pkcs8}, {Curve::P384, p384_pkcs8}, {Curve::P521, p521_pkcs8}, {Curve::P256K, p256k_pkcs8}};

RsaComponents whole_rsa() {
    return {from_hex(rsa_n),   from_hex(rsa_e),    secret_hex(rsa_d),  secret_hex(rsa_p),
            secret_hex(rsa_q), secret_hex(rsa_dp), secret_hex(rsa_dq), secret_hex(rsa_qi)};
}

void forget_primes(RsaComponents& parts) {
    for (auto member :
         {&RsaComponents::p, &RsaComponents::q, &RsaComponents::dp, &RsaComponents::dq, &RsaComponents::qi}) {
        parts.*member = SecretBytes();
    }
}

void append(Bytes& out, ByteView part) { out.insert(out.end(), part.begin(), part.end()); }
Bytes sequence(const Bytes& content, std::uint8_t tag = 0x30) {
    Bytes der{tag};
    if (content.size() >= 128) der.push_back(0x81);
    der.push_back(static_cast<std::uint8_t>(content.size()));
    append(der, content);
    return der;
}

/// A P-256 PKCS#8 of the scalar 5 with what is given after the private value.
Bytes p256_with(const Bytes& after_scalar) {
    const Bytes scalar = from_hex("0420") + Bytes(31) + Bytes(1, 5);
    const Bytes inner = sequence(from_hex("020101") + scalar + after_scalar);
    const Bytes algorithm = from_hex("301306072a8648ce3d020106082a8648ce3d030107");
    return sequence(from_hex("020100") + algorithm + sequence(inner, 0x04));
}

BOOST_AUTO_TEST_SUITE(key_material)

BOOST_AUTO_TEST_CASE(rsa_components_pack_into_the_pkcs8_of_others_and_back) {
    const SecretMaterial packed = must(pack_rsa(whole_rsa()));
    BOOST_TEST(hex_of(packed) == rsa_pkcs8);
    const RsaComponents parts = must(expose_rsa(packed));
    BOOST_TEST(to_hex(parts.n) == rsa_n);
    BOOST_TEST(to_hex(parts.e) == rsa_e);
    BOOST_TEST(hex_of(parts.d) == rsa_d);
    BOOST_TEST(hex_of(parts.p) == rsa_p);
    BOOST_TEST(hex_of(parts.q) == rsa_q);
    BOOST_TEST(hex_of(parts.dp) == rsa_dp);
    BOOST_TEST(hex_of(parts.dq) == rsa_dq);
    BOOST_TEST(hex_of(parts.qi) == rsa_qi);
}

BOOST_AUTO_TEST_CASE(missing_rsa_components_are_computed) {
    RsaComponents parts = whole_rsa();
    for (auto member : {&RsaComponents::dp, &RsaComponents::dq, &RsaComponents::qi}) parts.*member = SecretBytes();
    BOOST_TEST(hex_of(must(pack_rsa(parts))) == rsa_pkcs8);
    parts.q = SecretBytes();
    BOOST_TEST(hex_of(must(pack_rsa(parts))) == rsa_pkcs8);
    parts = whole_rsa();
    parts.p = SecretBytes();
    BOOST_TEST(hex_of(must(pack_rsa(parts))) == rsa_pkcs8);
    RsaComponents least = whole_rsa();
    forget_primes(least);
    const SecretMaterial factored = must(pack_rsa(least));
    BOOST_TEST(hex_of(factored) == rsa_pkcs8);  // p > q here, as factoring orders them
    EXPECT_OK(PrivateHalf::parse(factored));
}

BOOST_AUTO_TEST_CASE(leading_zeros_of_components_do_not_matter) {
    RsaComponents parts = whole_rsa();
    parts.n.insert(parts.n.begin(), 2, 0);
    parts.d = secret_hex(std::string("0000") + rsa_d);
    parts.p = secret_hex(std::string("00") + rsa_p);
    BOOST_TEST(hex_of(must(pack_rsa(parts))) == rsa_pkcs8);
}

BOOST_AUTO_TEST_CASE(rsa_components_that_do_not_belong_together_are_refused) {
    const auto spoil = [](auto member) {
        RsaComponents parts = whole_rsa();
        (parts.*member).expose_writable().back() ^= 2;
        EXPECT_ERROR(pack_rsa(parts), Errc::AttributeValueInvalid);
    };
    for (auto member : {&RsaComponents::d, &RsaComponents::p, &RsaComponents::q, &RsaComponents::dp, &RsaComponents::dq,
                        &RsaComponents::qi}) {
        spoil(member);
    }
    RsaComponents parts = whole_rsa();
    parts.n.back() ^= 2;
    EXPECT_ERROR(pack_rsa(parts), Errc::AttributeValueInvalid);
    forget_primes(parts);
    EXPECT_ERROR(pack_rsa(parts), Errc::AttributeValueInvalid);
    parts = whole_rsa();
    parts.e = from_hex("03");
    EXPECT_ERROR(pack_rsa(parts), Errc::AttributeValueInvalid);
    parts = whole_rsa();
    parts.d = SecretBytes();
    EXPECT_ERROR(pack_rsa(parts), Errc::AttributeValueInvalid);
    parts = whole_rsa();
    parts.e.clear();
    EXPECT_ERROR(pack_rsa(parts), Errc::AttributeValueInvalid);
    parts = whole_rsa();
    parts.p = secret_hex("01");
    parts.q = secret_hex(rsa_n);
    EXPECT_ERROR(pack_rsa(parts), Errc::AttributeValueInvalid);
    EXPECT_ERROR(pack_rsa(RsaComponents{}), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(ec_scalars_pack_into_the_pkcs8_of_others_and_back) {
    for (const EcCase& row : ec_cases) {
        const SecretMaterial packed = must(pack_ec(row.curve, secret_hex("05")));
        BOOST_TEST(hex_of(packed) == row.pkcs8);
        const SecretBytes scalar = must(expose_ec_scalar(packed));
        BOOST_TEST(scalar.size() == curve_size(row.curve));
        BOOST_TEST(hex_of(scalar) == std::string(2 * curve_size(row.curve) - 2, '0') + "05");
        BOOST_TEST(must(pack_ec(row.curve, scalar)).equals(packed));
    }
}

BOOST_AUTO_TEST_CASE(ec_scalars_outside_the_order_are_refused) {
    for (const EcCase& row : ec_cases) {
        const std::size_t size = curve_size(row.curve);
        EXPECT_ERROR(pack_ec(row.curve, SecretBytes()), Errc::AttributeValueInvalid);
        EXPECT_ERROR(pack_ec(row.curve, SecretBytes(size)), Errc::AttributeValueInvalid);
        EXPECT_ERROR(pack_ec(row.curve, secret(Bytes(size, 0xff))), Errc::AttributeValueInvalid);
        EXPECT_ERROR(pack_ec(row.curve, secret(Bytes(size + 1, 1))), Errc::AttributeValueInvalid);
    }
    const char* order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    EXPECT_ERROR(pack_ec(Curve::P256, secret_hex(order)), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(an_ec_key_without_its_point_gets_it_computed) {
    const Bytes bare = p256_with({});
    const auto key = must(PrivateHalf::parse(secret(bare)));
    BOOST_TEST(hex_of(must(key->expose_pkcs8())) == p256_pkcs8);
    const Bytes with_parameters = p256_with(from_hex("a00a06082a8648ce3d030107"));
    BOOST_TEST(hex_of(must(must(PrivateHalf::parse(secret(with_parameters)))->expose_pkcs8())) == p256_pkcs8);
}

BOOST_AUTO_TEST_CASE(an_ec_keys_point_may_be_compressed) {
    const Bytes compressed =
        from_hex("a12403220002") + from_hex("51590b7a515140d2d784c85608668fdfef8c82fd1f5be52421554a0dc3d033ed");
    EXPECT_OK(PrivateHalf::parse(secret(p256_with(compressed))));
    Bytes other_sign = compressed;
    other_sign[5] = 3;
    EXPECT_ERROR(PrivateHalf::parse(secret(p256_with(other_sign))), Errc::AttributeValueInvalid);
    EXPECT_ERROR(PrivateHalf::parse(secret(p256_with(from_hex("a10403020000")))), Errc::AttributeValueInvalid);
    EXPECT_ERROR(PrivateHalf::parse(secret(p256_with(from_hex("a00706052b8104000a")))), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(an_ec_key_with_the_point_of_another_is_refused) {
    Bytes der = from_hex(p256_pkcs8);
    // The base point in place of 5·G.
    const Bytes base = from_hex("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                                "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
    std::copy(base.begin(), base.end(), der.end() - 65);
    EXPECT_ERROR(PrivateHalf::parse(secret(der)), Errc::AttributeValueInvalid);
    der.back() ^= 1;
    EXPECT_ERROR(PrivateHalf::parse(secret(der)), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(parsed_keys_say_what_they_are) {
    const auto rsa = must(PrivateHalf::parse(secret_hex(rsa_pkcs8)));
    BOOST_TEST((rsa->spec() == KeySpec{.type = KeyType::Rsa, .bits = 1024, .public_exponent = 65537}));
    BOOST_TEST(to_hex(rsa->public_key().n) == rsa_n);
    BOOST_TEST(to_hex(rsa->public_key().e) == rsa_e);
    for (const EcCase& row : ec_cases) {
        const auto ec = must(PrivateHalf::parse(secret_hex(row.pkcs8)));
        BOOST_TEST((ec->spec().type == KeyType::Ec));
        BOOST_TEST((ec->spec().curve == row.curve));
        BOOST_TEST((ec->public_key().curve == row.curve));
        BOOST_TEST(ec->public_key().point.size() == 1 + 2 * curve_size(row.curve));
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_pkcs8_of_our_types_is_refused) {
    EXPECT_ERROR(PrivateHalf::parse(SecretBytes()), Errc::AttributeValueInvalid);
    EXPECT_ERROR(PrivateHalf::parse(secret(Bytes(100, 0x30))), Errc::AttributeValueInvalid);
    const Bytes good = from_hex(rsa_pkcs8);
    for (std::size_t size = 0; size < good.size(); size += 13) {
        EXPECT_ERROR(PrivateHalf::parse(secret(ByteView(good).first(size))), Errc::AttributeValueInvalid);
    }
    EXPECT_ERROR(PrivateHalf::parse(secret(good + Bytes(1))), Errc::AttributeValueInvalid);
    Bytes changed = good;
    changed[200] ^= 1;
    EXPECT_ERROR(PrivateHalf::parse(secret(changed)), Errc::AttributeValueInvalid);
    // RFC 8410 §10.3's Ed25519 key under an identifier of 1.3.101.114, which nobody has. RFC 5915's bare ECPrivateKey
    // is no PKCS#8 either.
    EXPECT_ERROR(PrivateHalf::parse(secret_hex("302e020100300506032b657204220420"
                                               "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842")),
                 Errc::AttributeValueInvalid);
    EXPECT_ERROR(PrivateHalf::parse(
                     secret(sequence(from_hex("0201010420") + Bytes(31) + from_hex("05a00a06082a8648ce3d030107")))),
                 Errc::AttributeValueInvalid);
    EXPECT_ERROR(expose_rsa(secret_hex(p256_pkcs8)), Errc::AttributeValueInvalid);
    EXPECT_ERROR(expose_ec_scalar(secret_hex(rsa_pkcs8)), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(generated_keys_come_back_from_their_encoding) {
    for (KeyType type : {KeyType::Rsa, KeyType::Ec}) {
        KeySpec spec;
        spec.type = type;
        spec.bits = 1024;
        const auto key = must(PrivateHalf::generate(spec));
        const auto again = must(PrivateHalf::parse(must(key->expose_pkcs8())));
        BOOST_TEST((again->public_key() == key->public_key()));
        BOOST_TEST(must(again->expose_pkcs8()).equals(must(key->expose_pkcs8())));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
