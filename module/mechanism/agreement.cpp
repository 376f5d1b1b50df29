// C_DeriveKey with ECDH: the key agrees, the key derivation function runs here.
#include "crypto/derivation.hpp"
#include "mechanism/ec_point.hpp"
#include "mechanism/key_check.hpp"
#include "mechanism/operation.hpp"

namespace kvp11::mechanism {
namespace {

Result<SecretBytes> shared_secret(const Key& key, ByteView peer_point) {
    const Curve curve = key.record().spec.curve;
    const auto point = public_point(curve, peer_point);
    if (!point) return fail(Errc::MechanismParamInvalid, "the peer's point is not one of the key's curve");
    auto shared = key.agree({.type = type_of(curve), .curve = curve, .n = {}, .e = {}, .point = copy_of(*point)});
    if (!shared.ok() && shared.code() == Errc::PublicKeyInvalid) {
        return fail(Errc::MechanismParamInvalid, shared.error().message);
    }
    return shared;
}

}  // namespace

Result<Indicated<SecretBytes>> derive(const Request& request, const Key& key, std::size_t size) {
    if (request.row == nullptr || request.row->agreement == nullptr) {
        return fail(Errc::MechanismInvalid, "the mechanism does not derive");
    }
    TRY(check_key(*request.row, key.record()));
    const auto agreement = TRY(request.row->agreement(request.parameter));
    auto shared = TRY(shared_secret(key, agreement.peer_point));
    const bool approved = key.agreement_is_approved();
    if (!agreement.kdf) return Indicated<SecretBytes>{std::move(shared), approved};
    const std::size_t wanted = size == 0 ? digest_size(*agreement.kdf) : size;
    SecretBytes derived = agreement.one_step
                              ? TRY(crypto::one_step(*agreement.kdf, shared, agreement.shared_data, wanted))
                              : TRY(crypto::x963(*agreement.kdf, shared, agreement.shared_data, wanted));
    return Indicated<SecretBytes>{std::move(derived), approved};
}

}  // namespace kvp11::mechanism
