// Shapes recorded from the service, from its documents, and from its users' logs.
#include "pipeline/service_error.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace kvp11::pipeline {
namespace {

using transport::Answer;

const char* const activity = "5e1f3c0a-0000-11f0-8000-000000000001";

Answer with(unsigned status, std::string body, bool by_service = true) {
    std::vector<transport::Header> headers = {{"Content-Type", "application/json; charset=utf-8"}};
    if (by_service) headers.push_back({"x-ms-request-id", activity});
    return {status, std::move(headers), std::move(body)};
}

struct Case {
    const char* what;
    unsigned status;
    const char* body;
    const char* path;
    Errc wanted;
};
std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.what; }

const Case cases[] = {
    {"400 of sign", 400, R"({"error":{"code":"BadParameter","message":"Property value is invalid"}})",
     "/keys/web/v/sign", Errc::DataInvalid},
    {"400 of sign with a length", 400,
     R"({"error":{"code":"BadParameter","message":"Invalid length of 'value': 31 bytes. RS256 requires 32 bytes"}})",
     "/keys/web/v/sign", Errc::DataLenRange},
    {"400, another algorithm", 400,
     R"({"error":{"code":"BadParameter","message":"Key and signing algorithm are incompatible"}})", "/keys/web/v/sign",
     Errc::AlgorithmNotSupported},
    {"400, an algorithm of other keys", 400,
     R"({"error":{"code":"BadParameter","message":"The algorithm 'ES384' is not for this key"}})", "/keys/web/v/sign",
     Errc::AlgorithmNotSupported},
    {"400, an unknown algorithm", 400, R"({"error":{"code":"BadParameter","message":"alg X is not supported"}})",
     "/keys/web/v/decrypt", Errc::AlgorithmNotSupported},
    {"400, other key operations", 400,
     R"({"error":{"code":"BadParameter","message":"The key does not allow this operation"}})", "/keys/web/v/sign",
     Errc::KeyFunctionNotPermitted},
    {"400 of a release policy", 400,
     R"({"error":{"code":"BadParameter","message":"Non-exportable keys must not have release policy"}})",
     "/keys/web/create", Errc::ReleasePolicyInvalid},
    {"400 of decrypt", 400, R"({"error":{"code":"BadParameter","message":"Decryption failed"}})", "/keys/web/v/decrypt",
     Errc::EncryptedDataInvalid},
    {"400 of unwrapkey", 400, R"({"error":{"code":"BadParameter","message":"Unwrap failed"}})", "/keys/web/v/unwrapkey",
     Errc::WrappedKeyInvalid},
    {"400 of wrapkey", 400, R"({"error":{"code":"BadParameter","message":"no"}})", "/keys/web/v/wrapkey",
     Errc::KeyNotWrappable},
    {"400 of verify", 400, R"({"error":{"code":"BadParameter","message":"no"}})", "/keys/web/v/verify",
     Errc::SignatureInvalid},
    {"400 of encrypt, too long", 400, R"({"error":{"code":"BadParameter","message":"The value is too long"}})",
     "/keys/web/v/encrypt", Errc::DataLenRange},
    {"400 of encrypt", 400, R"({"error":{"code":"BadParameter","message":"no"}})", "/keys/web/v/encrypt",
     Errc::DataInvalid},
    {"400 of create", 400, R"({"error":{"code":"BadParameter","message":"no"}})", "/keys/web/create",
     Errc::AttributeValueInvalid},
    {"400 of a name", 400, R"({"error":{"code":"BadParameter","message":"The key name is not valid"}})", "/keys/a_b",
     Errc::KeyNameInvalid},
    {"400 of anything", 400, R"({"error":{"code":"BadArgument","message":"no"}})", "/rng", Errc::ArgumentsBad},
    {"401 without a body", 401, "", "/keys/web", Errc::UserNotLoggedIn},
    {"401 with OK", 401, "OK", "/keys/web", Errc::UserNotLoggedIn},
    {"403 of a firewall", 403,
     R"({"error":{"code":"Forbidden","message":"no","innererror":{"code":"ForbiddenByFirewall"}}})", "/keys/web",
     Errc::AccessDenied},
    {"403 of a policy", 403,
     R"({"error":{"code":"Forbidden","message":"no","innererror":{"code":"ForbiddenByPolicy"}}})", "/keys/web",
     Errc::AccessDenied},
    {"403 of roles", 403, R"({"error":{"code":"Forbidden","message":"no","innererror":{"code":"ForbiddenByRbac"}}})",
     "/keys/web", Errc::AccessDenied},
    {"403 of a Managed HSM", 403,
     R"({"error":{"code":"AccessDenied","message":"Not authorized to access Microsoft.KeyVault/managedHsm/keys/create on '/keys'"}})",
     "/keys/web/create", Errc::AccessDenied},
    {"403 of rights to a key whose name says otherwise", 403,
     R"({"error":{"code":"AccessDenied","message":"Not authorized to access x on '/keys/is disabled'"}})", "/keys/web",
     Errc::AccessDenied},
    {"403 with an inner AccessDenied", 403,
     R"({"error":{"code":"Forbidden","message":"no","innererror":{"code":"AccessDenied"}}})", "/keys/web",
     Errc::AccessDenied},
    {"403 in a network rule's words", 403,
     R"({"error":{"code":"Forbidden","message":"Client address is not authorized and caller is not a trusted service."}})",
     "/keys/web", Errc::AccessDenied},
    {"403 of a disabled key by its code", 403,
     R"({"error":{"code":"Forbidden","message":"no","innererror":{"code":"KeyDisabled"}}})", "/keys/web/v/sign",
     Errc::KeyDisabled},
    {"403 of a disabled key by its words", 403,
     R"({"error":{"code":"Forbidden","message":"Operation sign is not allowed on a disabled key."}})",
     "/keys/web/v/sign", Errc::KeyDisabled},
    {"403 of a key that is disabled", 403, R"({"error":{"code":"Forbidden","message":"'web' is disabled"}})",
     "/keys/web/v/sign", Errc::KeyDisabled},
    {"403 of an expired key by its code", 403,
     R"({"error":{"code":"Forbidden","message":"no","innererror":{"code":"KeyExpired"}}})", "/keys/web/v/sign",
     Errc::KeyExpired},
    {"403 of an expired key by its words", 403,
     R"({"error":{"code":"Forbidden","message":"Operation sign is not allowed on an expired key."}})",
     "/keys/web/v/sign", Errc::KeyExpired},
    {"403 of a key that has expired", 403, R"({"error":{"code":"Forbidden","message":"'web' has expired"}})",
     "/keys/web/v/sign", Errc::KeyExpired},
    {"403 of a future key by its code", 403,
     R"({"error":{"code":"Forbidden","message":"no","innererror":{"code":"KeyNotYetValid"}}})", "/keys/web/v/sign",
     Errc::KeyNotYetValid},
    {"403 of a future key", 403, R"({"error":{"code":"Forbidden","message":"'web' is not valid yet"}})",
     "/keys/web/v/sign", Errc::KeyNotYetValid},
    {"403 of a future key in other words", 403,
     R"({"error":{"code":"Forbidden","message":"Operation sign is not allowed on a not yet valid key."}})",
     "/keys/web/v/sign", Errc::KeyNotYetValid},
    {"403 of purge protection", 403, R"({"error":{"code":"Forbidden","message":"Purge protection keeps it"}})",
     "/deletedkeys/web", Errc::PurgeProtected},
    {"403 of too many versions", 403, R"({"error":{"code":"Forbidden","message":"the key 'w' has 100 versions"}})",
     "/keys/web/create", Errc::KeyVersionLimit},
    {"403 of other key operations", 403,
     R"({"error":{"code":"Forbidden","message":"'web' does not allow this operation"}})", "/keys/web/v/sign",
     Errc::KeyFunctionNotPermitted},
    {"403 of other key operations in a vault's words", 403,
     R"({"error":{"code":"Forbidden","message":"Operation sign is not permitted on this key."}})", "/keys/web/v/sign",
     Errc::KeyFunctionNotPermitted},
    {"403 of extraction", 403, R"({"error":{"code":"Forbidden","message":"'web' is not extractable"}})", "/keys/web",
     Errc::KeyUnextractable},
    {"403 of release", 403, R"({"error":{"code":"Forbidden","message":"'web' is not exportable"}})",
     "/keys/web/v/release", Errc::KeyUnextractable},
    {"403 before activation", 403,
     R"({"error":{"code":"Forbidden","message":"the partition awaits the download of its security domain"}})",
     "/keys/web", Errc::PartitionNotActive},
    {"403 of another state", 403, R"({"error":{"code":"Forbidden","message":"the partition is not active"}})",
     "/keys/web", Errc::PartitionNotActive},
    {"403 of anything", 403, R"({"error":{"code":"Forbidden","message":"no"}})", "/keys/web", Errc::AccessDenied},
    {"404 of a key", 404, R"({"error":{"code":"KeyNotFound","message":"A key with (name/id) web was not found"}})",
     "/keys/web", Errc::KeyNotFound},
    {"404 without a body", 404, "", "/keys/web", Errc::KeyNotFound},
    {"404 of a role assignment", 404, R"({"error":{"code":"RoleAssignmentNotFound","message":"no"}})", "/x",
     Errc::RoleAssignmentNotFound},
    {"404 of a role definition", 404, R"({"error":{"code":"RoleDefinitionNotFound","message":"no"}})", "/x",
     Errc::RoleDefinitionNotFound},
    {"404 of a path", 404, R"({"error":{"code":"NotFound","message":"There is no resource at /rng"}})", "/rng",
     Errc::FunctionNotSupported},
    {"405", 405, R"({"error":{"code":"MethodNotAllowed","message":"no"}})", "/rng", Errc::FunctionNotSupported},
    {"409 of a deleted key", 409,
     R"({"error":{"code":"Conflict","message":"no","innererror":{"code":"ObjectIsDeletedButRecoverable"}}})",
     "/keys/web/create", Errc::KeyDeleted},
    {"409 of a key that is being deleted", 409,
     R"({"error":{"code":"Conflict","message":"no","innererror":{"code":"ObjectIsBeingDeleted"}}})", "/keys/web/create",
     Errc::KeyDeleted},
    {"409 of a deleted key by its words", 409,
     R"({"error":{"code":"Conflict","message":"Key web is currently in a deleted but recoverable state"}})",
     "/keys/web/create", Errc::KeyDeleted},
    {"409 while it is being deleted", 409, R"({"error":{"code":"Conflict","message":"web is being deleted"}})",
     "/keys/web/create", Errc::KeyDeleted},
    {"409 of a name", 409, R"({"error":{"code":"Conflict","message":"exists"}})", "/keys/restore", Errc::KeyExists},
    {"413", 413, "", "/keys/web/v/sign", Errc::DataLenRange},
    {"429 of a vault", 429,
     R"({"error":{"code":"Throttled","message":"Request was not processed because too many requests were received."}})",
     "/keys/web/v/sign", Errc::DeviceError},
    {"501", 501, "", "/keys/web", Errc::FunctionNotSupported},
    {"503", 503, R"({"error":{"code":"ServiceUnavailable","message":"no"}})", "/keys/web", Errc::DeviceError},
    {"500", 500, R"({"error":{"code":"InternalServerError","message":"no"}})", "/keys/web", Errc::DeviceError},
    {"an unknown code", 418, R"({"error":{"code":"Teapot","message":"no"}})", "/keys/web", Errc::DeviceError},
};

BOOST_AUTO_TEST_SUITE(service_errors)

BOOST_DATA_TEST_CASE(each_has_its_condition, boost::unit_test::data::make(cases), one) {
    const Error error = service_error(read_service_answer(with(one.status, one.body)), one.path);
    BOOST_TEST_CONTEXT(error.message) {
        BOOST_TEST(static_cast<int>(error.code) == static_cast<int>(one.wanted));
        BOOST_TEST(error.message.find(std::to_string(one.status)) != std::string::npos);
        BOOST_TEST(error.message.find(activity) != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(each_row_is_the_answer_to_some_case) {
    for (const ServiceErrorRow& row : service_error_rows()) {
        bool is_met = false;
        for (const Case& one : cases) {
            is_met = is_met || &row_for(read_service_answer(with(one.status, one.body)), one.path) == &row;
        }
        BOOST_TEST_CONTEXT(row.status << " " << row.code << " " << row.inner_code << " " << row.words << " "
                                      << row.operation) {
            BOOST_TEST(is_met);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_a_stranger_says_tells_nothing_of_keys_and_rights) {
    const char* html = "<html><body><h1>404 Not Found</h1></body></html>";
    for (const unsigned status : {302U, 400U, 403U, 404U, 409U, 418U}) {
        const Answer answer(status, {{"Content-Type", "text/html; charset=utf-8"}}, html);
        const Error error = service_error(read_service_answer(answer), "/keys/web");
        BOOST_TEST((error.code == Errc::DeviceError));
        BOOST_TEST(error.message.find("no Managed HSM") != std::string::npos);
        BOOST_TEST(error.message.find("text/html, 48 bytes") != std::string::npos);
        BOOST_TEST(error.message.find("<h1>") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(the_sentence_has_all_that_the_support_asks_for) {
    const auto answer = with(
        403,
        R"({"error":{"code":"Forbidden","message":"Caller is not allowed","innererror":{"code":"ForbiddenByRbac"}}})");
    BOOST_TEST(service_error(read_service_answer(answer), "/keys/web/v/sign").message ==
               "no role assignment allows this: 403 Forbidden (ForbiddenByRbac), 'Caller is not allowed'; request id "
               "5e1f3c0a-0000-11f0-8000-000000000001");
}

BOOST_AUTO_TEST_CASE(bodies_of_every_kind_are_read_without_harm) {
    const std::string deep(100'000, '[');
    const std::string inner = []() {
        std::string text;
        for (int i = 0; i < 30; ++i) text += R"({"code":"C","innererror":)";
        return R"({"error":)" + text + "null" + std::string(30, '}') + "}";
    }();
    const std::string whole = R"({"error":{"code":"Forbidden","message":"a\u0000b\nc","innererror":{"code":"X"}}})";
    for (const std::string& body :
         {std::string("OK"), std::string("null"), std::string("[]"), std::string("{}"), std::string(R"({"error":1})"),
          std::string(R"({"error":{"code":1,"message":[]}})"), std::string(R"({"error":{"innererror":"x"}})"),
          std::string("\xff\xfe{"), deep, inner, std::string(1U << 20U, 'x'), std::string("\0\0", 2)}) {
        (void)service_error(read_service_answer(with(403, body)), "/keys/web");
    }
    for (std::size_t size = 0; size < whole.size(); ++size) {
        (void)service_error(read_service_answer(with(403, whole.substr(0, size))), "");
    }
    BOOST_TEST(read_service_answer(with(403, whole)).message == "a b c");
    BOOST_TEST(read_service_answer(with(403, whole)).inner_code == "X");
}

// RFC 6749 5.2: what a login server in the wrong place says.
BOOST_AUTO_TEST_CASE(an_error_of_oauth_is_read) {
    const ServiceAnswer said =
        read_service_answer(with(400, R"({"error":"invalid_request","error_description":"AADSTS900144: no"})", false));
    BOOST_TEST(said.code == "invalid_request");
    BOOST_TEST(said.message == "AADSTS900144: no");
}

BOOST_AUTO_TEST_CASE(what_goes_to_the_log_is_one_short_line_without_tokens) {
    const std::string token = "eyJhbGciOiJSUzI1NiJ9." + std::string(300, 'A') + "." + std::string(300, 'B');
    BOOST_TEST(fit_for_log("got Bearer " + token + ", sorry") == "got Bearer …, sorry");
    BOOST_TEST(fit_for_log("a\r\nb\tc\x7f") == "a  b c ");
    BOOST_TEST(fit_for_log("äöü", 3) == "ä…");
    BOOST_TEST(fit_for_log(std::string(1000, ' ')).size() < 410U);
    const std::string name(127, 'k');
    BOOST_TEST(fit_for_log("/keys/" + name + "/0123456789abcdef0123456789abcdef").find(name) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::pipeline
