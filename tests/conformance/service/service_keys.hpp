// Keys that service cases make, and what they do with them.
#pragma once

#include <string>
#include <vector>

#include "conformance/service/service_subject.hpp"

namespace kvp11::test {

using Tags = std::map<std::string, std::string>;

/// A P-256 pair that signs and verifies, with a public half.
NewKey signing_pair(const std::string& name);
/// 256 bits; encrypts, decrypts, wraps, unwraps, signs and verifies.
NewKey aes_key(const std::string& name);
/// Of 2048 bits, for everything that RSA does.
NewKey rsa_pair(const std::string& name);
/// The same, as one more version if the name is taken.
NewKey versioned(NewKey key);
/// Faces as PKCS#11 applications make them: an id, a label, attributes that the service has no field for.
void give_faces(NewKey& key, const std::string& label);

/// Makes it and gives its record; ends the case when that fails.
KeyRecord made(ServiceSubject& subject, const NewKey& key);
/// The id with an empty version.
KeyId latest(const std::string& name);

/// ECDSA over a fixed digest, or AES-CMAC over it.
Result<Bytes> sign(Backend& backend, const KeyId& id);
Result<void> verify(Backend& backend, const KeyId& id, const Bytes& signature);
/// Signs and verifies with it.
void check_works(Backend& backend, const KeyId& id);

/// All pages, `limit` a page.
std::vector<std::string> names_of(const KeyPage& page);
std::vector<std::string> versions_of(const KeyPage& page);
std::vector<std::string> all_names(const KeyLifeCycle& keys);
std::vector<std::string> all_versions(const KeyLifeCycle& keys, const std::string& name);
std::vector<std::string> all_deleted(const KeyLifeCycle& keys);

bool is_hex(const std::string& text, std::size_t digits);
/// Everything of a record that stays when it is deleted and recovered, backed up and restored.
bool same_key(const KeyRecord& one, const KeyRecord& other);

inline constexpr std::int64_t day = 86'400;

}  // namespace kvp11::test
