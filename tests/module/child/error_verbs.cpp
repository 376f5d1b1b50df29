#include "module/child/error_verbs.hpp"

#include "module/child/store_verbs.hpp"
#include "support/mechanism.hpp"

namespace kvp11::test::child {
namespace {

struct Keys {
    CK_OBJECT_HANDLE private_key, public_key, aes;
};

CK_OBJECT_HANDLE make_aes_key(const Subject& subject, CK_SESSION_HANDLE session) {
    CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
    Template key = Template().flag(CKA_TOKEN, false).flag(CKA_EXTRACTABLE, true).set(CKA_VALUE_LEN, 32);
    CK_OBJECT_HANDLE made = 0;
    demand(subject.f()->C_GenerateKey(session, &mechanism, key.data(), key.size(), &made), "C_GenerateKey");
    return made;
}

/// One session for each operation, all of them begun.
struct Begun {
    const Subject& subject;
    CK_FUNCTION_LIST_PTR f = subject.f();
    Keys keys;
    CK_BYTE data[32] = {1};
    CK_BYTE room[256] = {};
    CK_ULONG size = sizeof room;

    CK_SESSION_HANDLE begin(CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key,
                            CK_RV (*init)(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE)) const {
        const CK_SESSION_HANDLE session = open_session(subject);
        const bool with_iv = type == CKM_AES_CBC_PAD;
        Mechanism mechanism = with_iv ? Mechanism(type, Bytes(16)) : Mechanism(type);
        demand(init(session, mechanism.get(), key), "C_…Init");
        return session;
    }
    CK_SESSION_HANDLE digesting() const {
        const CK_SESSION_HANDLE session = open_session(subject);
        CK_MECHANISM mechanism{CKM_SHA256, nullptr, 0};
        demand(f->C_DigestInit(session, &mechanism), "C_DigestInit");
        return session;
    }
    void report(const char* call, CK_RV code) {
        say(std::string("after ") + call + " " + ckr_name(code));
        size = sizeof room;
    }
};

void go_on(Begun& b, CK_SESSION_HANDLE fresh) {
    const auto* f = b.f;
    const Keys& keys = b.keys;
    // What the error must stop, begun before it.
    const auto signing = b.begin(CKM_ECDSA, keys.private_key, f->C_SignInit);
    const auto hashing = b.begin(CKM_ECDSA_SHA256, keys.private_key, f->C_SignInit);
    const auto feeding = b.begin(CKM_ECDSA_SHA256, keys.private_key, f->C_SignInit);
    const auto verifying = b.begin(CKM_ECDSA, keys.public_key, f->C_VerifyInit);
    const auto encrypting = b.begin(CKM_AES_CBC_PAD, keys.aes, f->C_EncryptInit);
    const auto finishing = b.begin(CKM_AES_CBC_PAD, keys.aes, f->C_EncryptInit);
    const auto decrypting = b.begin(CKM_AES_CBC_PAD, keys.aes, f->C_DecryptInit);
    const auto digesting = b.digesting();
    const auto whole_digest = b.digesting();
    demand(f->C_SignUpdate(hashing, b.data, 32), "C_SignUpdate");
    demand(f->C_EncryptUpdate(finishing, b.data, 20, b.room, &b.size), "C_EncryptUpdate");
    demand(f->C_DigestUpdate(digesting, b.data, 32), "C_DigestUpdate");

    b.report("C_GenerateKeyPair", make_pair(b.subject, fresh, {9}));

    b.report("C_Sign", f->C_Sign(signing, b.data, 32, b.room, &b.size));
    b.report("C_SignFinal", f->C_SignFinal(hashing, b.room, &b.size));
    b.report("C_SignUpdate", f->C_SignUpdate(feeding, b.data, 32));
    b.report("C_Verify", f->C_Verify(verifying, b.data, 32, b.room, 64));
    b.report("C_EncryptUpdate", f->C_EncryptUpdate(encrypting, b.data, 32, b.room, &b.size));
    b.report("C_EncryptFinal", f->C_EncryptFinal(finishing, b.room, &b.size));
    b.report("C_Decrypt", f->C_Decrypt(decrypting, b.data, 32, b.room, &b.size));
    b.report("C_DigestFinal", f->C_DigestFinal(digesting, b.room, &b.size));
    b.report("C_Digest", f->C_Digest(whole_digest, b.data, 32, b.room, &b.size));
}

/// What nobody has begun yet.
void begin_anew(Begun& b, CK_SESSION_HANDLE session) {
    const auto* f = b.f;
    CK_MECHANISM ecdsa{CKM_ECDSA, nullptr, 0};
    CK_MECHANISM sha256{CKM_SHA256, nullptr, 0};
    CK_MECHANISM wrap{CKM_AES_KEY_WRAP_KWP, nullptr, 0};
    CK_MECHANISM generate{CKM_AES_KEY_GEN, nullptr, 0};
    Template key = Template().set(CKA_VALUE_LEN, 32);
    CK_OBJECT_HANDLE made = 0;
    b.report("C_SignInit", f->C_SignInit(session, &ecdsa, b.keys.private_key));
    b.report("C_VerifyInit", f->C_VerifyInit(session, &ecdsa, b.keys.public_key));
    b.report("C_DigestInit", f->C_DigestInit(session, &sha256));
    b.report("C_WrapKey", f->C_WrapKey(session, &wrap, b.keys.aes, b.keys.aes, b.room, &b.size));
    b.report("C_GenerateKey", f->C_GenerateKey(session, &generate, key.data(), key.size(), &made));
    b.report("C_GenerateRandom", f->C_GenerateRandom(session, b.room, 16));
}

}  // namespace

int go_on_after_error(const std::vector<std::string>&) {
    Subject subject(Kind::Kvp11, Subject::Token::Existing);
    const CK_SESSION_HANDLE session = open_session(subject);
    demand(log_in(subject, session, user_pin), "C_Login");
    const auto private_keys = find(subject, session, Template().set(CKA_CLASS, CKO_PRIVATE_KEY));
    const auto public_keys = find(subject, session, Template().set(CKA_CLASS, CKO_PUBLIC_KEY));
    Begun begun{.subject = subject, .keys = {private_keys.at(0), public_keys.at(0), make_aes_key(subject, session)}};
    go_on(begun, session);
    begin_anew(begun, session);
    say((subject.token_info().flags & CKF_ERROR_STATE) != 0 ? "token error-state" : "token well");
    return 0;
}

int draw_and_probe(const std::vector<std::string>& arguments) {
    {
        Subject subject(Kind::Kvp11, Subject::Token::Existing);
        const CK_SESSION_HANDLE session = open_session(subject);
        CK_BYTE random[16];
        for (int i = 0; i < 2; ++i) (void)subject.f()->C_GenerateRandom(session, random, sizeof random);
    }
    return probe(arguments);
}

}  // namespace kvp11::test::child
