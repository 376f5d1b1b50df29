// C_WrapKey, C_UnwrapKey and their authenticated kin: single calls, with conditions of their own for the (un)wrapping
// key.
#include <algorithm>
#include <span>

#include "mechanism/key_check.hpp"
#include "mechanism/message_iv.hpp"
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

/// What a caller asks for, and where it looks for what is made beside the wrapped key.
struct Asked {
    WrapAlgorithm algorithm;
    MutableBytes iv_place = {};
    MutableBytes tag_place = {};  // else the tag stands behind the wrapped key
};

/// Two keys under one IV are known by each other: GCM and CCM add the same bytes to both. So no counter that would
/// begin anew with each call, and a trusted key, which keys leave under that leave under no other, takes no IV that
/// somebody could bring about a second time.
Result<void> check_iv(const MessageParameters& message, const KeyRecord& wrapping) {
    constexpr std::size_t enough_bits = 8 * gcm_made_iv;
    const bool is_made = message.generator != CKG_NO_GENERATE;
    if (is_made && message.generator != CKG_GENERATE && message.generator != CKG_GENERATE_RANDOM) {
        return fail(Errc::MechanismParamInvalid, "keys are wrapped one by one: their IVs are random, or the caller's");
    }
    if (!wrapping.protection.trusted) return {};
    if (is_made && message.iv.size() * 8 >= message.fixed_bits + enough_bits) return {};
    return fail(Errc::MechanismParamInvalid, "under a trusted key the token makes the IV, 96 bits of it at least");
}

/// The IV for one key to be wrapped, or the wish that the key makes it (as Ciphering's, of zeros as well).
Result<void> choose_iv(const MessageParameters& message, const Key& key, WrapAlgorithm& algorithm) {
    algorithm.iv = copy_of(message.iv);
    const bool asked_by_zeros = algorithm.scheme == WrapScheme::AesGcm && key.makes_iv() &&
                                message.generator == CKG_NO_GENERATE && algorithm.iv == Bytes(gcm_made_iv);
    algorithm.iv_inside = asked_by_zeros || leaves_iv_to_key(message);
    if (algorithm.iv_inside) {
        algorithm.iv.clear();
        return {};
    }
    TRY(check_iv(message, key.record()));
    MessageParameters own = message;
    own.iv = algorithm.iv;
    return MessageIv().make(own);
}

Result<MessageParameters> message_of(const Request& request) {
    if (!request.associated) return request.row->sealed_wrapping(request.parameter);
    MessageParameters message = TRY(request.row->message(request.parameter));
    message.algorithm.aad = copy_of(*request.associated);
    return message;
}

/// Without the IV that wrapping needs (choose_iv).
Asked asked_by(const MessageParameters& message, WrapScheme scheme) {
    return {.algorithm = {.scheme = scheme,
                          .label = {},
                          .iv = copy_of(message.iv),
                          .aad = message.algorithm.aad,
                          .tag_length = message.algorithm.tag_length},
            .iv_place = message.iv,
            .tag_place = message.tag};
}

Result<void> check_request(const Request& request, const Key& key, std::span<const Renaming> names) {
    const bool seals = request.row != nullptr && request.row->sealed_wrapping != nullptr;
    const bool wraps = request.row != nullptr && request.row->wrapping != nullptr && !request.associated;
    if (!seals && !wraps) return fail(Errc::MechanismInvalid, "the mechanism does not wrap so");
    return renamed(check_key(*request.row, key.record()), names);
}

Result<Asked> asked_for_wrapping(const Request& request, const Key& key) {
    TRY(check_request(request, key, wrapping_key_conditions));
    if (request.row->wrapping != nullptr) return Asked{TRY(request.row->wrapping(request.parameter))};
    const MessageParameters message = TRY(message_of(request));
    Asked asked = asked_by(message, *request.row->needs_wrap);
    TRY(choose_iv(message, key, asked.algorithm));
    return asked;
}

Result<Asked> asked_for_unwrapping(const Request& request, const Key& key) {
    TRY(check_request(request, key, unwrapping_key_conditions));
    if (request.row->wrapping != nullptr) return Asked{TRY(request.row->wrapping(request.parameter))};
    return asked_by(TRY(message_of(request)), *request.row->needs_wrap);
}

/// Gives IV and tag to where the caller looks for them, and leaves the wrapped key.
void deliver(const Asked& asked, Bytes& wrapped) {
    Bytes iv = asked.algorithm.iv;
    if (asked.algorithm.iv_inside) {
        const auto end = wrapped.begin() + gcm_made_iv;
        iv.assign(wrapped.begin(), end);
        wrapped.erase(wrapped.begin(), end);
    }
    if (iv.size() == asked.iv_place.size()) std::copy(iv.begin(), iv.end(), asked.iv_place.begin());
    if (asked.tag_place.empty()) return;
    const auto tag = wrapped.end() - static_cast<std::ptrdiff_t>(asked.tag_place.size());
    std::copy(tag, wrapped.end(), asked.tag_place.begin());
    wrapped.erase(tag, wrapped.end());
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

std::size_t size_of_wrapped(const Asked& asked, const KeyRecord& wrapping, std::size_t material) {
    constexpr std::size_t half_block = 8;
    constexpr std::size_t block = 16;
    const std::size_t padded = (material + half_block - 1) / half_block * half_block;
    switch (asked.algorithm.scheme) {
        case WrapScheme::AesGcm:
        case WrapScheme::AesCcm: return material + asked.algorithm.tag_length - asked.tag_place.size();
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
    const auto asked = TRY(asked_for_wrapping(request, wrapping_key));
    TRY(check_target(target.record(), wrapping_key.record(), asked.algorithm.scheme));
    const auto material = TRY(target.expose_material(MaterialUse::Wrap));
    return size_of_wrapped(asked, wrapping_key.record(), material.size());
}

Result<Indicated<Bytes>> wrap(const Request& request, const Key& wrapping_key, const Key& target, std::size_t room) {
    const auto asked = TRY(asked_for_wrapping(request, wrapping_key));
    TRY(check_target(target.record(), wrapping_key.record(), asked.algorithm.scheme));
    const auto material = TRY(target.expose_material(MaterialUse::Wrap));
    if (size_of_wrapped(asked, wrapping_key.record(), material.size()) > room) return fail(Errc::BufferTooSmall);
    Bytes wrapped = TRY(renamed(wrapping_key.wrap(asked.algorithm, material), target_conditions));
    deliver(asked, wrapped);
    return Indicated<Bytes>{std::move(wrapped), wrapping_key.is_approved(asked.algorithm, false)};
}

Result<Indicated<SecretMaterial>> unwrap(const Request& request, const Key& unwrapping_key, ByteView wrapped) {
    const auto asked = TRY(asked_for_unwrapping(request, unwrapping_key));
    Bytes whole = copy_of(wrapped);
    whole.insert(whole.end(), asked.tag_place.begin(), asked.tag_place.end());
    SecretMaterial material = TRY(renamed(unwrapping_key.unwrap(asked.algorithm, whole), wrapped_conditions));
    return Indicated<SecretMaterial>{std::move(material), unwrapping_key.is_approved(asked.algorithm, true)};
}

}  // namespace kvp11::mechanism
