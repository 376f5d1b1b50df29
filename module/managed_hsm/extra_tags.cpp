#include "managed_hsm/extra_tags.hpp"

#include <algorithm>
#include <array>

#include "crypto/jose.hpp"

namespace kvp11::managed_hsm {
namespace {

// Numbers of attributes (PKCS#11 2.40, A.2); the header itself is not for this room.
constexpr std::uint64_t private_number = 0x002;
constexpr std::uint64_t local_number = 0x163;
constexpr std::uint64_t never_extractable_number = 0x164;
constexpr std::uint64_t always_sensitive_number = 0x165;
constexpr std::uint64_t generator_number = 0x166;

struct UsageNumber {
    std::uint64_t number;
    KeyOps operation;
};
constexpr auto usages = std::to_array<UsageNumber>({
    {0x104, KeyOps::Encrypt},
    {0x105, KeyOps::Decrypt},
    {0x106, KeyOps::Wrap},
    {0x107, KeyOps::Unwrap},
    {0x108, KeyOps::Sign},
    {0x109, KeyOps::None},  // CKA_SIGN_RECOVER
    {0x10A, KeyOps::Verify},
    {0x10B, KeyOps::None},  // CKA_VERIFY_RECOVER
    {0x10C, KeyOps::Derive},
});

bool is_flag(const Bytes& value, bool wanted) { return value.size() == 1 && value[0] == (wanted ? 1 : 0); }

/// key_ops lead where the key can do it; what it cannot do is false when nobody says otherwise. Attributes of RSA, AES
/// and HMAC keys that PKCS#11 knows and the service has no word for (CKA_SIGN of AES) are false at once.
bool usage_follows(const UsageNumber& usage, const Bytes& value) {
    return usage.operation != KeyOps::None || is_flag(value, false);
}

bool follows(std::uint64_t number, const Bytes& value, const FaceRules& rules) {
    for (const UsageNumber& usage : usages) {
        if (usage.number == number) return usage_follows(usage, value);
    }
    switch (number) {
        case local_number: return is_flag(value, rules.generated);
        case generator_number: return rules.generated;
        case always_sensitive_number:
        case never_extractable_number: return is_flag(value, rules.generated);
        default: return false;
    }
}

void append_number(Bytes& bytes, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7U) bytes.push_back(static_cast<std::uint8_t>(number | 0x80U));
    bytes.push_back(static_cast<std::uint8_t>(number));
}

std::optional<std::uint64_t> take_number(ByteView& bytes) {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 63 && !bytes.empty(); shift += 7) {
        const std::uint8_t byte = bytes.front();
        bytes = bytes.subspan(1);
        number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if ((byte & 0x80U) == 0) return number;
    }
    return std::nullopt;
}

void append(Bytes& bytes, std::uint64_t number, ByteView value) {
    append_number(bytes, number);
    append_number(bytes, value.size());
    bytes.insert(bytes.end(), value.begin(), value.end());
}

std::optional<ExtraAttributes> unpacked(ByteView bytes) {
    ExtraAttributes extras;
    while (!bytes.empty()) {
        const auto number = take_number(bytes);
        const auto size = number ? take_number(bytes) : std::nullopt;
        if (!size || *size > bytes.size()) return std::nullopt;
        extras[*number] = copy_of(bytes.first(*size));
        bytes = bytes.subspan(*size);
    }
    return extras;
}

}  // namespace

std::string packed_extras(const Face& face, const FaceRules& rules) {
    Bytes bytes;
    if (face.is_private == rules.is_public)
        append(bytes, private_number, Bytes{face.is_private ? std::uint8_t{1} : std::uint8_t{0}});
    for (const auto& [number, value] : face.extras) {
        if (!follows(number, value, rules)) append(bytes, number, value);
    }
    return crypto::base64url(bytes);
}

void unpack_extras(std::string_view packed, Face& face) {
    const auto bytes = crypto::from_base64url(packed);
    auto extras = bytes.ok() ? unpacked(*bytes) : std::nullopt;
    if (!extras) return;
    if (const auto at = extras->find(private_number); at != extras->end()) {
        face.is_private = is_flag(at->second, true);
        extras->erase(at);
    }
    face.extras = std::move(*extras);
}

}  // namespace kvp11::managed_hsm
