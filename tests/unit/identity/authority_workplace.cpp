#include "authority_workplace.hpp"

#include <fstream>

#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "crypto/x509.hpp"
#include "identity/compact_jws.hpp"

namespace kvp11::test {

namespace json = boost::json;

namespace {

std::string hex_of(ByteView bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += "0123456789abcdef"[byte >> 4U];
        text += "0123456789abcdef"[byte & 15U];
    }
    return text;
}

std::string encoded(const std::string& text) {
    std::string result;
    for (const char c : text) {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        if (is_plain) {
            result += c;
        } else if (c == ' ') {
            result += '+';
        } else {
            result += "%" + hex_of(bytes_of(std::string_view(&c, 1)));
        }
    }
    return result;
}

}  // namespace

std::string certificate_of(std::size_t number) {
    static std::map<std::size_t, std::string> made;
    std::string& pem = made[number];
    if (pem.empty()) pem = crypto::certificate_pem(crypto::self_signed(*rsa_key(number), "client", 10).value());
    return pem;
}

std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string form;
    for (const auto& [name, value] : fields) form += (form.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
    return form;
}

LoginServer::LoginServer() {
    std::ofstream(folder.path("issuer.json")) << jwks_of({{"cluster", 2}});
    authority = identity::TestAuthority::open(settings()).value();
}

identity::AuthoritySettings LoginServer::settings() const {
    identity::Application admin;
    admin.name = "admin";
    admin.client_id = admin_id;
    admin.object_id = admin_object;
    admin.secret_sha256 = hex_of(crypto::hash(Digest::Sha256, bytes_of(admin_secret)));
    admin.certificates = {certificate_of(0)};
    admin.federated_issuer = "https://cluster.example.org";
    admin.federated_subject = "system:serviceaccount:default:app";
    admin.federated_keys = folder.path("issuer.json");
    identity::Application machine;
    machine.name = "machine";
    machine.client_id = machine_id;
    machine.object_id = "bbbbbbbb-0000-4000-8000-0000000000ff";
    machine.is_managed_identity = true;
    identity::AuthoritySettings settings;
    settings.folder = folder.path("authority");
    settings.base_url = "https://localhost:8443";
    settings.tenant = tenant_id;
    settings.applications = {admin, machine};
    settings.identity_header = "header secret";
    settings.clock = clock;
    return settings;
}

http::Response LoginServer::get(const std::string& target, http::Headers headers) const {
    http::Request request;
    request.target = target;
    request.headers = std::move(headers);
    request.peer.address = "127.0.0.1";
    return authority->answer(request);
}

http::Response LoginServer::post(const std::string& target, const std::string& body, http::Headers headers) const {
    http::Request request;
    request.method = "POST";
    request.target = target;
    request.headers = std::move(headers);
    request.body = http::Body(body);
    request.peer.address = "127.0.0.1";
    return authority->answer(request);
}

http::Response LoginServer::login(const std::vector<std::pair<std::string, std::string>>& changes,
                                  const std::string& path) const {
    std::map<std::string, std::string> fields{{"client_id", admin_id},
                                              {"client_secret", admin_secret},
                                              {"grant_type", "client_credentials"},
                                              {"scope", "https://managedhsm.localhost:8443/.default"}};
    for (const auto& [name, value] : changes) fields[name] = value;
    std::vector<std::pair<std::string, std::string>> sent;
    for (const auto& field : fields) {
        if (!field.second.empty()) sent.emplace_back(field);
    }
    return post(path, form_of(sent));
}

Result<identity::PrincipalPtr> LoginServer::judge(const std::string& token, const std::string& audience) const {
    identity::ValidatorSettings settings = validator_settings(authority->keys(), clock);
    settings.issuers = authority->issuers();
    settings.audiences = {audience};
    return identity::TokenValidator::make(settings).value()->authenticate(token);
}

json::object body_of(const http::Response& response) { return json::parse(response.body).as_object(); }

std::string text_of_member(const http::Response& response, const char* name) {
    const json::object body = body_of(response);
    const json::value* value = body.if_contains(name);
    return value && value->is_string() ? std::string(value->as_string().c_str()) : std::string();
}

std::int64_t aadsts(const http::Response& response) {
    const json::object body = body_of(response);
    const json::value* codes = body.if_contains("error_codes");
    return codes ? codes->as_array().at(0).to_number<std::int64_t>() : 0;
}

json::object payload_of(const std::string& token) { return identity::CompactJws::parse(token).value().claims; }

}  // namespace kvp11::test
