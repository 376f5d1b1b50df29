#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <regex>
#include <set>
#include <thread>

#include "pipeline/fork_guarded.hpp"
#include "pipeline/request_id.hpp"
#include "pipeline/request_text.hpp"
#include "support/process.hpp"

namespace kvp11::pipeline {
namespace {

struct Target {
    const char* query;
    const char* wanted;
};
std::ostream& operator<<(std::ostream& out, const Target& target) { return out << target.query; }

// As recorded: nextLink of a Managed HSM comes without an api-version, that of a vault with one.
const Target targets[] = {
    {"", "/keys?api-version=7.6"},
    {"maxresults=25", "/keys?maxresults=25&api-version=7.6"},
    {"maxresults=6&$skiptoken=YWJj", "/keys?maxresults=6&$skiptoken=YWJj&api-version=7.6"},
    {"api-version=7.4&$skiptoken=YWJj&maxresults=25", "/keys?api-version=7.4&$skiptoken=YWJj&maxresults=25"},
    {"$skiptoken=YWJj&api-version=7.4", "/keys?$skiptoken=YWJj&api-version=7.4"},
    {"api%2Dversion=7.4", "/keys?api%2Dversion=7.4"},
    {"API-Version=7.4", "/keys?API-Version=7.4"},
    {"$skiptoken=api-version=7.4", "/keys?$skiptoken=api-version=7.4&api-version=7.6"},
    {"my-api-version=7.4", "/keys?my-api-version=7.4&api-version=7.6"},
};

BOOST_AUTO_TEST_SUITE(requests)

BOOST_DATA_TEST_CASE(the_api_version_is_there_once, boost::unit_test::data::make(targets), target) {
    RequestText text;
    const Call call{.path = "/keys", .query = target.query, .body = {}};
    text.prepare(call, "7.6", RequestId());
    BOOST_TEST(text.request(call, "", true).target == target.wanted);
}

BOOST_AUTO_TEST_CASE(a_request_has_the_lines_of_all_and_its_own) {
    RequestText text;
    const RequestId id;
    const Call call{.method = "POST", .path = "/rng", .query = {}, .body = "{}"};
    text.prepare(call, "7.6", id);
    const transport::Request request = text.request(call, "A: b\r\n", true);
    BOOST_TEST(request.head_lines == "A: b\r\n");
    const std::string lines(request.more_head_lines);
    BOOST_TEST(lines == "Content-Type: application/json\r\nx-ms-client-request-id: " + std::string(id.text()) + "\r\n");
    BOOST_TEST(request.body == "{}");
    BOOST_TEST(text.request(call, "", false).body == "");
    BOOST_TEST(text.request(call, "", false).method == "POST");
}

BOOST_AUTO_TEST_CASE(ids_are_guids_and_all_different) {
    const std::regex guid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    std::set<std::string> ids;
    for (int i = 0; i < 10'000; ++i) ids.insert(std::string(RequestId().text()));
    std::set<std::string> theirs;
    std::thread([&] {
        for (int i = 0; i < 10'000; ++i) theirs.insert(std::string(RequestId().text()));
    }).join();
    ids.merge(theirs);
    BOOST_TEST(ids.size() == 20'000U);
    BOOST_TEST(std::all_of(ids.begin(), ids.end(), [&](const auto& id) { return std::regex_match(id, guid); }));
}

BOOST_AUTO_TEST_CASE(a_child_of_fork_makes_other_ids) {
    int ends[2];
    BOOST_REQUIRE_EQUAL(pipe(ends), 0);
    const std::uint64_t before = scattered_number();
    const test::Ended ended = test::in_child([&] {
        const RequestId id;
        return write(ends[1], id.text().data(), id.text().size()) == 36 ? 0 : 1;
    });
    BOOST_TEST(ended.is_clean());
    std::string theirs(36, ' ');
    BOOST_REQUIRE_EQUAL(read(ends[0], theirs.data(), 36), 36);
    BOOST_TEST(theirs != std::string(RequestId().text()));
    BOOST_TEST(before != scattered_number());
}

BOOST_AUTO_TEST_CASE(a_guarded_value_is_its_childs_too) {
    ForkGuarded<std::string> guarded;
    *guarded.lock() = "parent's";
    const test::Ended ended = test::in_child([&] {
        if (*guarded.lock() != "parent's") return 1;
        *guarded.lock() = "child's";
        return *guarded.lock() == "child's" ? 0 : 2;
    });
    BOOST_TEST(ended.exit_code == 0);
    BOOST_TEST(*guarded.lock() == "parent's");
}

BOOST_AUTO_TEST_CASE(a_child_never_waits_for_a_lock_that_was_held_at_the_fork) {
    ForkGuarded<std::string> guarded;
    *guarded.lock() = "half written";
    const auto held = guarded.lock();
    const test::Ended ended = test::in_child([&] {
        if (!guarded.lock()->empty()) return 1;
        *guarded.lock() = "child's";
        std::string seen;
        std::thread([&] { seen = *guarded.lock(); }).join();
        return seen == "child's" ? 0 : 2;
    });
    BOOST_TEST(ended.exit_code == 0);
}

BOOST_AUTO_TEST_CASE(a_grandchild_inherits_as_well_and_threads_of_a_child_take_over_once) {
    ForkGuarded<int> guarded;
    *guarded.lock() = 7;
    const test::Ended ended = test::in_child([&] {
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 1000; ++n) ++*guarded.lock();
            });
        }
        for (auto& thread : threads) thread.join();
        if (*guarded.lock() != 8007) return 1;
        const test::Ended inner = test::in_child([&] { return *guarded.lock() == 8007 ? 0 : 1; });
        return inner.exit_code;
    });
    BOOST_TEST(ended.exit_code == 0);
    BOOST_TEST(*guarded.lock() == 7);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::pipeline
