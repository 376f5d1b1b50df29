// What a session can be in the middle of, one place for each kind, and which kinds may be active at once. Owned by one
// session, used under its mutex.
//
// A place keeps the operation after it is over: the next Init with the same key and mechanism takes it up again.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "kvp11/secret.hpp"
#include "mechanism/operation.hpp"
#include "token/slot.hpp"

namespace kvp11::token {

/// Which of C_X, C_XUpdate, C_XFinal and the functions that update two operations at once is at work.
enum class Step : std::uint8_t { Whole, Update, Final, DualUpdate };

/// Whether the operation goes on after it.
constexpr bool is_part(Step step) { return step == Step::Update || step == Step::DualUpdate; }

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
    bool always_authenticate = false;  // the key's CKA_ALWAYS_AUTHENTICATE

    [[nodiscard]] bool is_for(CK_MECHANISM_TYPE type) const noexcept { return work && row->type == type; }
};

// An activity is a bit, the CKF flag by which C_SessionCancel names it. Two have one name there.
using Activities = CK_FLAGS;
constexpr Activities verifying_given_signature = CKF_EXTENSION;
constexpr Activities messages = CKF_MESSAGE_ENCRYPT | CKF_MESSAGE_DECRYPT | CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY;

/// What may be active when this begins (2.40 §5.1.6, CKR_OPERATION_ACTIVE; §5.12). A process of messages goes beside
/// everything but operations of its own kind.
constexpr Activities allowed_beside(Activities activity) {
    constexpr Activities signing = CKF_SIGN | CKF_SIGN_RECOVER;
    constexpr Activities verifying = CKF_VERIFY | CKF_VERIFY_RECOVER | verifying_given_signature;
    switch (activity) {
        case CKF_ENCRYPT: return CKF_DIGEST | CKF_SIGN | (messages & ~CKF_MESSAGE_ENCRYPT);
        case CKF_DECRYPT: return CKF_DIGEST | CKF_VERIFY | (messages & ~CKF_MESSAGE_DECRYPT);
        case CKF_DIGEST: return CKF_ENCRYPT | CKF_DECRYPT | messages;
        case CKF_SIGN: return CKF_ENCRYPT | (messages & ~CKF_MESSAGE_SIGN);
        case CKF_VERIFY: return CKF_DECRYPT | (messages & ~CKF_MESSAGE_VERIFY);
        case CKF_SIGN_RECOVER: return messages & ~CKF_MESSAGE_SIGN;
        case CKF_VERIFY_RECOVER:
        case verifying_given_signature: return messages & ~CKF_MESSAGE_VERIFY;
        case CKF_FIND_OBJECTS: return messages;
        case CKF_MESSAGE_ENCRYPT: return ~(CKF_ENCRYPT | activity);
        case CKF_MESSAGE_DECRYPT: return ~(CKF_DECRYPT | activity);
        case CKF_MESSAGE_SIGN: return ~(signing | activity);
        case CKF_MESSAGE_VERIFY: return ~(verifying | activity);
        default: return 0;
    }
}

/// `named` is the activity and the flag that the mechanism must have, `usage` the attribute that the key must have,
/// `start` makes the operation.
template <class Work, Activities named, CK_ATTRIBUTE_TYPE usage, auto start>
struct Active {
    using work_type = Work;
    static constexpr Activities activity = named;
    static constexpr CK_FLAGS needed_flag = named;
    static constexpr CK_ATTRIBUTE_TYPE usage_attribute = usage;
    static constexpr auto start_work = start;

    Prepared<Work> prepared;
    bool updated = false;       // C_XUpdate was called; of a process of messages: one was begun
    bool awaits_login = false;  // C_Login with CKU_CONTEXT_SPECIFIC comes first
    std::optional<KeptResult> kept;

    [[nodiscard]] Work& work() const noexcept { return *prepared.work; }
    /// Ready for the next Init.
    void rest() noexcept {
        updated = false;
        kept.reset();
    }
    void forget() { *this = Active(); }
};

constexpr CK_ATTRIBUTE_TYPE no_usage = CK_UNAVAILABLE_INFORMATION;

using Signing = Active<mechanism::SignOperation, CKF_SIGN, CKA_SIGN, &mechanism::start_signing>;
using Verifying = Active<mechanism::VerifyOperation, CKF_VERIFY, CKA_VERIFY, &mechanism::start_verifying>;
using Encrypting = Active<mechanism::CipherOperation, CKF_ENCRYPT, CKA_ENCRYPT, &mechanism::start_encrypting>;
using Decrypting = Active<mechanism::CipherOperation, CKF_DECRYPT, CKA_DECRYPT, &mechanism::start_decrypting>;
using SignRecovering =
    Active<mechanism::SignOperation, CKF_SIGN_RECOVER, CKA_SIGN_RECOVER, &mechanism::start_sign_recovering>;
using VerifyRecovering =
    Active<mechanism::RecoverOperation, CKF_VERIFY_RECOVER, CKA_VERIFY_RECOVER, &mechanism::start_verify_recovering>;
using MessageSigning = Active<mechanism::SignOperation, CKF_MESSAGE_SIGN, CKA_SIGN, &mechanism::start_signing>;
using MessageVerifying =
    Active<mechanism::VerifyOperation, CKF_MESSAGE_VERIFY, CKA_VERIFY, &mechanism::start_verifying>;
using MessageEncrypting =
    Active<mechanism::MessageOperation, CKF_MESSAGE_ENCRYPT, CKA_ENCRYPT, &mechanism::start_encrypting_messages>;
using MessageDecrypting =
    Active<mechanism::MessageOperation, CKF_MESSAGE_DECRYPT, CKA_DECRYPT, &mechanism::start_decrypting_messages>;

struct Digesting : Active<mechanism::DigestOperation, CKF_DIGEST, no_usage, &mechanism::start_digesting> {
    bool took_key = false;  // C_DigestKey was called: its state is as secret as the key

    void rest() noexcept {
        Active::rest();
        took_key = false;
    }
    void forget() { *this = Digesting(); }
};

/// C_VerifySignatureInit (3.2 §5.15): the signature comes before the data.
struct VerifyingGiven
    : Active<mechanism::VerifyOperation, verifying_given_signature, CKA_VERIFY, &mechanism::start_verifying> {
    static constexpr CK_FLAGS needed_flag = CKF_VERIFY;
    Bytes signature;

    void forget() { *this = VerifyingGiven(); }
};

struct Finding {
    static constexpr Activities activity = CKF_FIND_OBJECTS;

    std::vector<Handle> found;
    std::size_t delivered = 0;

    /// Writes the next ones; returns how many.
    std::size_t deliver(std::span<Handle> room) {
        const std::size_t count = std::min(room.size(), found.size() - delivered);
        std::copy_n(found.begin() + static_cast<std::ptrdiff_t>(delivered), count, room.begin());
        delivered += count;
        return count;
    }
    void rest() { forget(); }
    void forget() { *this = Finding(); }
};

using Places =
    std::tuple<Finding, Signing, Verifying, Encrypting, Decrypting, Digesting, SignRecovering, VerifyRecovering,
               VerifyingGiven, MessageSigning, MessageVerifying, MessageEncrypting, MessageDecrypting>;

/// Whether the operation goes on after a call or is over.
enum class Progress : std::uint8_t { Continues, Over };

}  // namespace kvp11::token
