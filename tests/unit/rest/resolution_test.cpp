// What a method and a target come to, and that it is kept.
#include <boost/test/unit_test.hpp>

#include <string>

#include "rest/resolution.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::rest;

namespace {

const Router& router() {
    static const Router made;
    return made;
}

ResolutionPtr resolved(Method method, const std::string& target) {
    const auto found = resolve(router(), method, target);
    REQUIRE_OK(found);
    return *found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resolution)

BOOST_AUTO_TEST_CASE(has_route_path_and_version) {
    const ResolutionPtr sign = resolved(Method::Post, "/keys/k/0123/sign?api-version=7.4");
    BOOST_REQUIRE(sign->route);
    BOOST_TEST((sign->route->operation == partition::Operation::KeySign));
    BOOST_TEST(sign->path.name == "k");
    BOOST_TEST(sign->path.version == "0123");
    BOOST_TEST(sign->version_name == "7.4");
    BOOST_TEST((sign->version == ApiVersion::V7_4));
}

BOOST_AUTO_TEST_CASE(is_kept_for_the_same_method_and_target_only) {
    const ResolutionPtr get = resolved(Method::Get, "/keys/k?api-version=7.4");
    BOOST_TEST(resolved(Method::Get, "/keys/k?api-version=7.4") == get);
    BOOST_TEST((resolved(Method::Delete, "/keys/k?api-version=7.4")->route != get->route));
    BOOST_TEST(resolved(Method::Get, "/keys/l?api-version=7.4")->path.name == "l");
    BOOST_TEST((resolved(Method::Get, "/keys/k?api-version=7.5")->version == ApiVersion::V7_5));
    BOOST_TEST(resolved(Method::Get, "/keys/k?api-version=7.4")->path.name == "k");
}

// More than a thread keeps: whatever lies in a place, the answer is that of the target.
BOOST_AUTO_TEST_CASE(many_targets_do_not_take_each_others_answers) {
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 500; ++i) {
            const std::string name = "key-" + std::to_string(i);
            BOOST_TEST(resolved(Method::Get, "/keys/" + name + "?api-version=7.4")->path.name == name);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_has_no_route_says_whether_another_method_has_one) {
    BOOST_TEST((resolved(Method::Get, "/no/such/thing")->route == nullptr));
    BOOST_TEST(!resolved(Method::Get, "/no/such/thing")->other_method);
    BOOST_TEST(resolved(Method::Get, "/rng")->other_method);
    const auto unknown = resolve(router(), std::nullopt, "/rng");
    REQUIRE_OK(unknown);
    BOOST_TEST(((*unknown)->route == nullptr));
}

BOOST_AUTO_TEST_CASE(what_is_no_target_is_refused) {
    BOOST_TEST((resolve(router(), Method::Get, "/keys/%zz").code() == Errc::ArgumentsBad));
}

BOOST_AUTO_TEST_SUITE_END()
