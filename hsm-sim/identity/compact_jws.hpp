// Compact JWS (RFC 7515) with a JSON object inside: access tokens, client assertions, attestation tokens.
// RSA signatures only. Thread-safe functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "crypto/asymmetric.hpp"

namespace kvp11::identity {

/// No longer token is looked at.
inline constexpr std::size_t longest_jws = 16 * 1024;

enum class JwsAlgorithm : std::uint8_t { Rs256, Ps256 };

/// Not yet verified. `signed_part` is a view into the text it was parsed from.
struct CompactJws {
    boost::json::object header;
    boost::json::object claims;
    std::string claims_text;
    std::string_view signed_part;
    Bytes signature;

    /// DataInvalid with a sentence that goes on after "the token is", and holds nothing of it.
    static Result<CompactJws> parse(std::string_view text, std::size_t longest = longest_jws);
    /// Nothing for "none", for HMAC and for everything else that is not RSA with SHA-256.
    [[nodiscard]] std::optional<JwsAlgorithm> algorithm() const noexcept;
    [[nodiscard]] bool is_signed_by(const crypto::PublicHalf& key) const;
};

/// RS256. `header` has alg already where the caller wants it first; it is set in any case.
Result<std::string> sign_jws(const crypto::PrivateHalf& key, boost::json::object header,
                             const boost::json::object& claims);

}  // namespace kvp11::identity
