// The rows of the power-on self-tests: an algorithm, where its vector was published, and a function that runs
// it. Of this room only. Constants; thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::fips {

/// Bytes from lower-case hexadecimal digits, as the vectors are written.
Bytes from_hex(std::string_view digits);

/// The published answers of one row. A test of the error state may have them spoilt: then each is given with
/// one bit turned over, so that the row fails by what it compares, and a row that compares nothing is found.
class Answers {
public:
    explicit Answers(bool spoilt) : spoilt_(spoilt) {}
    [[nodiscard]] Bytes operator()(std::string_view digits) const;

private:
    bool spoilt_;
};

struct SelfTestRow {
    const char* algorithm;
    const char* source;
    Result<bool> (*passes)(const Answers&);
};

std::span<const SelfTestRow> symmetric_self_tests();
std::span<const SelfTestRow> asymmetric_self_tests();

}  // namespace kvp11::fips
