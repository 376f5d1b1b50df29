#include "server/exchange_recorder.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <thread>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::server;
using kvp11::test::ScratchFolder;

namespace {

struct Exchanged {
    Exchanged() {
        request.method = "POST";
        request.target = "/keys/k/create?api-version=7.4";
        request.headers = {{"Host", "lab.managedhsm.localhost:8443"}, {"authorization", "Bearer secret.token"}};
        request.body = http::Body(R"({"kty":"EC-HSM"})");
        response.headers = {{"x-ms-request-id", "1"}};
        response.body = "{\"a\":\"\n\"}";
    }
    [[nodiscard]] rest::Observation observation() const {
        return {.request_id = "1",
                .operation = "KeyCreate",
                .route = "/keys/{name}/create",
                .principal = "",
                .code = "",
                .message = "",
                .duration = {},
                .request = request,
                .response = response};
    }
    http::Request request;
    http::Response response;
};

std::string content_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange_recorder)

BOOST_AUTO_TEST_CASE(a_line_has_everything_but_the_token) {
    const std::string line = exchange_line(Exchanged().observation());
    BOOST_TEST(line.find("secret.token") == std::string::npos);
    BOOST_TEST(line.find('\n') == line.size() - 1);
    const auto object = boost::json::parse(line).as_object();
    BOOST_TEST(object.at("method").as_string() == "POST");
    BOOST_TEST(object.at("url").as_string() == "https://lab.managedhsm.localhost:8443/keys/k/create?api-version=7.4");
    BOOST_TEST(object.at("request_body").as_string() == R"({"kty":"EC-HSM"})");
    BOOST_TEST(object.at("status").as_int64() == 200);
    BOOST_TEST(object.at("response_headers").as_object().at("x-ms-request-id").as_string() == "1");
    BOOST_TEST(object.at("response_body").as_string() == "{\"a\":\"\n\"}");
    BOOST_TEST(!object.at("request_headers").as_object().contains("authorization"));
}

BOOST_AUTO_TEST_CASE(threads_write_whole_lines_into_a_file_of_the_owner) {
    const ScratchFolder folder;
    const auto recorder = ExchangeRecorder::open(folder / "record");
    REQUIRE_OK(recorder);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 50; ++n) (*recorder)->observed(Exchanged().observation());
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::istringstream lines(content_of(folder / "record"));
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) BOOST_TEST(boost::json::parse(line).is_object());
    BOOST_TEST(count == 200);
    struct stat about {};
    BOOST_REQUIRE(stat((folder / "record").c_str(), &about) == 0);
    BOOST_TEST((about.st_mode & 0777U) == 0600U);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_written_is_an_error) {
    CHECK_FAILS(ExchangeRecorder::open("/nowhere/record"), Errc::AccessDenied);
}

BOOST_AUTO_TEST_SUITE_END()
