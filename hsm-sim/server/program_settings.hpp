// ProgramSettings: what the server is made of, once options, environment and the development folder have been read.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/server.hpp"
#include "identity/attestation.hpp"
#include "identity/attestation_authority.hpp"
#include "identity/test_authority.hpp"
#include "identity/token_validator.hpp"
#include "partition/partition.hpp"
#include "rest/site.hpp"
#include "server/listen_address.hpp"

namespace kvp11::server {

/// A socket of systemd's, or an address.
struct ListenPlace {
    ListenAddress address;
    std::optional<int> inherited;
    [[nodiscard]] http::ListenerSettings listener(http::Handler& handler) const;
};

/// Everything that a Program owns from its start on. Move-only.
struct ProgramSettings {
    std::unique_ptr<partition::Partition> partition;  // the security officer is logged in
    rest::SiteSettings site;
    std::unique_ptr<identity::TokenValidator> validator;
    std::unique_ptr<identity::TestAuthority> authority;                     // null: tokens come from elsewhere
    std::unique_ptr<identity::AttestationAuthority> attestation_authority;  // null: there is none here
    std::unique_ptr<identity::AttestationVerifier> attestation;             // null: no key is released
    http::TlsFiles tls;
    std::vector<ListenPlace> listen;
    std::optional<ListenPlace> metrics;
    std::optional<ListenPlace> imds;
    http::Limits limits;
    std::string rules_file;
    std::string profile;
    std::string record_file;
    unsigned threads = 0;
    unsigned workers = 0;
};

}  // namespace kvp11::server
