// What the fuzzers found, one case each, so that it stays found.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "answer_check.hpp"
#include "fuzzed_service.hpp"

using namespace kvp11;
using namespace kvp11::fuzz;

namespace {

http::Response checked(FuzzedService& service, const Shot& shot) {
    http::Response response = service.answer(shot);
    BOOST_TEST(fault_of(response, shot.method == "GET") == "", shown(response));
    return response;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(found)

// The path was told in the error's message as it was sent, and the answer was no JSON.
BOOST_AUTO_TEST_CASE(a_path_that_is_not_utf8_is_refused) {
    FuzzedService service;
    for (const char* segment :
         {"%ff", "\xff", "%c0%af", "%ed%a0%80", "%f4%90%80%80", "%e2%82", "%80", "%f0%80%80%80"}) {
        const Shot shot{"GET", "/" + std::string(segment) + "?api-version=7.4", "Bearer user", ""};
        BOOST_TEST(checked(service, shot).status == 400U);
        const Shot query{"GET", "/keys?api-version=7.4&x=" + std::string(segment), "Bearer user", ""};
        BOOST_TEST(checked(service, query).status == 400U);
    }
    for (const char* segment : {"%F0%9F%94%91", "\xf0\x9f\x94\x91", "%c3%bc", "%ed%9f%bf", "%f4%8f%bf%bf"}) {
        const Shot shot{"GET", "/" + std::string(segment) + "?api-version=7.4", "Bearer user", ""};
        BOOST_TEST(checked(service, shot).status == 404U);
    }
}

// It went into the kid as it was sent.
BOOST_AUTO_TEST_CASE(a_host_that_is_none_is_not_in_a_kid) {
    FuzzedService service;
    for (const char* host : {"\xff\xfe", "a b", "a\"b", "a/b", "a@b", ""}) {
        Shot shot{"GET", "/keys/ec?api-version=7.4", "Bearer user", ""};
        shot.headers.add("Host", host);
        const http::Response response = checked(service, shot);
        BOOST_TEST(response.body.find("\"https://lab.managedhsm.azure.net/keys/ec/") != std::string::npos, host);
    }
    Shot shot{"GET", "/keys/ec?api-version=7.4", "Bearer user", ""};
    shot.headers.add("Host", "[::1]:8443");
    BOOST_TEST(checked(service, shot).body.find("\"https://[::1]:8443/keys/ec/") != std::string::npos);
}

// Memory came back with another alignment than it had been asked for with: AddressSanitizer ended the program.
BOOST_AUTO_TEST_CASE(a_body_that_ends_after_a_long_text_is_refused) {
    FuzzedService service;
    const std::string body = R"({"alg":"ES256","value":")" + std::string(300, 'A') + "\",\"x\":\"\xb7\"}";
    BOOST_TEST(checked(service, {"POST", "/keys/ec/sign?api-version=7.4", "Bearer user", body}).status == 400U);
}

BOOST_AUTO_TEST_SUITE_END()
