#include "mechanism/key_check.hpp"

#include <bit>
#include <cstring>

#include "crypto/asymmetric.hpp"

namespace kvp11::mechanism {
namespace {

/// A stand-alone public key's spec may leave its size to its modulus.
CK_ULONG modulus_bits(const KeyRecord& record) {
    if (record.spec.bits != 0) return record.spec.bits;
    const Bytes& n = record.public_key.n;
    return n.empty() ? 0 : 8 * (n.size() - 1) + static_cast<CK_ULONG>(std::bit_width(n.front()));
}

/// A secret that is called something else than CKK_GENERIC_SECRET says so among its face's attributes.
bool is_named_otherwise(const KeyRecord& record, CK_KEY_TYPE wanted) {
    const auto named = record.face.extras.find(CKA_KEY_TYPE);
    CK_KEY_TYPE name = CKK_GENERIC_SECRET;
    if (named != record.face.extras.end() && named->second.size() == sizeof name) {
        std::memcpy(&name, named->second.data(), sizeof name);
    }
    return name != CKK_GENERIC_SECRET && name != wanted;
}

}  // namespace

CK_ULONG field_bits(Curve curve) {
    constexpr CK_ULONG bits[curve_count] = {256, 384, 521, 256, 255, 448, 255, 448};
    return bits[static_cast<std::size_t>(curve)];
}

CK_ULONG size_for(const Mechanism& row, const KeyRecord& record) {
    const KeyType type = record.spec.type;
    const CK_ULONG bits = type == KeyType::Rsa ? modulus_bits(record)
                          : is_on_curve(type)  ? field_bits(record.spec.curve)
                                               : record.spec.bits;
    return row.unit == SizeUnit::Bytes ? bits / 8 : bits;
}

Result<void> check_key(const Mechanism& row, const KeyRecord& record) {
    const bool fits =
        row.keys.has(record.spec.type) && !(row.secret_name && is_named_otherwise(record, *row.secret_name));
    if (!fits) return fail(Errc::KeyTypeInconsistent, std::string(row.name) + " does not work with this type of key");
    const CK_ULONG size = size_for(row, record);
    if (size >= row.min_size && size <= row.max_size) return {};
    return fail(Errc::KeySizeRange, std::string(row.name) + " with a key of size " + std::to_string(size) + ", want " +
                                        std::to_string(row.min_size) + " to " + std::to_string(row.max_size));
}

bool is_private_key(const SecretMaterial& material) { return crypto::PrivateHalf::parse(material).ok(); }

}  // namespace kvp11::mechanism
