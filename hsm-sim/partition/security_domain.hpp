// The security domain: a partition's secrets in a file that only a quorum of officers can open.
//
// make_security_domain runs in the partition at download; make_restore_blob runs offline at the
// officers' table; open_restore_blob runs in the new partition at upload. All are pure functions
// over values, thread-safe; what they decrypt on the way is wiped. The files are Azure Managed
// HSM's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/asymmetric.hpp"
#include "crypto/x509.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::partition {

/// One secret by its name in the file, such as "hsm_backup".
struct Datum {
    std::string tag;
    SecretBytes plain;
};

/// The JSON of a security domain of these data for these officers. ArgumentsBad unless there are 3
/// to 10 different RSA certificates of 2048 bits or more and a quorum of 2 up to their number.
Result<std::string> make_security_domain(const std::vector<Datum>& data,
                                         const std::vector<crypto::Certificate>& officers, unsigned quorum);

/// What a file says of itself to anybody.
struct SecurityDomainSummary {
    unsigned quorum = 0;
    std::vector<std::string> x5t_256;  // the officers' certificates, base64url of SHA-256
    std::vector<std::string> tags;
};
Result<SecurityDomainSummary> describe_security_domain(const std::string& json);

/// An officer at the table. `name` is how messages call it, usually the key's file.
struct OfficerKey {
    crypto::Certificate certificate;
    std::shared_ptr<const crypto::PrivateHalf> key;
    std::string name;
};

/// The same data, encrypted to the exchange certificate of the partition that recovers.
/// QuorumNotMet names what is missing. Officers beyond the quorum and officers of other files do no
/// harm.
Result<std::string> make_restore_blob(const std::string& security_domain_json, const crypto::Certificate& exchange,
                                      const std::vector<OfficerKey>& officers);

/// The data of a restore blob. SecurityDomainInvalid, also when it is made for another exchange
/// key.
Result<std::vector<Datum>> open_restore_blob(const std::string& json, const crypto::PrivateHalf& transfer_key,
                                             const crypto::Certificate& transfer_certificate);

}  // namespace kvp11::partition
