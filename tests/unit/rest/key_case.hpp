// Keys over REST, as the tests of the key routes make them. Failing to set one up is an exception.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>

#include "kvp11/bytes.hpp"
#include "service_case.hpp"

namespace kvp11::test {

std::string base64(ByteView bytes);
Bytes unbase64(std::string_view text);
/// Of a member that is a string.
std::string text_at(const boost::json::value& object, std::string_view name);

/// The bundle of a new key; `body` as of POST …/create, or of PUT with `jwk` as its key.
boost::json::value make_key(ServiceCase& hsm, const std::string& name, const std::string& body);
boost::json::value import_jwk(ServiceCase& hsm, const std::string& name, const std::string& jwk);
std::string version_of(const boost::json::value& bundle);

/// POST /keys/NAME/OPERATION at a version that knows all algorithms.
Answer use_key(ServiceCase& hsm, const std::string& name, const std::string& operation, const std::string& body);
std::string use_body(std::string_view alg, ByteView value, const std::string& more = {});
/// The result's value, of an operation that must succeed.
Bytes result_of(ServiceCase& hsm, const std::string& name, const std::string& operation, const std::string& body);

/// What OpenSSL itself says of a JWS signature over a message, from the members of a public JWK.
bool openssl_verifies(const boost::json::value& jwk, std::string_view alg, std::string_view message,
                      ByteView signature);
Bytes sha(std::string_view alg, std::string_view message);  // the digest that the algorithm's number names

}  // namespace kvp11::test
