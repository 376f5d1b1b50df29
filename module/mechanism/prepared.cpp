#include "mechanism/prepared.hpp"

#include "mechanism/key_check.hpp"

namespace kvp11::mechanism {

bool PreparedSignature::matches(const Request& request) const {
    if (request.row != row) return false;
    const auto again = row->signature(request.parameter);
    return again.ok() && *again == algorithm;
}

bool PreparedSignature::is_mac() const noexcept {
    return algorithm.scheme == SignatureScheme::Hmac || algorithm.scheme == SignatureScheme::AesCmac;
}

Result<PreparedSignature> prepare_signature(const Request& request, std::shared_ptr<const Key> key) {
    if (request.row == nullptr || request.row->signature == nullptr) {
        return fail(Errc::MechanismInvalid, "the mechanism does not sign");
    }
    TRY(check_key(*request.row, key->record()));
    return PreparedSignature{request.row, TRY(request.row->signature(request.parameter)), std::move(key)};
}

}  // namespace kvp11::mechanism
