// Local RBAC over the wire.
#include "administration.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

const std::string definitions = "/providers/Microsoft.Authorization/roleDefinitions";
const std::string assignments = "/providers/Microsoft.Authorization/roleAssignments";
const std::string custom_id = "0a0b0c0d-0000-4000-8000-000000000001";
const std::string other_id = "0A0B0C0D-0000-4000-8000-000000000002";
const std::string definition_prefix = "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/";
const std::string crypto_user = "21dbd100-6940-42c2-9190-5d6cb909625b";

constexpr const char* signer_role =
    R"({"properties":{"roleName":"Signer","description":"signs","type":"CustomRole","assignableScopes":["/"],)"
    R"("permissions":[{"actions":[],"notActions":[],"dataActions":["Microsoft.KeyVault/managedHsm/keys/sign/action",)"
    R"("Microsoft.KeyVault/managedHsm/keys/read/action"],)"
    R"("notDataActions":["Microsoft.KeyVault/managedHsm/keys/read/action"]}]}})";

Answer put(ServiceCase& hsm, const std::string& target, const std::string& body, const std::string& token = "admin") {
    return hsm.ask({.method = "PUT", .target = target, .body = body, .token = token});
}
Answer erase(ServiceCase& hsm, const std::string& target, const std::string& token = "admin") {
    return hsm.ask({.method = "DELETE", .target = target, .token = token});
}

std::string assignment_body(const std::string& role, const std::string& principal) {
    return R"({"properties":{"roleDefinitionId":")" + role + R"(","principalId":")" + principal + R"("}})";
}

std::size_t count(const Answer& answer) {
    BOOST_REQUIRE_MESSAGE(answer.status == 200, answer.text);
    return answer.json().at("value").as_array().size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(roles)

BOOST_AUTO_TEST_CASE(the_built_in_roles_are_listed_as_the_service_does) {
    ServiceCase hsm;
    const Answer answer = hsm.get(definitions, "auditor");
    BOOST_TEST(count(answer) == access::built_in_roles().size());
    const auto list = answer.json();
    for (const auto& role : list.at("value").as_array()) {
        if (string_of(role.at("name")) != crypto_user) continue;
        BOOST_TEST(string_of(role.at("id")) == definition_prefix + crypto_user);
        BOOST_TEST(string_of(role.at("type")) == "Microsoft.Authorization/roleDefinitions");
        const auto& properties = role.at("properties");
        BOOST_TEST(text(properties.at("assignableScopes")) == R"(["/"])");
        BOOST_TEST(string_of(properties.at("roleName")) == "Managed HSM Crypto User");
        BOOST_TEST(string_of(properties.at("type")) == "AKVBuiltInRole");
        BOOST_TEST(string_of(properties.at("description")).empty());
        const auto& permission = properties.at("permissions").as_array().at(0);
        BOOST_TEST(permission.at("dataActions").as_array().size() == 19U);
        for (const char* none : {"actions", "notActions", "notDataActions"}) {
            BOOST_TEST(permission.at(none).as_array().empty());
        }
        return;
    }
    BOOST_ERROR("there is no Managed HSM Crypto User");
}

BOOST_AUTO_TEST_CASE(a_custom_role_is_made_read_changed_and_removed) {
    ServiceCase hsm;
    const std::string target = definitions + "/" + custom_id;
    const Answer made = put(hsm, target, signer_role);
    BOOST_TEST(made.status == 201U);
    BOOST_TEST(made.text ==
               R"({"id":")" + definition_prefix + custom_id + R"(","name":")" + custom_id +
                   R"(","properties":{"assignableScopes":["/"],"description":"signs","permissions":[{"actions":[],)"
                   R"("dataActions":["Microsoft.KeyVault/managedHsm/keys/read/action",)"
                   R"("Microsoft.KeyVault/managedHsm/keys/sign/action"],"notActions":[],)"
                   R"("notDataActions":["Microsoft.KeyVault/managedHsm/keys/read/action"]}],)"
                   R"("roleName":"Signer","type":"CustomRole"},"type":"Microsoft.Authorization/roleDefinitions"})");
    BOOST_TEST(hsm.get(target, "admin").text == made.text);
    BOOST_TEST(hsm.get(definitions + "/0A0B0C0D-0000-4000-8000-000000000001", "admin").text == made.text);
    BOOST_TEST(hsm.get("/keys" + target, "admin").text == made.text);
    const Answer changed = put(hsm, target, R"({"properties":{"roleName":"Signer 2","permissions":[]}})");
    BOOST_TEST(changed.status == 201U);
    const Answer removed = erase(hsm, target);
    BOOST_TEST(removed.status == 200U);
    BOOST_TEST(removed.text == changed.text);
    const Answer gone = hsm.get(target, "admin");
    BOOST_TEST(gone.status == 404U);
    BOOST_TEST(gone.code() == "RoleDefinitionNotFound");
    BOOST_TEST(gone.message().starts_with("Requested role definition not found (Activity ID: "));
    BOOST_TEST(erase(hsm, target).message().starts_with("Requested role definition not found"));
}

BOOST_AUTO_TEST_CASE(several_groups_of_permissions_are_one) {
    ServiceCase hsm;
    const Answer made = put(hsm, definitions + "/" + custom_id,
                            R"({"properties":{"roleName":"Two","permissions":[)"
                            R"({"dataActions":["Microsoft.KeyVault/managedHsm/keys/sign/action"]},)"
                            R"({"dataActions":["Microsoft.KeyVault/managedHsm/keys/read/action"],)"
                            R"("notDataActions":["Microsoft.KeyVault/managedHsm/keys/sign/action"]}]}})");
    BOOST_TEST(made.status == 201U);
    const auto body = made.json();
    const auto& permission = body.at("properties").at("permissions").as_array().at(0);
    BOOST_TEST(permission.at("dataActions").as_array().size() == 2U);
    BOOST_TEST(permission.at("notDataActions").as_array().empty());
}

BOOST_AUTO_TEST_CASE(built_in_roles_stay_as_they_are) {
    ServiceCase hsm;
    const std::string sentence =
        "Cannot re-use the name/GUID matching that of a built-in role. Please use a unique role ID.";
    const Answer replaced = put(hsm, definitions + "/" + crypto_user, signer_role);
    const Answer removed = erase(hsm, definitions + "/" + crypto_user);
    const Answer named =
        put(hsm, definitions + "/" + custom_id, R"({"properties":{"roleName":"managed hsm crypto user"}})");
    for (const Answer* answer : {&replaced, &removed, &named}) {
        BOOST_TEST(answer->status == 400U);
        BOOST_TEST(answer->code() == "BadParameter");
        BOOST_TEST(answer->message().starts_with(sentence + " (Activity ID: "));
    }
}

BOOST_AUTO_TEST_CASE(definitions_that_are_wrong_are_refused_with_what_is_wrong) {
    ServiceCase hsm;
    const auto refused = [&](const std::string& body, const std::string& wanted) {
        const Answer answer = put(hsm, definitions + "/" + custom_id, body);
        BOOST_TEST(answer.status == 400U);
        BOOST_TEST(answer.code() == "BadParameter");
        BOOST_TEST(answer.message().find(wanted) != std::string::npos, answer.message());
    };
    refused("{}", "'properties'");
    refused(R"({"properties":[]})", "'properties'");
    refused(R"({"properties":{}})", "role name");
    refused(R"({"properties":{"roleName":7}})", "'roleName'");
    refused(R"({"properties":{"roleName":"x","permissions":{}}})", "'permissions'");
    refused(R"({"properties":{"roleName":"x","permissions":[1]}})", "'permissions'");
    refused(R"({"properties":{"roleName":"x","permissions":[{"dataActions":[1]}]}})", "'dataActions'");
    refused(R"({"properties":{"roleName":"x","permissions":[{"dataActions":["Microsoft.KeyVault/managedHsm/*"]}]}})",
            "'Microsoft.KeyVault/managedHsm/*' is not a data action");
    refused(R"({"properties":{"roleName":"x","permissions":[{"actions":["*"]}]}})", "'actions'");
    refused(R"({"properties":{"roleName":"x","assignableScopes":["/secrets"]}})", "'assignableScopes'");
    BOOST_TEST(put(hsm, definitions + "/not-a-guid", signer_role).status == 400U);
}

BOOST_AUTO_TEST_CASE(an_assignment_counts_from_the_moment_it_is_made) {
    ServiceCase hsm;
    make_key(hsm, "k");
    const std::string target = "/keys/k" + assignments + "/" + other_id;
    const std::string nobody = ServiceCase::object_id("nobody");
    CHECK_FAILS(as(hsm, "nobody")->key_record({.name = "k", .version = {}}), Errc::AccessDenied);
    const Answer made = put(hsm, target, assignment_body(definition_prefix + crypto_user, nobody));
    BOOST_TEST(made.status == 201U);
    const std::string folded = "0a0b0c0d-0000-4000-8000-000000000002";
    BOOST_TEST(made.text == R"({"id":"/keys/k)" + assignments + "/" + folded + R"(","name":")" + folded +
                                R"(","properties":{"principalId":")" + nobody + R"(","roleDefinitionId":")" +
                                definition_prefix + crypto_user +
                                R"(","scope":"/keys/k"},"type":"Microsoft.Authorization/roleAssignments"})");
    CHECK_OK(as(hsm, "nobody")->key_record({.name = "k", .version = {}}));
    BOOST_TEST(hsm.get("/Keys/K" + assignments + "/" + folded, "admin").text == made.text);
    BOOST_TEST(hsm.get(assignments + "/" + other_id, "admin").code() == "RoleAssignmentNotFound");
    const Answer removed = erase(hsm, target);
    BOOST_TEST(removed.status == 200U);
    BOOST_TEST(removed.text == made.text);
    const Answer gone = erase(hsm, target);
    BOOST_TEST(gone.status == 404U);
    BOOST_TEST(gone.message().starts_with("Requested role assignment not found (Activity ID: "));
    CHECK_FAILS(as(hsm, "nobody")->key_record({.name = "k", .version = {}}), Errc::AccessDenied);
}

BOOST_AUTO_TEST_CASE(what_is_assigned_to_a_group_counts_for_its_members) {
    ServiceCase hsm;
    make_key(hsm, "k");
    make_key(hsm, "other");
    const std::string target = "/keys/k" + assignments + "/" + custom_id;
    BOOST_TEST(hsm.get("/keys/k", "member").code() == "AccessDenied");
    BOOST_TEST(put(hsm, target, assignment_body(crypto_user, ServiceCase::group_id)).status == 201U);
    BOOST_TEST(hsm.get("/keys/k", "member").status == 200U);
    BOOST_TEST(hsm.get("/keys/other", "member").code() == "AccessDenied");
    BOOST_TEST(hsm.get("/keys/k", "nobody").code() == "AccessDenied");
    BOOST_TEST(hsm.get("/settings", "member").code() == "AccessDenied");
    const std::string at_root = assignments + "/" + other_id;
    BOOST_TEST(
        put(hsm, at_root, assignment_body(std::string(access::role_id::administrator), ServiceCase::group_id)).status ==
        201U);
    BOOST_TEST(hsm.get("/settings", "member").status == 200U);
    BOOST_TEST(hsm.get("/settings", "nobody").code() == "AccessDenied");
    BOOST_TEST(erase(hsm, target).status == 200U);
    BOOST_TEST(hsm.get("/keys/k", "member").code() == "AccessDenied");
}

BOOST_AUTO_TEST_CASE(roles_are_named_by_any_path_that_ends_with_their_id) {
    ServiceCase hsm;
    int number = 0;
    for (const std::string& path : std::vector<std::string>{
             crypto_user, definition_prefix + crypto_user, "/" + definition_prefix + crypto_user,
             "/keys/providers/Microsoft.Authorization/roleDefinitions/21DBD100-6940-42C2-9190-5D6CB909625B"}) {
        const std::string id = "0a0b0c0d-0000-4000-8000-00000000010" + std::to_string(number++);
        const Answer made = put(hsm, assignments + "/" + id, assignment_body(path, "someone-" + id));
        BOOST_TEST(made.status == 201U, made.text);
        BOOST_TEST(string_of(made.json().at("properties").at("roleDefinitionId")) == definition_prefix + crypto_user);
    }
}

BOOST_AUTO_TEST_CASE(assignments_that_are_wrong_are_refused) {
    ServiceCase hsm;
    const std::string target = assignments + "/" + custom_id;
    BOOST_TEST(put(hsm, target, "{}").code() == "BadParameter");
    BOOST_TEST(put(hsm, target, R"({"properties":{"principalId":"x"}})").message().find("roleDefinitionId") !=
               std::string::npos);
    BOOST_TEST(put(hsm, target, assignment_body(crypto_user, "")).status == 400U);
    BOOST_TEST(put(hsm, assignments + "/x", assignment_body(crypto_user, "p")).status == 400U);
    const Answer unknown = put(hsm, target, assignment_body(custom_id, "p"));
    BOOST_TEST(unknown.status == 404U);
    BOOST_TEST(unknown.code() == "RoleDefinitionNotFound");
    BOOST_TEST(put(hsm, target, assignment_body(crypto_user, "p")).status == 201U);
    BOOST_TEST(put(hsm, target, assignment_body(crypto_user, "p2")).status == 400U);
}

BOOST_AUTO_TEST_CASE(a_list_has_the_assignments_of_its_own_scope) {
    ServiceCase hsm;
    const std::size_t at_root = count(hsm.get(assignments, "admin"));
    BOOST_TEST(at_root > 0U);
    put(hsm, "/keys" + assignments + "/" + custom_id, assignment_body(crypto_user, "p"));
    put(hsm, "/keys/k" + assignments + "/" + other_id, assignment_body(crypto_user, "p"));
    BOOST_TEST(count(hsm.get(assignments, "admin")) == at_root);
    BOOST_TEST(count(hsm.get("/keys" + assignments, "admin")) == 1U);
    BOOST_TEST(count(hsm.get("/keys/K" + assignments, "admin")) == 1U);
    BOOST_TEST(count(hsm.get("//" + assignments + "/?api%2Dversion=7.4", "admin")) == at_root);
}

BOOST_AUTO_TEST_CASE(filters_of_real_clients_are_understood) {
    ServiceCase hsm;
    const std::string admin = ServiceCase::object_id("admin");
    const auto filtered = [&](const std::string& path, const std::string& filter) {
        return hsm.get(path + "?api-version=7.4&%24filter=" + rest::percent_encoded(filter), "admin");
    };
    const std::size_t all = count(hsm.get(assignments, "admin"));
    BOOST_TEST(count(filtered(assignments, "")) == all);
    BOOST_TEST(count(filtered(assignments, "atScope()")) == all);
    const std::size_t own = count(filtered(assignments, "principalId eq " + admin));
    BOOST_TEST(own >= 1U);
    BOOST_TEST(own < all);
    BOOST_TEST(count(filtered(assignments, "principalId eq '" + admin + "'")) == own);
    BOOST_TEST(count(filtered(assignments, "atScope() and PrincipalId EQ '" + admin + "'")) == own);
    BOOST_TEST(count(filtered(assignments, "assignedTo('" + admin + "')")) == own);
    BOOST_TEST(count(filtered(assignments, "principalId eq 'it''s nobody'")) == 0U);
    BOOST_TEST(count(filtered(definitions, "atScope()")) == access::built_in_roles().size());
    BOOST_TEST(count(filtered(definitions, "roleName eq 'Managed HSM Crypto User'")) == 1U);
    BOOST_TEST(count(filtered(definitions, "type eq 'CustomRole'")) == 0U);
    BOOST_TEST(count(filtered(definitions, "type eq 'AKVBuiltInRole'")) == access::built_in_roles().size());
    for (const char* wrong : {"x", "principalId", "principalId eq", "principalId eq 'open", "principalId ne 'x'",
                              "atScope() or atScope()", "atScope() and ", "atScope(1)", "shoeSize eq 44", "other()"}) {
        const Answer answer = filtered(assignments, wrong);
        BOOST_TEST(answer.status == 400U, wrong);
        BOOST_TEST(answer.code() == "BadParameter");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_scope_is_an_invalid_key_identifier) {
    ServiceCase hsm;
    for (const char* scope : {"/secrets", "/keys/k/v", "/keys/not_a_name", "/keys%2Fk%2Fv", "/x/y/z"}) {
        for (const std::string& resource : {definitions, assignments}) {
            const Answer listed = hsm.get(scope + resource, "admin");
            BOOST_TEST(listed.status == 400U);
            BOOST_TEST(listed.code() == "Invalidkeyidentifier", scope);
            BOOST_TEST(listed.message().starts_with("Invalid key identifier (Activity ID: "));
            BOOST_TEST(hsm.get(scope + resource + "/" + custom_id, "admin").code() == "Invalidkeyidentifier");
            BOOST_TEST(erase(hsm, scope + resource + "/" + custom_id).code() == "Invalidkeyidentifier");
            BOOST_TEST(put(hsm, scope + resource + "/" + custom_id, "{}").code() == "Invalidkeyidentifier");
        }
    }
}

BOOST_AUTO_TEST_CASE(rights_hold_at_their_scope_and_below) {
    ServiceCase hsm;
    BOOST_TEST(hsm.get(definitions, "nobody").code() == "AccessDenied");
    BOOST_TEST(hsm.get(assignments, "nobody").code() == "AccessDenied");
    BOOST_TEST(put(hsm, definitions + "/" + custom_id, signer_role, "user").status == 403U);
    BOOST_TEST(erase(hsm, definitions + "/" + crypto_user, "user").status == 403U);
    const Answer refused = put(hsm, assignments + "/" + custom_id, assignment_body(crypto_user, "p"), "auditor");
    BOOST_TEST(refused.status == 403U);
    BOOST_TEST(refused.message().find("Microsoft.KeyVault/managedHsm/roleAssignments/write/action") !=
               std::string::npos);
    // Policy Administrator of one key alone.
    const std::string policy_administrator = "4bd23610-cdcf-4971-bdee-bdc562cc28e4";
    const std::string nobody = ServiceCase::object_id("nobody");
    BOOST_TEST(
        put(hsm, "/keys/k" + assignments + "/" + custom_id, assignment_body(policy_administrator, nobody)).status ==
        201U);
    const std::string body = assignment_body(crypto_user, "p");
    BOOST_TEST(put(hsm, "/keys/k" + assignments + "/" + other_id, body, "nobody").status == 201U);
    BOOST_TEST(put(hsm, "/keys/other" + assignments + "/" + other_id, body, "nobody").status == 403U);
    BOOST_TEST(put(hsm, "/keys" + assignments + "/" + other_id, body, "nobody").status == 403U);
    BOOST_TEST(put(hsm, assignments + "/" + other_id, body, "nobody").status == 403U);
    BOOST_TEST(erase(hsm, "/keys/k" + assignments + "/" + other_id, "nobody").status == 200U);
}

// rbac.json's examples, with identifiers in the place of their placeholders.
BOOST_AUTO_TEST_CASE(the_examples_of_the_openapi_file_are_answered_as_documented) {
    ServiceCase hsm;
    const std::string zeros = "00000000-0000-0000-0000-000000000000";
    const std::string role =
        R"({"properties":{"roleName":"My custom role","type":"CustomRole","description":"Role description",)"
        R"("permissions":[{"dataActions":["Microsoft.KeyVault/managedHsm/keys/sign/action"]}]}})";
    BOOST_TEST(put(hsm, "/keys" + definitions + "/" + zeros, role).status == 201U);
    BOOST_TEST(hsm.get("//" + definitions + "/" + zeros, "admin").status == 200U);
    BOOST_TEST(hsm.get("/keys" + definitions, "admin").status == 200U);
    BOOST_TEST(erase(hsm, "//" + definitions + "/" + zeros).status == 200U);
    const std::string path = "/keys" + assignments + "/" + custom_id;
    const std::string body =
        assignment_body("/keys/providers/Microsoft.Authorization/roleDefinitions/" + crypto_user, "principalId");
    BOOST_TEST(put(hsm, path, body).status == 201U);
    BOOST_TEST(hsm.get(path, "admin").status == 200U);
    BOOST_TEST(hsm.get("/keys" + assignments, "admin").status == 200U);
    BOOST_TEST(erase(hsm, path).status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()
