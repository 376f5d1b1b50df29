// RSA keys as JSON Web Keys (RFC 7517), and sets of them. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "crypto/asymmetric.hpp"
#include "crypto/x509.hpp"

namespace kvp11::identity {

/// From n and e, else from the first certificate of x5c. DataInvalid for what is no RSA key of 2048 to 8192 bits, has
/// a private part, or says two things.
Result<PublicKey> public_key_of(const boost::json::object& jwk);
/// `use` is "sig" or "enc".
boost::json::object jwk_of(const PublicKey& key, std::string_view kid, std::string_view use);
/// RFC 7638 with SHA-256.
std::string thumbprint_of(const PublicKey& key);

/// The keys that an issuer signs with.
class KeySet {
public:
    /// Members that are no RSA signing keys are left out. ConfigurationInvalid when none is left.
    static Result<KeySet> parse(std::string_view jwks);

    /// Null when there is none. Without a kid it is the only key, if there is only one.
    [[nodiscard]] std::shared_ptr<const crypto::PublicHalf> find(std::string_view kid) const;
    /// Whether everything of `older` is here still.
    [[nodiscard]] bool keeps(const KeySet& older) const;

private:
    std::map<std::string, std::shared_ptr<const crypto::PublicHalf>, std::less<>> keys_;
};

}  // namespace kvp11::identity
