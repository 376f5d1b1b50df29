// The approved mode's rules for keys that wrap and keys that leave (docs/adr/0010), each with its return code. What
// they are there for is tests/misuse/thief_test.cpp.
#include <algorithm>
#include <fstream>
#include <optional>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

Template usages(std::initializer_list<CK_ATTRIBUTE_TYPE> wanted) {
    Template made = Template().flag(CKA_TOKEN, false).set(CKA_VALUE_LEN, 32).flag(CKA_EXTRACTABLE, true);
    for (const CK_ATTRIBUTE_TYPE usage : {CKA_ENCRYPT, CKA_DECRYPT, CKA_WRAP, CKA_UNWRAP}) {
        made.flag(usage, std::find(wanted.begin(), wanted.end(), usage) != wanted.end());
    }
    return made;
}

struct ApprovedSlot {
    ApprovedSlot() {
        std::ofstream(subject.folder() / "kvp11.toml", std::ios::app) << "mode = \"approved\"\n";
        subject.restart();
        user.emplace(subject);
        wrapping = generated({CKA_WRAP, CKA_UNWRAP});
        data = generated({CKA_ENCRYPT, CKA_DECRYPT});
    }
    CK_OBJECT_HANDLE generated(std::initializer_list<CK_ATTRIBUTE_TYPE> wanted) {
        return user->generate(CKM_AES_KEY_GEN, usages(wanted));
    }
    static Template known_key() { return aes_key(pattern(32)).flag(CKA_ENCRYPT, false).flag(CKA_DECRYPT, false); }
    CK_RV wrap_under(CK_OBJECT_HANDLE key, CK_OBJECT_HANDLE what) {
        return user->try_wrap(CKM_AES_KEY_WRAP_KWP, key, what);
    }

    Subject subject{Kind::Kvp11};
    std::optional<Session> user;
    CK_OBJECT_HANDLE wrapping = CK_INVALID_HANDLE, data = CK_INVALID_HANDLE;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(approved_leaving, ApprovedSlot)

BOOST_AUTO_TEST_CASE(a_sensitive_key_leaves_under_a_key_that_nobody_knows) {
    EXPECT_RV(wrap_under(wrapping, data), CKR_OK);
    EXPECT_RV(wrap_under(user->create(known_key()), data), CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(wrap_under(user->generate(CKM_AES_KEY_GEN, usages({CKA_WRAP}).flag(CKA_SENSITIVE, false)), data),
              CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(user->try_wrap(oaep(CKM_SHA256, CKM_SHA256), user->create(rsa_public()), data), CKR_KEY_NOT_WRAPPABLE);
}

BOOST_AUTO_TEST_CASE(what_is_not_sensitive_leaves_under_anything) {
    const auto open = user->generate(CKM_AES_KEY_GEN, usages({CKA_ENCRYPT, CKA_DECRYPT}).flag(CKA_SENSITIVE, false));
    EXPECT_RV(wrap_under(user->create(known_key()), open), CKR_OK);
    EXPECT_RV(user->try_wrap(oaep(CKM_SHA256, CKM_SHA256), user->create(rsa_public()), open), CKR_OK);
}

BOOST_AUTO_TEST_CASE(the_officer_makes_a_strangers_key_one_that_keys_leave_under) {
    user.reset();
    {
        Session officer(subject, Login::Officer);
        officer.create(rsa_public().flag(CKA_TOKEN, true).flag(CKA_TRUSTED, true).text(CKA_LABEL, "partner"));
    }
    user.emplace(subject);
    const CK_OBJECT_HANDLE partner = user->find(Template().text(CKA_LABEL, "partner")).at(0);
    for (const CK_OBJECT_HANDLE key : {generated({CKA_ENCRYPT, CKA_DECRYPT}), generated({CKA_WRAP, CKA_UNWRAP})}) {
        EXPECT_RV(user->try_wrap(oaep(CKM_SHA256, CKM_SHA256), partner, key), CKR_OK);
        EXPECT_RV(user->try_wrap(rsa_aes_key_wrap(256, CKM_SHA256), partner, key), CKR_OK);
    }
}

BOOST_AUTO_TEST_CASE(a_wrapping_key_does_not_leave_under_another) {
    EXPECT_RV(wrap_under(wrapping, generated({CKA_WRAP})), CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(wrap_under(wrapping, generated({CKA_UNWRAP})), CKR_KEY_NOT_WRAPPABLE);
}

BOOST_AUTO_TEST_CASE(two_mechanisms_do_not_wrap_sensitive_keys_even_under_a_key_that_nobody_knows) {
    const auto open = user->generate(CKM_AES_KEY_GEN, usages({CKA_ENCRYPT, CKA_DECRYPT}).flag(CKA_SENSITIVE, false));
    const Mechanism by_ccm = ccm(0, Bytes(12, 1), {}, 16);
    EXPECT_RV(user->try_wrap(by_ccm, wrapping, data), CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(user->try_wrap(by_ccm, wrapping, open), CKR_OK);

    const auto half = [](std::initializer_list<CK_ATTRIBUTE_TYPE> others, CK_ATTRIBUTE_TYPE use) {
        Template made = Template().flag(CKA_TOKEN, false).flag(use, true);
        for (const CK_ATTRIBUTE_TYPE other : others) made.flag(other, false);
        return made;
    };
    const KeyPair made = user->generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN,
                                             half({CKA_VERIFY, CKA_ENCRYPT}, CKA_WRAP).set(CKA_MODULUS_BITS, 2048),
                                             half({CKA_SIGN, CKA_DECRYPT}, CKA_UNWRAP));
    const CK_OBJECT_HANDLE pair = made.public_key;
    EXPECT_RV(user->try_wrap(rsa_aes_key_wrap(256, CKM_SHA256), pair, data), CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(user->try_wrap(rsa_aes_key_wrap(256, CKM_SHA256), pair, open), CKR_OK);
    EXPECT_RV(user->try_wrap(oaep(CKM_SHA256, CKM_SHA256), pair, data), CKR_OK);
}

BOOST_AUTO_TEST_CASE(uses_of_wrapped_keys_are_settled_when_a_key_is_made) {
    EXPECT_RV(user->try_set(wrapping, Template().flag(CKA_DECRYPT, true)), CKR_ATTRIBUTE_READ_ONLY);
    EXPECT_RV(user->try_set(wrapping, Template().flag(CKA_WRAP, false)), CKR_ATTRIBUTE_READ_ONLY);
    EXPECT_RV(user->try_copy(wrapping, Template().flag(CKA_WRAP, false).flag(CKA_DECRYPT, true)),
              CKR_ATTRIBUTE_READ_ONLY);
    EXPECT_RV(user->try_copy(data, Template().flag(CKA_WRAP, true)), CKR_ATTRIBUTE_READ_ONLY);
    // What is said as it is, what has nothing to do with it, and what a key encrypts and decrypts no more.
    EXPECT_RV(user->try_set(wrapping, Template().flag(CKA_WRAP, true).flag(CKA_DECRYPT, false)), CKR_OK);
    EXPECT_RV(user->try_copy(wrapping, Template().text(CKA_LABEL, "copy").flag(CKA_SIGN, true)), CKR_OK);
    EXPECT_RV(user->try_set(data, Template().flag(CKA_ENCRYPT, false)), CKR_OK);
    EXPECT_RV(user->try_set(data, Template().flag(CKA_ENCRYPT, true)), CKR_ATTRIBUTE_READ_ONLY);
}

BOOST_AUTO_TEST_CASE(a_private_key_comes_back_as_no_secret) {
    const auto ec = user->create(ec_private(ec_numbers(Curve::P256)));
    const Bytes wrapped = user->wrap(CKM_AES_KEY_WRAP_KWP, wrapping, ec);
    const Template secret =
        Template().set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_KEY_TYPE, CKK_GENERIC_SECRET).flag(CKA_TOKEN, false);
    EXPECT_RV(user->try_unwrap(CKM_AES_KEY_WRAP_KWP, wrapping, wrapped, secret), CKR_TEMPLATE_INCONSISTENT);
    const Template pair = Template().set(CKA_CLASS, CKO_PRIVATE_KEY).set(CKA_KEY_TYPE, CKK_EC).flag(CKA_TOKEN, false);
    EXPECT_RV(user->try_unwrap(CKM_AES_KEY_WRAP_KWP, wrapping, wrapped, pair), CKR_OK);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
