// kvp11 role, as its users run it, and what it does to the token's user.
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "partition/partition.hpp"
#include "tools/command_line.hpp"
#include "tools/commands.hpp"
#include "tools/role_choice.hpp"
#include "unit/tools/temporary_folder.hpp"

namespace kvp11 {
namespace {

using partition::Partition;
using Words = std::vector<std::string>;

constexpr const char* alice = "11111111-2222-4333-8444-555555555555";

struct Outcome {
    int code;
    std::string out;
    std::string err;
};

SecretBytes pin(const char* text) { return SecretBytes::copy_of(bytes_of(text)); }

/// An active token with two keys, "one" and "two".
struct Token {
    test::TemporaryFolder folder;
    std::string path = folder / "partition";

    Token() {
        std::ofstream(folder / "so-pin") << "so-pin-1\n";
        auto partition = Partition::open({path, {}, 10}).value();
        BOOST_REQUIRE(partition->initialise(pin("so-pin-1"), "roles").ok());
        BOOST_REQUIRE(partition->login(Role::SecurityOfficer, pin("so-pin-1")).ok());
        BOOST_REQUIRE(partition->initialise_user_pin(pin("user-pin-1")).ok());
        BOOST_REQUIRE(partition->logout().ok());
        for (const char* name : {"one", "two"}) {
            const auto made = as_user()->generate(curve_key(name));
            BOOST_REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
        }
    }

    static NewKey curve_key(const std::string& name) {
        NewKey key;
        key.name = name;
        key.spec.type = KeyType::Ec;
        key.ops = KeyOps::Sign | KeyOps::Verify;
        key.public_face = Face{};
        return key;
    }

    [[nodiscard]] std::unique_ptr<Partition> as_user() const {
        auto partition = Partition::open({path, {}, 10}).value();
        BOOST_REQUIRE(partition->login(Role::User, pin("user-pin-1")).ok());
        return partition;
    }

    /// What signing with the key of this name gives the token's user.
    [[nodiscard]] std::optional<Errc> refusal_to_sign(const std::string& name) const {
        const auto partition = as_user();
        const auto key = partition->open(KeyId{name, ""});
        if (!key) return key.code();
        const auto signer = (*key)->signer({SignatureScheme::Ecdsa});
        if (!signer) return signer.code();
        Bytes signature((*signer)->size());
        const auto made = (*signer)->sign(Bytes(32, 1), signature);
        return made ? std::optional<Errc>() : made.code();
    }

    [[nodiscard]] Outcome role(const Words& words) const {
        Words all{"role"};
        all.insert(all.end(), words.begin(), words.end());
        for (const std::string& word : {std::string("--path"), path, std::string("--so-pin-file"), folder / "so-pin"}) {
            all.push_back(word);
        }
        std::ostringstream out;
        std::ostringstream err;
        const int code = tools::run_command_line(tools::all_commands(), all, out, err);
        return {code, out.str(), err.str()};
    }

    [[nodiscard]] boost::json::value json(Words words) const {
        words.emplace_back("--json");
        const Outcome outcome = role(words);
        BOOST_REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
        return boost::json::parse(outcome.out);
    }
};

#define EXPECT_DONE(outcome)                                                                                           \
    do {                                                                                                               \
        const Outcome done_ = (outcome);                                                                               \
        BOOST_REQUIRE_MESSAGE(done_.code == 0, done_.err);                                                             \
    } while (false)

#define EXPECT_USAGE(outcome, part)                                                                                    \
    do {                                                                                                               \
        const Outcome refused_ = (outcome);                                                                            \
        BOOST_CHECK_EQUAL(refused_.code, 2);                                                                           \
        BOOST_CHECK_MESSAGE(refused_.err.find(part) != std::string::npos, refused_.err);                               \
        BOOST_CHECK(refused_.err.find("what to do: ") != std::string::npos);                                           \
    } while (false)

constexpr const char* signer_role = R"({"roleName": "Signer", "description": "Signs and nothing else",
    "dataActions": ["Microsoft.KeyVault/managedHsm/keys/read/action", "Microsoft.KeyVault/managedHsm/keys/sign/action"]})";

BOOST_AUTO_TEST_SUITE(roles)

BOOST_AUTO_TEST_CASE(the_built_in_roles_are_listed_and_shown) {
    const Token token;
    const auto roles = token.json({"definition", "list"}).as_array();
    BOOST_CHECK_EQUAL(roles.size(), 12u);
    const Outcome table = token.role({"definition", "list"});
    BOOST_CHECK(table.out.find("Managed HSM Crypto User") != std::string::npos);
    BOOST_CHECK(token.json({"definition", "list", "--custom-role-only"}).as_array().empty());
    const auto role = token.json({"definition", "show", "--name", "managed hsm crypto user"});
    BOOST_CHECK_EQUAL(role.at("name").as_string(), "21dbd100-6940-42c2-9190-5d6cb909625b");
    const Outcome text = token.role({"definition", "show", "--name", "21DBD100-6940-42C2-9190-5D6CB909625B"});
    BOOST_CHECK(text.out.find("  Microsoft.KeyVault/managedHsm/keys/sign/action\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_role_of_ones_own_is_made_changed_and_removed) {
    const Token token;
    const auto made = token.json({"definition", "create", "--role-definition", signer_role});
    const std::string id(made.at("name").as_string());
    BOOST_CHECK_EQUAL(made.at("roleType").as_string(), "CustomRole");
    BOOST_CHECK(token.json({"definition", "show", "--name", "Signer"}) == made);

    EXPECT_USAGE(token.role({"definition", "create", "--role-definition", signer_role}), "has the name 'Signer'");
    const std::string narrower = R"({"name": ")" + id + R"(", "roleName": "Verifier",
        "dataActions": ["Microsoft.KeyVault/managedHsm/keys/verify/action"]})";
    EXPECT_USAGE(token.role({"definition", "create", "--role-definition", narrower}), "use role definition update");
    EXPECT_DONE(token.role({"definition", "update", "--role-definition", narrower}));
    BOOST_CHECK_EQUAL(token.json({"definition", "show", "--name", id}).at("roleName").as_string(), "Verifier");

    EXPECT_DONE(token.role({"definition", "delete", "--name", "Verifier"}));
    EXPECT_USAGE(token.role({"definition", "delete", "--name", "Verifier"}), "want one of 'Managed HSM Backup User'");
    BOOST_CHECK(token.json({"definition", "list", "--custom-role-only"}).as_array().empty());
}

BOOST_AUTO_TEST_CASE(built_in_and_assigned_roles_are_not_removed) {
    const Token token;
    EXPECT_USAGE(token.role({"definition", "delete", "--name", "Managed HSM Crypto User"}), "built-in role");
    EXPECT_DONE(token.role({"definition", "create", "--role-definition", signer_role}));
    EXPECT_DONE(
        token.role({"assignment", "create", "--role", "Signer", "--assignee-object-id", alice, "--scope", "/"}));
    EXPECT_USAGE(token.role({"definition", "delete", "--name", "Signer"}), "remove these assignments first");
}

BOOST_AUTO_TEST_CASE(the_assignments_of_a_new_token_are_those_of_its_three_callers) {
    const Token token;
    BOOST_CHECK_EQUAL(token.json({"assignment", "list"}).as_array().size(), 6u);
    const auto of_user = token.json({"assignment", "list", "--assignee", "user"}).as_array();
    BOOST_REQUIRE_EQUAL(of_user.size(), 2u);
    for (const auto& held : of_user) {
        BOOST_CHECK_EQUAL(held.at("principalName").as_string(), "user");
        BOOST_CHECK_EQUAL(held.at("scope").as_string(), "/");
    }
    const auto of_public = token.json({"assignment", "list", "--assignee", "public"}).as_array();
    BOOST_REQUIRE_EQUAL(of_public.size(), 1u);
    BOOST_CHECK_EQUAL(of_public[0].at("principalId").as_string(), "00000000-0000-0000-0000-000000000000");
    BOOST_CHECK_EQUAL(token.json({"assignment", "list", "--assignee", "so"}).as_array().size(), 3u);
}

BOOST_AUTO_TEST_CASE(an_assignment_is_made_found_and_removed) {
    const Token token;
    const Words bond{"--role", "Managed HSM Crypto User", "--assignee-object-id", alice, "--scope", "/keys/one"};
    Words create{"assignment", "create"};
    create.insert(create.end(), bond.begin(), bond.end());
    const auto made = token.json(create);
    BOOST_CHECK_EQUAL(made.at("principalId").as_string(), alice);
    EXPECT_USAGE(token.role(create), "already");

    BOOST_CHECK_EQUAL(token.json({"assignment", "list", "--scope", "/keys/ONE"}).as_array().size(), 1u);
    BOOST_CHECK_EQUAL(token.json({"assignment", "list", "--scope", "/keys"}).as_array().size(), 0u);
    BOOST_CHECK_EQUAL(token.json({"assignment", "list", "--role", "Managed HSM Crypto User"}).as_array().size(), 2u);

    Words remove{"assignment", "delete"};
    remove.insert(remove.end(), bond.begin(), bond.end());
    EXPECT_DONE(token.role(remove));
    EXPECT_USAGE(token.role(remove), "no such role assignment");
    const std::string name(token.json(create).at("name").as_string());
    EXPECT_USAGE(token.role({"assignment", "delete", "--name", name, "--role", "Managed HSM Crypto User"}),
                 "want --name alone");
    EXPECT_USAGE(token.role({"assignment", "delete", "--role", "Managed HSM Crypto User"}), "want --name alone");
    EXPECT_DONE(token.role({"assignment", "delete", "--name", name}));
    BOOST_CHECK(token.json({"assignment", "list", "--assignee-object-id", alice}).as_array().empty());
}

BOOST_AUTO_TEST_CASE(wrong_scopes_roles_and_ids_are_refused) {
    const Token token;
    const auto assign = [&](const std::string& role, const std::string& scope, const std::string& name) {
        Words words{"assignment", "create", "--role", role, "--assignee-object-id", alice, "--scope", scope};
        if (!name.empty()) words.insert(words.end(), {"--name", name});
        return token.role(words);
    };
    EXPECT_USAGE(assign("Managed HSM Crypto User", "/secrets", ""), "want /, /keys or /keys/NAME");
    EXPECT_USAGE(assign("Managed HSM Nobody", "/", ""), "there is no role 'Managed HSM Nobody'");
    EXPECT_USAGE(assign("Managed HSM Crypto User", "/", "mine"), "want a GUID");
    BOOST_CHECK_EQUAL(token.json({"assignment", "list"}).as_array().size(), 6u);
}

BOOST_AUTO_TEST_CASE(the_tokens_user_can_be_restricted_to_one_key) {
    const Token token;
    BOOST_CHECK(!token.refusal_to_sign("one"));
    EXPECT_DONE(token.role(
        {"assignment", "delete", "--assignee", "user", "--role", "Managed HSM Crypto User", "--scope", "/"}));
    BOOST_CHECK(token.refusal_to_sign("one") == Errc::AccessDenied);
    EXPECT_DONE(token.role({"definition", "create", "--role-definition", signer_role}));
    EXPECT_DONE(token.role({"assignment", "create", "--assignee", "user", "--role", "Signer", "--scope", "/keys/one"}));
    BOOST_CHECK(!token.refusal_to_sign("one"));
    BOOST_CHECK(token.refusal_to_sign("two") == Errc::AccessDenied);
    BOOST_CHECK(token.as_user()->generate(Token::curve_key("three")).code() == Errc::AccessDenied);
    // C_FindObjects asks for a list; what everybody sees before login stays to be seen.
    BOOST_CHECK_EQUAL(token.as_user()->find({}).value().size(), 4U);
}

BOOST_AUTO_TEST_CASE(an_officer_without_the_role_is_denied_with_advice) {
    const Token token;
    EXPECT_DONE(token.role(
        {"assignment", "delete", "--assignee", "so", "--role", "Managed HSM Crypto Officer", "--scope", "/"}));
    EXPECT_DONE(token.role(
        {"assignment", "delete", "--assignee", "so", "--role", "Managed HSM Administrator", "--scope", "/"}));
    const Outcome denied = token.role({"assignment", "list"});
    BOOST_CHECK_EQUAL(denied.code, 3);
    BOOST_CHECK(denied.out.empty());
    BOOST_CHECK(denied.err.find("what to do: have a role assigned that allows it") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(new_ids_differ) {
    const std::string first = tools::new_guid().value();
    BOOST_CHECK_EQUAL(first.size(), 36u);
    BOOST_CHECK_NE(first, tools::new_guid().value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
