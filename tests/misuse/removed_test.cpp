// A service behind a remote slot that goes away while its keys are in use: what has to ask it is CKR_DEVICE_ERROR at
// first, and CKR_DEVICE_REMOVED at once when nothing but errors came for a while. What the process does alone goes on.
// And one that is there and refuses.
#include <algorithm>
#include <functional>
#include <memory>
#include <span>

#include "misuse/far.hpp"

namespace kvp11::test {
namespace {

struct Row {
    const char* function;
    void (*begin)(FarCall&);  // while the service is there
    CK_RV (*run)(FarCall&);
};

/// A digest as CKM_RSA_PKCS takes it (RFC 8017, section 9.2, note 1): the service signs nothing else with it.
const Bytes digest_info = from_hex("3031300d060960864801650304020105000420" + std::string(64, '7'));

void nothing(FarCall&) {}

// The operations of a key that the module knows: they begin without the service, and end at it.
Mechanism cbc() { return Mechanism(CKM_AES_CBC, Bytes(16)); }
void encrypt(FarCall& a) { MUST(a.f->C_EncryptInit(a.session, cbc().get(), a.known("aes"))); }
void decrypt(FarCall& a) { MUST(a.f->C_DecryptInit(a.session, cbc().get(), a.known("aes"))); }
void sign(FarCall& a) { MUST(a.f->C_SignInit(a.session, Mechanism(CKM_ECDSA).get(), a.known("ec"))); }
void sign_recover(FarCall& a) {
    MUST(a.f->C_SignRecoverInit(a.session, Mechanism(CKM_RSA_PKCS).get(), a.known("rsa")));
}
void verify(FarCall& a) { MUST(a.f->C_VerifyInit(a.session, Mechanism(CKM_SHA256_HMAC).get(), a.known("mac"))); }
void verify_given(FarCall& a) {
    Mechanism hmac = CKM_SHA256_HMAC;
    MUST(a.f->C_VerifySignatureInit(a.session, hmac.get(), a.known("mac"), a.in.data(), length(a.in)));
}
void digest(FarCall& a) { MUST(a.f->C_DigestInit(a.session, Mechanism(CKM_SHA256).get())); }
void encrypt_part(FarCall& a) {
    encrypt(a);
    MUST(a.f->C_EncryptUpdate(a.session, a.in.data(), 32, a.out.data(), &a.size));
}
void decrypt_part(FarCall& a) {
    decrypt(a);
    MUST(a.f->C_DecryptUpdate(a.session, a.in.data(), 32, a.out.data(), &a.size));
}
void sign_part(FarCall& a) {
    sign(a);
    MUST(a.f->C_SignUpdate(a.session, a.in.data(), 32));
}
void verify_part(FarCall& a) {
    verify(a);
    MUST(a.f->C_VerifyUpdate(a.session, a.in.data(), 32));
}
void verify_given_part(FarCall& a) {
    verify_given(a);
    MUST(a.f->C_VerifySignatureUpdate(a.session, a.in.data(), 32));
}
void seal(FarCall& a) { MUST(a.f->C_MessageEncryptInit(a.session, Mechanism(CKM_AES_GCM).get(), a.known("aes"))); }
void seal_begun(FarCall& a) {
    seal(a);
    MUST(a.f->C_EncryptMessageBegin(a.session, &a.message, sizeof a.message, nullptr, 0));
}
void open(FarCall& a) { MUST(a.f->C_MessageDecryptInit(a.session, Mechanism(CKM_AES_GCM).get(), a.known("aes"))); }
void open_begun(FarCall& a) {
    open(a);
    MUST(a.f->C_DecryptMessageBegin(a.session, &a.message, sizeof a.message, nullptr, 0));
}
void sign_messages(FarCall& a) { MUST(a.f->C_MessageSignInit(a.session, Mechanism(CKM_ECDSA).get(), a.known("ec"))); }
void sign_message_begun(FarCall& a) {
    sign_messages(a);
    MUST(a.f->C_SignMessageBegin(a.session, nullptr, 0));
}
void verify_messages(FarCall& a) {
    MUST(a.f->C_MessageVerifyInit(a.session, Mechanism(CKM_SHA256_HMAC).get(), a.known("mac")));
}
void verify_message_begun(FarCall& a) {
    verify_messages(a);
    MUST(a.f->C_VerifyMessageBegin(a.session, nullptr, 0));
}

void an_aes_key(FarCall& a) { a.wanted = aes_generation(32).flag(CKA_TOKEN, true).flag(CKA_EXTRACTABLE, false); }
void a_session_key(FarCall& a) { a.wanted = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32); }
void a_pair(FarCall& a) {
    a.wanted = Template().bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters).flag(CKA_TOKEN, true);
    a.wanted_too = Template().flag(CKA_TOKEN, true);
}
void an_object(FarCall& a) {
    a.wanted = ec_private(ec_numbers(Curve::P256)).flag(CKA_TOKEN, true).flag(CKA_DERIVE, false);
}
void a_copy(FarCall& a) { a.wanted = Template().flag(CKA_TOKEN, false); }
void a_label(FarCall& a) { a.wanted = Template().text(CKA_LABEL, "other"); }
void a_query(FarCall& a) { a.wanted = Template().flag(CKA_MODIFIABLE, false); }
/// What is wrapped is the process's own, what wraps it the service's.
void a_session_secret(FarCall& a) {
    Template own = aes_key(pattern(32));
    MUST(a.f->C_CreateObject(a.session, own.data(), own.size(), &a.made));
}

#define GONE(function, begin, ...)                                                                                     \
    {                                                                                                                  \
#function, begin, [](FarCall & a) { return a.f->function(a.session, __VA_ARGS__); }                            \
    }
#define WANTED a.wanted.data(), a.wanted.size()
#define INPUT a.in.data(), length(a.in)
#define OUTPUT a.out.data(), &a.size
#define INFO const_cast<CK_BYTE_PTR>(digest_info.data()), length(digest_info)
#define MESSAGE &a.message, sizeof a.message

// Each of these asks the service, as C_FindObjectsInit, C_Login, C_LoginUser and C_GenerateRandom do (far.cpp).
const Row rows_of_objects[] = {
    GONE(C_CreateObject, an_object, WANTED, &a.made),
    GONE(C_CopyObject, a_copy, a.unseen("ec"), WANTED, &a.made),
    GONE(C_DestroyObject, nothing, a.unseen("ec")),
    GONE(C_GetObjectSize, nothing, a.unseen("ec"), &a.size),
    GONE(C_GetAttributeValue, a_query, a.unseen("ec"), WANTED),
    GONE(C_SetAttributeValue, a_label, a.unseen("ec"), WANTED),
    GONE(C_GenerateKey, an_aes_key, Mechanism(CKM_AES_KEY_GEN).get(), WANTED, &a.made),
    GONE(C_GenerateKeyPair, a_pair, Mechanism(CKM_EC_KEY_PAIR_GEN).get(), WANTED, a.wanted_too.data(),
         a.wanted_too.size(), &a.made, &a.made_too),
    GONE(C_WrapKey, a_session_secret, Mechanism(CKM_AES_KEY_WRAP).get(), a.known("aes"), a.made, OUTPUT),
    GONE(C_UnwrapKey, an_aes_key, Mechanism(CKM_AES_KEY_WRAP).get(), a.known("aes"), a.in.data(), 24, WANTED, &a.made),
    GONE(C_DeriveKey, a_session_key, ecdh(ec_numbers(Curve::P256).point).get(), a.unseen("ec"), WANTED, &a.made),
    GONE(C_EncapsulateKey, a_session_key, ecdh({}).get(), a.unseen("ec"), WANTED, OUTPUT, &a.made),
    GONE(C_DecapsulateKey, a_session_key, ecdh({}).get(), a.unseen("ec"), WANTED, INPUT, &a.made),
};

const Row rows_of_beginnings[] = {
    GONE(C_EncryptInit, nothing, cbc().get(), a.unseen("aes")),
    GONE(C_DecryptInit, nothing, cbc().get(), a.unseen("aes")),
    GONE(C_SignInit, nothing, Mechanism(CKM_ECDSA).get(), a.unseen("ec")),
    GONE(C_VerifyInit, nothing, Mechanism(CKM_SHA256_HMAC).get(), a.unseen("mac")),
    GONE(C_SignRecoverInit, nothing, Mechanism(CKM_RSA_PKCS).get(), a.unseen("rsa")),
    GONE(C_VerifyRecoverInit, nothing, Mechanism(CKM_RSA_PKCS).get(), a.unseen("rsa")),
    GONE(C_VerifySignatureInit, nothing, Mechanism(CKM_SHA256_HMAC).get(), a.unseen("mac"), INPUT),
    GONE(C_MessageEncryptInit, nothing, Mechanism(CKM_AES_GCM).get(), a.unseen("aes")),
    GONE(C_MessageDecryptInit, nothing, Mechanism(CKM_AES_GCM).get(), a.unseen("aes")),
    GONE(C_MessageSignInit, nothing, Mechanism(CKM_ECDSA).get(), a.unseen("ec")),
    GONE(C_MessageVerifyInit, nothing, Mechanism(CKM_SHA256_HMAC).get(), a.unseen("mac")),
    GONE(C_DigestKey, digest, a.unseen("mac")),
};

const Row rows_of_operations[] = {
    GONE(C_Encrypt, encrypt, INPUT, OUTPUT),
    GONE(C_EncryptFinal, encrypt_part, OUTPUT),
    GONE(C_Decrypt, decrypt, INPUT, OUTPUT),
    GONE(C_DecryptFinal, decrypt_part, OUTPUT),
    GONE(C_Sign, sign, INPUT, OUTPUT),
    GONE(C_SignFinal, sign_part, OUTPUT),
    GONE(C_SignRecover, sign_recover, INFO, OUTPUT),
    GONE(C_Verify, verify, INPUT, INPUT),
    GONE(C_VerifyFinal, verify_part, INPUT),
    GONE(C_VerifySignature, verify_given, INPUT),
    {"C_VerifySignatureFinal", verify_given_part, [](FarCall& a) { return a.f->C_VerifySignatureFinal(a.session); }},
    GONE(C_EncryptMessage, seal, MESSAGE, nullptr, 0, INPUT, OUTPUT),
    GONE(C_EncryptMessageNext, seal_begun, MESSAGE, INPUT, OUTPUT, CKF_END_OF_MESSAGE),
    GONE(C_DecryptMessage, open, MESSAGE, nullptr, 0, INPUT, OUTPUT),
    GONE(C_DecryptMessageNext, open_begun, MESSAGE, INPUT, OUTPUT, CKF_END_OF_MESSAGE),
    GONE(C_SignMessage, sign_messages, nullptr, 0, INPUT, OUTPUT),
    GONE(C_SignMessageNext, sign_message_begun, nullptr, 0, INPUT, OUTPUT),
    GONE(C_VerifyMessage, verify_messages, nullptr, 0, INPUT, INPUT),
    GONE(C_VerifyMessageNext, verify_message_begun, nullptr, 0, INPUT, INPUT),
};

// And these do not, whatever they belong to: never.txt says so of their codes.
const Row rows_of_the_process[] = {
    GONE(C_EncryptUpdate, encrypt, INPUT, OUTPUT),
    GONE(C_DecryptUpdate, decrypt, INPUT, OUTPUT),
    GONE(C_SignUpdate, sign, INPUT),
    GONE(C_VerifyUpdate, verify, INPUT),
    GONE(C_VerifySignatureUpdate, verify_given, INPUT),
    GONE(C_DigestInit, nothing, Mechanism(CKM_SHA256).get()),
    GONE(C_DigestUpdate, digest, INPUT),
    GONE(C_Digest, digest, INPUT, OUTPUT),
    GONE(C_DigestFinal, digest, OUTPUT),
    GONE(C_EncryptMessageBegin, seal, MESSAGE, nullptr, 0),
    GONE(C_DecryptMessageBegin, open, MESSAGE, nullptr, 0),
    GONE(C_SignMessageBegin, sign_messages, nullptr, 0),
    GONE(C_VerifyMessageBegin, verify_messages, nullptr, 0),
    {"C_MessageEncryptFinal", seal, [](FarCall& a) { return a.f->C_MessageEncryptFinal(a.session); }},
    {"C_MessageDecryptFinal", open, [](FarCall& a) { return a.f->C_MessageDecryptFinal(a.session); }},
    {"C_MessageSignFinal", sign_messages, [](FarCall& a) { return a.f->C_MessageSignFinal(a.session); }},
    {"C_MessageVerifyFinal", verify_messages, [](FarCall& a) { return a.f->C_MessageVerifyFinal(a.session); }},
    GONE(C_GetOperationState, digest, OUTPUT),
    GONE(C_SessionCancel, sign, CKF_SIGN),
};

/// Each call in a session of its own, begun before the service goes.
class Started {
public:
    Started(const Far& far, std::span<const Row> rows) : rows_(rows) {
        for (const Row& row : rows_) {
            calls_.push_back(std::make_unique<FarCall>(far));
            BOOST_TEST_CONTEXT(row.function) row.begin(*calls_.back());
        }
    }
    void expect(
        CK_RV code, const std::function<void()>& between = [] {}) {
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            BOOST_TEST_CONTEXT(rows_[i].function) EXPECT_RV(rows_[i].run(*calls_[i]), code);
            between();
        }
    }

private:
    std::span<const Row> rows_;
    std::vector<std::unique_ptr<FarCall>> calls_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(removed)

BOOST_AUTO_TEST_CASE(what_a_service_fails_at_is_a_device_error_and_then_it_is_gone) {
    Far far;
    const std::span<const Row> asking[] = {rows_of_objects, rows_of_beginnings, rows_of_operations};
    for (const auto& rows : asking) {
        Started failing(far, rows);
        far.let_keys_fail();
        failing.expect(CKR_DEVICE_ERROR, [&] { far.succeed(); });
        far.let_all_succeed();
    }
    std::vector<Started> gone;
    for (const auto& rows : asking) gone.emplace_back(far, rows);
    Started of_the_process(far, rows_of_the_process);
    far.remove_service();
    for (Started& rows : gone) rows.expect(CKR_DEVICE_REMOVED);
    of_the_process.expect(CKR_OK);
}

// A token that the service does not take any more, a role that was taken away, a key that somebody else has deleted:
// all of it may come after the operation has begun.
BOOST_AUTO_TEST_CASE(what_a_service_refuses_is_told_with_its_reason) {
    Far far;
    constexpr std::pair<int, CK_RV> answers[] = {
        {401, CKR_USER_NOT_LOGGED_IN}, {403, CKR_FUNCTION_REJECTED}, {404, CKR_KEY_HANDLE_INVALID}};
    for (const auto& [status, code] : answers) {
        for (const std::span<const Row> rows : {std::span<const Row>(rows_of_beginnings), {rows_of_operations}}) {
            Started refused(far, rows);
            far.let_keys_fail(status);
            BOOST_TEST_CONTEXT(status) refused.expect(code);
            far.let_all_succeed();
        }
    }
    FarCall call(far);
    // Its generator is nobody else's to seed, and its random numbers are for those alone who say who they are.
    EXPECT_RV(call.f->C_SeedRandom(call.session, call.in.data(), 32), CKR_RANDOM_SEED_NOT_SUPPORTED);
    MUST(call.f->C_Logout(call.session));
    EXPECT_RV(call.f->C_GenerateRandom(call.session, call.out.data(), 32), CKR_USER_NOT_LOGGED_IN);
}

BOOST_AUTO_TEST_CASE(what_a_service_cannot_take_is_invalid) {
    Far far;
    constexpr std::pair<std::string_view, CK_RV> codes[] = {
        {"C_Encrypt", CKR_DATA_INVALID},
        {"C_EncryptMessage", CKR_DATA_INVALID},
        {"C_Sign", CKR_DATA_INVALID},
        {"C_SignMessage", CKR_DATA_INVALID},
        {"C_Verify", CKR_SIGNATURE_INVALID},
        {"C_VerifyMessage", CKR_SIGNATURE_INVALID},
        {"C_Decrypt", CKR_ENCRYPTED_DATA_INVALID},
        {"C_DecryptMessage", CKR_AEAD_DECRYPT_FAILED},
    };
    for (const Row& row : rows_of_operations) {
        const auto* wanted = std::find_if(std::begin(codes), std::end(codes),
                                          [&](const auto& pair) { return pair.first == row.function; });
        if (wanted == std::end(codes)) continue;
        Started begun(far, {&row, 1});
        far.let_keys_fail(400);
        begun.expect(wanted->second);
        far.let_all_succeed();
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
