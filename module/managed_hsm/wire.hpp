// The JSON of the Key Vault and Managed HSM keys API, as a client writes and reads it (API versions 7.2 to 2025-07-01).
// Written apart from the server's on purpose. Functions over values; thread-safe.
//
// Reading is tolerant as clients must be: unknown members are ignored, members of later versions may be missing.
// DeviceError with a plain sentence when an answer lacks what it must have. Faces of what is read are empty;
// mapping.hpp fills them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kvp11/backend.hpp"
#include "kvp11/result.hpp"

namespace kvp11::managed_hsm {

/// A key as a list shows it: no type, no material, and of GET /keys no version.
struct ListedKey {
    KeyId id;
    bool enabled = true;
    std::optional<std::int64_t> not_before;
    std::optional<std::int64_t> expires;
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::map<std::string, std::string> tags;
    bool operator==(const ListedKey&) const = default;
};
struct ListPage {
    std::vector<ListedKey> keys;
    std::string next;  // the query of nextLink, with its $skiptoken; empty on the last page
};

/// The body of create, get, import, update. Kinds of keys that we do not know: AlgorithmNotSupported.
Result<KeyRecord> parse_key_bundle(std::string_view json);
Result<ListPage> parse_list(std::string_view json);

/// {"kid":…,"value":…,"iv":…,"tag":…} of encrypt, decrypt, sign, wrapkey, unwrapkey. `value` may be a key.
struct OperationResult {
    SecretBytes value;
    Bytes iv;
    Bytes tag;
};
Result<OperationResult> parse_operation_result(std::string_view json);
/// {"value":true}
Result<bool> parse_verify_result(std::string_view json);

std::string create_body(const NewKey& key, bool software);
/// A private or secret key in the clear; the text is wiped by its owner.
Result<SecretBytes> import_body(const NewKey& key, const SecretMaterial& material, bool software);
/// `blob`: a key-transfer file. Its text is no secret.
std::string byok_import_body(const NewKey& key, std::string_view blob);
std::string update_body(const KeyUpdate& update);

/// "/keys/{name}/{version}" with what follows.
std::string key_path(const KeyId& id, std::string_view operation = {});

}  // namespace kvp11::managed_hsm
