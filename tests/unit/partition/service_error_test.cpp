#include <boost/test/unit_test.hpp>

#include "access/access_table.hpp"
#include "partition/life_cycle.hpp"
#include "partition/service_error.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::partition;

BOOST_AUTO_TEST_SUITE(service_errors)

BOOST_AUTO_TEST_CASE(conditions_have_the_status_and_code_of_the_service) {
    struct Row {
        Errc condition;
        unsigned status;
        const char* code;
    };
    for (const Row& row : {Row{Errc::ArgumentsBad, 400, "BadParameter"},
                           Row{Errc::RoleDefinitionInvalid, 400, "BadParameter"},
                           Row{Errc::RoleAssignmentInvalid, 400, "BadParameter"},
                           Row{Errc::ReleasePolicyInvalid, 400, "BadParameter"},
                           Row{Errc::KeyTypeInconsistent, 400, "BadParameter"},
                           Row{Errc::BackupForeign, 400, "BadParameter"},
                           Row{Errc::SecurityDomainInvalid, 400, "BadParameter"},
                           Row{Errc::UserNotLoggedIn, 401, "Unauthorized"},
                           Row{Errc::AccessDenied, 403, "AccessDenied"},
                           Row{Errc::KeyDisabled, 403, "Forbidden"},
                           Row{Errc::KeyExpired, 403, "Forbidden"},
                           Row{Errc::KeyNotFound, 404, "KeyNotFound"},
                           Row{Errc::RoleDefinitionNotFound, 404, "RoleDefinitionNotFound"},
                           Row{Errc::RoleAssignmentNotFound, 404, "RoleAssignmentNotFound"},
                           Row{Errc::KeyExists, 409, "Conflict"},
                           Row{Errc::KeyDeleted, 409, "Conflict"},
                           Row{Errc::StoreDamaged, 500, "InternalServerError"},
                           Row{Errc::AuditBroken, 500, "InternalServerError"},
                           Row{Errc::StoreFull, 503, "ServiceUnavailable"},
                           Row{Errc::TokenNotRecognized, 503, "ServiceUnavailable"}}) {
        const ServiceError& named = service_error(row.condition);
        BOOST_TEST(named.status == row.status, static_cast<int>(row.condition));
        BOOST_TEST(named.code == row.code, static_cast<int>(row.condition));
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_where_it_was_looked_for_is_named) {
    const auto sentence = [](const Failure& failure) { return failure.error.message; };
    BOOST_TEST(sentence(key_not_found({"web", ""})) == "a key with (name/id) web was not found in this HSM");
    BOOST_TEST(sentence(key_not_found({"web", "0f"})) == "a key with (name/id) web/0f was not found in this HSM");
    BOOST_TEST(sentence(deleted_key_not_found("web")) == "deleted key not found: web");
    const auto held = next(KeyLife::Deleted, KeyEvent::Create, "web");
    CHECK_FAILS(held, Errc::KeyDeleted);
    BOOST_TEST(held.error().message.find("web is in a deleted but recoverable state") != std::string::npos);
    CHECK_FAILS(next(KeyLife::Live, KeyEvent::Recover, "web"), Errc::KeyNotFound);
    CHECK_FAILS(next(KeyLife::Absent, KeyEvent::Rotate, "web"), Errc::KeyNotFound);
}

// The one sentence that clients are known to look at.
BOOST_AUTO_TEST_CASE(a_built_in_role_is_refused_in_the_words_of_the_service) {
    access::AccessTable table;
    access::RoleDefinition role;
    role.id = access::role_id::crypto_user;
    role.name = "mine";
    const std::string wanted =
        "Cannot re-use the name/GUID matching that of a built-in role. Please use a unique role ID.";
    BOOST_TEST(table.put_definition(role).error().message == wanted);
    BOOST_TEST(table.remove_definition(role.id).error().message == wanted);
    CHECK_FAILS(table.remove_definition(role.id), Errc::RoleDefinitionInvalid);
}

BOOST_AUTO_TEST_SUITE_END()
