// The algorithms that requests name, one row each: what the key does, and which keys and versions it is for.
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"
#include "rest/api_version.hpp"

namespace kvp11::rest {

/// Which keys an algorithm is for. Unset fields: any.
struct KeyFit {
    KeyType type;
    std::optional<std::uint32_t> bits = {};
    std::optional<Curve> curve = {};
};

struct SignatureRow {
    std::string_view name;
    SignatureAlgorithm algorithm;
    KeyFit fit;
    ApiVersion since = ApiVersion::V7_0;
};
struct CipherRow {
    std::string_view name;
    CipherScheme scheme;
    Digest digest;  // of RSA-OAEP and its MGF1
    KeyFit fit;
    ApiVersion since = ApiVersion::V7_0;
};
struct WrapRow {
    std::string_view name;
    WrapScheme scheme;
    Digest digest;  // of RSA-OAEP and its MGF1
    KeyFit fit;
    ApiVersion since = ApiVersion::V7_0;
};

/// ArgumentsBad for a name that is none, or none yet at this version. Never null.
Result<const SignatureRow*> signature_named(std::string_view name, ApiVersion version);
Result<const CipherRow*> cipher_named(std::string_view name, ApiVersion version);
Result<const WrapRow*> wrap_named(std::string_view name, ApiVersion version);
/// How a released key is wrapped ("enc"); CKM_RSA_AES_KEY_WRAP when nothing is said.
Result<WrapAlgorithm> release_wrap_named(std::string_view enc);

[[nodiscard]] bool fits(const KeyFit& fit, const KeySpec& spec) noexcept;
/// "the algorithm 'ES384' is not for this key, which is of type EC-HSM, P-256".
std::string misfit_text(std::string_view algorithm, const KeySpec& spec);

}  // namespace kvp11::rest
