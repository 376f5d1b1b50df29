// Every use that the policy's tests ask about: uses × keys × algorithms with the sizes and parameters that its rules
// tell apart, and a line of text for each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fips/policy_rows.hpp"

namespace kvp11::test {

struct PolicyCase {
    fips::Use use;
    KeySpec key;
    std::optional<SignatureAlgorithm> signature;
    std::optional<CipherAlgorithm> cipher;
    std::optional<WrapAlgorithm> wrapping;
    std::string text;  // "sign | RSA 2048 | PKCS#1 v1.5 SHA-256"

    [[nodiscard]] fips::Service service() const;
    [[nodiscard]] Result<void> verdict() const;
};

const std::vector<PolicyCase>& policy_cases();

}  // namespace kvp11::test
