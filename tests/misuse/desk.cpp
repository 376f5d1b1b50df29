#include "misuse/desk.hpp"

#include <cstdlib>
#include <utility>

namespace kvp11::test {
namespace {

CK_UTF8CHAR_PTR text(std::string_view value) {
    return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(value.data()));
}

}  // namespace

Desk::Desk(Kind kind, Subject::Token token) {
    subject.emplace(kind, token);
    slot = subject->slot();
    open();
    home = session;
    make_keys();
    right();
}

Desk::Desk(Blank) {
    size = out.size();
    wrapped = ciphertext = signature = mac = state = Bytes(32);
}

CK_RV Desk::log_in(CK_USER_TYPE user, std::string_view pin) const {
    return f->C_Login(session, user, text(pin), static_cast<CK_ULONG>(pin.size()));
}

void Desk::open(CK_FLAGS flags) {
    MUST(f->C_OpenSession(slot, flags, nullptr, nullptr, &session));
    const CK_RV login = log_in(CKU_USER, user_pin);
    if (login == CKR_USER_ALREADY_LOGGED_IN) return;
    if (login == CKR_USER_ANOTHER_ALREADY_LOGGED_IN) {
        MUST(f->C_Logout(session));
        MUST(log_in(CKU_USER, user_pin));
        return;
    }
    MUST(login);
}

void Desk::make_keys() {
    // Where consistency tests are made to fail there are no pairs, and calls do with what there is.
    const bool without_pairs = std::getenv("KVP11_TEST_PAIRWISE_FAIL") != nullptr;
    const auto create = [&](Template object, CK_OBJECT_HANDLE& key) {
        object.flag(CKA_PRIVATE, false).text(CKA_LABEL, "desk");
        const CK_RV code = f->C_CreateObject(home, object.data(), object.size(), &key);
        if (!without_pairs) MUST(code);
    };
    create(aes_key(pattern(16)), aes);
    create(generic_secret(pattern(32)), secret);
    create(test::rsa_public().flag(CKA_VERIFY_RECOVER, true), rsa_public);
    create(test::rsa_private().flag(CKA_SIGN_RECOVER, true), rsa_private);
    create(test::ec_public(ec_numbers(Curve::P256)), ec_public);
    create(test::ec_private(ec_numbers(Curve::P256)), ec_private);
}

void Desk::right() {
    if (session != home) (void)f->C_CloseSession(session);
    open();
    in.fill(7);
    out.fill(0);
    size = out.size();
    size_in = 0;
    made = made_too = 0;
    prepare_results();
    mechanism = CKM_SHA256;
    wanted = aes_key({}).without(CKA_VALUE);
    wanted_too = {};
    message = {in.data(), 12, 0, CKG_NO_GENERATE, out.data() + 1024, 128};
}

void Desk::prepare_results() {
    if (!wrapped.empty()) return;
    const auto result = [&](CK_RV code) {
        if (rsa_private != 0) MUST(code);
        Bytes bytes(out.data(), out.data() + size);
        size = out.size();
        return bytes;
    };
    Mechanism wrap = CKM_AES_KEY_WRAP;
    Mechanism ecb = CKM_AES_ECB;
    Mechanism hmac = CKM_SHA256_HMAC;
    Mechanism pkcs = CKM_RSA_PKCS;
    Mechanism sha = CKM_SHA256;
    wrapped = result(f->C_WrapKey(session, wrap.get(), aes, aes, out.data(), &size));
    MUST(f->C_EncryptInit(session, ecb.get(), aes));
    ciphertext = result(f->C_Encrypt(session, in.data(), 32, out.data(), &size));
    MUST(f->C_SignInit(session, hmac.get(), secret));
    mac = result(f->C_Sign(session, in.data(), 32, out.data(), &size));
    (void)f->C_SignInit(session, pkcs.get(), rsa_private);
    signature = result(f->C_Sign(session, in.data(), 32, out.data(), &size));
    MUST(f->C_DigestInit(session, sha.get()));
    MUST(f->C_DigestUpdate(session, in.data(), 32));
    const CK_RV kept = f->C_GetOperationState(session, out.data(), &size);
    state = kept == CKR_OK ? Bytes(out.data(), out.data() + size) : Bytes(8);
    size = out.size();
    (void)f->C_DigestFinal(session, out.data(), &size);
    size = out.size();
}

CK_RV usual_code(std::string_view name) {
    constexpr std::pair<std::string_view, CK_RV> others[] = {
        {"C_GetFunctionStatus", CKR_FUNCTION_NOT_PARALLEL},
        {"C_CancelFunction", CKR_FUNCTION_NOT_PARALLEL},
        {"C_WaitForSlotEvent", CKR_NO_EVENT},
        {"C_AsyncComplete", CKR_OPERATION_NOT_INITIALIZED},
        {"C_AsyncGetID", CKR_OPERATION_NOT_INITIALIZED},
        {"C_AsyncJoin", CKR_SAVED_STATE_INVALID},
        {"C_EncapsulateKey", CKR_MECHANISM_INVALID},
        {"C_DecapsulateKey", CKR_MECHANISM_INVALID},
    };
    for (const auto& [function, code] : others) {
        if (function == name) return code;
    }
    return CKR_OK;
}

}  // namespace kvp11::test
