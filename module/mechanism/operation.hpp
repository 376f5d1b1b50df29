// Operations: what C_…Init starts and a session holds, one small interface per kind.
//
// Each is a resource owned by one session and used by one thread at a time. It owns its decoded
// parameters and keeps its key open. After finish or a one-shot call it is ready for the next
// message with the same key and parameters; restart() takes new parameters where that is cheaper
// than a new operation (so that C_EncryptInit on a warm key costs no key schedule).
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "kvp11/backend.hpp"
#include "mechanism/derivation.hpp"

namespace kvp11::mechanism {

/// Before any cryptography: success, or PartitionErrorState. Runs the power-on self-tests if nobody did.
Result<void> require_operational();
/// The same for operations that are under way, for one memory read.
Result<void> still_operational();

class SignOperation {
public:
    virtual ~SignOperation() = default;
    /// Bytes of the signature or MAC, exact.
    [[nodiscard]] virtual std::size_t size() const noexcept = 0;
    virtual Result<void> update(ByteView data) = 0;
    virtual Result<std::size_t> finish(MutableBytes signature) = 0;
    /// One shot over the whole data; must not follow update.
    virtual Result<std::size_t> sign(ByteView data, MutableBytes signature) = 0;
    /// Forgets a message that was not finished.
    virtual void abandon() = 0;
    /// Ready for another message under these parameters; false when a new operation is needed.
    virtual bool restart(const Request& request) = 0;
    /// The service indicator, here and below: whether what was done to the last message was an approved service.
    [[nodiscard]] virtual bool was_approved() const noexcept = 0;
};

class VerifyOperation {
public:
    virtual ~VerifyOperation() = default;
    virtual Result<void> update(ByteView data) = 0;
    /// Success, SignatureInvalid or SignatureLenRange.
    virtual Result<void> finish(ByteView signature) = 0;
    virtual Result<void> verify(ByteView data, ByteView signature) = 0;
    virtual void abandon() = 0;
    virtual bool restart(const Request& request) = 0;
    [[nodiscard]] virtual bool was_approved() const noexcept = 0;
};

/// Encryption and decryption alike.
class CipherOperation {
public:
    virtual ~CipherOperation() = default;
    /// Upper bound of what update(input_size) plus finish() yield from here on.
    [[nodiscard]] virtual std::size_t output_bound(std::size_t input_size) const noexcept = 0;
    /// Upper bound of what update(input_size) alone yields.
    [[nodiscard]] virtual std::size_t update_bound(std::size_t input_size) const noexcept = 0;
    /// Whether output_bound is exact for a whole message given at once.
    [[nodiscard]] virtual bool output_exact() const noexcept = 0;
    virtual Result<std::size_t> update(ByteView input, MutableBytes output) = 0;
    virtual Result<std::size_t> finish(MutableBytes output) = 0;
    /// One shot: update and finish over the whole message.
    virtual Result<std::size_t> crypt(ByteView input, MutableBytes output) = 0;
    virtual bool restart(const Request& request) = 0;
    [[nodiscard]] virtual bool was_approved() const noexcept = 0;
};

class DigestOperation {
public:
    virtual ~DigestOperation() = default;
    [[nodiscard]] virtual std::size_t size() const noexcept = 0;
    virtual Result<void> update(ByteView data) = 0;
    virtual Result<std::size_t> finish(MutableBytes digest) = 0;
    virtual bool restart(const Request& request) = 0;
    [[nodiscard]] virtual bool was_approved() const noexcept = 0;
    /// Another digest that has seen the same data so far.
    [[nodiscard]] virtual std::unique_ptr<DigestOperation> clone() const = 0;
};

/// C_VerifyRecover: what was signed comes out of the signature.
class RecoverOperation {
public:
    virtual ~RecoverOperation() = default;
    /// Upper bound of what recover() yields.
    [[nodiscard]] virtual std::size_t output_bound() const noexcept = 0;
    /// SignatureInvalid, SignatureLenRange.
    virtual Result<std::size_t> recover(ByteView signature, MutableBytes data) = 0;
    virtual bool restart(const Request& request) = 0;
    [[nodiscard]] virtual bool was_approved() const noexcept = 0;
};

/// One message after the other under one key, sealed or opened with parameters and associated data of its own
/// (3.0 §5.9, §5.11). The parameter is the caller's CK_…_MESSAGE_PARAMS: an IV that is made here and the tag are
/// written through its pointers, so it must be valid in each call. Memory for input and output may be the same.
class MessageOperation {
public:
    virtual ~MessageOperation() = default;
    /// MechanismParamInvalid; TokenResourceExceeded when a counter has run out of IVs.
    virtual Result<void> begin(ByteView parameter, ByteView associated) = 0;
    /// Upper bound of what update() yields.
    [[nodiscard]] virtual std::size_t update_bound(std::size_t input_size) const noexcept = 0;
    virtual Result<std::size_t> update(ByteView input, MutableBytes output) = 0;
    /// What finish() with the last part yields, exact.
    [[nodiscard]] virtual std::size_t finish_size(std::size_t input_size) const noexcept = 0;
    /// Writes the tag, or opens with the parameter's: AeadDecryptFailed.
    virtual Result<std::size_t> finish(ByteView parameter, ByteView input, MutableBytes output) = 0;
    /// Forgets a message that was not finished.
    virtual void abandon() = 0;
    virtual bool restart(const Request& request) = 0;
    [[nodiscard]] virtual bool was_approved() const noexcept = 0;
};

/// Starts an operation: decodes the parameter, checks the key's type and size against the row and asks
/// the key for what does the work. MechanismInvalid when the row cannot do this, KeyTypeInconsistent,
/// KeySizeRange, KeyFunctionNotPermitted, MechanismParamInvalid.
Result<std::unique_ptr<SignOperation>> start_signing(const Request&, std::shared_ptr<const Key>);
Result<std::unique_ptr<VerifyOperation>> start_verifying(const Request&, std::shared_ptr<const Key>);
Result<std::unique_ptr<CipherOperation>> start_encrypting(const Request&, std::shared_ptr<const Key>);
Result<std::unique_ptr<CipherOperation>> start_decrypting(const Request&, std::shared_ptr<const Key>);
Result<std::unique_ptr<DigestOperation>> start_digesting(const Request&);
Result<std::unique_ptr<SignOperation>> start_sign_recovering(const Request&, std::shared_ptr<const Key>);
Result<std::unique_ptr<RecoverOperation>> start_verify_recovering(const Request&, std::shared_ptr<const Key>);
Result<std::unique_ptr<MessageOperation>> start_encrypting_messages(const Request&, std::shared_ptr<const Key>);
Result<std::unique_ptr<MessageOperation>> start_decrypting_messages(const Request&, std::shared_ptr<const Key>);

/// What a single call made, and the service indicator.
template <class Value>
struct Indicated {
    Value value;
    bool approved = false;
};

/// Single calls. The wrapping codes of the standard: WrappingKeyTypeInconsistent, WrappingKeySizeRange,
/// UnwrappingKey…, KeyNotWrappable, KeyUnextractable, WrappedKeyInvalid, WrappedKeyLenRange.
/// A request with associated data is C_WrapKeyAuthenticated's or C_UnwrapKeyAuthenticated's: IV and tag are where the
/// parameter, a message's, says, and only AEADs do it. MechanismParamInvalid also for an IV that could be there twice.
Result<std::size_t> wrapped_size(const Request&, const Key& wrapping_key, const Key& target);
/// BufferTooSmall, with nothing made, where it would be more than `room` bytes.
Result<Indicated<Bytes>> wrap(const Request&, const Key& wrapping_key, const Key& target,
                              std::size_t room = std::numeric_limits<std::size_t>::max());
Result<Indicated<SecretMaterial>> unwrap(const Request&, const Key& unwrapping_key, ByteView wrapped);
/// ECDH: the whole derived secret; the caller takes the bytes that its template asks for.
/// With CKD_NULL that is the x coordinate; with a KDF, `size` bytes are made (0: one digest).
Result<Indicated<SecretBytes>> derive(const Request&, const Key& key, std::size_t size);

/// A key that takes part in a derivation; `partly_known` as its DerivedValue was.
struct DerivationSource {
    std::shared_ptr<const Key> key;
    bool partly_known = false;
};
/// Out of keys' values, in two steps, since the parameter names more keys. MechanismInvalid, KeyTypeInconsistent,
/// KeySizeRange, MechanismParamInvalid; then what Key::expose_material and Derivation::derive say.
Result<std::unique_ptr<Derivation>> start_derivation(const Request&, const KeyRecord& base);
Result<Indicated<std::vector<DerivedValue>>> derive(const Request&, const Derivation&,
                                                    std::span<const DerivationSource> sources,
                                                    std::span<const std::size_t> sizes);
/// Out of the password in the parameter, `size` bytes.
Result<SecretMaterial> derive_from_password(const Request&, std::size_t size);

}  // namespace kvp11::mechanism
