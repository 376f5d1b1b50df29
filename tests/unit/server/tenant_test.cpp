#include "server/tenant.hpp"

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server/files.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::server;
using kvp11::test::ScratchFolder;

BOOST_AUTO_TEST_SUITE(tenant)

BOOST_AUTO_TEST_CASE(the_name_of_a_tenant_of_entra_id_is_enough) {
    const auto tenant = tenant_of({.tenant = "11111111-2222-3333-4444-555555555555"});
    REQUIRE_OK(tenant);
    BOOST_TEST(tenant->authority == "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555");
    BOOST_TEST(tenant->resource == "https://managedhsm.azure.net");
    BOOST_TEST(tenant->issuers.front() == tenant->authority + "/v2.0");
    BOOST_TEST(tenant->issuers.back() == "https://sts.windows.net/11111111-2222-3333-4444-555555555555/");
    BOOST_TEST(tenant->audiences.front() == tenant->resource);
    BOOST_TEST(tenant->keys == tenant->authority + "/discovery/v2.0/keys");
}

BOOST_AUTO_TEST_CASE(what_is_said_counts_more) {
    const auto tenant = tenant_of({.tenant = "t",
                                   .authority = "https://login/t",
                                   .resource = "https://r",
                                   .issuers = {"i"},
                                   .audiences = {"a"},
                                   .keys = "/keys"});
    REQUIRE_OK(tenant);
    BOOST_TEST(tenant->authority == "https://login/t");
    BOOST_TEST(tenant->issuers.size() == 1U);
    BOOST_TEST(tenant->audiences.front() == "a");
    BOOST_TEST(tenant->keys == "/keys");
}

BOOST_AUTO_TEST_CASE(without_a_tenant_all_of_it_must_be_said) {
    CHECK_FAILS(tenant_of({}), Errc::ArgumentsBad);
    CHECK_FAILS(tenant_of({.authority = "https://login/t", .issuers = {"i"}}), Errc::ArgumentsBad);
    CHECK_FAILS(tenant_of({.authority = "https://login/t", .keys = "/keys"}), Errc::ArgumentsBad);
    CHECK_FAILS(tenant_of({.issuers = {"i"}, .keys = "/keys"}), Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(documents_come_from_files_or_over_https) {
    const ScratchFolder folder;
    REQUIRE_OK(replace_file(folder / "keys", "text"));
    BOOST_TEST(document_source(folder / "keys", "")().value() == "text");
    CHECK_FAILS(document_source(folder / "none", "")(), Errc::FileUnreadable);
    CHECK_FAILS(document_source("http://example.com/keys", "")(), Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(attestation_authorities_are_issuers_with_their_keys) {
    const auto trusted =
        trusted_authorities({.attestation_authorities = {"https://one=/keys", "https://two=https://k=1"}});
    REQUIRE_OK(trusted);
    BOOST_REQUIRE(trusted->size() == 2U);
    BOOST_TEST(trusted->back().issuer == "https://two");
    for (const char* bad : {"", "=", "https://one", "https://one=", "=/keys"}) {
        CHECK_FAILS(trusted_authorities({.attestation_authorities = {bad}}), Errc::ArgumentsBad);
    }
}

BOOST_AUTO_TEST_SUITE_END()
