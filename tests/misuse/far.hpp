// Far: a service behind remote slots, for tests of what becomes of calls when it goes away.
//
// Three slots on one pool: of the first the keys are known, on the second somebody is logged in who has not looked for
// keys yet, on the third nobody was ever logged in. Each key is there twice: "known", of which the module has a copy of
// everything public, and "unseen", of which it has the name and the kind. One thread's.
#pragma once

#include <map>
#include <string>

#include "misuse/desk.hpp"

namespace kvp11::test {

class Far {
public:
    Far();

    CK_OBJECT_HANDLE known(const std::string& kind) const { return keys_.at("known-" + kind); }
    CK_OBJECT_HANDLE unseen(const std::string& kind) const { return keys_.at("unseen-" + kind); }
    /// A session on the first slot.
    CK_SESSION_HANDLE opened() const { return opened(0); }
    /// The service answers this status to whatever is about keys.
    void let_keys_fail(int status = 500);
    void let_all_succeed();
    /// A call that goes well: failures before it are forgotten, so that few of them never count as an outage.
    void succeed();
    /// The service ends, and each slot is used until it does not ask any more.
    void remove_service();

private:
    CK_SESSION_HANDLE opened(CK_SLOT_ID slot) const;
    void make_keys();
    void configure() const;
    void find_keys();

    Subject subject_{Kind::ManagedHsm};
    CK_FUNCTION_LIST_3_2* f_ = functions_3_2();
    CK_SESSION_HANDLE session_ = 0, searching_ = 0, stranger_ = 0;
    std::map<std::string, CK_OBJECT_HANDLE> keys_;
};

/// What one call points to, and its session.
struct FarCall {
    explicit FarCall(const Far& far) : keys(&far), session(far.opened()) {}
    CK_OBJECT_HANDLE known(const char* kind) const { return keys->known(kind); }
    CK_OBJECT_HANDLE unseen(const char* kind) const { return keys->unseen(kind); }

    const Far* keys;
    CK_FUNCTION_LIST_3_2* f = functions_3_2();
    CK_SESSION_HANDLE session;
    Bytes in = Bytes(32, 7);
    Bytes out = Bytes(1024);
    CK_ULONG size = 1024;
    CK_OBJECT_HANDLE made = 0, made_too = 0;
    Template wanted, wanted_too;
    Bytes iv = Bytes(12), tag = Bytes(16);
    CK_GCM_MESSAGE_PARAMS message{iv.data(), 12, 0, CKG_GENERATE, tag.data(), 128};
};

}  // namespace kvp11::test
