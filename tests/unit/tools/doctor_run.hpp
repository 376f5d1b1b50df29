// Runs `kvp11 doctor` on a configuration, and reads what it printed.
#pragma once

#include <filesystem>

#include "unit/tools/command_run.hpp"

namespace kvp11::test {

/// What the doctor said of one slot, by check.
struct Examined {
    int code = 0;
    std::string json;
    boost::json::object by_check;

    /// "failed", or "" when there was no such check.
    [[nodiscard]] std::string verdict(const std::string& check) const { return member(check, "verdict"); }
    [[nodiscard]] std::string text(const std::string& check) const { return member(check, "text"); }
    [[nodiscard]] std::string advice(const std::string& check) const { return member(check, "advice"); }

private:
    [[nodiscard]] std::string member(const std::string& check, const char* name) const {
        const auto* found = by_check.if_contains(check);
        const auto* value = found == nullptr ? nullptr : found->as_object().if_contains(name);
        return value == nullptr ? "" : std::string(value->as_string());
    }
};

/// The doctor on this configuration's only slot.
inline Examined examine(const std::string& file, Words words = {}) {
    words.insert(words.begin(), {"doctor", "--json", "--config", file});
    const Outcome outcome = kvp11(words);
    Examined examined{outcome.code, outcome.out, {}};
    BOOST_REQUIRE_MESSAGE(!outcome.out.empty(), outcome.err);
    const auto report = boost::json::parse(outcome.out).as_object();
    BOOST_TEST(report.at("code").as_int64() == outcome.code);
    for (const auto& check : report.at("slots").as_array().at(0).at("checks").as_array()) {
        BOOST_TEST(examined.by_check.emplace(check.at("check").as_string(), check).second);
    }
    return examined;
}

}  // namespace kvp11::test

#define EXPECT_CHECK(examined, check, wanted)                                                                          \
    BOOST_TEST_CONTEXT((examined).json) BOOST_TEST((examined).verdict(check) == (wanted), "check " << (check))
