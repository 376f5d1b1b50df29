// The cryptography of the security domain's envelopes (RFC 7516 compact JWE), without its JSON.
// base64url is without padding. Thread-safe functions.
#pragma once

#include <string>
#include <string_view>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

class PrivateHalf;
class PublicHalf;

std::string base64url(ByteView bytes);
/// Without a text in between that would have to be wiped.
void append_base64url(std::string& text, ByteView bytes);
Result<Bytes> from_base64url(std::string_view text);
/// How many bytes that would be.
std::size_t base64url_size(std::string_view text);
/// Into so many bytes. ArgumentsBad when it is another number.
Result<void> from_base64url(std::string_view text, MutableBytes bytes);
Result<SecretBytes> secret_from_base64url(std::string_view text);

/// A256CBC-HS512 with a 64-byte key (MAC key first), alg "dir". `kid` becomes the header's kid.
Result<std::string> jwe_seal_direct(const SecretBytes& key, std::string_view kid, const SecretBytes& plain);
/// With an IV of the caller's, 16 bytes. One that is not random is only for plain text that begins with 16 random
/// bytes.
Result<std::string> jwe_seal_direct(const SecretBytes& key, std::string_view kid, const SecretBytes& plain,
                                    ByteView iv);
Result<SecretBytes> jwe_unseal_direct(const SecretBytes& key, std::string_view compact);
/// The IV of a JWE with alg "dir", not yet authenticated.
Result<Bytes> jwe_iv(std::string_view compact);

/// RSA-OAEP-256 (MGF1-SHA-256) of a fresh content key, kid "not used" as Azure's clients write it.
Result<std::string> jwe_seal_to(const PublicHalf& recipient, const SecretBytes& plain);
Result<SecretBytes> jwe_unseal_with(const PrivateHalf& recipient, std::string_view compact);

}  // namespace kvp11::crypto
