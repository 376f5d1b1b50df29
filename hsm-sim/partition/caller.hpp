// Caller: on whose behalf a partition does something, and what the audit log says of them. A value.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace kvp11::partition {

enum class CallerKind : std::uint8_t {
    TokenPublic,   // PKCS#11 before login
    TokenUser,     // CKU_USER
    TokenOfficer,  // CKU_SO
    Principal,     // somebody that the REST server authenticated
};

/// Whether the audit log has a record of what was done on somebody's behalf. A copy begins anew. Thread-safe.
class RecordMark {
public:
    RecordMark() = default;
    RecordMark(const RecordMark&) noexcept {}
    RecordMark& operator=(const RecordMark&) noexcept { return *this; }
    void set() const noexcept {
        if (!is_set()) is_set_.store(true, std::memory_order_release);
    }
    [[nodiscard]] bool is_set() const noexcept { return is_set_.load(std::memory_order_acquire); }

private:
    mutable std::atomic<bool> is_set_{false};
};

struct Caller {
    CallerKind kind = CallerKind::TokenPublic;
    std::string object_id = {};
    std::vector<std::string> groups = {};  // object ids; what is assigned to them counts for the caller as well
    std::string application = {};          // appid claim
    std::string user_name = {};            // upn claim, or "user", "so"
    std::string address = "local";         // where the request came from
    std::string client_info = {};          // user agent; empty: this program and process
    std::string correlation_id = {};       // empty: the audit log makes one
    std::string operation_version = "pkcs11";
    std::string request_uri = {};
    RecordMark record_mark = {};

    [[nodiscard]] bool is_token() const noexcept { return kind != CallerKind::Principal; }
    /// Whether private objects and the secret halves of keys are there for this caller.
    [[nodiscard]] bool sees_private() const noexcept {
        return kind == CallerKind::TokenUser || kind == CallerKind::Principal;
    }
};

using CallerPtr = std::shared_ptr<const Caller>;

}  // namespace kvp11::partition
