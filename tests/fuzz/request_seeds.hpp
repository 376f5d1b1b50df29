// Requests that the service understands, at least one for each of its routes: what mutations begin with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kvp11::fuzz {

/// The keys "ec", "rsa", "aes" and "hmac" exist, and "gone" is deleted.
struct RequestSeed {
    std::string method;
    std::string path;
    std::string body = {};
    std::string person = "user";  // who may do it
    std::string query = {};       // beside api-version
};

/// Ours, and every body of the OpenAPI examples in tests/vectors/openapi.
std::vector<RequestSeed> request_seeds();
/// What makes the keys above, in this order. All of it succeeds.
std::vector<RequestSeed> preparation();

}  // namespace kvp11::fuzz
