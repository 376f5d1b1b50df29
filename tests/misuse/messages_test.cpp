// Messages: parameters, lengths and tags that are refused, and what goes on after it.
#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

constexpr CK_ULONG text_size = 32;
constexpr CK_ULONG any_size = 64;

/// A message with AES-CCM, where its length is part of the parameter.
struct CcmMessage {
    CK_BYTE nonce[12] = {1};
    CK_BYTE mac[16] = {};
    CK_CCM_MESSAGE_PARAMS parameter{text_size, nonce, sizeof nonce, 0, CKG_NO_GENERATE, mac, sizeof mac};
};

void start(Desk& d, CK_MECHANISM_TYPE type) {
    d.right();
    MUST(d.f->C_MessageEncryptInit(d.session, Mechanism(type).get(), d.aes));
    MUST(d.f->C_MessageDecryptInit(d.session, Mechanism(type).get(), d.aes));
}

/// Begun and not ended: C_EncryptMessageBegin with a parameter that is right, and its like.
void begin(Desk& d, const char* next) {
    d.right();
    call_of(next).begin(d);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(messages, Desk)

BOOST_AUTO_TEST_CASE(parameters_of_messages_are_judged) {
    start(*this, CKM_AES_GCM);
    CK_GCM_MESSAGE_PARAMS right_one = message;
    const auto each = [&](CK_VOID_PTR parameter, CK_ULONG length, CK_RV refusal) {
        size = any_size;
        EXPECT_RV(f->C_EncryptMessage(session, parameter, length, nullptr, 0, in.data(), 32, out.data(), &size),
                  refusal);
        size = any_size;
        EXPECT_RV(f->C_DecryptMessage(session, parameter, length, nullptr, 0, in.data(), 32, out.data(), &size),
                  refusal);
        EXPECT_RV(f->C_EncryptMessageBegin(session, parameter, length, nullptr, 0), refusal);
        EXPECT_RV(f->C_DecryptMessageBegin(session, parameter, length, nullptr, 0), refusal);
    };
    each(&right_one, sizeof right_one - 1, CKR_MECHANISM_PARAM_INVALID);
    each(nullptr, 0, CKR_MECHANISM_PARAM_INVALID);
    each(nullptr, sizeof right_one, CKR_ARGUMENTS_BAD);
    const auto spoilt = [&](auto spoil) {
        CK_GCM_MESSAGE_PARAMS wrong = right_one;
        spoil(wrong);
        each(&wrong, sizeof wrong, CKR_MECHANISM_PARAM_INVALID);
    };
    spoilt([](auto& p) { p.ulIvLen = 0; });
    spoilt([](auto& p) { p.pIv = nullptr; });
    spoilt([](auto& p) { p.pTag = nullptr; });
    spoilt([](auto& p) { p.ulTagBits = 127; });
    // Who opens a message has its IV, and makes none.
    for (const auto& [generator, fixed_bits] :
         {std::pair{CK_GENERATOR_FUNCTION{99}, CK_ULONG{0}}, {CKG_GENERATE, 97}}) {
        CK_GCM_MESSAGE_PARAMS wrong = right_one;
        wrong.ivGenerator = generator;
        wrong.ulIvFixedBits = fixed_bits;
        size = any_size;
        EXPECT_RV(f->C_EncryptMessage(session, &wrong, sizeof wrong, nullptr, 0, in.data(), 32, out.data(), &size),
                  CKR_MECHANISM_PARAM_INVALID);
        EXPECT_RV(f->C_EncryptMessageBegin(session, &wrong, sizeof wrong, nullptr, 0), CKR_MECHANISM_PARAM_INVALID);
    }
    // The processes go on.
    size = any_size;
    EXPECT_RV(f->C_EncryptMessage(session, &right_one, sizeof right_one, nullptr, 0, in.data(), 32, out.data(), &size),
              CKR_OK);
}

BOOST_AUTO_TEST_CASE(a_message_ends_with_the_parameter_that_it_began_with) {
    for (const char* name : {"C_EncryptMessageNext", "C_DecryptMessageNext"}) {
        BOOST_TEST_CONTEXT(name) {
            begin(*this, name);
            message.ulTagBits = 96;
            EXPECT_RV(call_of(name).run(*this), CKR_MECHANISM_PARAM_INVALID);
            EXPECT_RV(call_of(name).run(*this), CKR_OPERATION_NOT_INITIALIZED);
            begin(*this, name);
            message.pTag = nullptr;
            EXPECT_RV(call_of(name).run(*this), CKR_MECHANISM_PARAM_INVALID);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_message_to_sign_has_no_parameter) {
    for (const CK_ULONG length : {CK_ULONG{1}, CK_ULONG{48}}) {
        const auto refused = [&](const char* name, auto run) {
            begin(*this, name);
            BOOST_TEST_CONTEXT(name) EXPECT_RV(run(in.data()), CKR_MECHANISM_PARAM_INVALID);
            begin(*this, name);
            BOOST_TEST_CONTEXT(name) EXPECT_RV(run(nullptr), CKR_ARGUMENTS_BAD);
        };
        refused("C_SignMessage", [&](CK_VOID_PTR given) {
            return f->C_SignMessage(session, given, length, in.data(), 32, out.data(), &size);
        });
        refused("C_SignMessageBegin", [&](CK_VOID_PTR given) { return f->C_SignMessageBegin(session, given, length); });
        refused("C_SignMessageNext", [&](CK_VOID_PTR given) {
            return f->C_SignMessageNext(session, given, length, in.data(), 32, out.data(), &size);
        });
        refused("C_VerifyMessage", [&](CK_VOID_PTR given) {
            return f->C_VerifyMessage(session, given, length, in.data(), 32, mac.data(), mac.size());
        });
        refused("C_VerifyMessageBegin",
                [&](CK_VOID_PTR given) { return f->C_VerifyMessageBegin(session, given, length); });
        refused("C_VerifyMessageNext", [&](CK_VOID_PTR given) {
            return f->C_VerifyMessageNext(session, given, length, in.data(), 32, mac.data(), mac.size());
        });
    }
}

// The length of a message with AES-CCM is said beforehand.
BOOST_AUTO_TEST_CASE(messages_have_the_length_that_was_said) {
    CcmMessage said;
    CK_BYTE sealed[any_size] = {};
    const auto room = [&] { return &(size = any_size); };
    for (const CK_ULONG given : {text_size - 1, text_size + 1}) {
        BOOST_TEST_CONTEXT(given << " bytes") {
            start(*this, CKM_AES_CCM);
            const auto parameter = &said.parameter;
            const CK_ULONG length = sizeof said.parameter;
            EXPECT_RV(f->C_EncryptMessage(session, parameter, length, nullptr, 0, in.data(), given, sealed, room()),
                      CKR_DATA_LEN_RANGE);
            EXPECT_RV(f->C_DecryptMessage(session, parameter, length, nullptr, 0, sealed, given, out.data(), room()),
                      CKR_ENCRYPTED_DATA_LEN_RANGE);
            MUST(f->C_EncryptMessageBegin(session, parameter, length, nullptr, 0));
            EXPECT_RV(f->C_EncryptMessageNext(session, parameter, length, in.data(), given, sealed, room(),
                                              CKF_END_OF_MESSAGE),
                      CKR_DATA_LEN_RANGE);
            MUST(f->C_DecryptMessageBegin(session, parameter, length, nullptr, 0));
            EXPECT_RV(f->C_DecryptMessageNext(session, parameter, length, sealed, given, out.data(), room(),
                                              CKF_END_OF_MESSAGE),
                      CKR_ENCRYPTED_DATA_LEN_RANGE);
            EXPECT_RV(f->C_EncryptMessage(session, parameter, length, nullptr, 0, in.data(), text_size, sealed, room()),
                      CKR_OK);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_was_changed_does_not_open) {
    for (const char* name : {"C_DecryptMessage", "C_DecryptMessageNext"}) {
        BOOST_TEST_CONTEXT(name) {
            begin(*this, name);
            out[2048] ^= 1U;
            EXPECT_RV(call_of(name).run(*this), CKR_AEAD_DECRYPT_FAILED);
            begin(*this, name);
            message.pTag[0] ^= 1U;
            EXPECT_RV(call_of(name).run(*this), CKR_AEAD_DECRYPT_FAILED);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_counter_that_has_run_out_makes_no_ivs) {
    start(*this, CKM_AES_GCM);
    message.ivGenerator = CKG_GENERATE_COUNTER;
    message.ulIvFixedBits = 95;
    const auto seal = [&] {
        size = any_size;
        return f->C_EncryptMessage(session, &message, sizeof message, nullptr, 0, in.data() + 64, 32, out.data(),
                                   &size);
    };
    MUST(seal());
    MUST(seal());
    EXPECT_RV(seal(), CKR_TOKEN_RESOURCE_EXCEEDED);
    EXPECT_RV(f->C_EncryptMessageBegin(session, &message, sizeof message, nullptr, 0), CKR_TOKEN_RESOURCE_EXCEEDED);
}

BOOST_AUTO_TEST_CASE(a_part_that_did_not_fit_is_fetched_before_the_last) {
    begin(*this, "C_EncryptMessageNext");
    const auto next = [&](CK_ULONG room, CK_FLAGS flags) {
        size = room;
        return f->C_EncryptMessageNext(session, &message, sizeof message, in.data() + 64, 32, out.data(), &size, flags);
    };
    EXPECT_RV(next(0, 0), CKR_BUFFER_TOO_SMALL);
    EXPECT_RV(next(any_size, CKF_END_OF_MESSAGE), CKR_OPERATION_ACTIVE);
    EXPECT_RV(next(any_size, 0), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f->C_MessageEncryptFinal(session), CKR_OK);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
