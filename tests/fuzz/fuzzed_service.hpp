// A service to throw requests at: rest's test case with keys in it, and requests with everything about them changed.
#pragma once

#include <string>

#include "dice.hpp"
#include "request_seeds.hpp"
#include "unit/rest/service_case.hpp"

namespace kvp11::fuzz {

/// Everything about a request that mutations change.
struct Shot {
    std::string method;
    std::string target;
    std::string authorization;  // empty: none
    std::string body;
    http::Headers headers = {};
    http::Peer peer = {"127.0.0.1", 50000, false};
    [[nodiscard]] std::string shown() const;
};

/// As the seed says.
Shot shot_of(const RequestSeed& seed);
/// One or two mutations of it.
Shot mutated(Shot shot, Dice& dice);

class FuzzedService {
public:
    /// An active one has the keys that seeds speak of.
    explicit FuzzedService(test::ServiceCase::Life life = test::ServiceCase::Life::Active);

    /// Throws when there is no answer within a minute.
    http::Response answer(const Shot& shot);
    [[nodiscard]] rest::Service& service() noexcept { return case_.service(); }
    [[nodiscard]] traffic::Traffic& traffic() noexcept { return case_.site().traffic; }

private:
    test::ServiceCase case_;
};

}  // namespace kvp11::fuzz
