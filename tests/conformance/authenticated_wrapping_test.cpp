// PKCS#11 3.2 §5.18.6, §5.18.7, §6.13.3 and §6.13.5: keys wrapped by AES-GCM and AES-CCM, with C_WrapKey as well.
#include <tuple>

#include "conformance/conformance_case.hpp"
#include "support/later_functions.hpp"

KVP11_CASES

namespace {

const Mark no_aead_wrapping = reference_defect("is of 2.40");

/// The parameter of one key that is wrapped, and where IV and tag are. The tag is for C_…Authenticated.
struct Sealed {
    CK_MECHANISM_TYPE type = CKM_AES_GCM;
    CK_GENERATOR_FUNCTION generator = CKG_GENERATE;
    Bytes iv = Bytes(12);
    Bytes tag = Bytes(16);
    Bytes aad = text_bytes("beside");
    CK_ULONG fixed_bits = 0;

    Mechanism message() {
        if (type == CKM_AES_GCM) {
            return Mechanism::with(
                type, CK_GCM_MESSAGE_PARAMS{iv.data(), iv.size(), fixed_bits, generator, tag.data(), 8 * tag.size()});
        }
        return Mechanism::with(
            type, CK_CCM_MESSAGE_PARAMS{0, iv.data(), iv.size(), fixed_bits, generator, tag.data(), tag.size()});
    }
    Mechanism whole() {
        if (type == CKM_AES_GCM) {
            return Mechanism::with(type, CK_GCM_WRAP_PARAMS{iv.data(), iv.size(), fixed_bits, generator, aad.data(),
                                                            aad.size(), 8 * tag.size()});
        }
        return Mechanism::with(type, CK_CCM_WRAP_PARAMS{0, iv.data(), iv.size(), fixed_bits, generator, aad.data(),
                                                        aad.size(), tag.size()});
    }
};

CK_RV try_wrap_authenticated(const Session& s, Sealed& how, CK_OBJECT_HANDLE under, CK_OBJECT_HANDLE key,
                             Bytes& wrapped) {
    CK_ULONG size = wrapped.size();
    const CK_RV code = later(s.subject())
                           .C_WrapKeyAuthenticated(s.handle(), how.message().get(), under, key, input(how.aad),
                                                   length(how.aad), wrapped.empty() ? nullptr : wrapped.data(), &size);
    if (code == CKR_OK) wrapped.resize(size);
    return code;
}

CK_RV try_unwrap_authenticated(const Session& s, Sealed& how, CK_OBJECT_HANDLE under, const Bytes& wrapped,
                               Template wanted, CK_OBJECT_HANDLE* made = nullptr) {
    CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
    const CK_RV code =
        later(s.subject())
            .C_UnwrapKeyAuthenticated(s.handle(), how.message().get(), under, input(wrapped), length(wrapped),
                                      wanted.data(), wanted.size(), input(how.aad), length(how.aad), &handle);
    if (made != nullptr) *made = handle;
    return code;
}

Template any_aes() { return aes_key({}).without(CKA_VALUE); }

}  // namespace

// McGrew and Viega, The Galois/Counter Mode of Operation, test case 4; SP 800-38C appendix C, example 3.
CONFORMANCE(authenticated_wrapping, published_values_are_wrapped_and_unwrapped, no_aead_wrapping) {
    Session session(subject);
    Sealed gcm{.generator = CKG_NO_GENERATE,
               .iv = from_hex("cafebabefacedbaddecaf888"),
               .aad = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")};
    const Bytes value = from_hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0d"
        "e657ba637b39");
    const CK_OBJECT_HANDLE under = session.create(aes_key(from_hex("feffe9928665731c6d6a8f9467308308")));
    Bytes wrapped(60);
    MUST(try_wrap_authenticated(session, gcm, under, session.create(generic_secret(value)), wrapped));
    const std::string text =
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0a"
        "ac973d58e091";
    BOOST_TEST(to_hex(wrapped) == text);
    BOOST_TEST(to_hex(gcm.tag) == "5bc94fbc3221a5db94fae95ae7121a47");
    CK_OBJECT_HANDLE made = 0;
    MUST(try_unwrap_authenticated(session, gcm, under, wrapped, generic_secret({}).without(CKA_VALUE), &made));
    BOOST_TEST(to_hex(session.attribute(made, CKA_VALUE)) == to_hex(value));
    // C_WrapKey has the tag behind the key.
    const CK_OBJECT_HANDLE secret = session.create(generic_secret(value));
    BOOST_TEST(to_hex(session.wrap(gcm.whole(), under, secret)) == text + to_hex(gcm.tag));

    Sealed ccm{.type = CKM_AES_CCM,
               .generator = CKG_NO_GENERATE,
               .iv = from_hex("101112131415161718191a1b"),
               .tag = Bytes(8),
               .aad = from_hex("000102030405060708090a0b0c0d0e0f10111213")};
    const CK_OBJECT_HANDLE other = session.create(aes_key(from_hex("404142434445464748494a4b4c4d4e4f")));
    const CK_OBJECT_HANDLE key = session.create(aes_key(from_hex("202122232425262728292a2b2c2d2e2f3031323334353637")));
    wrapped.resize(24);
    MUST(try_wrap_authenticated(session, ccm, other, key, wrapped));
    BOOST_TEST(to_hex(wrapped) == "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5");
    BOOST_TEST(to_hex(ccm.tag) == "484392fbc1b09951");
}

CONFORMANCE(authenticated_wrapping, keys_of_all_kinds_come_back_under_an_iv_of_the_token, no_aead_wrapping) {
    Session session(subject);
    const CK_OBJECT_HANDLE under = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE secret = session.create(aes_key(pattern(24)));
    const CK_OBJECT_HANDLE pair = session.create(rsa_private().flag(CKA_EXTRACTABLE, true));
    for (const CK_MECHANISM_TYPE type : {CKM_AES_GCM, CKM_AES_CCM}) {
        Sealed how{.type = type};
        Bytes wrapped(4096);
        MUST(try_wrap_authenticated(session, how, under, secret, wrapped));
        BOOST_TEST(wrapped.size() == 24u);
        BOOST_TEST(to_hex(how.iv) != to_hex(Bytes(12)));
        CK_OBJECT_HANDLE made = 0;
        MUST(try_unwrap_authenticated(session, how, under, wrapped, any_aes(), &made));
        BOOST_TEST(to_hex(session.attribute(made, CKA_VALUE)) == to_hex(pattern(24)));
        BOOST_TEST(!session.flag(made, CKA_LOCAL));
        BOOST_TEST(!session.flag(made, CKA_ALWAYS_SENSITIVE));

        const Bytes first_iv = how.iv;
        wrapped = session.wrap(how.whole(), under, pair);
        BOOST_TEST(to_hex(how.iv) != to_hex(first_iv));
        const CK_OBJECT_HANDLE back = session.unwrap(how.whole(), under, wrapped,
                                                     Template()
                                                         .set(CKA_CLASS, CKO_PRIVATE_KEY)
                                                         .set(CKA_KEY_TYPE, CKK_RSA)
                                                         .flag(CKA_TOKEN, false)
                                                         .flag(CKA_SIGN, true));
        const Bytes signature = session.sign(CKM_SHA256_RSA_PKCS, back, pattern(10));
        EXPECT_RV(session.try_verify(CKM_SHA256_RSA_PKCS, session.create(rsa_public()), pattern(10), signature),
                  CKR_OK);
    }
}

CONFORMANCE(authenticated_wrapping, what_was_changed_is_no_wrapped_key, no_aead_wrapping) {
    Session session(subject);
    const CK_OBJECT_HANDLE under = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    for (const CK_MECHANISM_TYPE type : {CKM_AES_GCM, CKM_AES_CCM}) {
        Sealed how{.type = type};
        Bytes wrapped(16);
        MUST(try_wrap_authenticated(session, how, under, key, wrapped));
        for (Bytes* part : {&how.tag, &how.iv, &how.aad, &wrapped}) {
            part->front() ^= 1;
            EXPECT_RV(try_unwrap_authenticated(session, how, under, wrapped, any_aes()), CKR_WRAPPED_KEY_INVALID);
            part->front() ^= 1;
        }
        EXPECT_RV(try_unwrap_authenticated(session, how, under, wrapped, any_aes()), CKR_OK);
        EXPECT_RV(try_unwrap_authenticated(session, how, under, {}, any_aes()), CKR_WRAPPED_KEY_LEN_RANGE);
    }
}

CONFORMANCE(authenticated_wrapping, a_size_query_makes_nothing, no_aead_wrapping) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    const CK_OBJECT_HANDLE under = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Sealed how;
    Mechanism message = how.message();
    Bytes room(64, 0xEE);
    CK_ULONG size = 0;
    MUST(f.C_WrapKeyAuthenticated(session.handle(), message.get(), under, key, nullptr, 0, nullptr, &size));
    BOOST_TEST(size == 16u);
    size = 15;
    EXPECT_RV(f.C_WrapKeyAuthenticated(session.handle(), message.get(), under, key, nullptr, 0, room.data(), &size),
              CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(size == 16u);
    BOOST_TEST(to_hex(room) == to_hex(Bytes(64, 0xEE)));
    BOOST_TEST(to_hex(how.iv + how.tag) == to_hex(Bytes(28)));
    MUST(f.C_WrapKeyAuthenticated(session.handle(), message.get(), under, key, nullptr, 0, room.data(), &size));
    // C_WrapKey's parameter is of another size, and its key longer by the tag.
    EXPECT_RV(f.C_WrapKey(session.handle(), message.get(), under, key, room.data(), &size),
              CKR_MECHANISM_PARAM_INVALID);
    Mechanism whole = how.whole();
    MUST(f.C_WrapKey(session.handle(), whole.get(), under, key, nullptr, &size));
    BOOST_TEST(size == 32u);
    const Bytes iv = how.iv;
    size = 31;
    EXPECT_RV(f.C_WrapKey(session.handle(), whole.get(), under, key, room.data(), &size), CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(size == 32u);
    BOOST_TEST(to_hex(how.iv) == to_hex(iv));
}

CONFORMANCE(authenticated_wrapping, keys_have_the_same_protection_as_under_other_mechanisms, no_aead_wrapping) {
    Session session(subject);
    const CK_OBJECT_HANDLE under = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE idle = session.create(aes_key(pattern(32)).flag(CKA_WRAP, false).flag(CKA_UNWRAP, false));
    const CK_OBJECT_HANDLE secret =
        session.create(generic_secret(pattern(16)).flag(CKA_WRAP, true).flag(CKA_UNWRAP, true));
    const CK_OBJECT_HANDLE closed = session.create(aes_key(pattern(16)).flag(CKA_EXTRACTABLE, false));
    const CK_OBJECT_HANDLE careful = session.create(aes_key(pattern(16)).flag(CKA_WRAP_WITH_TRUSTED, true));
    Template secrets = Template().set(CKA_KEY_TYPE, CKK_GENERIC_SECRET);
    Template sensitive = Template().flag(CKA_SENSITIVE, true);
    const CK_OBJECT_HANDLE choosy = session.create(aes_key(pattern(32)).nested(CKA_WRAP_TEMPLATE, secrets));
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Sealed how;
    Bytes wrapped(64);
    const auto wraps = [&](CK_OBJECT_HANDLE with, CK_OBJECT_HANDLE what) {
        wrapped.resize(64);
        return try_wrap_authenticated(session, how, with, what, wrapped);
    };
    EXPECT_RV(wraps(under, closed), CKR_KEY_UNEXTRACTABLE);
    EXPECT_RV(wraps(under, careful), CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(wraps(idle, key), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(wraps(secret, key), CKR_WRAPPING_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(wraps(choosy, key), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(wraps(choosy, secret), CKR_OK);
    EXPECT_RV(wraps(9999, key), CKR_WRAPPING_KEY_HANDLE_INVALID);
    EXPECT_RV(wraps(under, 9999), CKR_KEY_HANDLE_INVALID);
    MUST(wraps(under, key));
    EXPECT_RV(try_unwrap_authenticated(session, how, idle, wrapped, any_aes()), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(try_unwrap_authenticated(session, how, secret, wrapped, any_aes()), CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT);
    const CK_OBJECT_HANDLE strict = session.create(aes_key(pattern(32)).nested(CKA_UNWRAP_TEMPLATE, sensitive));
    EXPECT_RV(try_unwrap_authenticated(session, how, strict, wrapped, any_aes().flag(CKA_SENSITIVE, false)),
              CKR_TEMPLATE_INCONSISTENT);
    CK_OBJECT_HANDLE made = 0;
    MUST(try_unwrap_authenticated(session, how, strict, wrapped, any_aes().without(CKA_SENSITIVE), &made));
    BOOST_TEST(session.flag(made, CKA_SENSITIVE));
}

CONFORMANCE(authenticated_wrapping, only_an_iv_that_cannot_come_again_is_taken, no_aead_wrapping) {
    Session session(subject);
    const CK_OBJECT_HANDLE under = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Bytes wrapped(64);
    for (const CK_GENERATOR_FUNCTION generator : {CKG_GENERATE_COUNTER, CKG_GENERATE_COUNTER_XOR, 77UL}) {
        Sealed how{.generator = generator};
        EXPECT_RV(try_wrap_authenticated(session, how, under, key, wrapped), CKR_MECHANISM_PARAM_INVALID);
        EXPECT_RV(session.try_wrap(how.whole(), under, key), CKR_MECHANISM_PARAM_INVALID);
    }
    Sealed fixed{.iv = from_hex("0102030400000000000000ff"), .fixed_bits = 32};
    MUST(try_wrap_authenticated(session, fixed, under, key, wrapped));
    BOOST_TEST(to_hex(fixed.iv).substr(0, 8) == "01020304");
    BOOST_TEST(to_hex(fixed.iv).substr(8) != "00000000000000ff");
    // To unwrap they mean nothing.
    fixed.generator = 77;
    fixed.fixed_bits = 4000;
    EXPECT_RV(try_unwrap_authenticated(session, fixed, under, wrapped, any_aes()), CKR_OK);
}

CONFORMANCE(authenticated_wrapping, other_mechanisms_have_no_data_beside_the_key, no_aead_wrapping) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    const CK_OBJECT_HANDLE under = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Bytes room(64);
    CK_ULONG size = room.size();
    for (const CK_MECHANISM_TYPE type : {CKM_AES_KEY_WRAP, CKM_AES_ECB, CKM_CHACHA20_POLY1305, CKM_SHA256}) {
        EXPECT_RV(f.C_WrapKeyAuthenticated(session.handle(), Mechanism(type).get(), under, key, nullptr, 0, room.data(),
                                           &size),
                  CKR_MECHANISM_INVALID);
    }
    CK_MECHANISM_INFO info{};
    for (const CK_MECHANISM_TYPE type : {CKM_AES_GCM, CKM_AES_CCM}) {
        MUST(subject.f()->C_GetMechanismInfo(subject.slot(), type, &info));
        BOOST_TEST((info.flags & (CKF_WRAP | CKF_UNWRAP)) == (CKF_WRAP | CKF_UNWRAP));
    }
}

KVP11_CASES_END
