#include "server/dev_folder.hpp"

#include <sys/stat.h>

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "partitions.hpp"
#include "scratch_folder.hpp"
#include "server/files.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::server;
using kvp11::test::ScratchFolder;

namespace {

Result<std::unique_ptr<partition::Partition>> prepared(const DevFolder& folder, bool activated) {
    auto partition = test::partition_at(folder.partition_files().partition());
    const auto done =
        prepare_dev_partition(*partition, folder.partition_files(), folder.identities(), "lab", activated);
    if (!done.ok()) return fail(done.error());
    return partition;
}

std::size_t roles_of(partition::Partition& partition, const std::string& principal) {
    const auto all = partition.role_assignments("").value();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const auto& assignment) { return assignment.principal == principal; }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dev_folder)

BOOST_AUTO_TEST_CASE(a_second_start_finds_what_the_first_made) {
    const ScratchFolder scratch;
    std::string text;
    {
        const auto folder = DevFolder::open(scratch / "dev", "lab");
        REQUIRE_OK(folder);
        text = folder->identities().text();
        const auto partition = prepared(*folder, true);
        REQUIRE_OK(partition);
        BOOST_TEST(((*partition)->status()->life_cycle == LifeCycle::Active));
        BOOST_TEST((*partition)->status()->has_security_domain);
        BOOST_TEST(roles_of(**partition, folder->identities().admin().object_id) == 3U);
        BOOST_TEST(roles_of(**partition, folder->identities().managed_identity().object_id) == 1U);
        partition::Caller admin;
        admin.kind = partition::CallerKind::Principal;
        admin.object_id = folder->identities().admin().object_id;
        CHECK_OK((*partition)->as_principal(admin)->generate(test::new_ec_key()));
    }
    const auto folder = DevFolder::open(scratch / "dev", "lab");
    REQUIRE_OK(folder);
    BOOST_TEST(folder->identities().text() == text);
    const auto partition = prepared(*folder, true);
    REQUIRE_OK(partition);
    BOOST_TEST((*partition)->summary()->keys() == 1U);
}

// az takes a secret that begins with '-' for an option, and some shells have words for other characters.
BOOST_AUTO_TEST_CASE(secrets_are_digits_that_every_command_line_takes) {
    const ScratchFolder scratch;
    const auto folder = DevFolder::open(scratch / "dev", "lab");
    REQUIRE_OK(folder);
    for (const DevApplication& application : folder->identities().applications) {
        BOOST_TEST(application.secret.find_first_not_of("0123456789abcdef") == std::string::npos, application.secret);
        BOOST_TEST(application.secret.size() == (application.name == "managed-identity" ? 0U : 48U));
    }
}

// Somebody who takes a role away does not want it back at the next start.
BOOST_AUTO_TEST_CASE(roles_are_assigned_once) {
    const ScratchFolder scratch;
    const auto folder = DevFolder::open(scratch / "dev", "lab");
    REQUIRE_OK(folder);
    const std::string principal = folder->identities().managed_identity().object_id;
    {
        const auto partition = prepared(*folder, true);
        REQUIRE_OK(partition);
        const auto assignments = (*partition)->role_assignments("").value();
        for (const auto& assignment : assignments) {
            if (assignment.principal != principal) continue;
            REQUIRE_OK((*partition)->remove_role_assignment("/", assignment.id));
        }
    }
    const auto again = prepared(*folder, true);
    REQUIRE_OK(again);
    BOOST_TEST(roles_of(**again, principal) == 0U);
}

BOOST_AUTO_TEST_CASE(one_that_is_not_activated_awaits_its_security_domain) {
    const ScratchFolder scratch;
    const auto folder = DevFolder::open(scratch / "dev", "lab");
    REQUIRE_OK(folder);
    {
        const auto partition = prepared(*folder, false);
        REQUIRE_OK(partition);
        BOOST_TEST(((*partition)->status()->life_cycle == LifeCycle::Provisioned));
        BOOST_TEST(!exists(folder->partition_files().officers()));
        BOOST_TEST(roles_of(**partition, folder->identities().admin().object_id) == 1U);
    }
    const auto activated = prepared(*folder, true);
    REQUIRE_OK(activated);
    BOOST_TEST(((*activated)->status()->life_cycle == LifeCycle::Active));
}

BOOST_AUTO_TEST_CASE(what_only_the_owner_may_read_only_the_owner_can) {
    const ScratchFolder scratch;
    const auto folder = DevFolder::open(scratch / "dev", "lab");
    REQUIRE_OK(folder);
    REQUIRE_OK(prepared(*folder, true));
    REQUIRE_OK(folder->write_client_files({.folder = folder->path(), .name = "lab", .port = 1, .imds = {}}));
    for (const char* name : {"env", "identities.json", "so-pin", "ca.key", "server.key", "officers/officer-1.key",
                             "officers/security-domain.json"}) {
        struct stat about {};
        BOOST_TEST_CONTEXT(name) {
            BOOST_REQUIRE(stat((folder->path() + "/" + name).c_str(), &about) == 0);
            BOOST_TEST((about.st_mode & 0777U) == 0600U);
        }
    }
}

BOOST_AUTO_TEST_CASE(two_servers_do_not_share_a_folder) {
    const ScratchFolder scratch;
    const auto first = DevFolder::open(scratch / "dev", "lab");
    REQUIRE_OK(first);
    CHECK_FAILS(DevFolder::open(scratch / "dev", "lab"), Errc::StoreBusy);
}

BOOST_AUTO_TEST_CASE(identities_that_were_damaged_are_refused) {
    const ScratchFolder scratch;
    REQUIRE_OK(DevFolder::open(scratch / "dev", "lab"));
    const std::string path = scratch / "dev/identities.json";
    const std::string good = read_text(path).value();
    for (const std::string& bad : {std::string("{"), std::string("{}"), std::string(R"({"applications":[]})"),
                                   std::string(R"({"applications":[1]})"), good.substr(good.find(','))}) {
        REQUIRE_OK(replace_file(path, bad));
        const auto folder = DevFolder::open(scratch / "dev", "lab");
        CHECK_FAILS(folder, Errc::FileUnreadable);
        if (!folder.ok()) BOOST_TEST(folder.error().message.find(path) != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(people_may_add_applications) {
    const ScratchFolder scratch;
    REQUIRE_OK(DevFolder::open(scratch / "dev", "lab"));
    const std::string path = scratch / "dev/identities.json";
    std::string text = read_text(path).value();
    text.insert(text.rfind(']'),
                R"(,{"name":"pod","clientId":"c","objectId":"o","certificates":["PEM"],"groups":["g",7,"h"],)"
                R"("federatedIssuer":"i","federatedSubject":"s","federatedKeys":"k"})");
    const auto identities = DevIdentities::parse(text);
    REQUIRE_OK(identities);
    const auto application = identities->for_authority().back();
    BOOST_TEST(application.name == "pod");
    BOOST_TEST(application.certificates.front() == "PEM");
    BOOST_TEST(application.groups == std::vector<std::string>({"g", "h"}), boost::test_tools::per_element());
    BOOST_TEST(application.federated_subject == "s");
    BOOST_TEST(application.secret_sha256.empty());
    BOOST_TEST(!application.is_managed_identity);
}

BOOST_AUTO_TEST_SUITE_END()
