// The service's words for algorithms, and its way to refuse what it has no word for: when an operation is prepared,
// with a line in the log. Functions over values; thread-safe.
//
// MechanismParamInvalid: the mechanism is known, these parameters are not. AlgorithmNotSupported: no parameters would
// do.
#pragma once

#include <optional>
#include <string_view>

#include "kvp11/algorithm.hpp"
#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::managed_hsm {

/// RS…, PS…, ES…; RsaPkcs1DigestInfo has a word only for each input (digest_info_in).
Result<std::string_view> signature_word(const SignatureAlgorithm& algorithm, const KeySpec& spec);
/// HS….
Result<std::string_view> mac_word(const SignatureAlgorithm& algorithm);
/// RSA1_5, RSA-OAEP, RSA-OAEP-256.
Result<std::string_view> rsa_word(const CipherAlgorithm& algorithm);
Result<std::string_view> rsa_word(const WrapAlgorithm& algorithm);
/// A128GCM … of a secret key of this size. Checks parameters; `for_decrypting` wants the IV that a GCM key made.
Result<void> check_aes(const CipherAlgorithm& algorithm, bool for_decrypting);
std::string_view aes_word(CipherScheme scheme, std::uint32_t bits) noexcept;
/// A128KW …, CKM_AES_KEY_WRAP_PAD.
Result<void> check_aes(const WrapAlgorithm& algorithm);
std::string_view aes_word(WrapScheme scheme, std::uint32_t bits) noexcept;

/// A DigestInfo of SHA-256, 384 or 512 as the service's algorithms make it: "RS256" and the digest in it.
struct DigestInfo {
    std::string_view word;
    ByteView digest;
};
std::optional<DigestInfo> digest_info_in(ByteView input) noexcept;

}  // namespace kvp11::managed_hsm
