// Mutations of valid requests for every route: the service never fails and always answers in its shape.
//
// KVP11_TEST_SEED=<number> chooses another run; KVP11_TEST_SECONDS=<number> lets it last longer than 8 seconds.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <iostream>
#include <map>
#include <set>

#include "answer_check.hpp"
#include "fuzzed_service.hpp"
#include "text_mutation.hpp"

using namespace kvp11;
using namespace kvp11::fuzz;
using kvp11::test::ServiceCase;

namespace {

constexpr std::size_t requests_per_service = 1500;  // then another one, so that roles and keys are there again
constexpr std::size_t least_requests = 300;         // however slow the machine

std::uint64_t seed_of_run() {
    const std::uint64_t seed = number_from("KVP11_TEST_SEED", 20'261'122);
    std::cout << "KVP11_TEST_SEED=" << seed << std::endl;
    return seed;
}

std::chrono::steady_clock::time_point end_of_run(std::uint64_t share) {
    const std::uint64_t seconds = number_from("KVP11_TEST_SECONDS", 8);
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(seconds * 1000 / share);
}

void check(FuzzedService& service, const Shot& shot, std::map<unsigned, std::size_t>& statuses) {
    BOOST_TEST_CHECKPOINT(shot.shown());
    const http::Response response = service.answer(shot);
    const std::string fault = fault_of(response, shot.method == "GET");
    BOOST_TEST(fault == "", fault << "\n--- asked\n" << shot.shown() << "\n--- answered\n" << shown(response));
    ++statuses[response.status];
}

// One service, shot at until it is enough or time is over.
std::size_t shoot(ServiceCase::Life life, Dice& dice, std::size_t least, std::chrono::steady_clock::time_point end,
                  std::map<unsigned, std::size_t>& statuses) {
    const std::vector<RequestSeed> seeds = request_seeds();
    FuzzedService service(life);
    std::size_t count = 0;
    while (count < least || (count < requests_per_service && std::chrono::steady_clock::now() < end)) {
        check(service, mutated(shot_of(dice.any_of(seeds)), dice), statuses);
        ++count;
    }
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(service_fuzz)

BOOST_AUTO_TEST_CASE(every_route_has_a_seed) {
    FuzzedService service;
    std::set<const rest::Route*> seen;
    for (const RequestSeed& seed : request_seeds()) {
        const auto target = rest::parse_target(seed.path);
        bool other_method = false;
        const auto match = service.service().router().find(*rest::method_named(seed.method), *target, other_method);
        BOOST_TEST(match.has_value(), seed.method << " " << seed.path << " has no route");
        if (match) seen.insert(match->route);
    }
    for (const rest::Route* route : service.service().router().all()) {
        BOOST_TEST(seen.count(route) == 1U, route->pattern << " has no seed");
    }
}

BOOST_AUTO_TEST_CASE(seeds_are_answered_without_failure) {
    FuzzedService service;
    std::map<unsigned, std::size_t> statuses;
    for (const RequestSeed& seed : request_seeds()) check(service, shot_of(seed), statuses);
    BOOST_TEST(statuses.count(200) == 1U);
}

BOOST_AUTO_TEST_CASE(malformed_requests_get_the_shape_of_the_service) {
    Dice dice(seed_of_run());
    const auto end = end_of_run(2);
    std::map<unsigned, std::size_t> statuses;
    std::size_t count = 0;
    do {
        count += shoot(ServiceCase::Life::Active, dice, count == 0 ? least_requests : 0, end, statuses);
    } while (std::chrono::steady_clock::now() < end);
    std::cout << count << " requests:";
    for (const auto& [status, times] : statuses) std::cout << " " << times << " × " << status;
    std::cout << "\n";
    for (const unsigned status : {200U, 400U, 401U, 403U, 404U, 405U}) {
        BOOST_TEST(statuses.count(status) == 1U, "no request was answered " << status);
    }
}

BOOST_AUTO_TEST_CASE(so_they_do_before_the_partition_is_active) {
    Dice dice(seed_of_run() + 1);
    const auto end = end_of_run(8);
    std::map<unsigned, std::size_t> statuses;
    const std::size_t count = shoot(ServiceCase::Life::Provisioned, dice, 20, end, statuses);
    std::cout << count << " requests\n";
    BOOST_TEST(statuses.count(401) == 1U);
}

BOOST_AUTO_TEST_CASE(only_injected_faults_are_failures) {
    Dice dice(seed_of_run() + 2);
    const std::vector<RequestSeed> seeds = request_seeds();
    FuzzedService service;
    BOOST_REQUIRE(service.traffic().set_rules(R"({"faults": [{"every": 5, "status": 500}]})").ok());
    std::size_t failures = 0;
    for (int i = 0; i < 300; ++i) {
        const Shot shot = mutated(shot_of(dice.any_of(seeds)), dice);
        BOOST_TEST_CHECKPOINT(shot.shown());
        const http::Response response = service.answer(shot);
        if (response.status == 500) ++failures;
        const std::string fault = fault_of(response, shot.method == "GET", response.status == 500);
        BOOST_TEST(fault == "", fault << "\n--- asked\n" << shot.shown() << "\n--- answered\n" << shown(response));
    }
    const auto rules = boost::json::parse(service.traffic().rules());
    BOOST_TEST(failures == rules.at_pointer("/faults/0/happened").to_number<std::size_t>());
    BOOST_TEST(failures > 30U);
}

BOOST_AUTO_TEST_SUITE_END()
