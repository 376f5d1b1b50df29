// The material of a new key: made here or taken in, and tested as a FIPS 140 module tests it. Mode Approved asks its
// policy first. Thread-safe functions.
#pragma once

#include "fips/approved_mode.hpp"
#include "partition/partition_key.hpp"

namespace kvp11::partition {

struct FreshMaterial {
    KeyMaterial parsed;
    KeySpec spec;          // the material's own
    SecretMaterial plain;  // in its transport encoding
    bool generated = false;
};

/// KeySizeRange, and what the mode refuses; PartitionErrorState when a pair or the generator fails its test.
Result<FreshMaterial> generated_material(const NewKey& key, fips::Mode mode);
/// AttributeValueInvalid when it does not parse, does not fit what was said of it, or is no consistent pair.
Result<FreshMaterial> imported_material(const NewKey& key, const SecretMaterial& material, fips::Mode mode);

}  // namespace kvp11::partition
