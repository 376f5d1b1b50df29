// The JSON of the Key Vault and Managed HSM keys API, as a client writes and reads it (API versions 7.2 to 2025-07-01).
// Written apart from the server's on purpose. Functions over values; thread-safe.
//
// Reading is tolerant as clients must be: unknown members are ignored, members of later versions may be missing.
// DeviceError with a plain sentence when an answer lacks what it must have. Faces of what is read are empty;
// mapping.hpp fills them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kvp11/backend.hpp"
#include "kvp11/result.hpp"

namespace kvp11::managed_hsm {

using Tags = std::map<std::string, std::string>;

/// A key as a list shows it: no type, no material, and of GET /keys no version.
struct ListedKey {
    KeyId id;
    bool enabled = true;
    std::optional<std::int64_t> not_before;
    std::optional<std::int64_t> expires;
    std::int64_t created = 0;
    std::int64_t updated = 0;
    Tags tags;
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
/// Of it the value alone, where it is no secret and its size is known: a signature. DeviceError for one of another
/// size.
Result<void> parse_operation_value(std::string_view json, MutableBytes bytes);
/// {"value":true}
Result<bool> parse_verify_result(std::string_view json);

/// `tags` are those of mapping.hpp: the key's own and ours. Derive, which the service has not, is left out of key_ops.
std::string create_body(const NewKey& key, const Tags& tags, bool software);
/// A private or secret key in the clear, as a JSON Web Key.
Result<SecretBytes> import_body(const NewKey& key, const Tags& tags, const SecretMaterial& material, bool software);
/// `blob`: a key-transfer file. Its text is no secret.
std::string byok_import_body(const NewKey& key, const Tags& tags, std::string_view blob);
/// The key-transfer file itself: `ciphertext` is for the exchange key that `kid` names.
std::string transfer_blob(std::string_view kid, ByteView ciphertext);
/// What is set in `update`, but for faces and protection, which are tags by now. Dates cannot be taken away.
std::string update_body(KeyType type, const KeyUpdate& update);

/// "/keys/{name}/{version}" with what follows.
std::string key_path(const KeyId& id, std::string_view operation = {});

}  // namespace kvp11::managed_hsm
