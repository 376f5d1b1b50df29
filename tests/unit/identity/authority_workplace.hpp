// What the tests of the test authority work with: an authority in a folder of its own, its applications, and requests.
#pragma once

#include "workplace.hpp"

#include "identity/test_authority.hpp"

namespace kvp11::test {

inline constexpr const char* tenant_id = "11111111-1111-4111-8111-111111111111";
inline constexpr const char* admin_id = "aaaaaaaa-0000-4000-8000-000000000001";
inline constexpr const char* admin_object = "aaaaaaaa-0000-4000-8000-0000000000ff";
inline constexpr const char* machine_id = "bbbbbbbb-0000-4000-8000-000000000002";
inline constexpr const char* admin_secret = "a secret: with +, & and %";

/// The certificate of rsa_key(number).
std::string certificate_of(std::size_t number);
/// "client_id=…&scope=…", encoded.
std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields);

struct LoginServer {
    TemporaryFolder folder;
    std::shared_ptr<host::ManualClock> clock = std::make_shared<host::ManualClock>(vector_time());
    std::unique_ptr<identity::TestAuthority> authority;

    /// Two applications: "admin" (a secret, the certificate of key 0, federated) and "machine" (a managed identity).
    LoginServer();
    [[nodiscard]] identity::AuthoritySettings settings() const;

    http::Response get(const std::string& target, http::Headers headers = {}) const;
    http::Response post(const std::string& target, const std::string& body, http::Headers headers = {}) const;
    /// The form for admin, with `changes` (an empty value removes one), sent to `path`.
    http::Response login(const std::vector<std::pair<std::string, std::string>>& changes,
                         const std::string& path = std::string("/") + tenant_id + "/oauth2/v2.0/token") const;
    /// Checks an access token as a partition would.
    Result<identity::PrincipalPtr> judge(const std::string& token,
                                         const std::string& audience = "https://managedhsm.localhost:8443") const;
};

boost::json::object body_of(const http::Response& response);
std::string text_of_member(const http::Response& response, const char* name);
/// The number after AADSTS, 0 when there is none.
std::int64_t aadsts(const http::Response& response);
/// Payload of a JWT, unverified.
boost::json::object payload_of(const std::string& token);

}  // namespace kvp11::test
