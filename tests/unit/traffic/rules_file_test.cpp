#include "traffic/rules_file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;

namespace {

struct Place {
    Place() {
        char name[] = "/tmp/kvp11-traffic-XXXXXX";
        BOOST_REQUIRE(mkdtemp(name) != nullptr);
        folder = name;
        path = folder / "rules.json";
    }
    ~Place() { std::filesystem::remove_all(folder); }

    // As users should: a new file over the old one.
    void put(const std::string& text) const {
        std::ofstream(folder / "new") << text;
        std::filesystem::rename(folder / "new", path);
    }

    std::filesystem::path folder;
    std::filesystem::path path;
};

constexpr const char* one = R"({"faults": [{"status": 500}]})";
constexpr const char* two = R"({"faults": [{"status": 503}]})";

}  // namespace

BOOST_AUTO_TEST_SUITE(rules_file)

BOOST_AUTO_TEST_CASE(rules_follow_the_file_and_are_set_once_for_each_change) {
    const Place place;
    Stage stage;
    RulesFile file(place.path);
    place.put(one);
    BOOST_TEST(file.refresh(*stage.traffic).value());
    BOOST_TEST(stage.traffic->plan("KeySign").status.value() == 500U);
    BOOST_TEST(!file.refresh(*stage.traffic).value());
    BOOST_TEST(stage.happened("/faults/0/happened") == 1);  // not set again
    place.put(two);                                         // as long as the other
    BOOST_TEST(file.refresh(*stage.traffic).value());
    BOOST_TEST(stage.traffic->plan("KeySign").status.value() == 503U);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_written_in_place_is_seen) {
    const Place place;
    Stage stage;
    RulesFile file(place.path);
    place.put(one);
    BOOST_TEST(file.refresh(*stage.traffic).value());
    std::ofstream(place.path) << "{}";
    BOOST_TEST(file.refresh(*stage.traffic).value());
    BOOST_TEST(!stage.traffic->plan("KeySign").status.has_value());
}

BOOST_AUTO_TEST_CASE(a_profile_beside_the_file_holds_while_the_file_names_none) {
    const Place place;
    Stage stage;
    RulesFile file(place.path, "standard-b1");
    place.put(one);
    BOOST_TEST(file.refresh(*stage.traffic).value());
    BOOST_TEST(stage.traffic->plan("KeySign").status.value() == 500U);
    BOOST_TEST(stage.rules().at("profile").as_string() == "standard-b1");
    BOOST_TEST(stage.happened("/happened/paced") == 0);
    place.put(R"({"profile": {"name": "standard-b1", "queue_milliseconds": 7}})");
    BOOST_TEST(file.refresh(*stage.traffic).value());
    BOOST_TEST(stage.happened("/profile/queue_milliseconds") == 7);
    place.put(two);
    BOOST_TEST(file.refresh(*stage.traffic).value());
    BOOST_TEST(stage.rules().at("profile").as_string() == "standard-b1");
    for (const char* wrong : {"[]", "{", R"({"profile": null})", ""}) {
        place.put(wrong);
        CHECK_FAILS(file.refresh(*stage.traffic), Errc::ConfigurationInvalid);
    }
    RulesFile unknown(place.path, "standard-b9");
    place.put("{}");
    CHECK_FAILS(unknown.refresh(*stage.traffic), Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_CASE(a_wrong_file_is_told_once_and_keeps_the_rules) {
    const Place place;
    Stage stage;
    RulesFile file(place.path);
    place.put(one);
    REQUIRE_OK(file.refresh(*stage.traffic));
    place.put(R"({"faults": [{"stauts": 503}]})");
    const auto result = file.refresh(*stage.traffic);
    CHECK_FAILS(result, Errc::ConfigurationInvalid);
    BOOST_TEST(result.error().message.starts_with(place.path.string() + ": faults[0].stauts is no member"));
    BOOST_TEST(!file.refresh(*stage.traffic).value());
    BOOST_TEST(stage.traffic->plan("KeySign").status.value() == 500U);
    place.put(two);
    BOOST_TEST(file.refresh(*stage.traffic).value());
}

BOOST_AUTO_TEST_CASE(a_file_that_goes_is_told_once_and_keeps_the_rules) {
    const Place place;
    Stage stage;
    RulesFile file(place.path);
    CHECK_FAILS(file.refresh(*stage.traffic), Errc::FileUnreadable);
    BOOST_TEST(!file.refresh(*stage.traffic).value());
    place.put(one);
    REQUIRE_OK(file.refresh(*stage.traffic));
    std::filesystem::remove(place.path);
    CHECK_FAILS(file.refresh(*stage.traffic), Errc::FileUnreadable);
    BOOST_TEST(!file.refresh(*stage.traffic).value());
    BOOST_TEST(stage.traffic->plan("KeySign").status.value() == 500U);
    place.put(one);
    BOOST_TEST(file.refresh(*stage.traffic).value());
}

BOOST_AUTO_TEST_CASE(what_is_no_file_of_rules_is_refused) {
    const Place place;
    Stage stage;
    RulesFile folder(place.folder);
    CHECK_FAILS(folder.refresh(*stage.traffic), Errc::FileUnreadable);
    BOOST_REQUIRE(mkfifo(place.path.c_str(), 0600) == 0);
    RulesFile fifo(place.path);
    BOOST_TEST(!fifo.refresh(*stage.traffic).ok());
    std::filesystem::remove(place.path);
    place.put(std::string((1U << 20U) + 1, ' '));
    CHECK_FAILS(fifo.refresh(*stage.traffic), Errc::FileUnreadable);
}

BOOST_AUTO_TEST_SUITE_END()
