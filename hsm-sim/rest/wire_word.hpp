// The words of the wire for what a key is and what it may do: kty, crv, key_ops. Thread-safe.
#pragma once

#include <boost/json/array.hpp>
#include <string_view>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::rest {

/// Whether a Managed HSM has such keys. Others, which PKCS#11 made, are left out of lists and not found by name.
bool is_of_service(KeyType type) noexcept;
/// "RSA-HSM": a Managed HSM has no other keys than its own. "OKP-HSM" (RFC 8037) or "oct-HSM" for those that it has
/// not.
std::string_view kty_word(KeyType type) noexcept;
/// With or without -HSM, as the service takes both. "oct" is Aes until type_for() knows better. ArgumentsBad.
Result<KeyType> type_of_kty(std::string_view kty);
/// A secret key that only signs and verifies is one of HMAC.
KeyType type_for(KeyType type, KeyOps operations) noexcept;

std::string_view crv_word(Curve curve) noexcept;
/// Also SECP256K1, which az sends when it imports PEM files. ArgumentsBad.
Result<Curve> curve_of_crv(std::string_view crv);

boost::json::array key_ops_words(KeyOps operations);
/// ArgumentsBad names the word that is none.
Result<KeyOps> key_ops_of(const boost::json::array& words);
/// What the service gives a key when its creator says nothing.
KeyOps usual_operations(KeyType type) noexcept;
/// ArgumentsBad for operations that no algorithm of this type has.
Result<void> check_operations(KeyType type, KeyOps operations);

}  // namespace kvp11::rest
