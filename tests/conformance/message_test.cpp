// PKCS#11 3.0 §5.9, §5.11, §5.14, §5.16: one message after the other under one key.
#include <tuple>

#include "conformance/conformance_case.hpp"
#include "support/later_functions.hpp"

KVP11_CASES

namespace {

const Mark no_messages = reference_defect("is of 2.40");

/// One message to seal or to open: its parameter, and where IV and tag are.
struct GcmMessage {
    Bytes iv = Bytes(12);
    Bytes tag = Bytes(16);
    CK_GENERATOR_FUNCTION generator = CKG_NO_GENERATE;
    CK_ULONG fixed_bits = 0;
    CK_GCM_MESSAGE_PARAMS params{};

    CK_GCM_MESSAGE_PARAMS* parameter() {
        params = {iv.data(), iv.size(), fixed_bits, generator, tag.data(), 8 * tag.size()};
        return &params;
    }
};

Bytes aad() { return text_bytes("beside"); }

CK_RV seal(const Session& s, GcmMessage& message, const Bytes& text, Bytes& sealed) {
    sealed.assign(text.size(), 0);
    CK_ULONG size = sealed.size();
    const CK_RV code = later(s.subject())
                           .C_EncryptMessage(s.handle(), message.parameter(), sizeof message.params, input(aad()),
                                             length(aad()), input(text), length(text), sealed.data(), &size);
    BOOST_TEST(size == text.size());
    return code;
}

CK_RV open(const Session& s, GcmMessage& message, const Bytes& sealed, Bytes& text) {
    text.assign(sealed.size(), 0);
    CK_ULONG size = text.size();
    return later(s.subject())
        .C_DecryptMessage(s.handle(), message.parameter(), sizeof message.params, input(aad()), length(aad()),
                          input(sealed), length(sealed), text.data(), &size);
}

void start(const Session& s, CK_OBJECT_HANDLE key) {
    MUST(later(s.subject()).C_MessageEncryptInit(s.handle(), Mechanism(CKM_AES_GCM).get(), key));
    MUST(later(s.subject()).C_MessageDecryptInit(s.handle(), Mechanism(CKM_AES_GCM).get(), key));
}

}  // namespace

// McGrew and Viega, The Galois/Counter Mode of Operation, test case 4.
CONFORMANCE(messages, a_published_message_is_sealed_and_opened, no_messages) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(from_hex("feffe9928665731c6d6a8f9467308308")));
    start(session, key);
    GcmMessage message{.iv = from_hex("cafebabefacedbaddecaf888")};
    const Bytes beside = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const Bytes text = from_hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de6"
        "57ba637b39");
    Bytes sealed(text.size());
    CK_ULONG size = sealed.size();
    MUST(f.C_EncryptMessage(session.handle(), message.parameter(), sizeof message.params, input(beside), length(beside),
                            input(text), length(text), sealed.data(), &size));
    BOOST_TEST(
        to_hex(sealed) ==
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0a"
        "ac973d58e091");
    BOOST_TEST(to_hex(message.tag) == "5bc94fbc3221a5db94fae95ae7121a47");
    Bytes opened(text.size());
    MUST(f.C_DecryptMessage(session.handle(), message.parameter(), sizeof message.params, input(beside), length(beside),
                            input(sealed), length(sealed), opened.data(), &size));
    BOOST_TEST(to_hex(opened) == to_hex(text));
}

CONFORMANCE(messages, the_token_makes_the_iv, no_messages) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(32)));
    start(session, key);
    for (const CK_GENERATOR_FUNCTION generator : {CKG_GENERATE, CKG_GENERATE_RANDOM}) {
        GcmMessage first{.generator = generator};
        GcmMessage second{.generator = generator};
        Bytes sealed;
        Bytes text;
        MUST(seal(session, first, pattern(40), sealed));
        MUST(open(session, first, sealed, text));
        BOOST_TEST(to_hex(text) == to_hex(pattern(40)));
        MUST(seal(session, second, pattern(40), sealed));
        BOOST_TEST(to_hex(first.iv) != to_hex(second.iv));
        BOOST_TEST(to_hex(first.iv) != to_hex(Bytes(12)));
    }
}

CONFORMANCE(messages, counters_begin_at_zero_behind_the_fixed_bits, no_messages) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    start(session, key);
    GcmMessage message{.iv = from_hex("01020304fffffffffffffff0"), .generator = CKG_GENERATE_COUNTER, .fixed_bits = 36};
    Bytes sealed;
    for (const char* wanted : {"01020304f000000000000000", "01020304f000000000000001", "01020304f000000000000002"}) {
        MUST(seal(session, message, pattern(5), sealed));
        BOOST_TEST(to_hex(message.iv) == wanted);
    }
    MUST(later(subject).C_MessageEncryptFinal(session.handle()));
    MUST(later(subject).C_MessageEncryptInit(session.handle(), Mechanism(CKM_AES_GCM).get(), key));
    GcmMessage mixed{
        .iv = from_hex("010203040000000000000010"), .generator = CKG_GENERATE_COUNTER_XOR, .fixed_bits = 32};
    for (const char* wanted : {"010203040000000000000010", "010203040000000000000011", "010203040000000000000012"}) {
        MUST(seal(session, mixed, pattern(5), sealed));
        BOOST_TEST(to_hex(mixed.iv) == wanted);
    }
}

CONFORMANCE(messages, a_counter_gives_out_no_iv_twice, no_messages) {
    Session session(subject);
    start(session, session.create(aes_key(pattern(16))));
    GcmMessage message{.generator = CKG_GENERATE_COUNTER, .fixed_bits = 94};
    Bytes sealed;
    for (int i = 0; i < 4; ++i) MUST(seal(session, message, pattern(5), sealed));
    EXPECT_RV(seal(session, message, pattern(5), sealed), CKR_TOKEN_RESOURCE_EXCEEDED);
    // The process goes on.
    GcmMessage given{.iv = pattern(12)};
    EXPECT_RV(seal(session, given, pattern(5), sealed), CKR_OK);
}

CONFORMANCE(messages, what_was_changed_does_not_open, no_messages) {
    Session session(subject);
    start(session, session.create(aes_key(pattern(16))));
    GcmMessage message{.iv = pattern(12)};
    Bytes sealed;
    MUST(seal(session, message, pattern(30), sealed));
    Bytes text;
    Bytes changed = sealed;
    changed[3] ^= 1;
    EXPECT_RV(open(session, message, changed, text), CKR_AEAD_DECRYPT_FAILED);
    BOOST_TEST(to_hex(text) == to_hex(Bytes(30)));
    message.tag[0] ^= 1;
    EXPECT_RV(open(session, message, sealed, text), CKR_AEAD_DECRYPT_FAILED);
    message.tag[0] ^= 1;
    EXPECT_RV(open(session, message, sealed, text), CKR_OK);
}

CONFORMANCE(messages, a_message_goes_in_parts, no_messages) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    start(session, session.create(aes_key(pattern(32))));
    GcmMessage whole{.iv = pattern(12)};
    GcmMessage parts{.iv = pattern(12)};
    Bytes sealed;
    MUST(seal(session, whole, pattern(50), sealed));

    MUST(
        f.C_EncryptMessageBegin(session.handle(), parts.parameter(), sizeof parts.params, input(aad()), length(aad())));
    const Bytes text = pattern(50);
    Bytes pieces(80);
    CK_ULONG size = 80;
    MUST(f.C_EncryptMessageNext(session.handle(), parts.parameter(), sizeof parts.params, input(text), 20,
                                pieces.data(), &size, 0));
    CK_ULONG rest = 0;
    MUST(f.C_EncryptMessageNext(session.handle(), parts.parameter(), sizeof parts.params, input(text) + 20, 30, nullptr,
                                &rest, CKF_END_OF_MESSAGE));
    BOOST_TEST(size + rest == 50u);
    rest -= 1;
    EXPECT_RV(f.C_EncryptMessageNext(session.handle(), parts.parameter(), sizeof parts.params, input(text) + 20, 30,
                                     pieces.data() + size, &rest, CKF_END_OF_MESSAGE),
              CKR_BUFFER_TOO_SMALL);
    MUST(f.C_EncryptMessageNext(session.handle(), parts.parameter(), sizeof parts.params, input(text) + 20, 30,
                                pieces.data() + size, &rest, CKF_END_OF_MESSAGE));
    pieces.resize(size + rest);
    BOOST_TEST(to_hex(pieces) == to_hex(sealed));
    BOOST_TEST(to_hex(parts.tag) == to_hex(whole.tag));

    MUST(
        f.C_DecryptMessageBegin(session.handle(), parts.parameter(), sizeof parts.params, input(aad()), length(aad())));
    Bytes opened(50);
    size = 50;
    MUST(f.C_DecryptMessageNext(session.handle(), parts.parameter(), sizeof parts.params, input(sealed), 33,
                                opened.data(), &size, 0));
    rest = 50 - size;
    MUST(f.C_DecryptMessageNext(session.handle(), parts.parameter(), sizeof parts.params, input(sealed) + 33, 17,
                                opened.data() + size, &rest, CKF_END_OF_MESSAGE));
    BOOST_TEST(size + rest == 50u);
    BOOST_TEST(to_hex(opened) == to_hex(text));
}

CONFORMANCE(messages, the_order_of_calls_is_kept, no_messages) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    const CK_SESSION_HANDLE s = session.handle();
    GcmMessage m{.iv = pattern(12)};
    CK_BYTE room[64];
    CK_ULONG size = sizeof room;
    const auto begin = [&] { return f.C_EncryptMessageBegin(s, m.parameter(), sizeof m.params, nullptr, 0); };
    const auto whole = [&] {
        size = sizeof room;
        return f.C_EncryptMessage(s, m.parameter(), sizeof m.params, nullptr, 0, room, 10, room + 20, &size);
    };
    const auto next = [&](CK_FLAGS flags) {
        size = sizeof room;
        return f.C_EncryptMessageNext(s, m.parameter(), sizeof m.params, room, 10, room + 20, &size, flags);
    };
    EXPECT_RV(whole(), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(begin(), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f.C_MessageEncryptFinal(s), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f.C_MessageEncryptInit(s, nullptr, key), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f.C_MessageEncryptInit(s, Mechanism(CKM_AES_ECB).get(), key), CKR_MECHANISM_INVALID);
    MUST(f.C_MessageEncryptInit(s, Mechanism(CKM_AES_GCM).get(), key));
    EXPECT_RV(f.C_MessageEncryptInit(s, Mechanism(CKM_AES_GCM).get(), key), CKR_OPERATION_ACTIVE);
    EXPECT_RV(session.try_encrypt(gcm(pattern(12)), key, pattern(3)), CKR_OPERATION_ACTIVE);
    EXPECT_RV(next(0), CKR_OPERATION_NOT_INITIALIZED);
    MUST(begin());
    EXPECT_RV(begin(), CKR_OPERATION_ACTIVE);
    EXPECT_RV(whole(), CKR_OPERATION_ACTIVE);
    EXPECT_RV(f.C_MessageEncryptFinal(s), CKR_OPERATION_ACTIVE);
    MUST(next(0));
    MUST(next(CKF_END_OF_MESSAGE));
    EXPECT_RV(next(0), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f.C_EncryptMessage(s, m.parameter(), 7, nullptr, 0, room, 10, room + 20, &size),
              CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(whole(), CKR_OK);
    // Beside everything but its own kind.
    EXPECT_RV(session.try_encrypt(gcm(pattern(12)), key, pattern(3)), CKR_OPERATION_ACTIVE);
    EXPECT_RV(session.try_sign(CKM_AES_CMAC, key, pattern(3)), CKR_OK);
    MUST(begin());
    MUST(f.C_MessageEncryptInit(s, nullptr, key));
    EXPECT_RV(f.C_MessageEncryptFinal(s), CKR_OPERATION_NOT_INITIALIZED);
}

CONFORMANCE(messages, every_signature_signs_messages, no_messages) {
    Session session(subject);
    Session other(subject, Login::None);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    const CK_SESSION_HANDLE s = session.handle();
    const CK_OBJECT_HANDLE hmac = session.create(generic_secret(pattern(32)));
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    const CK_OBJECT_HANDLE rsa_open = session.create(rsa_public());
    const std::tuple<CK_MECHANISM_TYPE, CK_OBJECT_HANDLE, CK_OBJECT_HANDLE> rows[] = {
        {CKM_SHA256_HMAC, hmac, hmac}, {CKM_SHA256_RSA_PKCS, rsa, rsa_open}, {CKM_RSA_PKCS, rsa, rsa_open}};
    for (auto [type, signing, verifying] : rows) {
        MUST(f.C_MessageSignInit(s, Mechanism(type).get(), signing));
        MUST(f.C_MessageVerifyInit(s, Mechanism(type).get(), verifying));
        for (const std::size_t size : {20u, 33u}) {
            Bytes message = pattern(size);
            Bytes signature(512);
            CK_ULONG room = signature.size();
            MUST(f.C_SignMessage(s, nullptr, 0, message.data(), size, signature.data(), &room));
            signature.resize(room);
            EXPECT_RV(other.try_verify(type, verifying, message, signature), CKR_OK);
            Bytes parts(room);
            MUST(f.C_SignMessageBegin(s, nullptr, 0));
            MUST(f.C_SignMessageNext(s, nullptr, 0, message.data(), 7, nullptr, nullptr));
            MUST(f.C_SignMessageNext(s, nullptr, 0, message.data() + 7, size - 7, parts.data(), &room));
            BOOST_TEST(to_hex(parts) == to_hex(signature));
            MUST(f.C_VerifyMessage(s, nullptr, 0, message.data(), size, signature.data(), room));
            MUST(f.C_VerifyMessageBegin(s, nullptr, 0));
            MUST(f.C_VerifyMessageNext(s, nullptr, 0, message.data(), 7, nullptr, 0));
            MUST(f.C_VerifyMessageNext(s, nullptr, 0, message.data() + 7, size - 7, signature.data(), room));
            signature[5] ^= 1;
            EXPECT_RV(f.C_VerifyMessage(s, nullptr, 0, message.data(), size, signature.data(), room),
                      CKR_SIGNATURE_INVALID);
        }
        CK_BYTE byte = 0;
        EXPECT_RV(f.C_SignMessageBegin(s, &byte, 1), CKR_MECHANISM_PARAM_INVALID);
        MUST(f.C_MessageSignFinal(s));
        MUST(f.C_MessageVerifyFinal(s));
    }
}

CONFORMANCE(messages, the_mechanisms_say_so, no_messages) {
    CK_MECHANISM_INFO info{};
    MUST(subject.f()->C_GetMechanismInfo(subject.slot(), CKM_AES_GCM, &info));
    const CK_FLAGS ciphers = CKF_MESSAGE_ENCRYPT | CKF_MESSAGE_DECRYPT | CKF_MULTI_MESSAGE;
    BOOST_TEST((info.flags & ciphers) == ciphers);
    MUST(subject.f()->C_GetMechanismInfo(subject.slot(), CKM_SHA256_RSA_PKCS, &info));
    const CK_FLAGS signatures = CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY | CKF_MULTI_MESSAGE;
    BOOST_TEST((info.flags & signatures) == signatures);
    BOOST_TEST((info.flags & CKF_MESSAGE_ENCRYPT) == 0u);
}

KVP11_CASES_END
