// The checks of `kvp11 doctor` that ask a Backend about one key and what can be done with it; the same for partitions
// and for slots on a Managed HSM. Nothing is changed; with a key named, one trial signature is made.
#pragma once

#include <memory>
#include <string>

#include "kvp11/backend.hpp"
#include "tools/doctor_finding.hpp"

namespace kvp11::tools {

/// What the command line named; empty: not named.
struct KeyWish {
    std::string key;        // a key's name, or name/version
    std::string mechanism;  // "CKM_ECDSA_SHA256", "ecdsa-sha256"
};

/// "name" or "name/version".
KeyId key_id_in(const std::string& words);

/// A key that was found: enabled, in its time, and what it is.
Finding judge_key(const KeyRecord& key);

/// Whether the slot has the mechanism, whether it is one for this key, and a trial signature. `key` is null when no
/// key was named. `may_use` is empty when keys can be used now, else why not.
Finding check_mechanism(const Backend& backend, const KeyRecord* key, const KeyWish& wish, const std::string& may_use);

}  // namespace kvp11::tools
