// The words in which kvp11 and `az keyvault key` speak of keys: types, curves, operations, tags. Pure functions;
// what reads words gives ArgumentsBad with those that there are.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::tools {

/// The service's kty: "RSA-HSM", "EC-HSM", "oct-HSM" (generic secrets too).
std::string kty_of(KeyType type);
/// With or without -HSM, in any case of letters.
Result<KeyType> type_of_kty(const std::string& kty);

/// "P-256"; "P-256K" is secp256k1.
std::string curve_word(Curve curve);
Result<Curve> curve_named(const std::string& word);

/// "RSA 2048", "EC P-256", "AES 256", "generic secret 256".
std::string spec_text(const KeySpec& spec);

/// The service's key_ops, "wrapKey" and so on, and "deriveKey", which PKCS#11 has more.
std::vector<std::string> operation_words(KeyOps operations);
Result<KeyOps> operations_named(const std::vector<std::string>& words);
/// What the service gives a key that nothing was said of.
KeyOps usual_operations(KeyType type);
std::uint32_t usual_bits(KeyType type);

/// From "name=value" each; one empty word means none.
Result<std::map<std::string, std::string>> tags_in(const std::vector<std::string>& words);

/// "true" or "false". ArgumentsBad with the option's name.
Result<bool> truth_of(const std::string& option, const std::string& word);

}  // namespace kvp11::tools
