#include "stage.hpp"

#include <algorithm>
#include <fstream>

namespace kvp11::test {

using credential::CredentialSettings;

Stage::Stage() {
    transport::TransportSettings settings;
    settings.ca_file = place.files.certificate_chain;
    settings.proxy = "none";
    auto opened = transport::Transport::open(std::move(settings));
    REQUIRE_OK(opened);
    transport = std::move(*opened);
}

Stage::~Stage() { place.server->stop(std::chrono::milliseconds(0)); }

void Stage::play_authority() {
    identity::AuthoritySettings settings = login.settings();
    settings.base_url = https();
    settings.folder = login.folder.path("own authority");
    authority = identity::TestAuthority::open(settings).value();
    place.handler.reply = [this](const http::Request& request) {
        {
            const std::lock_guard lock(mutex_);
            seen_.push_back({request.method, request.target, std::string(request.body.expose_text()), request.headers});
        }
        return authority->answer(request);
    };
}

void Stage::play(std::vector<http::Response> answers) {
    const std::lock_guard lock(mutex_);
    answers_ = std::move(answers);
    seen_.clear();
    place.handler.reply = [this](const http::Request& request) { return next_answer(request); };
}

http::Response Stage::next_answer(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    const std::size_t number = std::min(seen_.size(), answers_.size() - 1);
    seen_.push_back({request.method, request.target, std::string(request.body.expose_text()), request.headers});
    return answers_[number];
}

Seen Stage::seen(std::size_t number) {
    const std::lock_guard lock(mutex_);
    BOOST_REQUIRE_GT(seen_.size(), number);
    return seen_[number];
}

std::size_t Stage::count() {
    const std::lock_guard lock(mutex_);
    return seen_.size();
}

credential::Surroundings Stage::surroundings(CredentialSettings settings) {
    if (settings.authority_host.empty() && !environment.contains("AZURE_AUTHORITY_HOST")) {
        settings.authority_host = https();
    }
    if (settings.imds_host.empty()) settings.imds_host = plain();
    const auto variable = [this](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
    };
    credential::Surroundings surroundings =
        credential::surroundings_of(std::move(settings), credential::Environment::read_by(variable), *transport);
    surroundings.clock = login.clock;
    surroundings.pause = [this](std::chrono::milliseconds time) { pauses.push_back(time); };
    surroundings.arc_key_folder = arc_key_folder;
    surroundings.arc_agent = "/no/agent/here";
    return surroundings;
}

std::unique_ptr<credential::Credential> Stage::open(CredentialSettings settings) {
    auto opened =
        credential::open_in(std::make_shared<const credential::Surroundings>(surroundings(std::move(settings))));
    REQUIRE_OK(opened);
    return std::move(*opened);
}

Result<credential::Token> Stage::acquire(CredentialSettings settings, credential::TokenRequest request) {
    return open(std::move(settings))->acquire(request, soon());
}

CredentialSettings by_secret(const Stage& stage) {
    CredentialSettings settings;
    settings.kind = credential::Kind::ClientSecret;
    settings.tenant = tenant_id;
    settings.client_id = admin_id;
    settings.client_secret_file = stage.login.folder.path("secret");
    write_file(settings.client_secret_file, std::string(admin_secret) + "\n");
    return settings;
}

http::Response json_answer(unsigned status, std::string body, http::Headers headers) {
    http::Response response;
    response.status = status;
    response.headers = std::move(headers);
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

http::Response token_answer(const std::string& token) {
    return json_answer(200, R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":")" +
                                token + "\"}");
}

std::string text_of_token(const credential::Token& token) { return std::string(text_of(token.value.expose_bytes())); }

void write_file(const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

transport::Clock::time_point soon(std::chrono::seconds time) { return transport::Clock::now() + time; }

}  // namespace kvp11::test
