// A Signer whose key is at the service. One caller's at a time.
#pragma once

#include <memory>

#include "managed_hsm/remote_service.hpp"

namespace kvp11::managed_hsm {

/// For keys of RSA and EC. MechanismParamInvalid, AlgorithmNotSupported.
Result<std::unique_ptr<Signer>> remote_signer(const RemoteService& service, KeyRecordPtr key,
                                              const SignatureAlgorithm& algorithm);

/// A digest of any length as the one of exactly `size` bytes that gives the same ECDSA signatures on the curve: its
/// leftmost bits, or zeros in front (FIPS 186-4, 6.4). DataLenRange where there is none.
Result<void> fit_ecdsa_digest(Curve curve, ByteView digest, MutableBytes fitted);

}  // namespace kvp11::managed_hsm
