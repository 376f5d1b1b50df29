#include "module/child/calls.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "support/keys.hpp"

namespace kvp11::test::child {

void demand(CK_RV code, const std::string& what) {
    if (code != CKR_OK) {
        say("failed: " + what + " " + ckr_name(code));
        std::_Exit(3);
    }
}

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

CK_SESSION_HANDLE open_session(const Subject& subject) {
    CK_SESSION_HANDLE session = 0;
    demand(subject.f()->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session),
           "C_OpenSession");
    return session;
}

CK_RV log_in(const Subject& subject, CK_SESSION_HANDLE session, const char* pin) {
    return subject.f()->C_Login(session, CKU_USER, reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(pin)),
                                std::strlen(pin));
}

CK_RV make_pair(const Subject& subject, CK_SESSION_HANDLE session, const Bytes& id) {
    CK_MECHANISM mechanism{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
    Template open = pair_public(id).flag(CKA_TOKEN, true).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters);
    Template hidden = pair_private(id).flag(CKA_TOKEN, true);
    CK_OBJECT_HANDLE keys[2];
    return subject.f()->C_GenerateKeyPair(session, &mechanism, open.data(), open.size(), hidden.data(), hidden.size(),
                                          &keys[0], &keys[1]);
}

std::vector<CK_OBJECT_HANDLE> find(const Subject& subject, CK_SESSION_HANDLE session, Template wanted) {
    std::vector<CK_OBJECT_HANDLE> found(4096);
    CK_ULONG count = 0;
    demand(subject.f()->C_FindObjectsInit(session, wanted.data(), wanted.size()), "C_FindObjectsInit");
    demand(subject.f()->C_FindObjects(session, found.data(), found.size(), &count), "C_FindObjects");
    demand(subject.f()->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    found.resize(count);
    return found;
}

std::vector<CK_OBJECT_HANDLE> find(const Subject& subject, CK_SESSION_HANDLE session, CK_OBJECT_CLASS object_class,
                                   const Bytes& id) {
    return find(subject, session, Template().set(CKA_CLASS, object_class).bytes(CKA_ID, id));
}

CK_RV sign(const Subject& subject, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, Bytes* signature) {
    CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
    Bytes digest = pattern(32);
    CK_ULONG size = 64;
    signature->resize(size);
    const CK_RV code = subject.f()->C_SignInit(session, &mechanism, key);
    return code != CKR_OK ? code : subject.f()->C_Sign(session, digest.data(), 32, signature->data(), &size);
}

CK_RV verify(const Subject& subject, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, const Bytes& signature) {
    CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
    Bytes digest = pattern(32);
    const CK_RV code = subject.f()->C_VerifyInit(session, &mechanism, key);
    return code != CKR_OK ? code
                          : subject.f()->C_Verify(session, digest.data(), 32, const_cast<CK_BYTE_PTR>(signature.data()),
                                                  static_cast<CK_ULONG>(signature.size()));
}

}  // namespace kvp11::test::child
