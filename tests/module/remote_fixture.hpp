// What the tests of a loaded module on a remote slot share: a pool with one signing pair, and what the process and the
// server can be asked about it.
#pragma once

#include "module/fixture.hpp"
#include "support/pool.hpp"

namespace kvp11::test {

/// Entries of a folder of /proc/self: "fd", "task".
inline std::size_t count_in_self(const std::string& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/" + folder)) ++count;
    return count;
}

struct RemoteHost {
    Subject subject{Kind::ManagedHsm};
    Session session{subject};
    KeyPair pair = make_signing_pair(session, text_bytes("signing"));

    Pool& pool() const { return subject.pool(); }
    const CK_FUNCTION_LIST* f() const { return subject.f(); }

    /// Signs by plain calls, as threads and children must: Boost.Test belongs to the parent's main thread.
    CK_RV sign(CK_SESSION_HANDLE in, CK_OBJECT_HANDLE key) const {
        CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
        CK_BYTE digest[32] = {1};
        CK_BYTE signature[64];
        CK_ULONG size = sizeof signature;
        const CK_RV code = f()->C_SignInit(in, &mechanism, key);
        return code != CKR_OK ? code : f()->C_Sign(in, digest, sizeof digest, signature, &size);
    }
    CK_RV sign_and_verify(CK_SESSION_HANDLE in) const {
        CK_MECHANISM mechanism{CKM_ECDSA_SHA256, nullptr, 0};
        CK_BYTE message[40] = {1, 2, 3};
        CK_BYTE signature[64];
        CK_ULONG size = sizeof signature;
        CK_RV code = f()->C_SignInit(in, &mechanism, pair.private_key);
        if (code == CKR_OK) code = f()->C_Sign(in, message, sizeof message, signature, &size);
        if (code == CKR_OK) code = f()->C_VerifyInit(in, &mechanism, pair.public_key);
        if (code == CKR_OK) code = f()->C_Verify(in, message, sizeof message, signature, size);
        return code;
    }
    CK_SESSION_HANDLE open() const {
        CK_SESSION_HANDLE handle = 0;
        f()->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &handle);
        return handle;
    }
    /// What the standard says of a child: everything from the beginning. 0, or the number of the step that failed.
    int begin_anew(int signatures) const {
        CK_SESSION_HANDLE fresh = 0;
        if (f()->C_Initialize(nullptr) != CKR_OK) return 1;
        if ((fresh = open()) == 0) return 2;
        auto* pin = reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(user_pin));
        const CK_RV login = f()->C_Login(fresh, CKU_USER, pin, std::char_traits<char>::length(user_pin));
        if (login != CKR_OK && login != CKR_USER_ALREADY_LOGGED_IN) return 3;
        CK_OBJECT_CLASS wanted = CKO_PRIVATE_KEY;
        Bytes id = text_bytes("signing");
        CK_ATTRIBUTE attributes[] = {{CKA_CLASS, &wanted, sizeof wanted}, {CKA_ID, id.data(), id.size()}};
        CK_OBJECT_HANDLE key = 0;
        CK_ULONG count = 0;
        if (f()->C_FindObjectsInit(fresh, attributes, 2) != CKR_OK) return 4;
        if (f()->C_FindObjects(fresh, &key, 1, &count) != CKR_OK || count != 1) return 5;
        if (f()->C_FindObjectsFinal(fresh) != CKR_OK) return 6;
        for (int i = 0; i < signatures; ++i) {
            if (sign(fresh, key) != CKR_OK) return 7;
        }
        return 0;
    }

    double requests(const std::string& operation) const {
        return metric("hsm_sim_request_duration_seconds_count", {"operation=\"" + operation + "\""});
    }
    /// Connections to the service so far. Questions are connections too, to another listener.
    double connections() const { return metric("hsm_sim_connections_accepted_total") - questions_; }

private:
    double metric(const std::string& name, const std::vector<std::string>& labels = {}) const {
        ++questions_;
        return pool().metric(name, labels);
    }

    mutable int questions_ = 0;
};

}  // namespace kvp11::test
