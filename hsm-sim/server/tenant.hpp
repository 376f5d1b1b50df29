// A real tenant: whose tokens the server takes, when it stands behind Entra ID or another issuer. Values and functions;
// thread-safe.
#pragma once

#include <functional>
#include <string>

#include "identity/attestation_validator.hpp"
#include "identity/token_validator.hpp"
#include "server/serve_options.hpp"

namespace kvp11::server {

struct Tenant {
    std::string authority;  // what the challenge names
    std::string resource;
    std::vector<std::string> issuers;
    std::vector<std::string> audiences;
    std::string keys;  // a file, or https://…
    std::string ca_file;
};

/// What --tenant implies for Entra ID is filled in. ArgumentsBad for what is missing.
Result<Tenant> tenant_of(const TenantOptions& options);

/// A document at `place`: a file, or https://…, with the certificates of `ca_file`.
std::function<Result<std::string>()> document_source(const std::string& place, const std::string& ca_file);

/// For "ISSUER=FILE" and "ISSUER=https://…". ArgumentsBad.
Result<std::vector<identity::TrustedAuthority>> trusted_authorities(const TenantOptions& options);

Result<std::unique_ptr<identity::TokenValidator>> validator_of(const Tenant& tenant);

}  // namespace kvp11::server
