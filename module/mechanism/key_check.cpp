#include "mechanism/key_check.hpp"

#include <bit>

namespace kvp11::mechanism {
namespace {

CK_ULONG curve_bits(Curve curve) { return curve == Curve::P521 ? 521 : 8 * curve_size(curve); }

/// A stand-alone public key's spec may leave its size to its modulus.
CK_ULONG modulus_bits(const KeyRecord& record) {
    if (record.spec.bits != 0) return record.spec.bits;
    const Bytes& n = record.public_key.n;
    return n.empty() ? 0 : 8 * (n.size() - 1) + static_cast<CK_ULONG>(std::bit_width(n.front()));
}

}  // namespace

CK_ULONG size_for(const Mechanism& row, const KeyRecord& record) {
    switch (record.spec.type) {
        case KeyType::Rsa: return modulus_bits(record);
        case KeyType::Ec: return curve_bits(record.spec.curve);
        case KeyType::Aes: return record.spec.bits / 8;
        case KeyType::EcEdwards:
        case KeyType::EcMontgomery: return curve_bits(record.spec.curve);
        case KeyType::ChaCha20: return record.spec.bits;
        case KeyType::AesXts: return record.spec.bits / 8;
        case KeyType::GenericSecret: return row.generates_key ? record.spec.bits : record.spec.bits / 8;
    }
    return 0;
}

Result<void> check_key(const Mechanism& row, const KeyRecord& record) {
    if (row.key_type != record.spec.type) {
        return fail(Errc::KeyTypeInconsistent, std::string(row.name) + " does not work with this type of key");
    }
    const CK_ULONG size = size_for(row, record);
    if (size >= row.min_size && size <= row.max_size) return {};
    return fail(Errc::KeySizeRange, std::string(row.name) + " with a key of size " + std::to_string(size) + ", want " +
                                        std::to_string(row.min_size) + " to " + std::to_string(row.max_size));
}

}  // namespace kvp11::mechanism
