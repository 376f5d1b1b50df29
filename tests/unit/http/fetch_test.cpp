#include "workplace.hpp"

#include <sys/socket.h>

#include "http/fetch.hpp"

using namespace kvp11;
using namespace kvp11::test;
using namespace std::chrono_literals;

namespace {

struct Fetched : Workplace {
    [[nodiscard]] Result<std::string> get(const std::string& host, http::FetchSettings settings = {}) const {
        if (settings.ca_file.empty()) settings.ca_file = files.certificate_chain;
        return http::fetch("https://" + host + ":" + std::to_string(tls()) + "/keys?a=b", settings);
    }
};

bool says(const Result<std::string>& result, const std::string& text) {
    BOOST_TEST_MESSAGE((result.ok() ? *result : result.error().message));
    return !result.ok() && result.code() == Errc::DeviceError && result.error().message.find(text) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch)

BOOST_AUTO_TEST_CASE(a_document_comes_from_whom_the_certificate_names) {
    Fetched place;
    for (const std::string host : {"localhost", "127.0.0.1"}) {
        const auto document = place.get(host);
        REQUIRE_OK(document);
        BOOST_TEST(*document == "GET /keys?a=b ");
    }
}

BOOST_AUTO_TEST_CASE(another_name_is_refused) {
    Certificates certificates;
    Fetched place;
    const auto other = certificates.make("other", "DNS:elsewhere.example");
    std::filesystem::copy_file(other.certificate_chain, place.files.certificate_chain,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::copy_file(other.private_key, place.files.private_key,
                               std::filesystem::copy_options::overwrite_existing);
    REQUIRE_OK(place.server->reload_certificates());
    BOOST_TEST(says(place.get("localhost"), "ostname mismatch"));
    BOOST_TEST(says(place.get("127.0.0.1"), "IP address mismatch"));
    BOOST_TEST(place.handler.handled() == 0U);
}

BOOST_AUTO_TEST_CASE(another_authority_is_refused) {
    Fetched place;
    http::FetchSettings settings;
    settings.ca_file = place.certificates.make("stranger").certificate_chain;
    BOOST_TEST(says(place.get("localhost", settings), "self-signed"));
    const auto system = http::fetch("https://localhost:" + std::to_string(place.tls()) + "/", {});
    BOOST_TEST(!system.ok());
    settings.ca_file = "/nowhere";
    CHECK_FAILS(place.get("localhost", settings), Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(only_200_is_a_document) {
    Fetched place;
    for (const unsigned status : {201U, 302U, 404U, 500U}) {
        place.handler.reply = [status](const http::Request&) {
            auto response = text_response("x");
            response.status = status;
            return response;
        };
        BOOST_TEST(says(place.get("localhost"), std::to_string(status)));
    }
}

BOOST_AUTO_TEST_CASE(time_size_and_truncation_are_watched) {
    Fetched place;
    place.handler.reply = [](const http::Request&) { return text_response(std::string(1000, 'x')); };
    http::FetchSettings small;
    small.most_bytes = 999;
    BOOST_TEST(says(place.get("localhost", small), "too large"));
    small.most_bytes = 1000;
    CHECK_OK(place.get("localhost", small));

    place.handler.reply = [](const http::Request&) {
        auto response = text_response(std::string(1000, 'x'));
        response.delivery.truncate_after = 10;
        return response;
    };
    BOOST_TEST(says(place.get("localhost"), "closed"));

    place.handler.hold();
    http::FetchSettings hurried;
    hurried.timeout = 50ms;
    BOOST_TEST(says(place.get("localhost", hurried), "in time"));
}

BOOST_AUTO_TEST_CASE(in_the_clear_only_from_this_machine) {
    Fetched place;
    const std::string port = std::to_string(place.plain());
    CHECK_OK(http::fetch("http://127.0.0.1:" + port + "/", {}));
    CHECK_OK(http::fetch("http://localhost:" + port, {}));
    BOOST_TEST(says(http::fetch("http://192.0.2.1/", {}), "loopback"));
    BOOST_TEST(says(http::fetch("ftp://localhost/", {}), "not a URL"));
    place.server->stop({});
    BOOST_TEST(says(http::fetch("http://127.0.0.1:" + port + "/", {}), "refused"));
}

BOOST_AUTO_TEST_SUITE_END()
