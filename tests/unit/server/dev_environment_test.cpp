#include "server/dev_environment.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server/files.hpp"
#include "support/process.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::server;
using kvp11::test::run;
using kvp11::test::ScratchFolder;

namespace {

DevPlace place_in(const std::string& folder) { return {.folder = folder, .name = "lab", .port = 9443, .imds = {}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(dev_environment)

BOOST_AUTO_TEST_CASE(a_shell_gets_every_value_as_it_is) {
    const ScratchFolder folder;
    auto identities = DevIdentities::open(folder / "identities.json");
    REQUIRE_OK(identities);
    identities->applications.front().secret = "it's $HOME `id` \"quoted\"";
    const DevPlace place = place_in(folder.path());
    REQUIRE_OK(replace_file(place.env_file(), env_text(place, *identities)));
    for (const Variable& variable : dev_variables(place, *identities)) {
        const auto shell = run({"sh", "-c", ". " + place.env_file() + "; printf %s \"$" + variable.name + "\""});
        BOOST_TEST(shell.output == variable.value);
    }
}

BOOST_AUTO_TEST_CASE(urls_fit_together_as_clients_want_them) {
    const DevPlace place = place_in("/x");
    BOOST_TEST(place.hsm_url() == "https://lab.managedhsm.localhost:9443");
    const std::string resource_host = place.resource().substr(std::string("https://").size());
    BOOST_TEST(place.hsm_url().ends_with("." + resource_host));
    BOOST_TEST(place.authority_url() == "https://localhost:9443");
}

BOOST_AUTO_TEST_CASE(the_cloud_of_az_has_every_endpoint_that_it_would_ask_microsoft_for) {
    const auto cloud = boost::json::parse(cloud_text(place_in("/x")));
    BOOST_TEST(cloud.at("suffixes").at("mhsm_dns").as_string() == ".managedhsm.localhost:9443");
    BOOST_TEST(cloud.at("endpoints").at("active_directory").as_string() == "https://localhost:9443/adfs");
    for (const char* name : {"resource_manager", "management", "gallery", "microsoft_graph_resource_id",
                             "active_directory_resource_id", "active_directory_graph_resource_id"}) {
        BOOST_TEST(!cloud.at("endpoints").at(name).as_string().empty());
        BOOST_TEST(std::string(cloud.at("endpoints").at(name).as_string()).find("localhost") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(what_is_printed_names_all_variables_and_the_cloud_file) {
    const ScratchFolder folder;
    const auto identities = DevIdentities::open(folder / "identities.json");
    REQUIRE_OK(identities);
    const std::string text = welcome_text(place_in(folder.path()), *identities);
    for (const Variable& variable : dev_variables(place_in(folder.path()), *identities)) {
        BOOST_TEST(text.find("export " + variable.name + "='" + variable.value + "'") != std::string::npos);
    }
    BOOST_TEST(text.find("@" + folder.path() + "/cloud.json") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
