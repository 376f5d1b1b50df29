#include "token/object.hpp"

#include <boost/test/unit_test.hpp>

#include "token/draft.hpp"
#include "token/finding.hpp"

using namespace kvp11;
using namespace kvp11::token;

namespace {

std::shared_ptr<KeyRecord> pair_of_the_service() {
    auto record = std::make_shared<KeyRecord>();
    record->id = {"web", "0123456789abcdef0123456789abcdef"};
    record->spec.type = KeyType::Ec;
    record->public_key.type = KeyType::Ec;
    record->ops = KeyOps::Sign | KeyOps::Verify;
    record->face.label = {'w', 'e', 'b'};
    record->public_face = record->face;
    record->public_face->is_private = false;
    return record;
}

Object half(ObjectKind kind) {
    const auto record = pair_of_the_service();
    return Object({kind, record->id}, true, record);
}

Bytes value(const Object& object, CK_ATTRIBUTE_TYPE type) {
    return object.value(*find_rule(object.kind(), type)).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(objects)

BOOST_AUTO_TEST_CASE(keys_without_extras_have_attributes_by_their_operations) {
    const Object private_half = half(ObjectKind::PrivateKey);
    BOOST_TEST(private_half.flag(CKA_SIGN));
    BOOST_TEST(!private_half.flag(CKA_DERIVE));
    BOOST_TEST(!private_half.flag(CKA_VERIFY));
    BOOST_TEST(private_half.flag(CKA_MODIFIABLE));
    BOOST_TEST((value(private_half, CKA_KEY_TYPE) == encode_number(CKK_EC)));
    BOOST_TEST(half(ObjectKind::PublicKey).flag(CKA_VERIFY));
}

BOOST_AUTO_TEST_CASE(keys_without_extras_have_the_attributes_of_their_origin) {
    auto record = pair_of_the_service();
    for (const bool generated : {true, false}) {
        record->generated = generated;
        const Object object({ObjectKind::PrivateKey, record->id}, true, record);
        for (const CK_ATTRIBUTE_TYPE type : {CKA_LOCAL, CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE}) {
            BOOST_TEST(object.flag(type) == generated);
        }
        const CK_ULONG generator = generated ? CKM_EC_KEY_PAIR_GEN : CK_UNAVAILABLE_INFORMATION;
        BOOST_TEST((value(object, CKA_KEY_GEN_MECHANISM) == encode_number(generator)));
    }
    record->generated = true;
    record->protection = {.sensitive = false, .extractable = true};
    const Object open({ObjectKind::PrivateKey, record->id}, true, record);
    BOOST_TEST(!open.flag(CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!open.flag(CKA_NEVER_EXTRACTABLE));
    BOOST_TEST(open.flag(CKA_LOCAL));
}

BOOST_AUTO_TEST_CASE(the_halves_differ_in_class_privacy_and_unique_id) {
    const Object private_half = half(ObjectKind::PrivateKey);
    const Object public_half = half(ObjectKind::PublicKey);
    BOOST_TEST(private_half.is_private());
    BOOST_TEST(!public_half.is_private());
    BOOST_TEST((value(private_half, CKA_CLASS) != value(public_half, CKA_CLASS)));
    BOOST_TEST((value(private_half, CKA_UNIQUE_ID) != value(public_half, CKA_UNIQUE_ID)));
}

BOOST_AUTO_TEST_CASE(a_list_of_allowed_mechanisms_allows_no_others) {
    auto record = pair_of_the_service();
    const Object free({ObjectKind::PrivateKey, record->id}, true, record);
    BOOST_TEST(free.allows_mechanism(CKM_ECDSA));
    record = pair_of_the_service();
    record->face.extras[CKA_ALLOWED_MECHANISMS] = encode_number(CKM_ECDSA_SHA256);
    const Object bound({ObjectKind::PrivateKey, record->id}, true, record);
    BOOST_TEST(bound.allows_mechanism(CKM_ECDSA_SHA256));
    BOOST_TEST(!bound.allows_mechanism(CKM_ECDSA));
}

BOOST_AUTO_TEST_CASE(matching_wants_every_attribute_exactly) {
    const Object object = half(ObjectKind::PrivateKey);
    Template wanted;
    BOOST_TEST(matches(object, wanted));
    wanted.set(CKA_SIGN, encode_flag(true));
    BOOST_TEST(matches(object, wanted));
    wanted.set(CKA_TOKEN, encode_flag(false));
    BOOST_TEST(!matches(object, wanted));
    Template foreign;
    foreign.set(CKA_MODULUS, Bytes(1));
    BOOST_TEST(!matches(object, foreign));
}

BOOST_AUTO_TEST_CASE(a_record_of_a_public_key_is_a_key) {
    PublicKey key;
    key.type = KeyType::Rsa;
    key.n = Bytes(256, 0xc5);
    key.e = {1, 0, 1};
    const auto record = public_key_record(key, Face{});
    BOOST_REQUIRE(record.ok());
    const auto object = Object::of_record(true, std::make_shared<const Record>(*record));
    BOOST_REQUIRE(object.ok());
    BOOST_TEST((value(**object, CKA_MODULUS) == key.n));
    BOOST_TEST((value(**object, CKA_MODULUS_BITS) == encode_number(2048)));
    BOOST_TEST((*object)->flag(CKA_VERIFY));
}

BOOST_AUTO_TEST_CASE(a_record_of_an_unknown_class_is_no_object) {
    Record record;
    record.object_class = CKO_VENDOR_DEFINED | 7;
    BOOST_TEST(!Object::of_record(true, std::make_shared<const Record>(record)).ok());
}

BOOST_AUTO_TEST_SUITE_END()
