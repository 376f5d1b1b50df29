// The table of calls. A row has the function, what comes before it, and its arguments.
#include <tuple>
#include <type_traits>
#include <utility>

#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

using List = CK_FUNCTION_LIST_3_2;
template <class... P>
using Member = CK_RV (*List::*)(P...);
using Begin = void (*)(Desk&);

template <class... P>
std::tuple<P...> arguments(Member<P...>, std::type_identity_t<P>... values) {
    return {values...};
}

/// Calls with the n-th pointer replaced by NULL.
template <class Function, class... P>
std::optional<CK_RV> with_null(Function function, std::tuple<P...> values, std::size_t n) {
    std::size_t seen = 0;
    bool found = false;
    std::apply(
        [&](auto&... value) {
            const auto look = [&](auto& one) {
                if constexpr (std::is_pointer_v<std::remove_reference_t<decltype(one)>>) {
                    if (seen++ != n) return;
                    one = nullptr;
                    found = true;
                }
            };
            (look(value), ...);
        },
        values);
    if (!found) return std::nullopt;
    return std::apply(function, values);
}

template <class... P, class Arguments>
Call make(const char* name, Member<P...> member, Begin begin, Arguments given) {
    Call call;
    call.name = name;
    call.begin = begin;
    call.run = [=](Desk& d) { return std::apply(d.f->*member, given(d)); };
    call.run_with_null = [=](Desk& d, std::size_t n) { return with_null(d.f->*member, given(d), n); };
    return call;
}

#define CALL(function, begin, ...)                                                                                     \
    make(#function, &List::function, begin,                                                                            \
         []([[maybe_unused]] Desk& d) { return arguments(&List::function, __VA_ARGS__); })

void nothing(Desk&) {}
// What an operation needs. Where it fails the call itself will tell.
void find(Desk& d) { (void)d.f->C_FindObjectsInit(d.session, nullptr, 0); }
void encrypt(Desk& d) { (void)d.f->C_EncryptInit(d.session, Mechanism(CKM_AES_ECB).get(), d.aes); }
void decrypt(Desk& d) { (void)d.f->C_DecryptInit(d.session, Mechanism(CKM_AES_ECB).get(), d.aes); }
void digest(Desk& d) { (void)d.f->C_DigestInit(d.session, Mechanism(CKM_SHA256).get()); }
void sign(Desk& d) { (void)d.f->C_SignInit(d.session, Mechanism(CKM_SHA256_HMAC).get(), d.secret); }
void verify(Desk& d) { (void)d.f->C_VerifyInit(d.session, Mechanism(CKM_SHA256_HMAC).get(), d.secret); }
void sign_recover(Desk& d) { (void)d.f->C_SignRecoverInit(d.session, Mechanism(CKM_RSA_PKCS).get(), d.rsa_private); }
void verify_recover(Desk& d) { (void)d.f->C_VerifyRecoverInit(d.session, Mechanism(CKM_RSA_PKCS).get(), d.rsa_public); }
void digest_encrypt(Desk& d) { digest(d), encrypt(d); }
void decrypt_digest(Desk& d) { decrypt(d), digest(d); }
void sign_encrypt(Desk& d) { sign(d), encrypt(d); }
void decrypt_verify(Desk& d) { decrypt(d), verify(d); }
void decrypt_final(Desk& d) {
    decrypt(d);
    (void)d.f->C_DecryptUpdate(d.session, d.ciphertext.data(), 32, d.out.data(), &d.size);
    d.size = d.out.size();
}
void verify_final(Desk& d) {
    verify(d);
    (void)d.f->C_VerifyUpdate(d.session, d.in.data(), 32);
}
void verify_signature(Desk& d) {
    (void)d.f->C_VerifySignatureInit(d.session, Mechanism(CKM_SHA256_HMAC).get(), d.secret, d.mac.data(),
                                     length(d.mac));
}
void verify_signature_final(Desk& d) {
    verify_signature(d);
    (void)d.f->C_VerifySignatureUpdate(d.session, d.in.data(), 32);
}
void message_encrypt(Desk& d) { (void)d.f->C_MessageEncryptInit(d.session, Mechanism(CKM_AES_GCM).get(), d.aes); }
void message_encrypt_begun(Desk& d) {
    message_encrypt(d);
    (void)d.f->C_EncryptMessageBegin(d.session, &d.message, sizeof d.message, nullptr, 0);
}
/// One message, whose ciphertext and tag are where the decrypting calls look for them.
void message_decrypt(Desk& d) {
    message_encrypt(d);
    (void)d.f->C_EncryptMessage(d.session, &d.message, sizeof d.message, nullptr, 0, d.in.data() + 64, 32,
                                d.out.data() + 2048, &d.size);
    (void)d.f->C_MessageEncryptFinal(d.session);
    d.size = 1024;
    (void)d.f->C_MessageDecryptInit(d.session, Mechanism(CKM_AES_GCM).get(), d.aes);
}
void message_decrypt_begun(Desk& d) {
    message_decrypt(d);
    (void)d.f->C_DecryptMessageBegin(d.session, &d.message, sizeof d.message, nullptr, 0);
}
void message_sign(Desk& d) { (void)d.f->C_MessageSignInit(d.session, Mechanism(CKM_SHA256_HMAC).get(), d.secret); }
void message_sign_begun(Desk& d) {
    message_sign(d);
    (void)d.f->C_SignMessageBegin(d.session, nullptr, 0);
}
void message_verify(Desk& d) { (void)d.f->C_MessageVerifyInit(d.session, Mechanism(CKM_SHA256_HMAC).get(), d.secret); }
void message_verify_begun(Desk& d) {
    message_verify(d);
    (void)d.f->C_VerifyMessageBegin(d.session, nullptr, 0);
}
void officer(Desk& d) {
    (void)d.f->C_Logout(d.session);
    (void)d.log_in(CKU_SO, so_pin);
}
void logged_out(Desk& d) { (void)d.f->C_Logout(d.session); }
void with(Desk& d, Mechanism mechanism) { d.use(std::move(mechanism)); }
void a_key(Desk& d) {
    with(d, CKM_AES_KEY_GEN);
    d.wanted = aes_generation(16);
}
void a_pair(Desk& d) {
    with(d, CKM_EC_KEY_PAIR_GEN);
    d.wanted = Template().bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters);
    d.wanted_too = Template().flag(CKA_TOKEN, false);
}
void a_derived_key(Desk& d) {
    with(d, ecdh(ec_numbers(Curve::P256).point));
    d.wanted = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32);
}
void an_object(Desk& d) { d.wanted = aes_key(pattern(16)); }
void a_label(Desk& d) { d.wanted = Template().text(CKA_LABEL, "other"); }
void a_query(Desk& d) { d.wanted = Template().bytes(CKA_LABEL, Bytes(64)); }
void ec_mechanism(Desk& d) { with(d, CKM_ECDSA); }
void cipher_mechanism(Desk& d) { with(d, CKM_AES_ECB); }
void gcm_mechanism(Desk& d) { with(d, CKM_AES_GCM); }
void mac_mechanism(Desk& d) { with(d, CKM_SHA256_HMAC); }
void wrap_mechanism(Desk& d) { with(d, CKM_AES_KEY_WRAP); }
void rsa_mechanism(Desk& d) { with(d, CKM_RSA_PKCS); }
void wrap_message(Desk& d) { with(d, Mechanism::with(CKM_AES_GCM, d.message)); }
/// A wrapped key and its tag, where the unwrapping call looks for them.
void unwrap_message(Desk& d) {
    wrap_message(d);
    (void)d.f->C_WrapKeyAuthenticated(d.session, d.mechanism.get(), d.aes, d.aes, d.in.data(), 32, d.out.data(),
                                      &d.size);
    d.size = d.out.size();
}
void another(Desk& d) {
    CK_OBJECT_HANDLE copy = 0;
    Template none = Template().text(CKA_LABEL, "copy");
    (void)d.f->C_CopyObject(d.session, d.aes, none.data(), none.size(), &copy);
    d.made = copy;
}

// Arguments that many rows share.
#define SESSION d.session
#define MECHANISM d.mechanism.get()
#define WANTED d.wanted.data(), d.wanted.size()
#define INPUT d.in.data(), 32
#define OUTPUT d.out.data(), &d.size
#define PIN(pin) reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(pin)), std::string_view(pin).size()
#define MESSAGE &d.message, sizeof d.message
#define NAME reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>("C_Sign"))

CK_INFO info;
CK_SLOT_INFO slot_info;
CK_TOKEN_INFO token_info;
CK_SESSION_INFO session_info;
CK_MECHANISM_INFO mechanism_info;
CK_FLAGS flags;
CK_ASYNC_DATA async_data;

std::vector<Call> general_calls() {
    return {
        CALL(C_GetInfo, nothing, &info),
        CALL(C_GetSlotList, nothing, CK_TRUE, &d.made, &d.size),
        CALL(C_GetSlotInfo, nothing, d.slot, &slot_info),
        CALL(C_GetTokenInfo, nothing, d.slot, &token_info),
        CALL(C_WaitForSlotEvent, nothing, CKF_DONT_BLOCK, &d.made, nullptr),
        CALL(C_GetMechanismList, nothing, d.slot, reinterpret_cast<CK_MECHANISM_TYPE_PTR>(d.out.data()), &d.size),
        CALL(C_GetMechanismInfo, nothing, d.slot, CKM_AES_ECB, &mechanism_info),
        CALL(C_OpenSession, nothing, d.slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &d.made),
    };
}

std::vector<Call> session_calls() {
    return {
        CALL(C_InitPIN, officer, SESSION, PIN(user_pin)),
        CALL(C_SetPIN, nothing, SESSION, PIN(user_pin), PIN(user_pin)),
        CALL(C_CloseSession, nothing, SESSION),
        CALL(C_GetSessionInfo, nothing, SESSION, &session_info),
        CALL(C_SessionCancel, digest, SESSION, CKF_DIGEST),
        CALL(C_GetOperationState, digest, SESSION, OUTPUT),
        CALL(C_SetOperationState, nothing, SESSION, d.state.data(), length(d.state), 0, 0),
        CALL(C_Login, logged_out, SESSION, CKU_USER, PIN(user_pin)),
        CALL(C_LoginUser, logged_out, SESSION, CKU_USER, PIN(user_pin), nullptr, 0),
        CALL(C_Logout, nothing, SESSION),
        CALL(C_GetSessionValidationFlags, nothing, SESSION, CKS_LAST_VALIDATION_OK, &flags),
        CALL(C_SeedRandom, nothing, SESSION, INPUT),
        CALL(C_GenerateRandom, nothing, SESSION, d.out.data(), 32),
        CALL(C_GetFunctionStatus, nothing, SESSION),
        CALL(C_CancelFunction, nothing, SESSION),
        CALL(C_AsyncComplete, nothing, SESSION, NAME, &async_data),
        CALL(C_AsyncGetID, nothing, SESSION, NAME, &d.size),
        CALL(C_AsyncJoin, nothing, SESSION, NAME, 1, d.out.data(), 32),
    };
}

std::vector<Call> object_calls() {
    return {
        CALL(C_CreateObject, an_object, SESSION, WANTED, &d.made),
        CALL(C_CopyObject, a_label, SESSION, d.aes, WANTED, &d.made),
        CALL(C_DestroyObject, another, SESSION, d.made),
        CALL(C_GetObjectSize, nothing, SESSION, d.aes, &d.size),
        CALL(C_GetAttributeValue, a_query, SESSION, d.aes, WANTED),
        CALL(C_SetAttributeValue, a_label, SESSION, d.aes, WANTED),
        CALL(C_FindObjectsInit, a_label, SESSION, WANTED),
        CALL(C_FindObjects, find, SESSION, &d.made, 1, &d.size),
        CALL(C_FindObjectsFinal, find, SESSION),
        CALL(C_GenerateKey, a_key, SESSION, MECHANISM, WANTED, &d.made),
        CALL(C_GenerateKeyPair, a_pair, SESSION, MECHANISM, WANTED, d.wanted_too.data(), d.wanted_too.size(), &d.made,
             &d.made_too),
        CALL(C_WrapKey, wrap_mechanism, SESSION, MECHANISM, d.aes, d.aes, OUTPUT),
        CALL(C_UnwrapKey, wrap_mechanism, SESSION, MECHANISM, d.aes, d.wrapped.data(), length(d.wrapped), WANTED,
             &d.made),
        CALL(C_DeriveKey, a_derived_key, SESSION, MECHANISM, d.ec_private, WANTED, &d.made),
        CALL(C_WrapKeyAuthenticated, wrap_message, SESSION, MECHANISM, d.aes, d.aes, INPUT, OUTPUT),
        CALL(C_UnwrapKeyAuthenticated, unwrap_message, SESSION, MECHANISM, d.aes, d.out.data(), 16, WANTED, INPUT,
             &d.made),
        CALL(C_EncapsulateKey, nothing, SESSION, MECHANISM, d.rsa_public, WANTED, OUTPUT, &d.made),
        CALL(C_DecapsulateKey, nothing, SESSION, MECHANISM, d.rsa_private, WANTED, INPUT, &d.made),
    };
}

std::vector<Call> starting_calls() {
    return {
        CALL(C_EncryptInit, cipher_mechanism, SESSION, MECHANISM, d.aes),
        CALL(C_DecryptInit, cipher_mechanism, SESSION, MECHANISM, d.aes),
        CALL(C_DigestInit, nothing, SESSION, MECHANISM),
        CALL(C_SignInit, ec_mechanism, SESSION, MECHANISM, d.ec_private),
        CALL(C_VerifyInit, ec_mechanism, SESSION, MECHANISM, d.ec_public),
        CALL(C_SignRecoverInit, rsa_mechanism, SESSION, MECHANISM, d.rsa_private),
        CALL(C_VerifyRecoverInit, rsa_mechanism, SESSION, MECHANISM, d.rsa_public),
        CALL(C_VerifySignatureInit, mac_mechanism, SESSION, MECHANISM, d.secret, d.mac.data(), length(d.mac)),
        CALL(C_MessageEncryptInit, gcm_mechanism, SESSION, MECHANISM, d.aes),
        CALL(C_MessageDecryptInit, gcm_mechanism, SESSION, MECHANISM, d.aes),
        CALL(C_MessageSignInit, mac_mechanism, SESSION, MECHANISM, d.secret),
        CALL(C_MessageVerifyInit, mac_mechanism, SESSION, MECHANISM, d.secret),
    };
}

std::vector<Call> operation_calls() {
    return {
        CALL(C_Encrypt, encrypt, SESSION, INPUT, OUTPUT),
        CALL(C_EncryptUpdate, encrypt, SESSION, INPUT, OUTPUT),
        CALL(C_EncryptFinal, encrypt, SESSION, OUTPUT),
        CALL(C_Decrypt, decrypt, SESSION, d.ciphertext.data(), length(d.ciphertext), OUTPUT),
        CALL(C_DecryptUpdate, decrypt, SESSION, d.ciphertext.data(), length(d.ciphertext), OUTPUT),
        CALL(C_DecryptFinal, decrypt_final, SESSION, OUTPUT),
        CALL(C_Digest, digest, SESSION, INPUT, OUTPUT),
        CALL(C_DigestUpdate, digest, SESSION, INPUT),
        CALL(C_DigestKey, digest, SESSION, d.secret),
        CALL(C_DigestFinal, digest, SESSION, OUTPUT),
        CALL(C_Sign, sign, SESSION, INPUT, OUTPUT),
        CALL(C_SignUpdate, sign, SESSION, INPUT),
        CALL(C_SignFinal, sign, SESSION, OUTPUT),
        CALL(C_SignRecover, sign_recover, SESSION, INPUT, OUTPUT),
        CALL(C_Verify, verify, SESSION, INPUT, d.mac.data(), length(d.mac)),
        CALL(C_VerifyUpdate, verify, SESSION, INPUT),
        CALL(C_VerifyFinal, verify_final, SESSION, d.mac.data(), length(d.mac)),
        CALL(C_VerifyRecover, verify_recover, SESSION, d.signature.data(), length(d.signature), OUTPUT),
        CALL(C_VerifySignature, verify_signature, SESSION, INPUT),
        CALL(C_VerifySignatureUpdate, verify_signature, SESSION, INPUT),
        CALL(C_VerifySignatureFinal, verify_signature_final, SESSION),
        CALL(C_DigestEncryptUpdate, digest_encrypt, SESSION, INPUT, OUTPUT),
        CALL(C_DecryptDigestUpdate, decrypt_digest, SESSION, d.ciphertext.data(), length(d.ciphertext), OUTPUT),
        CALL(C_SignEncryptUpdate, sign_encrypt, SESSION, INPUT, OUTPUT),
        CALL(C_DecryptVerifyUpdate, decrypt_verify, SESSION, d.ciphertext.data(), length(d.ciphertext), OUTPUT),
    };
}

std::vector<Call> message_calls() {
    return {
        CALL(C_EncryptMessage, message_encrypt, SESSION, MESSAGE, nullptr, 0, INPUT, OUTPUT),
        CALL(C_EncryptMessageBegin, message_encrypt, SESSION, MESSAGE, nullptr, 0),
        CALL(C_EncryptMessageNext, message_encrypt_begun, SESSION, MESSAGE, INPUT, OUTPUT, CKF_END_OF_MESSAGE),
        CALL(C_MessageEncryptFinal, message_encrypt, SESSION),
        CALL(C_DecryptMessage, message_decrypt, SESSION, MESSAGE, nullptr, 0, d.out.data() + 2048, 32, OUTPUT),
        CALL(C_DecryptMessageBegin, message_decrypt, SESSION, MESSAGE, nullptr, 0),
        CALL(C_DecryptMessageNext, message_decrypt_begun, SESSION, MESSAGE, d.out.data() + 2048, 32, OUTPUT,
             CKF_END_OF_MESSAGE),
        CALL(C_MessageDecryptFinal, message_decrypt, SESSION),
        CALL(C_SignMessage, message_sign, SESSION, nullptr, 0, INPUT, OUTPUT),
        CALL(C_SignMessageBegin, message_sign, SESSION, nullptr, 0),
        CALL(C_SignMessageNext, message_sign_begun, SESSION, nullptr, 0, INPUT, OUTPUT),
        CALL(C_MessageSignFinal, message_sign, SESSION),
        CALL(C_VerifyMessage, message_verify, SESSION, nullptr, 0, INPUT, d.mac.data(), length(d.mac)),
        CALL(C_VerifyMessageBegin, message_verify, SESSION, nullptr, 0),
        CALL(C_VerifyMessageNext, message_verify_begun, SESSION, nullptr, 0, INPUT, d.mac.data(), length(d.mac)),
        CALL(C_MessageVerifyFinal, message_verify, SESSION),
    };
}

std::vector<Call> all_calls() {
    std::vector<Call> all = general_calls();
    const auto add = [&](std::vector<Call> more, bool needs, bool starts) {
        for (Call& call : more) {
            call.of_session = true;
            const bool finding = call.name == "C_FindObjects" || call.name == "C_FindObjectsFinal";
            call.needs_operation = needs || finding || call.name == "C_GetOperationState";
            call.starts_operation = starts || call.name == "C_FindObjectsInit";
            all.push_back(std::move(call));
        }
    };
    add(session_calls(), false, false);
    add(object_calls(), false, false);
    add(starting_calls(), false, true);
    add(operation_calls(), true, false);
    add(message_calls(), true, false);
    return all;
}

}  // namespace

const std::vector<Call>& calls() {
    static const std::vector<Call>& all = *new std::vector<Call>(all_calls());
    return all;
}

const Call& call_of(std::string_view name) {
    for (const Call& call : calls()) {
        if (call.name == name) return call;
    }
    throw std::runtime_error("no such call: " + std::string(name));
}

}  // namespace kvp11::test
