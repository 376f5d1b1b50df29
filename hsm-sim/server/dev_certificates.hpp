// The certificates of a development server: an authority that can sign for localhost only, made once, and a server
// certificate, signed anew at each start. Thread-safe functions.
#pragma once

#include <string>

#include "kvp11/result.hpp"

namespace kvp11::server {

struct DevCertificates {
    std::string authority;    // PEM: what clients trust
    std::string certificate;  // PEM
    std::string private_key;  // PEM, for its owner alone
};

/// In this folder; `name` is the HSM's: NAME.managedhsm.localhost. FileUnreadable, AccessDenied.
Result<DevCertificates> make_dev_certificates(const std::string& folder, const std::string& name);

}  // namespace kvp11::server
