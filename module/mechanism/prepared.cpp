#include "mechanism/prepared.hpp"

#include "fips/approved_mode.hpp"
#include "mechanism/key_check.hpp"

namespace kvp11::mechanism {

bool PreparedSignature::matches(const Request& request) const {
    if (request.row != row) return false;
    const auto again = row->signature(request.parameter);
    return again.ok() && *again == algorithm;
}

bool PreparedSignature::is_mac() const noexcept {
    return algorithm.scheme == SignatureScheme::Hmac || algorithm.scheme == SignatureScheme::AesCmac ||
           algorithm.scheme == SignatureScheme::AesGmac;
}

bool PreparedSignature::approves(ByteView input) const noexcept {
    const fips::Use use = for_verifying ? fips::Use::Verify : fips::Use::Sign;
    return approved && fips::is_input_approved(use, algorithm, input);
}

Result<PreparedSignature> prepare_signature(const Request& request, std::shared_ptr<const Key> key,
                                            bool for_verifying) {
    if (request.row == nullptr || request.row->signature == nullptr) {
        return fail(Errc::MechanismInvalid, "the mechanism does not sign");
    }
    TRY(check_key(*request.row, key->record()));
    const SignatureAlgorithm algorithm = TRY(request.row->signature(request.parameter));
    const bool approved = key->is_approved(algorithm, for_verifying);
    return PreparedSignature{request.row, algorithm, std::move(key), for_verifying, approved};
}

}  // namespace kvp11::mechanism
