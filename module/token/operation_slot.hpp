// What a session can be in the middle of. Session holds a variant of these, so that a mixture cannot
// even be stored. Owned by one session, used under its mutex.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "kvp11/secret.hpp"
#include "mechanism/operation.hpp"
#include "token/slot.hpp"

namespace kvp11::token {

/// Which of C_X, C_XUpdate and C_XFinal is at work.
enum class Step : std::uint8_t { Whole, Update, Final };

/// A result that did not fit the caller's buffer, kept until it is fetched by the same function.
struct KeptResult {
    Step step;
    SecretBytes bytes;
};

/// A mechanism's operation with what it was prepared from.
template <class Work>
struct Prepared {
    std::unique_ptr<Work> work;
    std::shared_ptr<const Key> key;  // null for digests
    Handle handle = CK_INVALID_HANDLE;
    const mechanism::Mechanism* row = nullptr;
    Stamp stamp;

    [[nodiscard]] bool is_for(CK_MECHANISM_TYPE type) const noexcept { return work && row->type == type; }
};

/// `needed` is the flag that the mechanism must have, `usage` the attribute that the key must have,
/// `start` makes the operation.
template <class Work, CK_FLAGS needed, CK_ATTRIBUTE_TYPE usage, auto start>
struct Active {
    using work_type = Work;
    static constexpr CK_FLAGS needed_flag = needed;
    static constexpr CK_ATTRIBUTE_TYPE usage_attribute = usage;
    static constexpr auto start_work = start;

    Prepared<Work> prepared;
    bool updated = false;  // C_XUpdate was called
    std::optional<KeptResult> kept;

    [[nodiscard]] Work& work() const noexcept { return *prepared.work; }
};

constexpr CK_ATTRIBUTE_TYPE no_usage = CK_UNAVAILABLE_INFORMATION;

using Signing = Active<mechanism::SignOperation, CKF_SIGN, CKA_SIGN, &mechanism::start_signing>;
using Verifying = Active<mechanism::VerifyOperation, CKF_VERIFY, CKA_VERIFY, &mechanism::start_verifying>;
using Encrypting = Active<mechanism::CipherOperation, CKF_ENCRYPT, CKA_ENCRYPT, &mechanism::start_encrypting>;
using Decrypting = Active<mechanism::CipherOperation, CKF_DECRYPT, CKA_DECRYPT, &mechanism::start_decrypting>;
using Digesting = Active<mechanism::DigestOperation, CKF_DIGEST, no_usage, &mechanism::start_digesting>;

struct Finding {
    std::vector<Handle> found;
    std::size_t delivered = 0;

    /// Writes the next ones; returns how many.
    std::size_t deliver(std::span<Handle> room) {
        const std::size_t count = std::min(room.size(), found.size() - delivered);
        std::copy_n(found.begin() + static_cast<std::ptrdiff_t>(delivered), count, room.begin());
        delivered += count;
        return count;
    }
};

using Operation = std::variant<std::monostate, Finding, Signing, Verifying, Encrypting, Decrypting, Digesting>;

/// Whether the operation goes on after a call or is over.
enum class Progress : std::uint8_t { Continues, Over };

}  // namespace kvp11::token
