// C_DeriveKey out of keys' values: the keys give them for this use only, the functions of the crypto room compute.
#include "fips/approved_mode.hpp"
#include "mechanism/derivation.hpp"
#include "mechanism/key_check.hpp"
#include "mechanism/operation.hpp"

namespace kvp11::mechanism {
namespace {

Result<DerivationInput> input_of(const DerivationSource& source) {
    const KeyRecord& record = source.key->record();
    DerivationInput input;
    input.value = TRY(source.key->expose_material(MaterialUse::Derive));
    input.type = record.spec.type;
    input.guarded = record.protection.sensitive || !record.protection.extractable;
    input.partly_known = source.partly_known;
    return input;
}

}  // namespace

Result<std::unique_ptr<Derivation>> start_derivation(const Request& request, const KeyRecord& base) {
    if (request.row == nullptr || request.row->derivation == nullptr) {
        return fail(Errc::MechanismInvalid, "the mechanism does not derive");
    }
    TRY(check_key(*request.row, base));
    return request.row->derivation(request.parameter);
}

Result<Indicated<std::vector<DerivedValue>>> derive(const Request& request, const Derivation& derivation,
                                                    std::span<const DerivationSource> sources,
                                                    std::span<const std::size_t> sizes) {
    std::vector<DerivationInput> inputs;
    bool approved = request.row->derivation_approved;
    for (const DerivationSource& source : sources) {
        if (is_pair(source.key->record().spec.type)) {
            return fail(Errc::KeyTypeInconsistent, "only secret keys take part in a derivation");
        }
        inputs.push_back(TRY(input_of(source)));
        approved = approved && fips::is_approved(fips::Use::Derive, source.key->record().spec);
    }
    return Indicated<std::vector<DerivedValue>>{TRY(derivation.derive(inputs, sizes)), approved};
}

}  // namespace kvp11::mechanism
