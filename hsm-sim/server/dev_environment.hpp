// What a developer's shell needs to point Azure's clients at a development server. Values; thread-safe functions.
#pragma once

#include <string>
#include <vector>

#include "server/dev_identities.hpp"

namespace kvp11::server {

struct DevPlace {
    std::string folder;  // absolute
    std::string name;    // of the HSM
    std::uint16_t port = 8443;
    std::string imds;  // "http://127.0.0.1:8081"; empty when it is not served

    [[nodiscard]] std::string hsm_url() const;        // https://NAME.managedhsm.localhost:PORT
    [[nodiscard]] std::string authority_url() const;  // https://localhost:PORT
    /// What tokens are for: clients want the HSM's host to end with the resource's, port included.
    [[nodiscard]] std::string resource() const;
    [[nodiscard]] std::string ca_file() const { return folder + "/ca.pem"; }
    [[nodiscard]] std::string env_file() const { return folder + "/env"; }
};

struct Variable {
    std::string name;
    std::string value;
    std::string why;
};

/// For the application admin.
std::vector<Variable> dev_variables(const DevPlace& place, const DevIdentities& identities);
/// `export NAME='value'` for each, to be sourced; the other applications and managed identity as comments.
std::string env_text(const DevPlace& place, const DevIdentities& identities);
/// For `az cloud register --cloud-config @cloud.json`.
std::string cloud_text(const DevPlace& place);
/// What the server prints at its start.
std::string welcome_text(const DevPlace& place, const DevIdentities& identities);

}  // namespace kvp11::server
