// What a session can be in the middle of. Session holds a variant of these, so that a mixture cannot
// even be stored. Owned by one session, used under its mutex.
#pragma once

#include <memory>
#include <optional>
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
    CK_MECHANISM_TYPE mechanism = 0;
    Stamp stamp;
};

/// `usage` is the attribute that the key must have, `start` makes the operation.
template <class Work, CK_ATTRIBUTE_TYPE usage, auto start>
struct Active {
    using work_type = Work;
    static constexpr CK_ATTRIBUTE_TYPE usage_attribute = usage;
    static constexpr auto start_work = start;

    Prepared<Work> prepared;
    bool updated = false;  // C_XUpdate was called
    std::optional<KeptResult> kept;

    [[nodiscard]] Work& work() const noexcept { return *prepared.work; }
};

constexpr CK_ATTRIBUTE_TYPE no_usage = CK_UNAVAILABLE_INFORMATION;

using Signing = Active<mechanism::SignOperation, CKA_SIGN, &mechanism::start_signing>;
using Verifying = Active<mechanism::VerifyOperation, CKA_VERIFY, &mechanism::start_verifying>;
using Encrypting = Active<mechanism::CipherOperation, CKA_ENCRYPT, &mechanism::start_encrypting>;
using Decrypting = Active<mechanism::CipherOperation, CKA_DECRYPT, &mechanism::start_decrypting>;
using Digesting = Active<mechanism::DigestOperation, no_usage, &mechanism::start_digesting>;

struct Finding {
    std::vector<Handle> found;
    std::size_t delivered = 0;
};

using Operation = std::variant<std::monostate, Finding, Signing, Verifying, Encrypting, Decrypting, Digesting>;

/// Whether the operation goes on after a call or is over.
enum class Progress : std::uint8_t { Continues, Over };

}  // namespace kvp11::token
