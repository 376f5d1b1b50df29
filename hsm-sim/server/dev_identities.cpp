#include "server/dev_identities.hpp"

#include <array>

#include <boost/json.hpp>

#include "access/guid.hpp"
#include "access/role.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "server/files.hpp"
#include "server/hexadecimal.hpp"

namespace kvp11::server {
namespace {

namespace json = boost::json;

constexpr std::string_view admin_name = "admin";
constexpr std::string_view managed_identity_name = "managed-identity";
constexpr std::size_t secret_size = 24;
constexpr std::string_view crypto_auditor = "2c18b078-7c48-4d3a-af88-5a3a1b3f82b3";  // Azure's own role

Result<std::string> random_guid() {
    std::array<std::uint8_t, 16> random{};
    TRY(crypto::random_bytes(random));
    return access::guid_of(random);
}

/// Digits only: az takes a secret that begins with '-' for an option, and shells need no quotes.
Result<std::string> random_text() {
    Bytes random(secret_size);
    TRY(crypto::random_bytes(random));
    return hexadecimal(random);
}

Result<DevIdentities> draw() {
    DevIdentities drawn;
    drawn.tenant = TRY(random_guid());
    drawn.identity_header = TRY(random_text());
    for (const DevRole& row : dev_roles()) {
        DevApplication application{.name = std::string(row.application)};
        application.client_id = TRY(random_guid());
        application.object_id = TRY(random_guid());
        if (row.application != managed_identity_name) application.secret = TRY(random_text());
        drawn.applications.push_back(std::move(application));
    }
    return drawn;
}

std::string text_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string{};
}

std::vector<std::string> texts_in(const json::object& object, std::string_view name) {
    std::vector<std::string> texts;
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_array()) return texts;
    for (const json::value& text : value->get_array()) {
        if (text.is_string()) texts.emplace_back(text.get_string());
    }
    return texts;
}

DevApplication application_in(const json::object& object) {
    return {.name = text_in(object, "name"),
            .client_id = text_in(object, "clientId"),
            .object_id = text_in(object, "objectId"),
            .secret = text_in(object, "secret"),
            .groups = texts_in(object, "groups"),
            .certificates = texts_in(object, "certificates"),
            .federated_issuer = text_in(object, "federatedIssuer"),
            .federated_subject = text_in(object, "federatedSubject"),
            .federated_keys = text_in(object, "federatedKeys")};
}

const DevApplication* find(const DevIdentities& identities, std::string_view name) {
    for (const DevApplication& application : identities.applications) {
        if (application.name == name) return &application;
    }
    return nullptr;
}

}  // namespace

const std::vector<DevRole>& dev_roles() {
    static const std::vector<DevRole> rows = {
        {admin_name, {access::role_id::administrator, access::role_id::crypto_officer, access::role_id::crypto_user}},
        {"user", {access::role_id::crypto_user}},
        {"auditor", {crypto_auditor}},
        {managed_identity_name, {access::role_id::crypto_user}},
    };
    return rows;
}

Result<DevIdentities> DevIdentities::open(const std::string& path) {
    if (exists(path)) {
        const std::string text = TRY(read_text(path));
        Result<DevIdentities> known = parse(text);
        if (!known.ok()) return fail(known.code(), "cannot use " + path + ": " + known.error().message);
        return known;
    }
    const DevIdentities drawn = TRY(draw());
    TRY(replace_file(path, drawn.text()));
    return drawn;
}

Result<DevIdentities> DevIdentities::parse(std::string_view text) {
    boost::system::error_code problem;
    const json::value value = json::parse(text, problem);
    const json::object* document = problem ? nullptr : value.if_object();
    const json::value* list = document ? document->if_contains("applications") : nullptr;
    if (!list || !list->is_array()) return fail(Errc::FileUnreadable, "it has no identities");
    DevIdentities known{.tenant = text_in(*document, "tenant"),
                        .identity_header = text_in(*document, "identityHeader")};
    for (const json::value& entry : list->get_array()) {
        if (!entry.is_object()) return fail(Errc::FileUnreadable, "an application is no object");
        known.applications.push_back(application_in(entry.get_object()));
    }
    for (const DevRole& row : dev_roles()) {
        const DevApplication* application = find(known, row.application);
        if (!application || !access::is_guid(application->client_id) || !access::is_guid(application->object_id)) {
            return fail(Errc::FileUnreadable, "it has no application '" + std::string(row.application) + "'");
        }
    }
    if (!access::is_guid(known.tenant)) return fail(Errc::FileUnreadable, "it has no tenant");
    return known;
}

std::string DevIdentities::text() const {
    json::array list;
    for (const DevApplication& application : applications) {
        list.push_back({{"name", application.name},
                        {"clientId", application.client_id},
                        {"objectId", application.object_id},
                        {"secret", application.secret}});
    }
    const json::object document = {
        {"tenant", tenant}, {"identityHeader", identity_header}, {"applications", std::move(list)}};
    return json::serialize(document) + "\n";
}

const DevApplication& DevIdentities::admin() const { return *find(*this, admin_name); }

const DevApplication& DevIdentities::managed_identity() const { return *find(*this, managed_identity_name); }

std::vector<identity::Application> DevIdentities::for_authority() const {
    std::vector<identity::Application> all;
    for (const DevApplication& known : applications) {
        identity::Application application;
        application.name = known.name;
        application.client_id = known.client_id;
        application.object_id = known.object_id;
        if (!known.secret.empty()) {
            application.secret_sha256 = hexadecimal(crypto::hash(Digest::Sha256, bytes_of(known.secret)));
        }
        application.groups = known.groups;
        application.certificates = known.certificates;
        application.federated_issuer = known.federated_issuer;
        application.federated_subject = known.federated_subject;
        application.federated_keys = known.federated_keys;
        application.is_managed_identity = known.name == managed_identity_name;
        all.push_back(std::move(application));
    }
    return all;
}

}  // namespace kvp11::server
