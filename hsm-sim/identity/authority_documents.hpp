// What the test authority and the ARM endpoints beside it say of themselves, as JSON. Immutable, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "identity/entra_refusal.hpp"

namespace kvp11::identity {

class AuthorityDocuments {
public:
    /// `base_url` has no slash at its end.
    AuthorityDocuments(std::string base_url, std::string tenant);

    /// Of the tenant by its GUID, and "common", "organizations" and "consumers", which stand for it.
    [[nodiscard]] bool knows_tenant(std::string_view tenant) const noexcept;
    [[nodiscard]] static Refusal unknown_tenant(std::string_view tenant);

    [[nodiscard]] const std::string& tenant() const noexcept { return tenant_; }
    /// In the iss claim of tokens from the tenant's endpoints, and from those under /adfs.
    [[nodiscard]] const std::string& tenant_issuer() const noexcept { return tenant_issuer_; }
    [[nodiscard]] const std::string& adfs_issuer() const noexcept { return adfs_issuer_; }
    /// What a client assertion may be for.
    [[nodiscard]] const std::vector<std::string>& assertion_audiences() const noexcept { return audiences_; }

    [[nodiscard]] boost::json::object tenant_configuration(std::string_view tenant, bool is_v2) const;
    [[nodiscard]] boost::json::object adfs_configuration() const;
    /// `authorization_endpoint` as the client sent it.
    [[nodiscard]] boost::json::object instance(std::string_view authorization_endpoint) const;

    // --- Azure Resource Manager, as far as logging in asks for it
    [[nodiscard]] boost::json::object subscriptions() const;
    [[nodiscard]] boost::json::object tenants() const;
    /// An object for api-version 2015-01-01, a list of clouds for later ones.
    [[nodiscard]] boost::json::value cloud_metadata(std::string_view api_version) const;

private:
    [[nodiscard]] std::string host() const;

    std::string base_url_;
    std::string tenant_;
    std::string tenant_issuer_;
    std::string adfs_issuer_;
    std::vector<std::string> audiences_;
};

}  // namespace kvp11::identity
