// HMAC by a key at the service. One caller's at a time.
//
// HS256, HS384 and HS512 are of the message itself (RFC 7518, 3.2), so it is gathered, as a cipher's.
#pragma once

#include <memory>

#include "managed_hsm/remote_service.hpp"

namespace kvp11::managed_hsm {

/// AlgorithmNotSupported for what is no HMAC of SHA-256, SHA-384 or SHA-512, or before API version 7.6.
Result<std::unique_ptr<Mac>> remote_mac(const RemoteService& service, KeyRecordPtr key,
                                        const SignatureAlgorithm& algorithm);

}  // namespace kvp11::managed_hsm
