#include "token/draft.hpp"

#include <boost/test/unit_test.hpp>

using namespace kvp11;
using namespace kvp11::token;

namespace {

const Kind rsa_private{CKO_PRIVATE_KEY, KeyType::Rsa};
const Kind aes{CKO_SECRET_KEY, KeyType::Aes};

Draft drafted(const Kind& kind, Making how, const Template& given = {}) {
    auto draft = draft_object(kind, given, Origin{.how = how, .mechanism = CKM_AES_KEY_GEN}, false);
    BOOST_REQUIRE(draft.ok());
    return std::move(*draft);
}

Bytes extra(const Draft& draft, CK_ATTRIBUTE_TYPE type) { return draft.face.extras.at(type); }

Template saying(std::initializer_list<std::pair<CK_ATTRIBUTE_TYPE, bool>> flags) {
    Template made;
    for (const auto& [type, value] : flags) made.set(type, encode_flag(value));
    return made;
}

std::shared_ptr<const Object> object_of(const Draft& draft) {
    auto record = std::make_shared<KeyRecord>();
    record->spec.type = *draft.kind.key_type;
    record->face = draft.face;
    record->protection = draft.protection;
    record->ops = draft.ops;
    const ObjectKind half = draft.kind.object_class == CKO_PRIVATE_KEY ? ObjectKind::PrivateKey : ObjectKind::SecretKey;
    return std::make_shared<const Object>(ObjectRef{half, {"k", "1"}}, true, std::move(record));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(draft)

BOOST_AUTO_TEST_CASE(generated_private_keys_are_closed_and_say_so) {
    const Draft key = drafted(rsa_private, Making::Generate);
    BOOST_TEST(key.protection.sensitive);
    BOOST_TEST(!key.protection.extractable);
    BOOST_TEST(key.face.is_private);
    BOOST_TEST(!key.on_token);
    BOOST_TEST((extra(key, CKA_LOCAL) == encode_flag(true)));
    BOOST_TEST((extra(key, CKA_ALWAYS_SENSITIVE) == encode_flag(true)));
    BOOST_TEST((extra(key, CKA_NEVER_EXTRACTABLE) == encode_flag(true)));
    BOOST_TEST((extra(key, CKA_KEY_GEN_MECHANISM) == encode_number(CKM_AES_KEY_GEN)));
}

BOOST_AUTO_TEST_CASE(an_unwrapped_key_was_never_always_closed) {
    const Draft key = drafted(aes, Making::Unwrap, saying({{CKA_SENSITIVE, true}, {CKA_EXTRACTABLE, false}}));
    BOOST_TEST(key.protection.sensitive);
    BOOST_TEST((extra(key, CKA_LOCAL) == encode_flag(false)));
    BOOST_TEST((extra(key, CKA_ALWAYS_SENSITIVE) == encode_flag(false)));
    BOOST_TEST((extra(key, CKA_NEVER_EXTRACTABLE) == encode_flag(false)));
    BOOST_TEST(!key.face.extras.contains(CKA_KEY_GEN_MECHANISM));
}

BOOST_AUTO_TEST_CASE(a_derived_key_inherits_its_history) {
    Bases bases{.always_sensitive = true, .never_extractable = true};
    const Template closed = saying({{CKA_SENSITIVE, true}, {CKA_EXTRACTABLE, false}});
    const auto made = [&] { return draft_object(aes, closed, Origin{.how = Making::Derive, .bases = bases}, false); };
    BOOST_REQUIRE(made().ok());
    BOOST_TEST((extra(*made(), CKA_ALWAYS_SENSITIVE) == encode_flag(true)));
    bases.always_sensitive = false;
    BOOST_TEST((extra(*made(), CKA_ALWAYS_SENSITIVE) == encode_flag(false)));
}

BOOST_AUTO_TEST_CASE(a_derived_key_is_as_its_base_unless_told_otherwise_and_no_less_closed_when_it_holds_its_bytes) {
    using mechanism::Heritage;
    Bases bases{.sensitive = true, .extractable = false, .wrap_with_trusted = true};
    const auto made = [&](const Template& given) {
        return draft_object(aes, given, Origin{.how = Making::Derive, .bases = bases}, false);
    };
    const Template open = saying({{CKA_SENSITIVE, false}, {CKA_EXTRACTABLE, true}});
    BOOST_TEST(made({})->protection.sensitive);
    BOOST_TEST(!made({})->protection.extractable);
    BOOST_TEST(!made({})->protection.wrap_with_trusted);
    BOOST_TEST(!made(open)->protection.sensitive);
    bases.heritage = Heritage::Kept;
    BOOST_TEST(made({})->protection.wrap_with_trusted);
    for (const auto& [type, value] :
         {std::pair(CKA_SENSITIVE, false), std::pair(CKA_EXTRACTABLE, true), std::pair(CKA_WRAP_WITH_TRUSTED, false)}) {
        BOOST_TEST((made(saying({{type, value}})).code() == Errc::TemplateInconsistent), type);
    }
    bases.gives_defaults = false;
    bases.heritage = Heritage::OneWay;
    BOOST_TEST(!made({})->protection.sensitive);
}

BOOST_AUTO_TEST_CASE(the_mechanism_that_generates_a_secret_names_it) {
    const Kind secret{CKO_SECRET_KEY, KeyType::GenericSecret};
    const Origin origin{.how = Making::Generate, .mechanism = CKM_HKDF_KEY_GEN, .secret_name = CKK_HKDF};
    const auto key = draft_object(secret, {}, origin, false);
    BOOST_REQUIRE(key.ok());
    BOOST_TEST((extra(*key, CKA_KEY_TYPE) == encode_number(CKK_HKDF)));
    BOOST_TEST((key->ops == KeyOps::Derive));
    Template other;
    other.set(CKA_KEY_TYPE, encode_number(CKK_SHA256_HMAC));
    BOOST_TEST((draft_object(secret, other, origin, false).code() == Errc::TemplateInconsistent));
}

BOOST_AUTO_TEST_CASE(usages_default_to_what_the_key_is_for_and_are_kept_as_said) {
    const Draft silent = drafted(rsa_private, Making::Generate);
    BOOST_TEST((silent.ops == (KeyOps::Sign | KeyOps::Decrypt | KeyOps::Unwrap)));
    const Draft signer = drafted(rsa_private, Making::Generate, saying({{CKA_DECRYPT, false}, {CKA_DERIVE, true}}));
    BOOST_TEST((signer.ops == (KeyOps::Sign | KeyOps::Unwrap)));
    BOOST_TEST((extra(signer, CKA_DERIVE) == encode_flag(true)));  // no operation of RSA, but what was said
}

BOOST_AUTO_TEST_CASE(only_private_keys_authenticate_always) {
    const auto drafted_with = [](bool always, bool is_private) {
        return draft_object(rsa_private, saying({{CKA_ALWAYS_AUTHENTICATE, always}, {CKA_PRIVATE, is_private}}),
                            Origin{.how = Making::Generate}, false);
    };
    BOOST_TEST(drafted_with(false, false).ok());
    BOOST_TEST(drafted_with(true, true).ok());
    BOOST_TEST((drafted_with(true, false).code() == Errc::TemplateInconsistent));
}

BOOST_AUTO_TEST_CASE(kinds_come_from_the_template_or_from_what_is_expected) {
    Template given;
    BOOST_TEST((kind_of(given, {}).code() == Errc::TemplateIncomplete));
    BOOST_TEST((*kind_of(given, aes) == aes));
    given.set(CKA_CLASS, encode_number(CKO_SECRET_KEY));
    BOOST_TEST((kind_of(given, {}).code() == Errc::TemplateIncomplete));
    given.set(CKA_KEY_TYPE, encode_number(CKK_RSA));
    BOOST_TEST((kind_of(given, {}).code() == Errc::TemplateInconsistent));
    given.set(CKA_CLASS, encode_number(CKO_VENDOR_DEFINED | 1));
    BOOST_TEST((kind_of(given, {}).code() == Errc::AttributeValueInvalid));
}

BOOST_AUTO_TEST_CASE(protection_changes_in_one_direction_only) {
    const auto open = object_of(drafted(aes, Making::Create, [] {
        Template t;
        t.set(CKA_CLASS, encode_number(CKO_SECRET_KEY));
        t.set(CKA_KEY_TYPE, encode_number(CKK_AES));
        t.set(CKA_VALUE, Bytes(16));
        return t;
    }()));
    const auto closed = changed(*open, saying({{CKA_SENSITIVE, true}, {CKA_EXTRACTABLE, false}}), may::set, false);
    BOOST_REQUIRE(closed.ok());
    BOOST_TEST(closed->protection.sensitive);
    BOOST_TEST((extra(*closed, CKA_ALWAYS_SENSITIVE) == encode_flag(false)));
    const auto now = object_of(*closed);
    BOOST_TEST((changed(*now, saying({{CKA_SENSITIVE, false}}), may::set, false).code() == Errc::AttributeReadOnly));
    BOOST_TEST((changed(*now, saying({{CKA_EXTRACTABLE, true}}), may::set, false).code() == Errc::AttributeReadOnly));
    BOOST_TEST(changed(*now, saying({{CKA_SENSITIVE, true}}), may::set, false).ok());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_set_may_be_said_if_it_is_so_already) {
    const auto key = object_of(drafted(rsa_private, Making::Generate));
    Template same;
    same.set(CKA_CLASS, encode_number(CKO_PRIVATE_KEY));
    BOOST_TEST(changed(*key, same, may::set, false).ok());
    same.set(CKA_CLASS, encode_number(CKO_SECRET_KEY));
    BOOST_TEST((changed(*key, same, may::set, false).code() == Errc::AttributeReadOnly));
}

BOOST_AUTO_TEST_SUITE_END()
