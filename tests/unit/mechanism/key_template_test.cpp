#include <cstring>
#include <map>

#include "checks.hpp"
#include "crypto/digest.hpp"
#include "material_key.hpp"
#include "mechanism/key_template.hpp"

using namespace kvp11;
using namespace kvp11::mechanism;
using kvp11::test::from_hex;
using kvp11::test::must;
using kvp11::test::pattern;
using kvp11::test::to_hex;

namespace {

class Attributes final : public AttributeSource {
public:
    std::optional<ByteView> find(CK_ATTRIBUTE_TYPE type) const override {
        const auto at = values_.find(type);
        if (at == values_.end()) return std::nullopt;
        return at->second;
    }
    Attributes& set(CK_ATTRIBUTE_TYPE type, ByteView value) {
        values_[type] = copy_of(value);
        return *this;
    }
    Attributes& set(CK_ATTRIBUTE_TYPE type, CK_ULONG value) {
        return set(type, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
    }
    Attributes& remove(CK_ATTRIBUTE_TYPE type) {
        values_.erase(type);
        return *this;
    }

private:
    std::map<CK_ATTRIBUTE_TYPE, Bytes> values_;
};

const Bytes p256_params = from_hex("06082a8648ce3d030107");  // RFC 5480: 1.2.840.10045.3.1.7

KeySpec generated(CK_MECHANISM_TYPE type, const Attributes& attributes) {
    return must(generated_spec(*find_row(type), attributes));
}

Attributes rsa_private_attributes(const SecretMaterial& material, const PublicKey& key) {
    Attributes attributes;
    for (const auto type : {CKA_MODULUS, CKA_PUBLIC_EXPONENT}) attributes.set(type, must(public_attribute(key, type)));
    for (const auto type :
         {CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT}) {
        attributes.set(type, must(expose_attribute(KeyType::Rsa, material, type)).expose_bytes());
    }
    return attributes;
}

PublicKey public_key_of(const SecretMaterial& material) {
    return must(crypto::PrivateHalf::parse(material))->public_key();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_template)

BOOST_AUTO_TEST_CASE(key_types_go_both_ways) {
    for (const auto type : {CKK_RSA, CKK_EC, CKK_AES, CKK_GENERIC_SECRET}) {
        BOOST_TEST(ck_key_type(must(key_type_of(type))) == type);
    }
    BOOST_CHECK(must(key_type_of(CKK_SHA256_HMAC)) == KeyType::GenericSecret);
    EXPECT_FAILURE(key_type_of(CKK_DES3), Errc::AttributeValueInvalid);
    EXPECT_FAILURE(key_type_of(~0UL), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(an_rsa_spec_wants_a_size_of_the_service_and_an_odd_exponent) {
    Attributes attributes;
    const auto& row = *find_row(CKM_RSA_PKCS_KEY_PAIR_GEN);
    EXPECT_FAILURE(generated_spec(row, attributes), Errc::TemplateIncomplete);
    attributes.set(CKA_MODULUS_BITS, 3072UL);
    BOOST_CHECK((generated(row.type, attributes) == KeySpec{.type = KeyType::Rsa, .bits = 3072}));
    attributes.set(CKA_PUBLIC_EXPONENT, from_hex("00010001"));
    BOOST_TEST(generated(row.type, attributes).public_exponent == 65537U);
    for (const auto* bad : {"", "00", "02", "01", "010000", "0100000001"}) {
        attributes.set(CKA_PUBLIC_EXPONENT, from_hex(bad));
        EXPECT_FAILURE(generated_spec(row, attributes), Errc::AttributeValueInvalid);
    }
    attributes.remove(CKA_PUBLIC_EXPONENT);
    for (const CK_ULONG bits : {0UL, 1024UL, 2047UL, 8192UL, ~0UL}) {
        attributes.set(CKA_MODULUS_BITS, bits);
        EXPECT_FAILURE(generated_spec(row, attributes), Errc::KeySizeRange);
    }
    attributes.set(CKA_MODULUS_BITS, from_hex("00080000"));
    EXPECT_FAILURE(generated_spec(row, attributes), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(an_ec_spec_wants_one_of_our_curves) {
    const auto& row = *find_row(CKM_EC_KEY_PAIR_GEN);
    Attributes attributes;
    EXPECT_FAILURE(generated_spec(row, attributes), Errc::TemplateIncomplete);
    attributes.set(CKA_EC_PARAMS, p256_params);
    BOOST_CHECK(generated(row.type, attributes).curve == Curve::P256);
    attributes.set(CKA_EC_PARAMS, from_hex("06052b8104000a"));  // secp256k1
    BOOST_CHECK(generated(row.type, attributes).curve == Curve::P256K);
    attributes.set(CKA_EC_PARAMS, from_hex("06052b81040021"));  // secp224r1
    EXPECT_FAILURE(generated_spec(row, attributes), Errc::CurveNotSupported);
    for (const auto* bad : {"", "06", "0609", "30", "ffffffffffffffff"}) {
        attributes.set(CKA_EC_PARAMS, from_hex(bad));
        const auto result = generated_spec(row, attributes);
        BOOST_TEST(!result.ok());
        BOOST_TEST((result.code() == Errc::DomainParamsInvalid || result.code() == Errc::CurveNotSupported));
    }
}

BOOST_AUTO_TEST_CASE(a_secret_spec_wants_a_length_that_fits) {
    Attributes attributes;
    EXPECT_FAILURE(generated_spec(*find_row(CKM_AES_KEY_GEN), attributes), Errc::TemplateIncomplete);
    attributes.set(CKA_VALUE_LEN, 24UL);
    BOOST_TEST(generated(CKM_AES_KEY_GEN, attributes).bits == 192U);
    BOOST_TEST(generated(CKM_GENERIC_SECRET_KEY_GEN, attributes).bits == 192U);
    for (const CK_ULONG size : {0UL, 15UL, 20UL, 64UL, ~0UL}) {
        attributes.set(CKA_VALUE_LEN, size);
        EXPECT_FAILURE(generated_spec(*find_row(CKM_AES_KEY_GEN), attributes), Errc::KeySizeRange);
    }
    for (const CK_ULONG size : {0UL, 65537UL, ~0UL, ~0UL / 8 + 2}) {
        attributes.set(CKA_VALUE_LEN, size);
        EXPECT_FAILURE(generated_spec(*find_row(CKM_GENERIC_SECRET_KEY_GEN), attributes), Errc::KeySizeRange);
    }
    EXPECT_FAILURE(generated_spec(*find_row(CKM_AES_CBC), attributes), Errc::MechanismInvalid);
}

BOOST_AUTO_TEST_CASE(rsa_private_keys_go_both_ways_with_and_without_crt_values) {
    const auto material = must(test::rsa_key()->expose_material(MaterialUse::Copy));
    const PublicKey key = public_key_of(material);
    auto attributes = rsa_private_attributes(material, key);
    BOOST_CHECK(public_key_of(must(created_material(KeyType::Rsa, attributes))) == key);
    for (const auto type : {CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT}) {
        attributes.remove(type);
    }
    const auto again = must(created_material(KeyType::Rsa, attributes));
    BOOST_CHECK(public_key_of(again) == key);
    BOOST_TEST(must(expose_attribute(KeyType::Rsa, again, CKA_PRIVATE_EXPONENT))
                   .equals(must(expose_attribute(KeyType::Rsa, material, CKA_PRIVATE_EXPONENT))));
    for (const auto type : {CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_PRIVATE_EXPONENT}) {
        auto incomplete = attributes;
        EXPECT_FAILURE(created_material(KeyType::Rsa, incomplete.remove(type)), Errc::TemplateIncomplete);
        auto wrong = rsa_private_attributes(material, key);
        EXPECT_FAILURE(created_material(KeyType::Rsa, wrong.set(type, Bytes{3})), Errc::AttributeValueInvalid);
    }
    EXPECT_FAILURE(expose_attribute(KeyType::Rsa, material, CKA_VALUE), Errc::AttributeTypeInvalid);
}

BOOST_AUTO_TEST_CASE(ec_private_keys_go_both_ways_and_a_foreign_point_is_refused) {
    for (const Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::P256K}) {
        const auto material = must(test::ec_key(curve)->expose_material(MaterialUse::Copy));
        const PublicKey key = public_key_of(material);
        Attributes attributes;
        attributes.set(CKA_EC_PARAMS, must(public_attribute(key, CKA_EC_PARAMS)));
        EXPECT_FAILURE(created_material(KeyType::Ec, attributes), Errc::TemplateIncomplete);
        const auto scalar = must(expose_attribute(KeyType::Ec, material, CKA_VALUE));
        BOOST_TEST(scalar.size() == curve_size(curve));
        attributes.set(CKA_VALUE, scalar.expose_bytes());
        BOOST_CHECK(public_key_of(must(created_material(KeyType::Ec, attributes))) == key);
        attributes.set(CKA_EC_POINT, must(public_attribute(key, CKA_EC_POINT)));
        EXPECT_SUCCESS(created_material(KeyType::Ec, attributes));
        attributes.set(CKA_EC_POINT, pattern(65));
        EXPECT_FAILURE(created_material(KeyType::Ec, attributes), Errc::AttributeValueInvalid);
    }
    Attributes zero;
    zero.set(CKA_EC_PARAMS, p256_params).set(CKA_VALUE, Bytes(32));
    EXPECT_FAILURE(created_material(KeyType::Ec, zero), Errc::AttributeValueInvalid);
    zero.set(CKA_VALUE, Bytes(32, 0xff));
    EXPECT_FAILURE(created_material(KeyType::Ec, zero), Errc::AttributeValueInvalid);
    zero.set(CKA_VALUE, Bytes(33, 1));
    EXPECT_FAILURE(created_material(KeyType::Ec, zero), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(secret_keys_take_their_value) {
    Attributes attributes;
    EXPECT_FAILURE(created_material(KeyType::Aes, attributes), Errc::TemplateIncomplete);
    attributes.set(CKA_VALUE, pattern(24));
    const auto material = must(created_material(KeyType::Aes, attributes));
    BOOST_TEST(must(expose_attribute(KeyType::Aes, material, CKA_VALUE)).equals(SecretBytes::copy_of(pattern(24))));
    attributes.set(CKA_VALUE, pattern(20));
    EXPECT_FAILURE(created_material(KeyType::Aes, attributes), Errc::AttributeValueInvalid);
    EXPECT_SUCCESS(created_material(KeyType::GenericSecret, attributes));
    attributes.set(CKA_VALUE, ByteView());
    EXPECT_FAILURE(created_material(KeyType::GenericSecret, attributes), Errc::AttributeValueInvalid);
    EXPECT_FAILURE(expose_attribute(KeyType::Aes, material, CKA_PRIME_1), Errc::AttributeTypeInvalid);
}

BOOST_AUTO_TEST_CASE(public_keys_come_from_components_or_from_public_key_info) {
    for (const auto& key : {test::rsa_key(), test::ec_key(Curve::P521)}) {
        const PublicKey& value = key->record().public_key;
        Attributes attributes;
        EXPECT_FAILURE(created_public_key(value.type, attributes), Errc::TemplateIncomplete);
        for (const auto type : {CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_EC_PARAMS, CKA_EC_POINT}) {
            const auto component = public_attribute(value, type);
            if (component.ok()) attributes.set(type, *component);
        }
        BOOST_CHECK(must(created_public_key(value.type, attributes)) == value);
        Attributes info;
        info.set(CKA_PUBLIC_KEY_INFO, must(public_attribute(value, CKA_PUBLIC_KEY_INFO)));
        BOOST_CHECK(must(created_public_key(value.type, info)) == value);
        const KeyType other = value.type == KeyType::Rsa ? KeyType::Ec : KeyType::Rsa;
        EXPECT_FAILURE(created_public_key(other, info), Errc::AttributeValueInvalid);
        EXPECT_FAILURE(created_public_key(KeyType::Aes, info), Errc::AttributeValueInvalid);
        info.set(CKA_PUBLIC_KEY_INFO, pattern(30));
        EXPECT_FAILURE(created_public_key(value.type, info), Errc::AttributeValueInvalid);
    }
}

BOOST_AUTO_TEST_CASE(an_ec_point_is_der_and_taken_raw_as_well) {
    const PublicKey& key = test::ec_key()->record().public_key;
    const Bytes der = must(public_attribute(key, CKA_EC_POINT));
    BOOST_TEST(der.size() == 67U);
    BOOST_TEST(to_hex(ByteView(der).first(3)) == "044104");
    const Bytes longest = must(public_attribute(test::ec_key(Curve::P521)->record().public_key, CKA_EC_POINT));
    BOOST_TEST(to_hex(ByteView(longest).first(4)) == "04818504");
    Attributes attributes;
    attributes.set(CKA_EC_PARAMS, p256_params).set(CKA_EC_POINT, key.point);
    BOOST_CHECK(must(created_public_key(KeyType::Ec, attributes)) == key);
    Bytes off = key.point;
    off[64] ^= 1;
    for (const Bytes& bad : {off, Bytes{}, Bytes(65, 4), longest}) {
        attributes.set(CKA_EC_POINT, bad);
        EXPECT_FAILURE(created_public_key(KeyType::Ec, attributes), Errc::AttributeValueInvalid);
    }
}

BOOST_AUTO_TEST_CASE(public_attributes_have_their_encodings) {
    const PublicKey& rsa = test::rsa_key()->record().public_key;
    const Bytes bits = must(public_attribute(rsa, CKA_MODULUS_BITS));
    CK_ULONG number = 0;
    BOOST_REQUIRE(bits.size() == sizeof number);
    std::memcpy(&number, bits.data(), sizeof number);
    BOOST_TEST(number == 2048U);
    BOOST_TEST(must(public_attribute(rsa, CKA_MODULUS)).size() == 256U);
    BOOST_TEST(to_hex(must(public_attribute(rsa, CKA_PUBLIC_EXPONENT))) == "010001");
    EXPECT_FAILURE(public_attribute(rsa, CKA_EC_POINT), Errc::AttributeTypeInvalid);
    EXPECT_FAILURE(public_attribute(rsa, CKA_PRIVATE_EXPONENT), Errc::AttributeTypeInvalid);
    const PublicKey& ec = test::ec_key()->record().public_key;
    BOOST_CHECK(must(public_attribute(ec, CKA_EC_PARAMS)) == p256_params);
    EXPECT_FAILURE(public_attribute(ec, CKA_MODULUS), Errc::AttributeTypeInvalid);
    EXPECT_FAILURE(public_attribute(PublicKey{.type = KeyType::Aes, .n = {}, .e = {}, .point = {}}, CKA_MODULUS),
                   Errc::AttributeTypeInvalid);
}

BOOST_AUTO_TEST_CASE(check_values_are_those_of_the_standard) {
    // FIPS 197 AES-128 of a zero block under a zero key: 66e94bd4…; SHA-1 of nothing but zeros for others.
    BOOST_TEST(to_hex(must(check_value(KeyType::Aes, SecretBytes(16)))) == "66e94b");
    const Bytes secret = pattern(20);
    const Bytes digest = crypto::hash(Digest::Sha1, secret);
    BOOST_TEST(to_hex(must(check_value(KeyType::GenericSecret, SecretBytes::copy_of(secret)))) ==
               to_hex(ByteView(digest).first(3)));
}

BOOST_AUTO_TEST_SUITE_END()
