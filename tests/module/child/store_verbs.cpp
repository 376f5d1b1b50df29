#include "module/child/store_verbs.hpp"

#include <signal.h>

#include <algorithm>
#include <map>

namespace kvp11::test::child {
namespace {

Bytes id_of(const std::string& seed, int number) { return text_bytes(seed + "-" + std::to_string(number)); }

std::string text_of_id(const Bytes& id) { return std::string(id.begin(), id.end()); }

void delete_pair(const Subject& subject, CK_SESSION_HANDLE session, const Bytes& id) {
    say("deleting " + text_of_id(id));
    for (CK_OBJECT_CLASS object_class : {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY}) {
        for (CK_OBJECT_HANDLE object : find(subject, session, object_class, id)) {
            demand(subject.f()->C_DestroyObject(session, object), "C_DestroyObject");
        }
    }
    say("deleted " + text_of_id(id));
}

Bytes id_attribute(const Subject& subject, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
    Bytes id(64);
    CK_ATTRIBUTE attribute{CKA_ID, id.data(), 64};
    demand(subject.f()->C_GetAttributeValue(session, object, &attribute, 1), "CKA_ID");
    id.resize(attribute.ulValueLen);
    return id;
}

void step(const std::string& name, CK_RV code) { say("step " + name + " " + ckr_name(code)); }

}  // namespace

int churn(const std::vector<std::string>& arguments) {
    const std::string& seed = arguments.at(0);
    const int count = std::stoi(arguments.at(1));
    Subject subject(Kind::Kvp11, Subject::Token::Existing);
    const CK_SESSION_HANDLE session = open_session(subject);
    demand(log_in(subject, session, user_pin), "C_Login");
    say("ready");
    for (int i = 0; i < count; ++i) {
        const Bytes id = id_of(seed, i);
        say("making " + text_of_id(id));
        demand(make_pair(subject, session, id), "C_GenerateKeyPair");
        say("made " + text_of_id(id));
        if (i % 3 == 2) {
            delete_pair(subject, session, id_of(seed, i - 1));
        }
    }
    say("done");
    return 0;
}

int census(const std::vector<std::string>&) {
    Subject subject(Kind::Kvp11, Subject::Token::Existing);
    const CK_SESSION_HANDLE session = open_session(subject);
    demand(log_in(subject, session, user_pin), "C_Login");
    std::map<Bytes, std::pair<CK_OBJECT_HANDLE, CK_OBJECT_HANDLE>> pairs;
    for (CK_OBJECT_HANDLE key : find(subject, session, Template().set(CKA_CLASS, CKO_PRIVATE_KEY))) {
        pairs[id_attribute(subject, session, key)].first = key;
    }
    for (CK_OBJECT_HANDLE key : find(subject, session, Template().set(CKA_CLASS, CKO_PUBLIC_KEY))) {
        pairs[id_attribute(subject, session, key)].second = key;
    }
    for (const auto& [id, keys] : pairs) {
        Bytes signature;
        const bool whole = keys.first != 0 && keys.second != 0;
        const bool works = whole && sign(subject, session, keys.first, &signature) == CKR_OK &&
                           verify(subject, session, keys.second, signature) == CKR_OK;
        say((works ? "pair " : whole ? "bad " : "half ") + text_of_id(id));
    }
    return 0;
}

int probe(const std::vector<std::string>&) {
    const CK_FUNCTION_LIST_PTR f = load_module(Kind::Kvp11);
    CK_RV code = f->C_Initialize(nullptr);
    step("initialize", code);
    if (code != CKR_OK) return 0;
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    code = f->C_GetSlotList(CK_FALSE, slots, &count);
    step("slots", code);
    if (code != CKR_OK || count == 0) return 0;
    CK_TOKEN_INFO info{};
    step("token", f->C_GetTokenInfo(slots[0], &info));
    CK_SESSION_HANDLE session = 0;
    code = f->C_OpenSession(slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
    step("session", code);
    if (code != CKR_OK) return 0;
    code = f->C_Login(session, CKU_USER, reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(user_pin)),
                      std::char_traits<char>::length(user_pin));
    step("login", code);
    CK_OBJECT_CLASS wanted = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE attribute{CKA_CLASS, &wanted, sizeof wanted};
    code = f->C_FindObjectsInit(session, &attribute, 1);
    step("find", code);
    CK_OBJECT_HANDLE keys[64];
    CK_ULONG found = 0;
    if (code == CKR_OK) {
        step("found", f->C_FindObjects(session, keys, 64, &found));
        step("find-end", f->C_FindObjectsFinal(session));
    }
    int signing = 0;
    for (CK_ULONG i = 0; i < found; ++i) {
        CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
        CK_BYTE digest[32] = {};
        CK_BYTE signature[64];
        CK_ULONG size = sizeof signature;
        code = f->C_SignInit(session, &mechanism, keys[i]);
        if (code == CKR_OK) code = f->C_Sign(session, digest, 32, signature, &size);
        step("sign", code);
        signing += code == CKR_OK ? 1 : 0;
    }
    say("signs " + std::to_string(signing));
    step("finalize", f->C_Finalize(nullptr));
    return 0;
}

int wrong_pin(const std::vector<std::string>& arguments) {
    Subject subject(Kind::Kvp11, Subject::Token::Existing);
    const CK_SESSION_HANDLE session = open_session(subject);
    for (int i = 0; i < std::stoi(arguments.at(0)); ++i) {
        say("code " + ckr_name(log_in(subject, session, "certainly-wrong")));
    }
    if (arguments.size() > 1) {
        raise(SIGKILL);
    }
    return 0;
}

int right_pin(const std::vector<std::string>&) {
    Subject subject(Kind::Kvp11, Subject::Token::Existing);
    say("code " + ckr_name(log_in(subject, open_session(subject), user_pin)));
    return 0;
}

}  // namespace kvp11::test::child
