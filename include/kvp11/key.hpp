// Keys and other objects as a Backend knows them: values, without code to speak of.
//
// The model is the service's (name, versions, type, operations, attributes, tags) with what PKCS#11
// has more kept beside it without loss. A KeyRecord is an immutable snapshot once it is shared.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "kvp11/algorithm.hpp"
#include "kvp11/bytes.hpp"
#include "kvp11/rotation.hpp"
#include "kvp11/secret.hpp"

namespace kvp11 {

/// Name: 1 to 127 of [0-9a-zA-Z-], unique without regard to case. Version: 32 lower-case hex
/// digits; empty where "the latest" is meant.
struct KeyId {
    std::string name;
    std::string version;
    auto operator<=>(const KeyId&) const = default;
};

/// Size and shape of a key. `bits`: RSA modulus 2048, 3072 or 4096 for generated keys; AES 128, 192,
/// 256; AES-XTS 256, 512; ChaCha20 256; generic secrets 8 and more in steps of 8. On a curve (is_on_curve) the curve
/// decides and bits is ignored.
struct KeySpec {
    KeyType type = KeyType::Rsa;
    std::uint32_t bits = 0;
    Curve curve = Curve::P256;
    std::uint32_t public_exponent = 65537;
    bool operator==(const KeySpec&) const = default;
};

/// What the key may be used for; a set of bits. The pair's two halves share one set.
enum class KeyOps : std::uint16_t {
    None = 0,
    Encrypt = 1,
    Decrypt = 2,
    Sign = 4,
    Verify = 8,
    Wrap = 16,
    Unwrap = 32,
    Derive = 64,
    Import = 128,
    Export = 256,
};
constexpr KeyOps operator|(KeyOps a, KeyOps b) {
    return static_cast<KeyOps>(static_cast<std::uint16_t>(a) | static_cast<std::uint16_t>(b));
}
constexpr KeyOps operator&(KeyOps a, KeyOps b) {
    return static_cast<KeyOps>(static_cast<std::uint16_t>(a) & static_cast<std::uint16_t>(b));
}
constexpr bool allows(KeyOps set, KeyOps wanted) { return (set & wanted) == wanted; }

/// The public part. RSA: n and e big-endian without leading zeros. EC: point uncompressed,
/// 04 || X || Y; Edwards and Montgomery: as RFC 8032 and RFC 7748 encode it, curve_size bytes. All empty for secret
/// keys.
struct PublicKey {
    KeyType type = KeyType::Rsa;
    Curve curve = Curve::P256;
    Bytes n;
    Bytes e;
    Bytes point;
    bool operator==(const PublicKey&) const = default;
};

/// Attributes that the service's model has no field for, by number, opaque to a Backend.
using ExtraAttributes = std::map<std::uint64_t, Bytes>;

/// One PKCS#11 object of a key: the private or secret half, or the public half. `id` and `label`
/// (any bytes, any UTF-8) are what lookups go by, so a Backend indexes them.
struct Face {
    Bytes id;
    Bytes label;
    bool is_private = true;  // invisible before login
    ExtraAttributes extras;
    bool operator==(const Face&) const = default;
};

/// How well the material is protected; enforced by the Backend, not only shown.
struct Protection {
    bool sensitive = true;           // never readable in the clear
    bool extractable = false;        // may leave wrapped (or in the clear when not sensitive)
    bool wrap_with_trusted = false;  // leaves only under a key with `trusted`
    bool trusted = false;
    bool operator==(const Protection&) const = default;
};

/// Under which conditions an exportable key may be released; `data` is the policy's JSON.
struct ReleasePolicy {
    std::string content_type = "application/json; charset=utf-8";
    Bytes data;
    bool immutable = false;
    bool operator==(const ReleasePolicy&) const = default;
};

/// Of a key that was deleted and can still be recovered. Unix seconds.
struct Deletion {
    std::int64_t deleted = 0;
    std::int64_t scheduled_purge = 0;
    bool operator==(const Deletion&) const = default;
};

/// Tags of one key, and bytes of each name and value.
inline constexpr std::size_t most_tags = 15;
inline constexpr std::size_t longest_tag = 256;
/// Versions of one key.
inline constexpr std::size_t most_versions = 100;

/// One version of a key. Material, type and public part of a version never change; a new version does that.
struct KeyRecord {
    KeyId id;
    KeySpec spec;
    KeyOps ops = KeyOps::None;
    Protection protection;
    bool enabled = true;
    bool exportable = false;                 // may be released under its release policy
    bool generated = false;                  // made inside: its material was never outside in the clear
    std::optional<std::int64_t> not_before;  // Unix seconds
    std::optional<std::int64_t> expires;
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::map<std::string, std::string> tags;
    std::optional<ReleasePolicy> release_policy;
    std::optional<Deletion> deletion;  // set: the key (all its versions) is deleted; only its public half may be seen
    bool public_remains = false;       // with deletion: the public half alone is still an object
    bool is_latest = true;
    std::optional<RotationPolicy> rotation_policy;  // of the name; kept with its latest version
    PublicKey public_key;
    Face face;                        // private or secret half
    std::optional<Face> public_face;  // absent for secret keys and where it was destroyed
    bool has_material = true;         // false: the private half was destroyed or deleted, the public one is left
    std::uint64_t revision = 0;       // grows with every change of this version
};

/// What a name that is taken means to a new key. A deleted key holds its name: KeyDeleted in either case.
enum class NameUse : std::uint8_t { MustBeNew, MayAddVersion };

/// What a caller says when it makes a key. An empty name lets the Backend choose one: the label of
/// `face` when it is a legal name and free, else "p11-" and hex.
struct NewKey {
    std::string name;
    KeySpec spec;
    KeyOps ops = KeyOps::None;
    Protection protection;
    Face face;
    std::optional<Face> public_face;
    std::map<std::string, std::string> tags;
    std::optional<std::int64_t> not_before;
    std::optional<std::int64_t> expires;
    bool enabled = true;
    bool exportable = false;
    std::optional<ReleasePolicy> release_policy;  // only of an exportable key
    NameUse name_use = NameUse::MustBeNew;
};

/// Material in its transport encoding: PKCS#8 DER (PrivateKeyInfo; RFC 8410 for Edwards and Montgomery) for pairs, raw
/// bytes else.
using SecretMaterial = SecretBytes;

/// Everything that is not a key: certificates, data, stand-alone public keys, profiles. A class
/// number and named byte values, opaque to a Backend. `id` is chosen by the Backend, 32 hex digits.
struct Record {
    std::string id;
    std::uint64_t object_class = 0;
    Face face;
    std::uint64_t revision = 0;
};

/// A stored object by name: a half of a key, or a record (name = Record::id, version empty).
enum class ObjectKind : std::uint8_t { PrivateKey, PublicKey, SecretKey, Record };
struct ObjectRef {
    ObjectKind kind = ObjectKind::Record;
    KeyId id;
    auto operator<=>(const ObjectRef&) const = default;
};

}  // namespace kvp11
