// Random parameters, texts and orders of calls against the message functions of 3.0 and the authenticated wrapping of
// 3.2, as module_fuzz_test.cpp does with the older ones.
#include <boost/test/unit_test.hpp>

#include "module_fuzz.hpp"
#include "support/keys.hpp"
#include "support/later_functions.hpp"

using namespace kvp11::fuzz;

namespace {

class MessageFuzz final : public ModuleFuzz {
public:
    explicit MessageFuzz(Dice& dice) : ModuleFuzz(dice), maker_(dice, memory_, {}) {
        using namespace kvp11::test;
        keys_ = {session_.create(aes_key(pattern(32))), session_.create(secret_key(CKK_CHACHA20, pattern(32))),
                 session_.create(generic_secret(pattern(32))), session_.create(rsa_private()),
                 session_.create(rsa_public())};
    }

private:
    /// An operation and some calls of it, in any order.
    void round() override {
        const std::size_t way = dice_.below(5);
        if (way == 4) return wrap();
        fitting_ = (way < 2) != dice_.one_in(16) ? dice_.any_of(ciphers) : dice_.any_of(signatures);
        mechanism_ = fitting_.mechanism;
        init(way);
        for (std::size_t left = dice_.below(6); left > 0; --left) way < 2 ? cipher(way == 0) : signature(way == 2);
        const CK_FUNCTION_LIST_3_2& f = f_;
        const CK_C_MessageEncryptFinal ends[] = {f.C_MessageEncryptFinal, f.C_MessageDecryptFinal, f.C_MessageSignFinal,
                                                 f.C_MessageVerifyFinal};
        if (!dice_.one_in(4)) judged("Final", ends[way](h()));
        f.C_SessionCancel(h(), CKF_MESSAGE_ENCRYPT | CKF_MESSAGE_DECRYPT | CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY);
    }

    void check() override {
        const kvp11::Bytes message = kvp11::test::pattern(20);
        BOOST_TEST(session_.encrypt(kvp11::test::gcm(kvp11::test::pattern(12)), keys_[0], message).size() == 36U);
    }

    CK_GENERATOR_FUNCTION generator() {
        constexpr CK_GENERATOR_FUNCTION known[] = {CKG_NO_GENERATE,      CKG_NO_GENERATE,     CKG_GENERATE,
                                                   CKG_GENERATE_COUNTER, CKG_GENERATE_RANDOM, CKG_GENERATE_COUNTER_XOR};
        return dice_.one_in(12) ? maker_.number() : dice_.any_of(known);
    }
    /// A length that is usual, mostly, and so many bytes.
    MadeBytes field(std::size_t usual, std::size_t most) {
        const std::size_t size = dice_.one_in(3) ? dice_.below(most + 1) : usual;
        if (dice_.one_in(24)) return {nullptr, size};
        return {memory_.room(size), size};
    }
    CK_ULONG fixed_bits() { return dice_.one_in(2) ? 0 : dice_.one_in(8) ? maker_.number() : dice_.below(130); }

    MadeBytes parameter() {
        const MadeBytes iv = field(12, 40);
        const MadeBytes tag = field(16, 24);
        MadeBytes made{nullptr, 0};
        if (mechanism_ == CKM_AES_GCM) {
            const CK_GCM_MESSAGE_PARAMS gcm{iv.bytes, iv.size, fixed_bits(), generator(), tag.bytes, 8 * tag.size};
            made = {reinterpret_cast<CK_BYTE*>(memory_.put(gcm)), sizeof gcm};
        } else if (mechanism_ == CKM_AES_CCM) {
            const CK_CCM_MESSAGE_PARAMS ccm{dice_.below(80), iv.bytes,  iv.size, fixed_bits(),
                                            generator(),     tag.bytes, tag.size};
            made = {reinterpret_cast<CK_BYTE*>(memory_.put(ccm)), sizeof ccm};
        } else if (mechanism_ == CKM_CHACHA20_POLY1305) {
            const CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS poly{iv.bytes, iv.size, tag.bytes};
            // The tag has 16 bytes, and no length that could say otherwise.
            if (tag.bytes == nullptr || tag.size == 16)
                made = {reinterpret_cast<CK_BYTE*>(memory_.put(poly)), sizeof poly};
        }
        if (dice_.one_in(20)) return {nullptr, dice_.one_in(2) ? 0 : made.size};
        if (dice_.one_in(20) && made.size > 0) made.size = dice_.below(made.size);
        return made;
    }

    void init(std::size_t way) {
        const CK_FUNCTION_LIST_3_2& f = f_;
        const CK_C_MessageEncryptInit inits[] = {f.C_MessageEncryptInit, f.C_MessageDecryptInit, f.C_MessageSignInit,
                                                 f.C_MessageVerifyInit};
        const MadeBytes given = dice_.one_in(3) ? parameter() : MadeBytes{nullptr, 0};
        CK_MECHANISM* mechanism = memory_.put(CK_MECHANISM{mechanism_, given.bytes, given.size});
        const CK_OBJECT_HANDLE any = dice_.one_in(2) ? maker_.number() : dice_.any_of(keys_);
        const CK_OBJECT_HANDLE key = dice_.one_in(12) ? any : keys_[fitting_.key];
        judged("Init", inits[way](h(), dice_.one_in(60) ? nullptr : mechanism, key));
    }

    void cipher(bool encrypting) {
        const CK_FUNCTION_LIST_3_2& f = f_;
        const MadeBytes given = parameter();
        const MadeBytes data = maker_.bytes(20);
        const MadeBytes text = maker_.bytes(80);
        CK_ULONG room = dice_.below(120);
        CK_BYTE* out = dice_.one_in(8) ? nullptr : memory_.room(room);
        const CK_FLAGS flags = dice_.one_in(16) ? maker_.number() : dice_.one_in(2) ? CKF_END_OF_MESSAGE : 0;
        const auto one = encrypting ? f.C_EncryptMessage : f.C_DecryptMessage;
        const auto begin = encrypting ? f.C_EncryptMessageBegin : f.C_DecryptMessageBegin;
        const auto next = encrypting ? f.C_EncryptMessageNext : f.C_DecryptMessageNext;
        switch (dice_.below(3)) {
            case 0:
                judged("Message",
                       one(h(), given.bytes, given.size, data.bytes, data.size, text.bytes, text.size, out, &room));
                break;
            case 1: judged("Begin", begin(h(), given.bytes, given.size, data.bytes, data.size)); break;
            default: judged("Next", next(h(), given.bytes, given.size, text.bytes, text.size, out, &room, flags));
        }
    }

    void signature(bool signing) {
        const CK_FUNCTION_LIST_3_2& f = f_;
        const MadeBytes text = maker_.bytes(80);
        const MadeBytes given = dice_.one_in(6) ? maker_.bytes(40) : MadeBytes{nullptr, 0};
        const MadeBytes signature = maker_.bytes(300);
        CK_ULONG room = dice_.below(300);
        CK_BYTE* out = dice_.one_in(8) ? nullptr : memory_.room(room);
        const bool is_last = dice_.one_in(2);
        switch (dice_.below(3)) {
            case 0:
                judged("Message", signing
                                      ? f.C_SignMessage(h(), given.bytes, given.size, text.bytes, text.size, out, &room)
                                      : f.C_VerifyMessage(h(), given.bytes, given.size, text.bytes, text.size,
                                                          signature.bytes, signature.size));
                break;
            case 1:
                judged("Begin", signing ? f.C_SignMessageBegin(h(), given.bytes, given.size)
                                        : f.C_VerifyMessageBegin(h(), given.bytes, given.size));
                break;
            default:
                judged("Next", signing ? f.C_SignMessageNext(h(), given.bytes, given.size, text.bytes, text.size, out,
                                                             is_last ? &room : nullptr)
                                       : f.C_VerifyMessageNext(h(), given.bytes, given.size, text.bytes, text.size,
                                                               is_last ? signature.bytes : nullptr,
                                                               is_last ? signature.size : 0));
        }
    }

    void wrap() {
        const CK_FUNCTION_LIST_3_2& f = f_;
        mechanism_ = dice_.one_in(2) ? CKM_AES_GCM : CKM_AES_CCM;
        const MadeBytes given = parameter();
        CK_MECHANISM* mechanism = memory_.put(CK_MECHANISM{mechanism_, given.bytes, given.size});
        const MadeBytes data = maker_.bytes(20);
        CK_ULONG room = dice_.below(120);
        CK_BYTE* out = dice_.one_in(8) ? nullptr : memory_.room(room);
        judged("Wrap", f.C_WrapKeyAuthenticated(h(), mechanism, dice_.any_of(keys_), dice_.any_of(keys_), data.bytes,
                                                data.size, out, &room));
        const MadeBytes wrapped = maker_.bytes(80);
        const auto [attributes, count] = maker_.key_attributes();
        CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
        const CK_RV value =
            judged("Unwrap", f.C_UnwrapKeyAuthenticated(h(), mechanism, dice_.any_of(keys_), wrapped.bytes,
                                                        wrapped.size, attributes, count, data.bytes, data.size, &made));
        if (value == CKR_OK) (void)session_.try_destroy(made);
    }

    struct Fitting {
        CK_MECHANISM_TYPE mechanism;
        std::size_t key;  // in keys_
    };
    static constexpr Fitting ciphers[] = {{CKM_AES_GCM, 0}, {CKM_AES_CCM, 0}, {CKM_CHACHA20_POLY1305, 1}};
    static constexpr Fitting signatures[] = {
        {CKM_SHA256_HMAC, 2}, {CKM_AES_CMAC, 0}, {CKM_SHA256_RSA_PKCS, 3}, {CKM_SHA256_RSA_PKCS, 4}, {CKM_AES_GMAC, 0}};

    const CK_FUNCTION_LIST_3_2& f_ = kvp11::test::later(subject_);
    ArgumentMaker maker_;
    Fitting fitting_{CKM_AES_GCM, 0};
    CK_MECHANISM_TYPE mechanism_ = CKM_AES_GCM;
    std::vector<CK_OBJECT_HANDLE> keys_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(message_fuzz)

BOOST_AUTO_TEST_CASE(no_argument_of_a_message_breaks_the_module_or_its_trace) {
    ModuleFuzz::run<MessageFuzz>(
        4, {"Init CKR_OK", "Message CKR_OK", "Begin CKR_OK", "Next CKR_OK", "Final CKR_OK", "Wrap CKR_OK"});
}

BOOST_AUTO_TEST_SUITE_END()
