#include "module_fuzz.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "trace/names.hpp"

namespace kvp11::fuzz {

std::uint64_t ModuleFuzz::begin() {
    setenv("KVP11_LOG", "trace", 1);
    setenv("KVP11_LOG_TARGET", "/dev/null", 1);
    const std::uint64_t seed = number_from("KVP11_TEST_SEED", 20'261'122);
    std::cout << "KVP11_TEST_SEED=" << seed << std::endl;
    return seed;
}

void ModuleFuzz::run_rounds(std::uint64_t seconds, std::initializer_list<const char*> reached) {
    std::size_t rounds = 0;
    const auto time = std::chrono::seconds(number_from("KVP11_TEST_SECONDS", seconds));
    const auto end = std::chrono::steady_clock::now() + time;
    for (; std::chrono::steady_clock::now() < end; ++rounds) {
        BOOST_TEST_CHECKPOINT("round " << rounds);
        memory_.empty();
        round();
        if (rounds % 1000 == 0) check();
    }
    check();
    std::cout << rounds << " rounds\n";
    for (const auto& [answer, times] : answers_) std::cout << answer << ": " << times << "\n";
    for (const char* answer : reached) BOOST_TEST(answers_.contains(answer), answer);
}

CK_RV ModuleFuzz::judged(const char* function, CK_RV value) {
    const std::string name(trace::name_of("CKR_", value));
    ++answers_[std::string(function) + " " + name];
    BOOST_TEST(!name.empty(), function << ": " << value);
    BOOST_TEST(value != CKR_GENERAL_ERROR, function);
    BOOST_TEST(value != CKR_DEVICE_ERROR, function);
    return value;
}

}  // namespace kvp11::fuzz
