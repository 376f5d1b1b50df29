// What principals may do in a process that somebody has unsealed, as the REST server is: its partition's security
// officer, or its user, has logged in, and everything that is asked for is asked for by principals.
#include <atomic>
#include <thread>

#include "twins.hpp"

using namespace kvp11;
using namespace kvp11::test;
using partition::Partition;

namespace {

constexpr const char* carol = "carol";

std::unique_ptr<Partition> as(const Partition& process, const std::string& principal) {
    partition::Caller caller;
    caller.object_id = principal;
    return process.as_principal(caller);
}

/// Alice and Bob are administrators of it.
std::unique_ptr<Partition> process_at(const std::string& path, Role role) {
    setenv("KVP11_TEST_SMALL_KEYS", "1", 1);
    auto process = provisioned(path);
    REQUIRE_OK(process->login(role, pin(role == Role::User ? user_pin : so_pin)));
    return process;
}

void grant(Partition& administrator, const std::string& principal, const std::string& role) {
    static unsigned count = 0;
    char id[37];
    std::snprintf(id, sizeof id, "dddddddd-0000-4000-8000-%012u", ++count);
    REQUIRE_OK(administrator.assign_role({.id = id, .principal = principal, .role = role, .scope = "/"}));
}

std::string blob_for(const std::string& domain, const crypto::Certificate& exchange) {
    const auto blob = partition::make_restore_blob(domain, exchange, officers({"wrap1", "wrap2"}));
    REQUIRE_OK(blob);
    return *blob;
}

/// A partition with a key of Carol's, as a domain and a full backup. All of it is done by principals.
struct Lost {
    explicit Lost(const std::string& path) : process(process_at(path, Role::SecurityOfficer)) {
        const auto alice = as(*process, "alice");
        auto file = alice->download_security_domain(three_certificates(), 2);
        REQUIRE_OK(file);
        domain = *file;
        grant(*alice, carol, access::role_id::crypto_user);
        NewKey wanted = new_key(KeyType::Ec, 0, "");
        wanted.name = "code";
        const auto made = as(*process, carol)->generate(wanted);
        REQUIRE_OK(made);
        key = (*made)->id;
        auto whole = alice->backup();
        REQUIRE_OK(whole);
        backup = *whole;
    }
    std::unique_ptr<Partition> process;
    std::string domain;
    std::string backup;
    KeyId key;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(principals)

BOOST_AUTO_TEST_CASE(an_administrator_recovers_a_partition_where_the_officer_has_logged_in) {
    const TemporaryFolder folder;
    const Lost lost(folder.path("lost"));
    const auto process = process_at(folder.path("new"), Role::SecurityOfficer);
    const auto alice = as(*process, "alice");
    CHECK_FAILS(as(*process, carol)->begin_recovery(), Errc::AccessDenied);
    const auto exchange = alice->begin_recovery();
    REQUIRE_OK(exchange);
    const std::string blob = blob_for(lost.domain, *exchange);
    CHECK_FAILS(as(*process, carol)->upload_security_domain(blob), Errc::AccessDenied);
    REQUIRE_OK(alice->upload_security_domain(blob));
    // The session goes on: nobody logs in again.
    BOOST_CHECK(process->status()->life_cycle == LifeCycle::Active);
    CHECK_OK(alice->role_definitions());
    grant(*alice, carol, access::role_id::crypto_user);
    const auto hers = as(*process, carol);
    const auto made = hers->generate(new_key(KeyType::Ec, 0, "made-meanwhile"));
    REQUIRE_OK(made);
    check_signs(*hers, (*made)->id);
    REQUIRE_OK(alice->backup());
    // A full restore brings the lost keys and roles, at once as well.
    REQUIRE_OK(alice->restore(lost.backup, {.key_name = {}, .replace = true}));
    check_signs(*hers, lost.key);
    CHECK_FAILS(hers->open((*made)->id), Errc::KeyNotFound);
    CHECK_OK(alice->role_definitions());
    // What the process knows is what a new one reads.
    const auto again = partition_at(folder.path("new"));
    REQUIRE_OK(again->login(Role::User, pin(user_pin)));
    check_signs(*as(*again, carol), lost.key);
}

// The new secrets are sealed for the folder's PINs by a secret that the user's login does not have.
BOOST_AUTO_TEST_CASE(an_upload_wants_the_officers_login_whoever_asks) {
    const TemporaryFolder folder;
    const Lost lost(folder.path("lost"));
    const auto process = process_at(folder.path("new"), Role::User);
    const auto alice = as(*process, "alice");
    const auto exchange = alice->begin_recovery();
    REQUIRE_OK(exchange);
    const std::string blob = blob_for(lost.domain, *exchange);
    CHECK_FAILS(alice->upload_security_domain(blob), Errc::UserNotLoggedIn);
    BOOST_CHECK(process->status()->life_cycle == LifeCycle::Recovery);
    log_in(*process, Role::SecurityOfficer);
    CHECK_OK(alice->upload_security_domain(blob));
}

// Each thread keeps what it has learned of the roles.
BOOST_AUTO_TEST_CASE(a_role_that_is_taken_away_ends_at_once_in_every_thread) {
    const TemporaryFolder folder;
    const Lost lost(folder.path("lost"));
    const auto hers = as(*lost.process, carol);
    const auto alice = as(*lost.process, "alice");
    std::atomic<int> turn = 0;
    std::vector<std::optional<Errc>> seen;  // nothing: it was allowed
    const auto signer = [&]() -> Result<std::unique_ptr<Signer>> {
        const auto key = TRY(hers->open(lost.key));
        return key->signer({.scheme = SignatureScheme::Ecdsa});
    };
    const auto ask = [&] {
        const auto made = signer();
        seen.push_back(made.ok() ? std::nullopt : std::optional(made.code()));
    };
    std::thread other([&] {
        for (const int mine : {1, 3, 5}) {
            for (int now = turn; now != mine; now = turn) turn.wait(now);
            ask();
            ++turn;
            turn.notify_all();
        }
    });
    const auto both_ask = [&] {
        ask();
        const int before = turn++;
        turn.notify_all();
        for (int now = turn; now != before + 2; now = turn) turn.wait(now);
    };
    both_ask();
    const auto assignments = alice->role_assignments("/");
    REQUIRE_OK(assignments);
    for (const auto& assignment : *assignments) {
        if (assignment.principal == carol) CHECK_OK(alice->remove_role_assignment("/", assignment.id));
    }
    both_ask();
    grant(*alice, carol, access::role_id::crypto_user);
    both_ask();
    other.join();
    const std::optional<Errc> allowed;
    const std::vector<std::optional<Errc>> wanted = {allowed, allowed, Errc::AccessDenied, Errc::AccessDenied,
                                                     allowed, allowed};
    BOOST_CHECK(seen == wanted);
    REQUIRE_OK(lost.process->logout());
    CHECK_FAILS(hers->role_definitions(), Errc::UserNotLoggedIn);
}

BOOST_AUTO_TEST_CASE(nobody_does_anything_in_a_process_that_is_sealed) {
    const TemporaryFolder folder;
    provisioned(folder.path());
    const auto process = partition_at(folder.path());
    CHECK_FAILS(as(*process, "alice")->begin_recovery(), Errc::UserNotLoggedIn);
    CHECK_FAILS(as(*process, "alice")->role_definitions(), Errc::UserNotLoggedIn);
    CHECK_FAILS(as(*process, carol)->role_definitions(), Errc::AccessDenied);
}

// Whoever looks while the secrets change must not take the new ones for void.
BOOST_AUTO_TEST_CASE(an_upload_keeps_the_process_unsealed_while_others_ask) {
    const TemporaryFolder folder;
    const Lost lost(folder.path("lost"));
    for (int round = 0; round < 10; ++round) {
        const auto process = process_at(folder.path("new" + std::to_string(round)), Role::SecurityOfficer);
        const auto alice = as(*process, "alice");
        const auto exchange = alice->begin_recovery();
        REQUIRE_OK(exchange);
        const std::string blob = blob_for(lost.domain, *exchange);
        std::atomic<bool> done = false;
        std::atomic<unsigned> refused = 0;
        std::vector<std::thread> others;
        for (int i = 0; i < 4; ++i) {
            others.emplace_back([&] {
                while (!done) refused += alice->role_definitions().ok() ? 0 : 1;
            });
        }
        const auto uploaded = alice->upload_security_domain(blob);
        done = true;
        for (std::thread& other : others) other.join();
        REQUIRE_OK(uploaded);
        CHECK_OK(alice->role_definitions());
        BOOST_CHECK_EQUAL(refused.load(), 0U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
