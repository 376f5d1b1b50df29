#include "workplace.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "officers.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

std::string provisioned_domain(partition::Partition& token) {
    REQUIRE_OK(token.login(Role::SecurityOfficer, pin(so_pin)));
    auto file = token.download_security_domain(three_certificates(), 2);
    REQUIRE_OK(file);
    REQUIRE_OK(token.logout());
    return file.value();
}

/// A new partition over `path` that has taken over the domain; its user is logged in.
std::unique_ptr<partition::Partition> recovered(const std::string& path, const std::string& domain) {
    auto token = provisioned(path);
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    const auto exchange = token->begin_recovery();
    REQUIRE_OK(exchange);
    BOOST_CHECK(token->status().value().life_cycle == LifeCycle::Recovery);
    const auto blob = partition::make_restore_blob(domain, exchange.value(), officers({"wrap1", "wrap3"}));
    REQUIRE_OK(blob);
    REQUIRE_OK(token->upload_security_domain(blob.value()));
    REQUIRE_OK(token->logout());
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    return token;
}

// Backup and restore are the administrator's; the user is logged in before and after.
template <class Work>
auto as_officer(partition::Partition& token, Work work) {
    token.logout().value();
    token.login(Role::SecurityOfficer, pin(so_pin)).value();
    auto result = work();
    token.logout().value();
    token.login(Role::User, pin(user_pin)).value();
    return result;
}

Result<std::string> full_backup(partition::Partition& token) {
    return as_officer(token, [&] { return token.backup(); });
}

Result<partition::RestoreReport> full_restore(partition::Partition& token, const std::string& backup) {
    return as_officer(token, [&] { return token.restore(backup, {}); });
}

struct SmallKeys {
    SmallKeys() { setenv("KVP11_TEST_SMALL_KEYS", "1", 1); }
};

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(SmallKeys);

BOOST_AUTO_TEST_SUITE(ceremony)

BOOST_AUTO_TEST_CASE(the_download_activates_a_provisioned_partition) {
    const TemporaryFolder folder;
    const auto token = provisioned(folder.path());
    CHECK_FAILS(token->download_security_domain(three_certificates(), 2), Errc::UserNotLoggedIn);
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    CHECK_FAILS(token->download_security_domain({}, 2), Errc::ArgumentsBad);
    CHECK_FAILS(token->download_security_domain(three_certificates(), 1), Errc::ArgumentsBad);
    BOOST_CHECK(token->status().value().life_cycle == LifeCycle::Provisioned);
    const auto file = token->download_security_domain(three_certificates(), 2);
    REQUIRE_OK(file);
    BOOST_CHECK_EQUAL(boost::json::parse(file.value()).at("SharedKeys").at("required").as_int64(), 2);
    const auto summary = partition_at(folder.path())->summary();
    REQUIRE_OK(summary);
    BOOST_CHECK(summary.value().token.life_cycle == LifeCycle::Active);
    BOOST_CHECK_EQUAL(summary.value().token.model, "hsm-sim");
    BOOST_CHECK(summary.value().token.has_security_domain);
    BOOST_CHECK_EQUAL(summary.value().facts.quorum, 2U);
    BOOST_REQUIRE_EQUAL(summary.value().facts.officers.size(), 3U);
    BOOST_CHECK(!summary.value().facts.officers[0].subject.empty());
    BOOST_CHECK_EQUAL(summary.value().facts.officers[0].thumbprint, to_hex(certificate("wrap1").sha256_thumbprint));
    BOOST_CHECK((summary.value().facts.administrators == std::vector<std::string>{"alice", "bob"}));
    REQUIRE_OK(token->logout());
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    check_signs(*token, token->generate(new_key(KeyType::Ec, 0, "now")).value()->id);
}

BOOST_AUTO_TEST_CASE(a_lost_partition_comes_back_from_its_domain_and_a_backup) {
    const TemporaryFolder folder;
    const auto lost = provisioned(folder.path("lost"));
    const std::string domain = provisioned_domain(*lost);
    REQUIRE_OK(lost->login(Role::User, pin(user_pin)));
    NewKey wanted = new_key(KeyType::Rsa, 2048, "web");
    wanted.tags = {{"site", "contoso"}};
    const auto rsa = lost->generate(wanted).value();
    const auto ec = lost->generate(new_key(KeyType::Ec, 0, "code")).value();
    const auto half = lost->generate(new_key(KeyType::Ec, 0, "half")).value();
    REQUIRE_OK(lost->remove({ObjectKind::PrivateKey, half->id}));
    Record certificate;
    certificate.object_class = 1;
    certificate.face.extras = {{0x11, {4, 5, 6}}};
    const auto record = lost->create_record(certificate).value();
    const std::vector<ObjectRef> before = lost->find({}).value();
    const auto backup = full_backup(*lost);
    REQUIRE_OK(backup);
    std::filesystem::remove_all(folder.path("lost"));

    const auto token = recovered(folder.path("lost"), domain);
    BOOST_CHECK(token->find({}).value().empty());
    const auto report = full_restore(*token, backup.value());
    REQUIRE_OK(report);
    BOOST_CHECK_EQUAL(report.value().partition_name, "contoso");
    BOOST_CHECK_EQUAL(report.value().keys, 3U);
    BOOST_CHECK_EQUAL(report.value().records, 1U);
    BOOST_CHECK(token->find({}).value() == before);
    BOOST_CHECK(token->key_record(rsa->id).value()->public_key == rsa->public_key);
    BOOST_CHECK(token->key_record(rsa->id).value()->tags == wanted.tags);
    BOOST_CHECK(token->record(record->id).value()->face == certificate.face);
    check_signs(*token, rsa->id);
    check_signs(*token, ec->id);
    BOOST_CHECK_EQUAL(token->summary().value().facts.officers.size(), 3U);
}

BOOST_AUTO_TEST_CASE(one_officer_alone_does_not_recover) {
    const TemporaryFolder folder;
    const auto lost = provisioned(folder.path("lost"));
    const std::string domain = provisioned_domain(*lost);
    const auto token = provisioned(folder.path("new"));
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    const auto exchange = token->begin_recovery().value();
    CHECK_FAILS(partition::make_restore_blob(domain, exchange, officers({"wrap2"})), Errc::QuorumNotMet);
}

BOOST_AUTO_TEST_CASE(a_restore_blob_is_for_the_latest_transfer_key_alone) {
    const TemporaryFolder folder;
    const std::string domain = provisioned_domain(*provisioned(folder.path("lost")));
    const auto token = provisioned(folder.path("new"));
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    const auto old = token->begin_recovery().value();
    const auto fresh = token->begin_recovery().value();
    const auto people = officers({"wrap1", "wrap2"});
    const std::string old_blob = partition::make_restore_blob(domain, old, people).value();
    CHECK_FAILS(token->upload_security_domain(old_blob), Errc::SecurityDomainInvalid);
    CHECK_FAILS(token->upload_security_domain("{}"), Errc::SecurityDomainInvalid);
    BOOST_CHECK(token->status().value().life_cycle == LifeCycle::Recovery);
    CHECK_FAILS(token->download_security_domain(three_certificates(), 2), Errc::PartitionNotActive);
    // Another process may have begun; the key is in the folder.
    const auto other = partition_at(folder.path("new"));
    REQUIRE_OK(other->login(Role::SecurityOfficer, pin(so_pin)));
    REQUIRE_OK(other->upload_security_domain(partition::make_restore_blob(domain, fresh, people).value()));
    BOOST_CHECK(token->status().value().life_cycle == LifeCycle::Active);
    CHECK_FAILS(token->begin_recovery(), Errc::UserNotLoggedIn);
    CHECK_FAILS(other->begin_recovery(), Errc::PartitionNotActive);
    CHECK_FAILS(other->upload_security_domain(old_blob), Errc::PartitionNotActive);
}

BOOST_AUTO_TEST_CASE(a_domain_downloaded_again_still_recovers_with_the_older_file) {
    const TemporaryFolder folder;
    const auto token = provisioned(folder.path("one"));
    const std::string first = provisioned_domain(*token);
    const std::string second = provisioned_domain(*token);
    BOOST_CHECK_NE(first, second);
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    const KeyId id = token->generate(new_key(KeyType::Ec, 0, "k")).value()->id;
    const std::string backup = full_backup(*token).value();
    const auto other = recovered(folder.path("two"), first);
    REQUIRE_OK(full_restore(*other, backup));
    check_signs(*other, id);
}

BOOST_AUTO_TEST_CASE(a_backup_is_for_its_own_domain_and_unchanged) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path("one"));
    token->generate(new_key(KeyType::Ec, 0, "k")).value();
    const std::string backup = full_backup(*token).value();
    const auto stranger = user_token(folder.path("two"));
    CHECK_FAILS(full_restore(*stranger, backup), Errc::BackupForeign);
    CHECK_FAILS(full_restore(*token, backup.substr(0, backup.size() / 2)), Errc::BackupInvalid);
    CHECK_FAILS(full_restore(*token, "[]"), Errc::BackupInvalid);
    CHECK_FAILS(full_restore(*token, ""), Errc::BackupInvalid);
}

BOOST_AUTO_TEST_CASE(a_restore_that_meets_an_existing_key_changes_nothing) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId first = token->generate(new_key(KeyType::Aes, 128, "first")).value()->id;
    const KeyId second = token->generate(new_key(KeyType::Aes, 128, "second")).value()->id;
    const std::string backup = full_backup(*token).value();
    const auto purge = [&](const KeyId& id) {
        REQUIRE_OK(token->remove({ObjectKind::SecretKey, id}));
        REQUIRE_OK(as_officer(*token, [&] { return token->purge_key(id.name); }));
    };
    purge(first);
    const auto refused = full_restore(*token, backup);
    CHECK_FAILS(refused, Errc::KeyExists);
    BOOST_CHECK(refused.error().message.find("second") != std::string::npos);
    BOOST_CHECK_EQUAL(token->find({}).value().size(), 1U);
    purge(second);
    REQUIRE_OK(full_restore(*token, backup));
    BOOST_CHECK_EQUAL(token->find({}).value().size(), 2U);
}

BOOST_AUTO_TEST_CASE(the_summary_counts_and_names) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    token->generate(new_key(KeyType::Ec, 0, "a")).value();
    token->generate(new_key(KeyType::Ec, 0, "b")).value();
    token->generate(new_key(KeyType::Aes, 128, "c")).value();
    token->create_record({}).value();
    const auto summary = partition_at(folder.path())->summary().value();
    BOOST_CHECK_EQUAL(summary.path, folder.path());
    BOOST_CHECK_EQUAL(summary.keys(), 3U);
    BOOST_CHECK_EQUAL(summary.keys_of(KeyType::Ec), 2U);
    BOOST_CHECK_EQUAL(summary.keys_of(KeyType::Rsa), 0U);
    BOOST_CHECK_EQUAL(summary.records(), 1U);
    BOOST_REQUIRE(!summary.self_tests.empty());
    for (const auto& test : summary.self_tests) BOOST_CHECK_MESSAGE(test.passed, test.algorithm);
    BOOST_CHECK(partition_at(folder.path("none"))->summary().value().token.life_cycle == LifeCycle::Uninitialised);
}

BOOST_AUTO_TEST_SUITE_END()
