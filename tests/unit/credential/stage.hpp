// What the tests of credentials work with: a server on loopback that is a login server, IMDS or whatever a test writes
// down, a transport to it, an environment that is not the process's, and pauses that are noted instead of made.
#pragma once

#include <boost/test/unit_test.hpp>

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "../http/workplace.hpp"
#include "../identity/authority_workplace.hpp"
#include "credential/surroundings.hpp"
#include "support/results.hpp"

namespace kvp11::test {

/// A request as the server saw it.
struct Seen {
    std::string method;
    std::string target;
    std::string body;
    http::Headers headers;
};

inline constexpr const char* local_resource = "https://managedhsm.localhost:8443";

class Stage {
public:
    Stage();
    ~Stage();

    /// The server is hsm-sim's test authority from now on, with "admin" and "machine" of LoginServer.
    void play_authority();
    /// The next requests are answered so, one after the other; the last answer is given for ever.
    void play(std::vector<http::Response> answers);
    /// The n-th request since the last play; it must have come.
    Seen seen(std::size_t number = 0);
    [[nodiscard]] std::size_t count();

    [[nodiscard]] std::string https() const { return "https://localhost:" + std::to_string(place.tls()); }
    [[nodiscard]] std::string plain() const { return "http://127.0.0.1:" + std::to_string(place.plain()); }

    /// With the login server as authority host and the plain port as IMDS, unless they say otherwise.
    credential::Surroundings surroundings(credential::CredentialSettings settings = {});
    std::unique_ptr<credential::Credential> open(credential::CredentialSettings settings = {});
    Result<credential::Token> acquire(credential::CredentialSettings settings = {},
                                      credential::TokenRequest request = {.resource = local_resource});

    Workplace place;
    LoginServer login;
    std::unique_ptr<identity::TestAuthority> authority;
    std::map<std::string, std::string> environment;
    std::vector<std::chrono::milliseconds> pauses;
    std::unique_ptr<transport::Transport> transport;
    std::string arc_key_folder;

private:
    http::Response next_answer(const http::Request& request);

    std::mutex mutex_;
    std::vector<http::Response> answers_;
    std::vector<Seen> seen_;
};

credential::CredentialSettings by_secret(const Stage& stage);

http::Response json_answer(unsigned status, std::string body, http::Headers headers = {});
/// {"access_token":…,"expires_in":3599,"token_type":"Bearer"}
http::Response token_answer(const std::string& token = "a.token.here");

std::string text_of_token(const credential::Token& token);
void write_file(const std::string& path, const std::string& content);
transport::Clock::time_point soon(std::chrono::seconds time = std::chrono::seconds(20));

}  // namespace kvp11::test
