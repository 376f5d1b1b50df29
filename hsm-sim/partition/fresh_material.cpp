#include "partition/fresh_material.hpp"

#include "crypto/symmetric.hpp"
#include "fips/pairwise.hpp"
#include "fips/random_health.hpp"
#include "partition/new_key.hpp"

namespace kvp11::partition {
namespace {

Result<void> permit(fips::Use use, const KeySpec& spec, KeyOps operations, fips::Mode mode) {
    if (mode == fips::Mode::All) return {};
    TRY(fips::approve(use, spec));
    return fips::approve_operations(spec.type, operations);
}

Result<FreshMaterial> tested_pair(std::shared_ptr<const crypto::PrivateHalf> half, KeyOps operations,
                                  fips::PairOrigin origin) {
    TRY(fips::pairwise_consistent(*half, operations, origin));
    FreshMaterial made;
    made.spec = half->spec();
    made.plain = TRY(half->expose_pkcs8());
    made.parsed.private_half = std::move(half);
    return made;
}

}  // namespace

Result<FreshMaterial> generated_material(const NewKey& key, fips::Mode mode) {
    TRY(is_pair(key.spec.type) ? check_pair_size(key.spec) : check_secret_size(key.spec.type, key.spec.bits));
    TRY(permit(fips::Use::Generate, key.spec, key.ops, mode));
    if (is_pair(key.spec.type)) {
        auto half = TRY(crypto::PrivateHalf::generate(key.spec));
        FreshMaterial pair = TRY(tested_pair(std::move(half), key.ops, fips::PairOrigin::Generated));
        pair.generated = true;
        return pair;
    }
    FreshMaterial made;
    made.generated = true;
    made.spec = key.spec;
    made.plain = TRY(fips::tested_secret(key.spec.bits / 8));
    if (key.spec.type == KeyType::AesXts) TRY(crypto::check_xts_key(made.plain));
    made.parsed.secret = made.plain.clone();
    return made;
}

Result<FreshMaterial> imported_material(const NewKey& key, const SecretMaterial& material, fips::Mode mode) {
    if (is_pair(key.spec.type)) {
        auto half = TRY(crypto::PrivateHalf::parse(material));
        TRY(check_import(key.spec, half->spec()));
        TRY(permit(fips::Use::Import, half->spec(), key.ops, mode));
        return tested_pair(std::move(half), key.ops, fips::PairOrigin::Imported);
    }
    FreshMaterial taken;
    taken.spec = key.spec;
    taken.spec.bits = static_cast<std::uint32_t>(material.size() * 8);
    TRY(check_import(key.spec, taken.spec));
    if (key.spec.type == KeyType::AesXts) TRY(crypto::check_xts_key(material));
    TRY(permit(fips::Use::Import, taken.spec, key.ops, mode));
    taken.plain = material.clone();
    taken.parsed.secret = material.clone();
    return taken;
}

}  // namespace kvp11::partition
