// PKCS#11 3.0 §2.13 and §2.62: messages of AES-CCM and ChaCha20-Poly1305 (those of AES-GCM: message_test.cpp).
#include "conformance/conformance_case.hpp"
#include "support/later_functions.hpp"

KVP11_CASES

namespace {

const Mark no_messages = reference_defect("is of 2.40");

/// A message's parameter, and where nonce and tag are.
struct Message {
    Bytes nonce;
    Bytes tag = Bytes(16);
    CK_GENERATOR_FUNCTION generator = CKG_NO_GENERATE;
    CK_ULONG fixed_bits = 0;
    CK_ULONG text_size = 0;  // of CCM
    CK_CCM_MESSAGE_PARAMS ccm{};
    CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS poly1305{};

    CK_CCM_MESSAGE_PARAMS* for_ccm() {
        ccm = {text_size, nonce.data(), nonce.size(), fixed_bits, generator, tag.data(), tag.size()};
        return &ccm;
    }
    CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS* for_poly1305() {
        poly1305 = {nonce.data(), nonce.size(), tag.data()};
        return &poly1305;
    }
};

template <class Params>
CK_RV seal(const Session& s, Params* params, const Bytes& aad, const Bytes& text, Bytes& sealed) {
    sealed.assign(text.size(), 0);
    CK_ULONG size = sealed.size();
    return later(s.subject())
        .C_EncryptMessage(s.handle(), params, sizeof *params, input(aad), length(aad), input(text), length(text),
                          sealed.data(), &size);
}

template <class Params>
CK_RV open(const Session& s, Params* params, const Bytes& aad, const Bytes& sealed, Bytes& text) {
    text.assign(sealed.size(), 0);
    CK_ULONG size = text.size();
    return later(s.subject())
        .C_DecryptMessage(s.handle(), params, sizeof *params, input(aad), length(aad), input(sealed), length(sealed),
                          text.data(), &size);
}

void start(const Session& s, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key) {
    MUST(later(s.subject()).C_MessageEncryptInit(s.handle(), Mechanism(type).get(), key));
    MUST(later(s.subject()).C_MessageDecryptInit(s.handle(), Mechanism(type).get(), key));
}

}  // namespace

// SP 800-38C appendix C, examples 1 and 3, one after the other.
CONFORMANCE(ccm_messages, published_ones_are_sealed_and_opened, no_messages) {
    Session session(subject);
    start(session, CKM_AES_CCM, session.create(aes_key(from_hex("404142434445464748494a4b4c4d4e4f"))));
    Bytes sealed;
    Bytes text;
    Message first{.nonce = from_hex("10111213141516"), .tag = Bytes(4), .text_size = 4};
    MUST(seal(session, first.for_ccm(), from_hex("0001020304050607"), from_hex("20212223"), sealed));
    BOOST_TEST(to_hex(sealed + first.tag) == "7162015b4dac255d");
    MUST(open(session, first.for_ccm(), from_hex("0001020304050607"), sealed, text));
    BOOST_TEST(to_hex(text) == "20212223");
    Message third{.nonce = from_hex("101112131415161718191a1b"), .tag = Bytes(8), .text_size = 24};
    const Bytes aad = from_hex("000102030405060708090a0b0c0d0e0f10111213");
    MUST(seal(session, third.for_ccm(), aad, from_hex("202122232425262728292a2b2c2d2e2f3031323334353637"), sealed));
    BOOST_TEST(to_hex(sealed + third.tag) == "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951");
    MUST(open(session, third.for_ccm(), aad, sealed, text));
    third.tag[7] ^= 1;
    EXPECT_RV(open(session, third.for_ccm(), aad, sealed, text), CKR_AEAD_DECRYPT_FAILED);
}

CONFORMANCE(ccm_messages, the_token_makes_nonces_and_knows_lengths_beforehand, no_messages) {
    Session session(subject);
    start(session, CKM_AES_CCM, session.create(aes_key(pattern(32))));
    Bytes sealed;
    Bytes text;
    Message made{
        .nonce = from_hex("0102030405000000000000"), .generator = CKG_GENERATE, .fixed_bits = 40, .text_size = 30};
    MUST(seal(session, made.for_ccm(), {}, pattern(30), sealed));
    BOOST_TEST(to_hex(made.nonce).substr(0, 10) == "0102030405");
    BOOST_TEST(to_hex(made.nonce).substr(10) != "000000000000");
    // To open, generator and fixed bits mean nothing.
    made.generator = 77;
    made.fixed_bits = 5000;
    MUST(open(session, made.for_ccm(), {}, sealed, text));
    BOOST_TEST(to_hex(text) == to_hex(pattern(30)));
    Message counted{.nonce = Bytes(12), .generator = CKG_GENERATE_COUNTER, .text_size = 5};
    for (const char* wanted : {"000000000000000000000000", "000000000000000000000001"}) {
        MUST(seal(session, counted.for_ccm(), {}, pattern(5), sealed));
        BOOST_TEST(to_hex(counted.nonce) == wanted);
    }
    Message wrong{.nonce = pattern(12), .text_size = 31};
    EXPECT_RV(seal(session, wrong.for_ccm(), {}, pattern(30), sealed), CKR_DATA_LEN_RANGE);
    for (auto [nonce, tag] : {std::pair{6, 16}, {14, 16}, {12, 5}, {12, 18}}) {
        Message bad{.nonce = Bytes(static_cast<std::size_t>(nonce)),
                    .tag = Bytes(static_cast<std::size_t>(tag)),
                    .text_size = 30};
        EXPECT_RV(seal(session, bad.for_ccm(), {}, pattern(30), sealed), CKR_MECHANISM_PARAM_INVALID);
    }
}

// RFC 8439 §2.8.2.
CONFORMANCE(chacha20_messages, a_published_one_is_sealed_and_opened, no_messages) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(
        secret_key(CKK_CHACHA20, from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")));
    start(session, CKM_CHACHA20_POLY1305, key);
    const Bytes text = text_bytes(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would "
        "be it.");
    const Bytes aad = from_hex("50515253c0c1c2c3c4c5c6c7");
    Message message{.nonce = from_hex("070000004041424344454647")};
    Bytes sealed;
    Bytes opened;
    MUST(seal(session, message.for_poly1305(), aad, text, sealed));
    BOOST_TEST(to_hex(sealed).substr(0, 32) == "d31a8d34648e60db7b86afbc53ef7ec2");
    BOOST_TEST(to_hex(message.tag) == "1ae10b594f09e26a7e902ecbd0600691");
    MUST(open(session, message.for_poly1305(), aad, sealed, opened));
    BOOST_TEST(to_hex(opened) == to_hex(text));
    sealed[0] ^= 1;
    EXPECT_RV(open(session, message.for_poly1305(), aad, sealed, opened), CKR_AEAD_DECRYPT_FAILED);
    message.nonce.resize(8);
    EXPECT_RV(seal(session, message.for_poly1305(), aad, text, sealed), CKR_MECHANISM_PARAM_INVALID);
}

KVP11_CASES_END
