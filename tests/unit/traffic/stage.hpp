// Traffic with clocks that stand until they are moved, and short words for what it is asked.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "host/clock.hpp"
#include "support/results.hpp"
#include "traffic/traffic.hpp"

namespace kvp11::traffic::test {

inline constexpr KeySpec rsa_2048{KeyType::Rsa, 2048};
inline constexpr KeySpec rsa_3072{KeyType::Rsa, 3072};
inline constexpr KeySpec rsa_4096{KeyType::Rsa, 4096};
inline constexpr KeySpec p256{KeyType::Ec, 0, Curve::P256};
inline constexpr KeySpec p521{KeyType::Ec, 0, Curve::P521};
inline constexpr KeySpec aes_256{KeyType::Aes, 256};

struct Stage {
    explicit Stage(std::string_view rules = "{}") { REQUIRE_OK(traffic->set_rules(rules)); }

    void advance(std::chrono::nanoseconds time) { *steady += time.count(); }

    std::optional<Throttled> charge(std::string_view operation, const KeySpec* spec) {
        delivery = {};
        return traffic->charge(operation, spec, delivery);
    }
    bool admitted(std::string_view operation, const KeySpec* spec) { return !charge(operation, spec); }

    boost::json::value rules() const { return boost::json::parse(traffic->rules()); }
    std::int64_t happened(const char* pointer) const { return rules().at_pointer(pointer).to_number<std::int64_t>(); }

    std::shared_ptr<std::atomic<std::int64_t>> steady = std::make_shared<std::atomic<std::int64_t>>(1'000'000'000'000);
    std::shared_ptr<host::ManualClock> clock = std::make_shared<host::ManualClock>(784'111'777);
    std::unique_ptr<Traffic> traffic =
        Traffic::make({[time = steady] { return std::chrono::nanoseconds(time->load()); }, clock});
    http::Delivery delivery;  // of the last charge
};

}  // namespace kvp11::traffic::test
