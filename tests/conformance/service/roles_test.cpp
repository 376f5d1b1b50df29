// Local RBAC of a partition: who may do what is said by roles and their scopes, and by nothing else.
#include "conformance/service/role_operations.hpp"
#include "conformance/service/service_keys.hpp"
#include "support/results.hpp"

#include <set>

using namespace kvp11;
using namespace kvp11::test;
using access::DataAction;
using partition::Operation;
using partition::Partition;

namespace {

struct House {
    TestPartition home{Wanted{}};
    Stage stage{home};
};

std::string name_of(const OperationCase& row) { return std::string(partition::row_of(row.operation).name); }

DataAction needed(const OperationCase& row) { return *partition::row_of(row.operation).needs; }

bool names(const access::RoleDefinition& role, DataAction action) {
    const auto bit = static_cast<std::size_t>(action);
    return role.allowed.test(bit) && !role.denied.test(bit);
}

std::string principal_of(std::size_t number) {
    char id[37];
    std::snprintf(id, sizeof id, "bbbbbbbb-0000-4000-8000-%012zu", number);
    return id;
}

void check(Stage& stage, Partition& caller, const OperationCase& row, bool allowed, const std::string& key_name = "") {
    BOOST_TEST_CONTEXT(name_of(row) << (allowed ? " is allowed" : " is refused")) {
        const Result<void> result = row.run(stage, caller, key_name);
        if (!allowed) {
            CHECK_FAILS(result, Errc::AccessDenied);
        } else if (row.succeeds) {
            CHECK_OK(result);
        } else {
            BOOST_CHECK(!is_refusal(result));
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(roles)

BOOST_AUTO_TEST_CASE(every_operation_that_needs_a_data_action_is_tried) {
    std::set<Operation> tried;
    for (const OperationCase& row : operation_cases()) tried.insert(row.operation);
    for (const partition::OperationRow& row : partition::operation_rows()) {
        if (!row.needs) continue;
        BOOST_TEST_CONTEXT(row.name) { BOOST_CHECK_EQUAL(tried.count(row.operation), 1U); }
    }
}

BOOST_AUTO_TEST_CASE(a_role_allows_exactly_what_it_names) {
    House house;
    std::size_t number = 0;
    for (const access::RoleDefinition& role : access::built_in_roles()) {
        const std::string principal = principal_of(++number);
        house.home.grant(principal, role.id, "/");
        const auto caller = house.stage.as(principal);
        for (const OperationCase& row : operation_cases()) {
            BOOST_TEST_CONTEXT(role.name) { check(house.stage, *caller, row, names(role, needed(row))); }
        }
    }
}

BOOST_AUTO_TEST_CASE(who_has_no_role_may_do_nothing) {
    House house;
    const auto caller = house.stage.as(principal_of(1));
    for (const OperationCase& row : operation_cases()) check(house.stage, *caller, row, false);
}

// The server logs in once, as the one or the other, and then acts as principals alone.
BOOST_AUTO_TEST_CASE(roles_hold_whoever_has_unsealed_the_process) {
    for (const Role role : {Role::SecurityOfficer, Role::User}) {
        House house;
        for (const char* granted :
             {access::role_id::administrator, access::role_id::crypto_user, access::role_id::crypto_officer,
              access::role_id::release_user, access::role_id::token_user}) {
            house.home.grant(principal_of(1), granted, "/");
        }
        const auto process = house.home.open();
        const char* pin = role == Role::User ? partition_user_pin : partition_so_pin;
        REQUIRE_OK(process->login(role, SecretBytes::copy_of(bytes_of(pin))));
        const auto caller = process->as_principal(principal_caller(principal_of(1)));
        for (const OperationCase& row : operation_cases()) check(house.stage, *caller, row, true);
        const auto whole = caller->backup();
        REQUIRE_OK(whole);
        REQUIRE_OK(caller->restore(*whole, {.key_name = {}, .replace = true}));
        check_works(*caller, house.stage.pair);
        check_works(*caller, house.stage.secret);
    }
}

BOOST_AUTO_TEST_CASE(a_role_at_keys_holds_for_all_keys_and_not_for_the_partition) {
    House house;
    house.home.grant(principal_of(1), access::role_id::crypto_user, "/keys");
    const auto caller = house.stage.as(principal_of(1));
    const auto& roles = access::built_in_roles();
    const auto role = std::find_if(roles.begin(), roles.end(),
                                   [](const auto& one) { return one.id == access::role_id::crypto_user; });
    for (const OperationCase& row : operation_cases()) {
        const bool is_of_keys = partition::row_of(row.operation).sphere == partition::Sphere::Key;
        check(house.stage, *caller, row, is_of_keys && names(*role, needed(row)));
    }
}

BOOST_AUTO_TEST_CASE(a_role_at_one_key_holds_for_it_alone) {
    House house;
    const std::string mine = house.stage.key(aes_key("Mine")).name;
    for (const char* role : {access::role_id::crypto_user, access::role_id::crypto_officer}) {
        house.home.grant(principal_of(1), role, "/keys/mINE");
    }
    const auto caller = house.stage.as(principal_of(1));
    const std::set<Operation> on_one_key{
        Operation::KeyGet,    Operation::KeyListVersions,   Operation::KeyUpdate,     Operation::KeyCreate,
        Operation::KeyImport, Operation::KeyRotate,         Operation::KeyBackup,     Operation::KeyEncrypt,
        Operation::KeyWrap,   Operation::RoleAssignmentGet, Operation::KeyGetDeleted, Operation::KeyRecover};
    for (const OperationCase& row : operation_cases()) {
        if (on_one_key.count(row.operation) == 0) continue;
        check(house.stage, *caller, row, false);
        check(house.stage, *caller, row, true, mine);
        if (row.operation == Operation::KeyGetDeleted) REQUIRE_OK(house.stage.owner().recover_key(mine));
    }
    CHECK_OK(caller->remove_key("MINE"));
    CHECK_FAILS(caller->list_keys({}), Errc::AccessDenied);
    CHECK_FAILS(caller->find({}), Errc::AccessDenied);
}

BOOST_AUTO_TEST_CASE(what_a_custom_role_denies_is_denied) {
    House house;
    access::RoleDefinition role;
    role.id = "12345678-0000-4000-8000-000000000001";
    role.name = "Signer that is not one";
    for (const DataAction action : {DataAction::KeysRead, DataAction::KeysSign, DataAction::KeysVerify}) {
        role.allowed.set(static_cast<std::size_t>(action));
    }
    role.denied.set(static_cast<std::size_t>(DataAction::KeysSign));
    house.home.as_officer([&](Partition& officer) { REQUIRE_OK(officer.put_role_definition(role)); });
    house.home.grant(principal_of(1), role.id, "/");
    const auto caller = house.stage.as(principal_of(1));
    for (const OperationCase& row : operation_cases()) {
        check(house.stage, *caller, row, names(role, needed(row)));
    }
    // A denial belongs to its role; another role may still allow.
    house.home.grant(principal_of(1), access::role_id::crypto_user, "/keys/" + house.stage.pair.name);
    CHECK_OK(sign(*caller, house.stage.pair));
}

BOOST_AUTO_TEST_CASE(what_is_taken_away_is_refused_at_the_next_call) {
    House house;
    const std::string id = house.home.grant(principal_of(1), access::role_id::crypto_user, "/keys");
    const auto caller = house.stage.as(principal_of(1));
    const auto key = caller->open(house.stage.pair);
    REQUIRE_OK(key);
    const SignatureAlgorithm ecdsa{.scheme = SignatureScheme::Ecdsa};
    CHECK_OK((*key)->signer(ecdsa));
    house.home.as_officer([&](Partition& officer) { REQUIRE_OK(officer.remove_role_assignment("/keys", id)); });
    CHECK_FAILS((*key)->signer(ecdsa), Errc::AccessDenied);
    CHECK_FAILS(caller->generate(aes_key("later")), Errc::AccessDenied);
    house.home.grant(principal_of(1), access::role_id::crypto_user, "/keys");
    CHECK_OK((*key)->signer(ecdsa));
}

BOOST_AUTO_TEST_CASE(the_refusal_names_data_action_and_scope) {
    House house;
    const auto caller = house.stage.as(principal_of(1));
    const auto refused = caller->generate(aes_key("wanted"));
    CHECK_FAILS(refused, Errc::AccessDenied);
    BOOST_CHECK_NE(refused.error().message.find("Microsoft.KeyVault/managedHsm/keys/create on '/keys/wanted'"),
                   std::string::npos);
    const auto listed = caller->list_keys({});
    BOOST_CHECK_NE(listed.error().message.find("keys/read/action on '/keys'"), std::string::npos);
    const auto defined = caller->role_definitions();
    BOOST_CHECK_NE(defined.error().message.find("roleDefinitions/read/action on '/'"), std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_refused_operation_changes_nothing) {
    House house;
    const auto caller = house.stage.as(principal_of(1));
    const std::uint64_t before = house.stage.owner().generation();
    const KeyId id = house.stage.secret;
    CHECK_FAILS(caller->generate(versioned(aes_key(id.name))), Errc::AccessDenied);
    CHECK_FAILS(caller->remove_key(id.name), Errc::AccessDenied);
    CHECK_FAILS(caller->update(id, {}), Errc::AccessDenied);
    CHECK_FAILS(caller->set_rotation_policy(id.name, {}), Errc::AccessDenied);
    BOOST_CHECK_EQUAL(house.stage.owner().generation(), before);
    // Whether a name is there is not told to who may not ask.
    CHECK_FAILS(caller->key_record(latest("nowhere")), Errc::AccessDenied);
    CHECK_FAILS(caller->remove_key("nowhere"), Errc::AccessDenied);
}

BOOST_AUTO_TEST_CASE(a_principal_waits_until_somebody_unsealed_the_partition) {
    TestPartition home{Wanted{}};
    home.grant(principal_of(1), access::role_id::crypto_user, "/");
    const auto sealed = home.open();
    const auto caller = sealed->as_principal(principal_caller(principal_of(1)));
    CHECK_FAILS(caller->generate(aes_key("early")), Errc::UserNotLoggedIn);
    CHECK_FAILS(caller->login(Role::User, SecretBytes::copy_of(bytes_of(partition_user_pin))),
                Errc::FunctionNotSupported);
    REQUIRE_OK(sealed->login(Role::User, SecretBytes::copy_of(bytes_of(partition_user_pin))));
    CHECK_OK(caller->generate(aes_key("early")));
    CHECK_FAILS(sealed->as_principal(principal_caller(principal_of(2)))->generate(aes_key("other")),
                Errc::AccessDenied);
}

BOOST_AUTO_TEST_CASE(pkcs11_callers_are_principals_with_roles) {
    House house;
    const auto nobody = house.home.open();
    CHECK_OK(nobody->find({}));
    CHECK_FAILS(nobody->generate(aes_key("x")), Errc::UserNotLoggedIn);
    CHECK_FAILS(sign(*nobody, house.stage.pair), Errc::UserNotLoggedIn);
    CHECK_OK(verify(*nobody, house.stage.pair, *sign(house.stage.owner(), house.stage.pair)));
    house.home.as_officer([&](Partition& officer) {
        CHECK_FAILS(officer.generate(aes_key("x")), Errc::UserNotLoggedIn);
        CHECK_FAILS(sign(officer, house.stage.pair), Errc::UserNotLoggedIn);
        CHECK_OK(officer.role_definitions());
        // The user's rights are assignments as everybody's: taking them away closes the key to PKCS#11.
        const auto assignments = officer.role_assignments("/");
        REQUIRE_OK(assignments);
        for (const access::RoleAssignment& given : *assignments) {
            if (given.role == access::role_id::crypto_user) {
                REQUIRE_OK(officer.remove_role_assignment("/", given.id));
            }
        }
    });
    BOOST_CHECK(!sign(house.stage.owner(), house.stage.pair).ok());
    BOOST_CHECK(!house.stage.owner().generate(aes_key("x")).ok());
}

BOOST_AUTO_TEST_SUITE_END()
