// Backend: the one interface that the simulated partition and the Managed HSM client implement and
// that the REST server exposes. It knows keys by name and version and what they can do; it knows
// no CK_*, no HTTP, no SQL.
//
// Ownership: a Backend is owned by the slot or server that opened it. Keys, records and prepared
// operations that it hands out stay valid after the object they came from is deleted, but not
// after the Backend itself is gone.
//
// Threads: every method of Backend and of Key may be called from any thread at once. A prepared
// operation (Signer, Verifier, Cipher, Mac) is one caller's at a time.
//
// Errors common to all: PartitionErrorState, PartitionNotActive, UserNotLoggedIn (nobody whose role
// permits the call is logged in), AccessDenied, DeviceError, DeviceMemory, the Store… conditions.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11 {

/// A signature prepared for one key and algorithm, usable again and again.
class Signer {
public:
    virtual ~Signer() = default;
    /// Bytes of every signature it makes.
    [[nodiscard]] virtual std::size_t size() const noexcept = 0;
    /// `input` as the SignatureScheme says. `signature` has size() bytes or more; returns the bytes
    /// written. DataLenRange when the input has a wrong length, DataInvalid for RsaRaw ≥ modulus.
    virtual Result<std::size_t> sign(ByteView input, MutableBytes signature) = 0;
};

/// A check prepared for one key and algorithm.
class Verifier {
public:
    virtual ~Verifier() = default;
    /// Success, SignatureInvalid, SignatureLenRange (or DataLenRange for the input). ECDSA takes any
    /// even length up to size (PKCS#11 2.40 §2.3.1: r and s may be shorter).
    virtual Result<void> verify(ByteView input, ByteView signature) = 0;
    /// Bytes of a full-length signature.
    [[nodiscard]] virtual std::size_t size() const noexcept = 0;
};

/// A stream cipher-wise computation for one key. start() begins a message and may be called again at any
/// time; it discards an unfinished one.
class Cipher {
public:
    virtual ~Cipher() = default;
    /// Parameters of the next message; the scheme must be the one that the Cipher was made for.
    /// MechanismParamInvalid for wrong IV or tag lengths.
    virtual Result<void> start(const CipherAlgorithm& algorithm) = 0;
    /// The IV of the message that was started, where the algorithm left it to the key (iv_inside); empty else.
    /// Valid until the next start().
    [[nodiscard]] virtual ByteView made_iv() const noexcept { return {}; }
    /// No more than this many bytes come out of update(n) and finish() together when n more bytes go in.
    [[nodiscard]] virtual std::size_t output_bound(std::size_t input_size) const noexcept = 0;
    /// Whether output_bound is exact for a whole message (no padding to strip).
    [[nodiscard]] virtual bool output_exact() const noexcept = 0;
    /// Returns the bytes written to `output`, which may be the same memory as `input`. GCM decryption
    /// holds everything back until finish() has checked the tag.
    virtual Result<std::size_t> update(ByteView input, MutableBytes output) = 0;
    /// Ends the message. DataLenRange / EncryptedDataLenRange for incomplete blocks,
    /// EncryptedDataInvalid for a bad tag or padding.
    virtual Result<std::size_t> finish(MutableBytes output) = 0;
};

/// A MAC over a stream (HMAC, AES-CMAC, AES-GMAC), cut to SignatureAlgorithm::mac_length, for one key; finish() leaves
/// it ready for the next message.
class Mac {
public:
    virtual ~Mac() = default;
    [[nodiscard]] virtual std::size_t size() const noexcept = 0;
    virtual Result<void> start() = 0;
    virtual Result<void> update(ByteView input) = 0;
    /// Writes size() bytes.
    virtual Result<std::size_t> finish(MutableBytes mac) = 0;
    /// Ends the message as finish() does, where the key is: success, SignatureInvalid, SignatureLenRange.
    virtual Result<void> check(ByteView mac);
};

inline Result<void> Mac::check(ByteView mac) {
    std::array<std::uint8_t, digest_size(Digest::Sha512)> own;  // no MAC of ours is longer
    const std::size_t written = TRY(finish(own));
    if (mac.size() != written) {
        return fail(Errc::SignatureLenRange,
                    "MAC of " + std::to_string(mac.size()) + " bytes, want " + std::to_string(written));
    }
    unsigned difference = 0;
    for (std::size_t i = 0; i < written; ++i) difference |= static_cast<unsigned>(own[i] ^ mac[i]);
    if (difference == 0) return {};
    return fail(Errc::SignatureInvalid, "the MAC does not match");
}

/// Why material leaves a key; each use has its own condition on Protection.
enum class MaterialUse : std::uint8_t {
    Reveal,  // into the caller's memory: extractable and not sensitive, else AttributeSensitive
    Wrap,    // into a wrapped blob: extractable, else KeyUnextractable
    Copy,    // into another object of the same slot, as protected as this one
    Derive,  // into a key derived from it by the module: KeyOps::Derive, else KeyFunctionNotPermitted
};

/// An opened key: parsed, in memory, its version pinned. Nothing is looked up per operation.
/// Each factory checks KeyOps and the policy once: KeyFunctionNotPermitted, KeyTypeInconsistent,
/// KeySizeRange, AlgorithmNotSupported, MechanismParamInvalid.
///
/// Each use checks the key's time as well: outside not-before and expiry only decrypting, unwrapping, verifying
/// and releasing go on; KeyNotYetValid, KeyExpired.
class Key {
public:
    virtual ~Key() = default;
    [[nodiscard]] virtual const KeyRecord& record() const noexcept = 0;
    /// AES-GCM encryption makes its IV itself and takes none of the caller's (CipherAlgorithm::iv_inside only).
    [[nodiscard]] virtual bool makes_iv() const noexcept { return false; }

    [[nodiscard]] virtual Result<std::unique_ptr<Signer>> signer(const SignatureAlgorithm&) const = 0;
    [[nodiscard]] virtual Result<std::unique_ptr<Verifier>> verifier(const SignatureAlgorithm&) const = 0;
    /// Hmac, AesCmac and AesGmac only. `for_verifying` selects which of Sign and Verify must be allowed.
    [[nodiscard]] virtual Result<std::unique_ptr<Mac>> mac(const SignatureAlgorithm&, bool for_verifying) const = 0;
    /// A Cipher already started with the given algorithm.
    [[nodiscard]] virtual Result<std::unique_ptr<Cipher>> encryptor(const CipherAlgorithm&) const = 0;
    [[nodiscard]] virtual Result<std::unique_ptr<Cipher>> decryptor(const CipherAlgorithm&) const = 0;

    /// Wraps material that the caller holds. KeySizeRange / KeyNotWrappable when it does not fit.
    [[nodiscard]] virtual Result<Bytes> wrap(const WrapAlgorithm&, const SecretMaterial& material) const = 0;
    /// WrappedKeyInvalid, WrappedKeyLenRange.
    [[nodiscard]] virtual Result<SecretMaterial> unwrap(const WrapAlgorithm&, ByteView wrapped) const = 0;
    /// ECDH with cofactor 1: the x coordinate, curve_size bytes; X25519 and X448 (RFC 7748 §6). PublicKeyInvalid for a
    /// peer off the curve, or whose secret would be all zeros.
    [[nodiscard]] virtual Result<SecretBytes> agree(const PublicKey& peer) const = 0;

    [[nodiscard]] virtual Result<SecretMaterial> expose_material(MaterialUse use) const = 0;

    /// The service indicator: whether this use of this key is an approved one by the Backend's own policy.
    /// False where a Backend does not tell.
    [[nodiscard]] virtual bool is_approved(const SignatureAlgorithm&, bool /*for_verifying*/) const noexcept {
        return false;
    }
    [[nodiscard]] virtual bool is_approved(const CipherAlgorithm&, bool /*for_decrypting*/) const noexcept {
        return false;
    }
    [[nodiscard]] virtual bool is_approved(const WrapAlgorithm&, bool /*for_unwrapping*/) const noexcept {
        return false;
    }
    [[nodiscard]] virtual bool agreement_is_approved() const noexcept { return false; }
};

enum class Role : std::uint8_t { SecurityOfficer, User };

/// Where a partition is in its life. See docs/architecture.md.
enum class LifeCycle : std::uint8_t { Uninitialised, Provisioned, Active, Recovery, Error };

struct PinStatus {
    bool initialised = false;
    unsigned failures = 0;  // since the last right PIN, over all processes
    unsigned limit = 10;    // at which it locks
};

/// What a token says of itself; read afresh at each call, without login.
struct TokenStatus {
    LifeCycle life_cycle = LifeCycle::Uninitialised;
    std::string label;   // UTF-8, at most 32 bytes
    std::string serial;  // 16 characters, unique and stable
    std::string model;   // at most 16 characters
    bool login_required = true;
    bool read_only = false;
    bool has_security_domain = false;  // its security domain was downloaded or uploaded
    PinStatus security_officer;
    PinStatus user;
};

/// Which stored objects are wanted; unset fields match everything. A Backend answers `id`, `label`
/// and `name` from an index, whatever the number of objects.
struct ObjectQuery {
    std::optional<ObjectKind> kind;
    std::optional<std::uint64_t> record_class;  // with kind Record
    std::optional<Bytes> id;
    std::optional<Bytes> label;
    bool with_private = true;   // also faces with is_private
    bool all_versions = false;  // also versions that are not their key's latest
};

/// What changes; unset fields stay.
struct KeyUpdate {
    std::optional<KeyOps> ops = {};
    std::optional<Protection> protection = {};
    std::optional<Face> face = {};
    std::optional<Face> public_face = {};
    std::optional<bool> enabled = {};
    std::optional<std::optional<std::int64_t>> not_before = {};  // an empty inner value clears it
    std::optional<std::optional<std::int64_t>> expires = {};
    std::optional<std::map<std::string, std::string>> tags = {};  // replaces all
    std::optional<ReleasePolicy> release_policy = {};
};

class Backend {
public:
    virtual ~Backend() = default;

    // --- what it is
    [[nodiscard]] virtual Result<TokenStatus> status() const = 0;
    /// Whether keys of this type can do this here; what a slot lists as its mechanisms follows. Of a signature
    /// algorithm, scheme and digest count, and whether a MAC is shortened (mac_length not 0).
    [[nodiscard]] virtual bool supports(const SignatureAlgorithm&, KeyType, bool for_verifying) const noexcept = 0;
    [[nodiscard]] virtual bool supports(CipherScheme, KeyType, bool for_decrypting) const noexcept = 0;
    [[nodiscard]] virtual bool supports(WrapScheme, KeyType) const noexcept = 0;
    [[nodiscard]] virtual bool supports_generating(KeyType) const noexcept = 0;
    /// Whether such keys agree (Key::agree).
    [[nodiscard]] virtual bool supports_agreement(KeyType) const noexcept = 0;
    /// Whether such keys give their material to be derived from (MaterialUse::Derive).
    [[nodiscard]] virtual bool supports_derivation(KeyType) const noexcept { return false; }
    /// Mode Approved: what the policy does not approve is refused, also where the module does it for the slot.
    [[nodiscard]] virtual bool approved_only() const noexcept { return false; }
    /// The service indicator for making a key of this spec by generating or deriving. False where a Backend does not
    /// tell.
    [[nodiscard]] virtual bool generation_is_approved(const KeySpec&) const noexcept { return false; }
    /// Grows with every change of stored objects by any process. Costs a memory read, no more.
    [[nodiscard]] virtual std::uint64_t generation() const noexcept = 0;

    // --- roles. Idempotent where the state is already the wanted one, but for PIN counting.
    /// PinIncorrect (counted, durable before the answer), PinLocked, UserPinNotInitialized.
    virtual Result<void> login(Role role, const SecretBytes& pin) = 0;
    virtual Result<void> logout() = 0;
    /// Erases everything and makes an active token without a security domain. On an initialised one
    /// the PIN must be its security officer's.
    virtual Result<void> initialise(const SecretBytes& so_pin, const std::string& label) = 0;
    /// Sets the user's PIN; the security officer is logged in.
    virtual Result<void> initialise_user_pin(const SecretBytes& pin) = 0;
    virtual Result<void> change_pin(Role role, const SecretBytes& old_pin, const SecretBytes& new_pin) = 0;

    // --- lookup. Idempotent.
    /// In the order of creation.
    [[nodiscard]] virtual Result<std::vector<ObjectRef>> find(const ObjectQuery&) const = 0;
    /// Metadata only; works without login. KeyNotFound. Never null.
    [[nodiscard]] virtual Result<std::shared_ptr<const KeyRecord>> key_record(const KeyId&) const = 0;
    /// The same, but of it only type, faces, protection and dates count: a Backend that has to ask for the rest need
    /// not.
    [[nodiscard]] virtual Result<std::shared_ptr<const KeyRecord>> key_sketch(const KeyId& id) const {
        return key_record(id);
    }
    /// KeyNotFound. A private record needs login.
    [[nodiscard]] virtual Result<std::shared_ptr<const Record>> record(const std::string& id) const = 0;
    /// Cheap when the key was opened in this process before: its material is parsed once.
    [[nodiscard]] virtual Result<std::shared_ptr<const Key>> open(const KeyId&) const = 0;

    // --- change. Acknowledged means durable; none of these is idempotent.
    virtual Result<std::shared_ptr<const KeyRecord>> generate(const NewKey&) = 0;
    /// `material` in its transport encoding; AttributeValueInvalid when it does not parse or fit the spec
    /// (spec.bits 0 takes the material's size, the curve is the material's).
    virtual Result<std::shared_ptr<const KeyRecord>> import_key(const NewKey&, const SecretMaterial& material) = 0;
    virtual Result<std::shared_ptr<const KeyRecord>> update(const KeyId&, const KeyUpdate&) = 0;
    /// Destroys one object. A private or secret half: the key, with all its versions, is deleted as by
    /// KeyLifeCycle::remove_key, and can be recovered; a pair's public half outlives it under the same name. The
    /// last object of a key takes the key along. A record is gone at once. KeyNotFound for what is deleted.
    virtual Result<void> remove(const ObjectRef&) = 0;
    virtual Result<std::shared_ptr<const Record>> create_record(const Record&) = 0;
    virtual Result<std::shared_ptr<const Record>> update_record(const Record&) = 0;

    /// Fills `output` from the approved generator.
    virtual Result<void> random(MutableBytes output) = 0;
    /// Mixes what the caller has into the generator, beside the entropy that this takes itself: it can only become
    /// harder to foresee (C_SeedRandom, 5.17). RandomSeedNotSupported where the generator is somebody else's.
    virtual Result<void> seed_random(ByteView /*seed*/) { return fail(Errc::RandomSeedNotSupported); }
};

}  // namespace kvp11
