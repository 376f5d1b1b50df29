// PKCS#11 2.40 section 5.13: C_WrapKey and C_UnwrapKey.
#include <tuple>

#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

Template secret_of(CK_KEY_TYPE type) { return (type == CKK_AES ? aes_key({}) : generic_secret({})).without(CKA_VALUE); }

/// An RSA private key comes out of a wrap as PKCS#8; these are the attributes it is given then.
Template unwrapped_rsa() {
    return Template()
        .set(CKA_CLASS, CKO_PRIVATE_KEY)
        .set(CKA_KEY_TYPE, CKK_RSA)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, true)
        .flag(CKA_SENSITIVE, true)
        .flag(CKA_SIGN, true);
}

}  // namespace

CONFORMANCE(wrapping, secrets_round_trip_under_an_aes_key) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    for (CK_MECHANISM_TYPE type : {CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD}) {
        for (std::size_t size : {std::size_t{16}, std::size_t{24}, std::size_t{32}}) {
            const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(size)));
            const Bytes wrapped = session.wrap(type, wrapping, key);
            BOOST_TEST(wrapped.size() == size + 8);
            const CK_OBJECT_HANDLE back = session.unwrap(type, wrapping, wrapped, secret_of(CKK_AES));
            BOOST_TEST(to_hex(session.attribute(back, CKA_VALUE)) == to_hex(pattern(size)));
            BOOST_TEST(!session.flag(back, CKA_LOCAL));
            BOOST_TEST(!session.flag(back, CKA_ALWAYS_SENSITIVE));
            BOOST_TEST(!session.flag(back, CKA_NEVER_EXTRACTABLE));
        }
    }
}

CONFORMANCE(wrapping, kwp_has_both_numbers_and_takes_any_length, needs(CKM_AES_KEY_WRAP_KWP)) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(16)));
    for (std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{20}, std::size_t{33}}) {
        const CK_OBJECT_HANDLE key = session.create(generic_secret(pattern(size)));
        const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP_KWP, wrapping, key);
        BOOST_TEST(to_hex(session.wrap(CKM_AES_KEY_WRAP_PAD, wrapping, key)) == to_hex(wrapped));
        for (CK_MECHANISM_TYPE type : {CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD}) {
            const auto back = session.unwrap(type, wrapping, wrapped, secret_of(CKK_GENERIC_SECRET));
            BOOST_TEST(to_hex(session.attribute(back, CKA_VALUE)) == to_hex(pattern(size)));
        }
    }
}

CONFORMANCE(wrapping, secrets_round_trip_under_rsa) {
    Session session(subject);
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const CK_OBJECT_HANDLE hidden = session.create(rsa_private());
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(32)));
    for (const Mechanism& mechanism : {Mechanism(CKM_RSA_PKCS), oaep(CKM_SHA_1, CKM_SHA_1)}) {
        const Bytes wrapped = session.wrap(mechanism, open, key);
        BOOST_TEST(wrapped.size() == 256u);
        const CK_OBJECT_HANDLE back = session.unwrap(mechanism, hidden, wrapped, secret_of(CKK_AES));
        BOOST_TEST(to_hex(session.attribute(back, CKA_VALUE)) == to_hex(pattern(32)));
    }
}

CONFORMANCE(wrapping, an_unwrapped_key_tells_its_length, reference_defect("says 0")) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP, wrapping, session.create(aes_key(pattern(24))));
    const CK_OBJECT_HANDLE back = session.unwrap(CKM_AES_KEY_WRAP, wrapping, wrapped, secret_of(CKK_AES));
    BOOST_TEST(session.number(back, CKA_VALUE_LEN) == 24u);
}

CONFORMANCE(wrapping, private_keys_round_trip_under_an_aes_key) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP_PAD, wrapping, rsa);
    const CK_OBJECT_HANDLE back = session.unwrap(CKM_AES_KEY_WRAP_PAD, wrapping, wrapped, unwrapped_rsa());
    const Bytes message = text_bytes("wrapped and back");
    BOOST_TEST(to_hex(session.sign(CKM_SHA256_RSA_PKCS, back, message)) ==
               to_hex(session.sign(CKM_SHA256_RSA_PKCS, rsa, message)));
    BOOST_TEST(to_hex(session.attribute(back, CKA_MODULUS)) == to_hex(rsa_numbers().n));
    for (Curve curve : {Curve::P256, Curve::P521}) {
        const EcNumbers& numbers = ec_numbers(curve);
        const CK_OBJECT_HANDLE ec = session.create(ec_private(numbers));
        const Bytes wrapped_ec = session.wrap(CKM_AES_KEY_WRAP_PAD, wrapping, ec);
        const CK_OBJECT_HANDLE ec_back =
            session.unwrap(CKM_AES_KEY_WRAP_PAD, wrapping, wrapped_ec, unwrapped_rsa().set(CKA_KEY_TYPE, CKK_EC));
        const Bytes signature = session.sign(CKM_ECDSA, ec_back, pattern(32));
        EXPECT_RV(session.try_verify(CKM_ECDSA, session.create(ec_public(numbers)), pattern(32), signature), CKR_OK);
    }
}

CONFORMANCE(wrapping, rsa_aes_key_wrap_carries_private_keys, needs(CKM_RSA_AES_KEY_WRAP)) {
    Session session(subject);
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const CK_OBJECT_HANDLE hidden = session.create(rsa_private());
    const CK_OBJECT_HANDLE key = session.create(rsa_private());
    for (CK_ULONG bits : {128ul, 192ul, 256ul}) {
        const Mechanism mechanism = rsa_aes_key_wrap(bits, CKM_SHA256);
        const Bytes wrapped = session.wrap(mechanism, open, key);
        BOOST_TEST(wrapped.size() > 256u + 1000u);
        const CK_OBJECT_HANDLE back = session.unwrap(mechanism, hidden, wrapped, unwrapped_rsa());
        BOOST_TEST(to_hex(session.sign(CKM_SHA256_RSA_PKCS, back, pattern(9))) ==
                   to_hex(session.sign(CKM_SHA256_RSA_PKCS, key, pattern(9))));
        Bytes spoilt = wrapped;
        spoilt.back() ^= 1;
        EXPECT_RV(session.try_unwrap(mechanism, hidden, spoilt, unwrapped_rsa()), CKR_WRAPPED_KEY_INVALID);
    }
}

CONFORMANCE(wrapping, keys_that_may_not_leave_do_not) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE secret = session.create(aes_key(pattern(16)).flag(CKA_EXTRACTABLE, false));
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private().flag(CKA_EXTRACTABLE, false));
    EXPECT_RV(session.try_wrap(CKM_AES_KEY_WRAP, wrapping, secret), CKR_KEY_UNEXTRACTABLE);
    EXPECT_RV(session.try_wrap(CKM_AES_KEY_WRAP_PAD, wrapping, rsa), CKR_KEY_UNEXTRACTABLE);
    EXPECT_RV(session.try_wrap(CKM_RSA_PKCS, session.create(rsa_public()), secret), CKR_KEY_UNEXTRACTABLE);
}

CONFORMANCE(wrapping, the_wrap_obeys_the_two_call_rule) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Mechanism mechanism = CKM_AES_KEY_WRAP;
    CK_ULONG size = 0;
    MUST(session.f()->C_WrapKey(session.handle(), mechanism.get(), wrapping, key, nullptr, &size));
    BOOST_TEST(size == 24u);
    Bytes out(24);
    size = 23;
    EXPECT_RV(session.f()->C_WrapKey(session.handle(), mechanism.get(), wrapping, key, out.data(), &size),
              CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(size == 24u);
    EXPECT_RV(session.f()->C_WrapKey(session.handle(), mechanism.get(), wrapping, key, out.data(), &size), CKR_OK);
    EXPECT_RV(session.f()->C_WrapKey(session.handle(), mechanism.get(), wrapping, key, out.data(), nullptr),
              CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.f()->C_WrapKey(session.handle(), nullptr, wrapping, key, out.data(), &size), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(wrapping, spoilt_wrapped_keys_are_refused_and_leave_nothing,
            reference_defect("answers CKR_GENERAL_ERROR")) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE hidden = session.create(rsa_private());
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    const std::size_t before = session.find(Template()).size();
    Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP, wrapping, key);
    wrapped[0] ^= 1;
    const Template into = secret_of(CKK_AES);
    EXPECT_RV(session.try_unwrap(CKM_AES_KEY_WRAP, wrapping, wrapped, into), CKR_WRAPPED_KEY_INVALID);
    wrapped.pop_back();
    EXPECT_RV_IN(session.try_unwrap(CKM_AES_KEY_WRAP, wrapping, wrapped, into), CKR_WRAPPED_KEY_LEN_RANGE,
                 CKR_WRAPPED_KEY_INVALID);
    EXPECT_RV_IN(session.try_unwrap(CKM_RSA_PKCS, hidden, pattern(255), into), CKR_WRAPPED_KEY_LEN_RANGE,
                 CKR_WRAPPED_KEY_INVALID);
    EXPECT_RV_IN(session.try_unwrap(oaep(CKM_SHA256, CKM_SHA256), hidden, pattern(256), into), CKR_WRAPPED_KEY_INVALID);
    // A secret under KW is no PKCS#8.
    const Bytes no_private_key = session.wrap(CKM_AES_KEY_WRAP, wrapping, key);
    EXPECT_RV(session.try_unwrap(CKM_AES_KEY_WRAP, wrapping, no_private_key, unwrapped_rsa()), CKR_WRAPPED_KEY_INVALID);
    BOOST_TEST(session.find(Template()).size() == before);
}

CONFORMANCE(wrapping, key_and_template_must_agree, reference_defect("lets them differ")) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE ec = session.create(ec_private(ec_numbers(Curve::P256)));
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP_PAD, wrapping, ec);
    EXPECT_RV_IN(session.try_unwrap(CKM_AES_KEY_WRAP_PAD, wrapping, wrapped, unwrapped_rsa()), CKR_WRAPPED_KEY_INVALID,
                 CKR_TEMPLATE_INCONSISTENT);
    const CK_OBJECT_HANDLE secret = session.create(generic_secret(pattern(40)));
    const Bytes odd = session.wrap(CKM_AES_KEY_WRAP, wrapping, secret);
    EXPECT_RV_IN(session.try_unwrap(CKM_AES_KEY_WRAP, wrapping, odd, secret_of(CKK_AES)), CKR_WRAPPED_KEY_INVALID,
                 CKR_WRAPPED_KEY_LEN_RANGE, CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(
        session.try_unwrap(CKM_AES_KEY_WRAP, wrapping, odd, secret_of(CKK_GENERIC_SECRET).set(CKA_VALUE_LEN, 16)),
        CKR_WRAPPED_KEY_LEN_RANGE);
}

CONFORMANCE(wrapping, an_unwrap_needs_class_and_key_type) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP, wrapping, session.create(aes_key(pattern(16))));
    EXPECT_RV(session.try_unwrap(CKM_AES_KEY_WRAP, wrapping, wrapped, secret_of(CKK_AES).without(CKA_KEY_TYPE)),
              CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_unwrap(CKM_AES_KEY_WRAP, wrapping, wrapped, secret_of(CKK_AES).without(CKA_CLASS)),
              CKR_TEMPLATE_INCOMPLETE);
}

CONFORMANCE(wrapping, public_keys_are_not_wrappable) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    EXPECT_RV_IN(session.try_wrap(CKM_AES_KEY_WRAP_PAD, wrapping, session.create(rsa_public())), CKR_KEY_NOT_WRAPPABLE,
                 CKR_KEY_UNEXTRACTABLE, CKR_KEY_HANDLE_INVALID);
}

CONFORMANCE(wrapping, kw_refuses_lengths_that_do_not_fit, reference_defect("answers CKR_GENERAL_ERROR")) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE odd = session.create(generic_secret(pattern(20)));
    EXPECT_RV_IN(session.try_wrap(CKM_AES_KEY_WRAP, wrapping, odd), CKR_KEY_SIZE_RANGE, CKR_KEY_NOT_WRAPPABLE);
    const CK_OBJECT_HANDLE long_key = session.create(generic_secret(pattern(300)));
    EXPECT_RV_IN(session.try_wrap(CKM_RSA_PKCS, session.create(rsa_public()), long_key), CKR_KEY_SIZE_RANGE,
                 CKR_KEY_NOT_WRAPPABLE);
}

CONFORMANCE(wrapping, the_size_of_a_wrapped_key_is_known_beforehand) {
    Session session(subject);
    const CK_OBJECT_HANDLE rsa = session.create(rsa_public());
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE secret = session.create(aes_key(pattern(24)));
    const CK_OBJECT_HANDLE pair = session.create(rsa_private().flag(CKA_EXTRACTABLE, true));
    const std::tuple<Mechanism, CK_OBJECT_HANDLE, CK_OBJECT_HANDLE> rows[] = {
        {CKM_RSA_PKCS, rsa, secret},
        {oaep(CKM_SHA_1, CKM_SHA_1), rsa, secret},
        {CKM_AES_KEY_WRAP, aes, secret},
        {CKM_AES_KEY_WRAP_PAD, aes, pair},
        {Mechanism(CKM_AES_CBC_PAD, pattern(16)), aes, pair},
        {rsa_aes_key_wrap(256, CKM_SHA_1), rsa, pair},
    };
    for (auto [mechanism, wrapping, key] : rows) {
        CK_MECHANISM_INFO info{};
        const CK_RV known = session.f()->C_GetMechanismInfo(subject.slot(), mechanism.type(), &info);
        if (known != CKR_OK || (info.flags & CKF_WRAP) == 0) continue;
        BOOST_TEST_CONTEXT(ckm_name(mechanism.type())) {
            CK_ULONG size = 0;
            MUST(session.f()->C_WrapKey(session.handle(), mechanism.get(), wrapping, key, nullptr, &size));
            Bytes wrapped(size);
            CK_ULONG written = size;
            MUST(session.f()->C_WrapKey(session.handle(), mechanism.get(), wrapping, key, wrapped.data(), &written));
            if (!subject.is_reference()) BOOST_TEST(written == size);
        }
    }
}

KVP11_CASES_END
