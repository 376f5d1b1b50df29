#include "module/child/life_verbs.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <thread>

namespace {
int leak_check_is_off = 0;
}

// Asked by LeakSanitizer at exit, where its search through the stack of a thread that still runs crashes itself.
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off() { return leak_check_is_off; }

namespace kvp11::test::child {
namespace {

CK_FUNCTION_LIST_PTR loaded = nullptr;

void sign_once(const Subject& subject) {
    const CK_SESSION_HANDLE session = open_session(subject);
    demand(log_in(subject, session, user_pin), "C_Login");
    const auto keys = find(subject, session, Template().set(CKA_CLASS, CKO_PRIVATE_KEY));
    Bytes signature;
    demand(keys.empty() ? CKR_KEY_HANDLE_INVALID : sign(subject, session, keys[0], &signature), "C_Sign");
    say("signed");
}

/// A Subject that nobody destroys: its C_Finalize must not run.
Subject& immortal_subject() {
    static auto* subject = new Subject(Kind::Kvp11, Subject::Token::Existing);
    return *subject;
}

void finalize_now() { say("finalize " + ckr_name(loaded->C_Finalize(nullptr))); }

}  // namespace

int exit_without_finalize(const std::vector<std::string>&) {
    Subject& subject = immortal_subject();
    sign_once(subject);
    const CK_SESSION_HANDLE session = open_session(subject);
    demand(subject.f()->C_FindObjectsInit(session, nullptr, 0), "C_FindObjectsInit");
    const auto* f = subject.f();
    CK_MECHANISM mechanism{CKM_SHA256, nullptr, 0};
    demand(f->C_DigestInit(open_session(subject), &mechanism), "C_DigestInit");
    std::exit(0);
}

int finalize_at_exit(const std::vector<std::string>&) {
    std::atexit(finalize_now);
    loaded = immortal_subject().f();
    sign_once(immortal_subject());
    std::exit(0);
}

int finalize_at_exit_registered_late(const std::vector<std::string>&) {
    loaded = immortal_subject().f();
    sign_once(immortal_subject());
    std::atexit(finalize_now);
    std::exit(0);
}

int close_and_exit(const std::vector<std::string>&) {
    void* library = dlopen(module_path(Kind::Kvp11).c_str(), RTLD_NOW | RTLD_LOCAL);
    sign_once(immortal_subject());
    dlclose(library);
    dlclose(library);
    std::exit(0);
}

int exit_while_a_thread_signs(const std::vector<std::string>&) {
    leak_check_is_off = 1;
    Subject& subject = immortal_subject();
    const CK_SESSION_HANDLE session = open_session(subject);
    demand(log_in(subject, session, user_pin), "C_Login");
    const auto keys = find(subject, session, Template().set(CKA_CLASS, CKO_PRIVATE_KEY));
    std::thread([&subject, session, key = keys.at(0)] {
        for (;;) {
            Bytes signature;
            sign(subject, session, key, &signature);
        }
    }).detach();
    const CK_SESSION_HANDLE other = open_session(subject);
    Bytes signature;
    for (int i = 0; i < 20; ++i) {
        demand(sign(subject, other, keys[0], &signature), "C_Sign");
    }
    say("signed");
    std::exit(0);
}

int sign_beside_own_functions(const std::vector<std::string>&) {
    sign_once(immortal_subject());
    demand(immortal_subject().f()->C_Finalize(nullptr), "C_Finalize");
    return 0;
}

int without_configuration(const std::vector<std::string>&) {
    const CK_FUNCTION_LIST_PTR f = load_module(Kind::Kvp11);
    demand(f->C_Initialize(nullptr), "C_Initialize");
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    demand(f->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList");
    say("slots " + std::to_string(count));
    CK_TOKEN_INFO info{};
    demand(f->C_GetTokenInfo(slots[0], &info), "C_GetTokenInfo");
    say(std::string("initialised ") + ((info.flags & CKF_TOKEN_INITIALIZED) != 0 ? "yes" : "no"));
    std::string label = padded_label("fresh");
    auto* pin = reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(so_pin));
    demand(f->C_InitToken(slots[0], pin, std::char_traits<char>::length(so_pin),
                          reinterpret_cast<CK_UTF8CHAR_PTR>(label.data())),
           "C_InitToken");
    demand(f->C_GetTokenInfo(slots[0], &info), "C_GetTokenInfo");
    say(std::string("initialised ") + ((info.flags & CKF_TOKEN_INITIALIZED) != 0 ? "yes" : "no"));
    return 0;
}

int initialize_only(const std::vector<std::string>&) {
    say("code " + ckr_name(load_module(Kind::Kvp11)->C_Initialize(nullptr)));
    return 0;
}

}  // namespace kvp11::test::child
