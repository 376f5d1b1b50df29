// C_WrapKey and C_UnwrapKey: single calls, with conditions of their own for the (un)wrapping key.
#include <span>

#include "mechanism/key_check.hpp"
#include "mechanism/operation.hpp"

namespace kvp11::mechanism {
namespace {

struct Renaming {
    Errc from;
    Errc to;
};

constexpr Renaming wrapping_key_conditions[] = {
    {Errc::KeyTypeInconsistent, Errc::WrappingKeyTypeInconsistent},
    {Errc::KeySizeRange, Errc::WrappingKeySizeRange},
};
constexpr Renaming unwrapping_key_conditions[] = {
    {Errc::KeyTypeInconsistent, Errc::UnwrappingKeyTypeInconsistent},
    {Errc::KeySizeRange, Errc::UnwrappingKeySizeRange},
};
// Once the wrapping key is known to fit, what is left to blame is the key to be wrapped.
constexpr Renaming target_conditions[] = {
    {Errc::KeyTypeInconsistent, Errc::WrappingKeyTypeInconsistent},
    {Errc::DataLenRange, Errc::KeySizeRange},
    {Errc::DataInvalid, Errc::KeyNotWrappable},
};
constexpr Renaming wrapped_conditions[] = {
    {Errc::KeyTypeInconsistent, Errc::UnwrappingKeyTypeInconsistent},
    {Errc::KeySizeRange, Errc::UnwrappingKeySizeRange},
    {Errc::EncryptedDataInvalid, Errc::WrappedKeyInvalid},
    {Errc::DataInvalid, Errc::WrappedKeyInvalid},
    {Errc::EncryptedDataLenRange, Errc::WrappedKeyLenRange},
    {Errc::DataLenRange, Errc::WrappedKeyLenRange},
};

template <class T>
Result<T> renamed(Result<T> result, std::span<const Renaming> names) {
    if (result.ok()) return result;
    for (const auto& [from, to] : names) {
        if (result.code() == from) return fail(to, result.error().message);
    }
    return result;
}

Result<WrapAlgorithm> algorithm_for(const Request& request, const Key& key, std::span<const Renaming> names) {
    if (request.row == nullptr || request.row->wrapping == nullptr) {
        return fail(Errc::MechanismInvalid, "the mechanism does not wrap");
    }
    TRY(renamed(check_key(*request.row, key.record()), names));
    return request.row->wrapping(request.parameter);
}

/// One RSA block has no room for a private key; the other schemes take material of any size.
bool takes_short_secrets_only(WrapScheme scheme) {
    return scheme == WrapScheme::RsaPkcs1 || scheme == WrapScheme::RsaOaep;
}

Result<void> check_target(const KeyRecord& target, const KeyRecord& wrapping, WrapScheme scheme) {
    if (!target.protection.extractable) return fail(Errc::KeyUnextractable, "the key is not extractable");
    if (target.protection.wrap_with_trusted && !wrapping.protection.trusted) {
        return fail(Errc::KeyNotWrappable, "the key leaves under a trusted key only");
    }
    if (is_pair(target.spec.type) && takes_short_secrets_only(scheme)) {
        return fail(Errc::KeyNotWrappable, "a private key does not fit into one RSA block");
    }
    return {};
}

std::size_t size_of_wrapped(const WrapAlgorithm& algorithm, const KeyRecord& wrapping, std::size_t material) {
    constexpr std::size_t half_block = 8;
    constexpr std::size_t block = 16;
    const std::size_t padded = (material + half_block - 1) / half_block * half_block;
    switch (algorithm.scheme) {
        case WrapScheme::AesKw: return material + half_block;
        case WrapScheme::AesKwp: return padded + half_block;
        case WrapScheme::AesCbcPad: return (material / block + 1) * block;
        case WrapScheme::RsaPkcs1:
        case WrapScheme::RsaOaep: return wrapping.public_key.n.size();
        case WrapScheme::RsaAesKeyWrap: return wrapping.public_key.n.size() + padded + half_block;
    }
    return 0;
}

}  // namespace

Result<std::size_t> wrapped_size(const Request& request, const Key& wrapping_key, const Key& target) {
    const auto algorithm = TRY(algorithm_for(request, wrapping_key, wrapping_key_conditions));
    TRY(check_target(target.record(), wrapping_key.record(), algorithm.scheme));
    const auto material = TRY(target.expose_material(MaterialUse::Wrap));
    return size_of_wrapped(algorithm, wrapping_key.record(), material.size());
}

Result<Indicated<Bytes>> wrap(const Request& request, const Key& wrapping_key, const Key& target) {
    const auto algorithm = TRY(algorithm_for(request, wrapping_key, wrapping_key_conditions));
    TRY(check_target(target.record(), wrapping_key.record(), algorithm.scheme));
    const auto material = TRY(target.expose_material(MaterialUse::Wrap));
    Bytes wrapped = TRY(renamed(wrapping_key.wrap(algorithm, material), target_conditions));
    return Indicated<Bytes>{std::move(wrapped), wrapping_key.is_approved(algorithm, false)};
}

Result<Indicated<SecretMaterial>> unwrap(const Request& request, const Key& unwrapping_key, ByteView wrapped) {
    const auto algorithm = TRY(algorithm_for(request, unwrapping_key, unwrapping_key_conditions));
    SecretMaterial material = TRY(renamed(unwrapping_key.unwrap(algorithm, wrapped), wrapped_conditions));
    return Indicated<SecretMaterial>{std::move(material), unwrapping_key.is_approved(algorithm, true)};
}

}  // namespace kvp11::mechanism
