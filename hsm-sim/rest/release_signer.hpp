// ReleaseSigner: the key and certificates that sign what a released key comes in, as the service signs it with those
// of its TLS server. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "crypto/asymmetric.hpp"
#include "crypto/x509.hpp"
#include "rest/wire_value.hpp"

namespace kvp11::rest {

class ReleaseSigner {
public:
    /// With an RSA key of its own and a certificate by itself, made when first needed: not for I/O threads.
    explicit ReleaseSigner(std::string common_name);
    /// `chain` begins with the certificate of the key, which is RSA.
    ReleaseSigner(std::shared_ptr<const crypto::PrivateHalf> key, std::vector<crypto::Certificate> chain);

    /// A compact JWS, RS256, with the chain in x5c and its first certificate's SHA-256 as kid and x5t#S256.
    Result<std::string> sign(const json::object& payload);

private:
    Result<void> prepare();

    std::mutex mutex_;
    std::string common_name_;
    std::shared_ptr<const crypto::PrivateHalf> key_;
    std::vector<crypto::Certificate> chain_;
};

}  // namespace kvp11::rest
