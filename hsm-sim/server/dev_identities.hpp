// DevIdentities: who can log in to a development server, made of random numbers once and kept in a file that only its
// owner can read. A value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "identity/test_authority.hpp"
#include "kvp11/result.hpp"

namespace kvp11::server {

/// A name that everybody knows and what was drawn for it. People may add others to the file, which may log in with
/// certificates or with tokens of another issuer too, and be of groups (identity::Application).
struct DevApplication {
    std::string name;
    std::string client_id = {};
    std::string object_id = {};
    std::string secret = {};  // empty: it has none
    std::vector<std::string> groups = {};
    std::vector<std::string> certificates = {};
    std::string federated_issuer = {};
    std::string federated_subject = {};
    std::string federated_keys = {};
};

struct DevIdentities {
    std::string tenant;
    std::string identity_header;  // what App Service's endpoint asks for
    std::vector<DevApplication> applications = {};

    /// Those of the file; drawn, and written into it, when it is not there. FileUnreadable, AccessDenied.
    static Result<DevIdentities> open(const std::string& path);
    /// Those that a file of this text has. FileUnreadable.
    static Result<DevIdentities> parse(std::string_view text);
    [[nodiscard]] std::string text() const;

    [[nodiscard]] const DevApplication& admin() const;
    [[nodiscard]] const DevApplication& managed_identity() const;
    /// As the test authority wants them.
    [[nodiscard]] std::vector<identity::Application> for_authority() const;
};

/// The applications of a development server and the roles that they have at "/", by name of the role.
struct DevRole {
    std::string_view application;
    std::vector<std::string_view> role_ids;
};
const std::vector<DevRole>& dev_roles();

}  // namespace kvp11::server
