// What the tests of who asks work with: tokens made by others, keys of our own to forge with, and a validator.
#pragma once

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <memory>
#include <string>

#include "crypto/asymmetric.hpp"
#include "identity/token_validator.hpp"
#include "support/results.hpp"

namespace kvp11::test {

/// Removed with everything in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    [[nodiscard]] std::string path(const std::string& name = {}) const { return root_ / name; }

private:
    std::filesystem::path root_;
};

std::string text_of_file(const std::string& file);

/// tests/vectors/tokens/tokens.json
const boost::json::object& token_vectors();
std::string vector_text(const char* group, const char* name);
std::string vector_json(const char* name);
std::int64_t vector_time();

/// Made once per run, one for each number.
std::shared_ptr<const crypto::PrivateHalf> rsa_key(std::size_t number = 0);
/// A JWKS of one key or of several.
std::string jwks_of(std::initializer_list<std::pair<std::string, std::size_t>> keys);
/// The claims of the vectors, with `changes`; null removes one.
boost::json::object claims(const boost::json::object& changes = {});
std::string signed_token(const boost::json::object& claims, const std::string& kid = "key-1", std::size_t key = 0);

/// What a partition at managedhsm.localhost asks of tokens.
identity::ValidatorSettings validator_settings(std::string jwks, std::shared_ptr<const host::Clock> clock);

}  // namespace kvp11::test
