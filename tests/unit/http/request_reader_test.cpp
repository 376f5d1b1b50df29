#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>

#include "http/request_reader.hpp"

using namespace kvp11;
using Progress = http::RequestReader::Progress;

namespace {

http::Limits small_limits() {
    http::Limits limits;
    limits.header_bytes = 1024;
    limits.body_bytes = 4096;
    return limits;
}

std::string of_size(const std::string& before, std::size_t size, const std::string& after) {
    return before + std::string(size, 'x') + after;
}

struct Mistake {
    std::string text;
    unsigned status;
};
std::ostream& operator<<(std::ostream& out, const Mistake& mistake) { return out << mistake.text.substr(0, 60); }

const std::string host = "Host: a\r\n";
const std::vector<Mistake> mistakes = {
    {"hello\r\n\r\n", 400},
    {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400},
    {"GET\r\n\r\n", 400},
    {"GET /\r\n" + host + "\r\n", 400},
    {"GET / HTTP/1.1\n" + host + "\r\n", 400},
    {"GET /a b HTTP/1.1\r\n" + host + "\r\n", 400},
    {"GET relative HTTP/1.1\r\n" + host + "\r\n", 400},
    {"GET ftp://a/ HTTP/1.1\r\n" + host + "\r\n", 400},
    {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
    {"GET / HTTP/1.1\r\n" + host + "no colon\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" + host + "a : b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" + host + "a: b\x01\r\n\r\n", 400},
    {"CONNECT a:443 HTTP/1.1\r\n" + host + "\r\n", 501},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, gzip\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc", 501},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1e3\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" + host + "Content-Length: 18446744073709551616\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" + host + "Content-Length: 4097\r\n\r\n", 413},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nfff\r\n" + std::string(4095, 'x') + "\r\n2\r\n",
     413},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 413},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 9\r\n\r\n", 400},
    {of_size("GET /", 1500, " HTTP/1.1\r\n"), 414},
    {of_size("GET / HTTP/1.1\r\nHost: ", 1500, "\r\n\r\n"), 431},
    {"GET / HTTP/1.1\r\n" + host + "Expect: more\r\n\r\n", 417},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(request_reader)

BOOST_DATA_TEST_CASE(what_is_wrong_is_refused_with_its_status, boost::unit_test::data::make(mistakes), mistake) {
    http::RequestReader at_once(small_limits());
    BOOST_REQUIRE(at_once.take(mistake.text) == Progress::Refused);
    BOOST_TEST(at_once.refusal().status == mistake.status);
    BOOST_TEST(!at_once.refusal().why.empty());

    http::RequestReader byte_by_byte(small_limits());
    for (std::size_t i = 0; i < mistake.text.size() && byte_by_byte.progress() != Progress::Refused; ++i) {
        byte_by_byte.take({&mistake.text[i], 1});
    }
    BOOST_REQUIRE(byte_by_byte.progress() == Progress::Refused);
    BOOST_TEST(byte_by_byte.refusal().status == mistake.status);
}

BOOST_AUTO_TEST_CASE(many_small_fields_are_refused_however_they_come) {
    http::RequestReader reader(small_limits());
    reader.take("GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 1000 && reader.progress() != Progress::Refused; ++i) reader.take("a: b\r\n");
    BOOST_REQUIRE(reader.progress() == Progress::Refused);
    BOOST_TEST(reader.refusal().status == 431U);
}

BOOST_AUTO_TEST_CASE(what_stands_between_chunks_has_an_end) {
    for (const std::string between : {"3;", "0\r\nX: "}) {
        http::RequestReader reader(small_limits());
        reader.take("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + between);
        for (int i = 0; i < 40 && reader.progress() != Progress::Refused; ++i) reader.take(std::string(1000, 'x'));
        BOOST_REQUIRE(reader.progress() == Progress::Refused);
        BOOST_TEST(reader.refusal().status == 400U);
    }
}

BOOST_AUTO_TEST_CASE(a_request_is_given_as_it_was_sent) {
    http::RequestReader reader(small_limits());
    BOOST_TEST((reader.take("\r\n\r\nPATCH https://vault:8443/keys/a%20b?api-version=7.5 HTTP/1.1\r\nhost: vault\r\n"
                            "X-A:  1 \r\nx-a: 2\r\nContent-Length: 2\r\n\r\n{}") == Progress::Complete));
    const http::Request request = reader.release();
    BOOST_TEST(request.method == "PATCH");
    BOOST_TEST(request.target == "/keys/a%20b?api-version=7.5");
    BOOST_TEST(request.headers.find("HOST").value_or("") == "vault");
    BOOST_TEST(request.headers.find("X-a").value_or("") == "1");
    BOOST_TEST(request.headers.all().size() == 4U);
    BOOST_TEST(request.body.expose_text() == "{}");
    BOOST_TEST((reader.next() == Progress::Nothing));
}

BOOST_AUTO_TEST_CASE(a_url_without_a_path_asks_for_the_root) {
    for (const auto& [target, path] : std::vector<std::pair<std::string, std::string>>{
             {"https://a", "/"}, {"HTTPS://a:1?b", "/?b"}, {"http://a/c?d", "/c?d"}, {"*", "*"}}) {
        http::RequestReader reader(small_limits());
        BOOST_REQUIRE((reader.take("OPTIONS " + target + " HTTP/1.1\r\nHost: a\r\n\r\n") == Progress::Complete));
        BOOST_TEST(reader.release().target == path);
    }
}

BOOST_AUTO_TEST_CASE(the_largest_body_is_taken) {
    http::RequestReader reader(small_limits());
    const std::string body(4096, 'x');
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n";
    BOOST_TEST((reader.take(head + "Content-Length: 4096\r\n\r\n" + body) == Progress::Complete));
    BOOST_TEST(reader.release().body.size() == 4096U);
    reader.next();
    BOOST_TEST((reader.take(head + "Transfer-Encoding: chunked\r\n\r\n1000\r\n" + body + "\r\n0\r\n\r\n") ==
                Progress::Complete));
    BOOST_TEST(reader.release().body.size() == 4096U);
}

// Requests with bytes changed, taken away and put in, cut into pieces: never a crash, never more than the limits.
BOOST_AUTO_TEST_CASE(damaged_requests_do_no_harm) {
    std::mt19937 random(4711);
    const std::vector<std::string> seeds = {
        "POST /keys/k/sign?api-version=7.5 HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\nAuthorization: Bearer x.y.z\r\n folded\r\n\r\n"};
    std::size_t complete = 0;
    std::size_t refused = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = seeds[random() % seeds.size()] + seeds[random() % seeds.size()];
        for (unsigned changes = random() % 4; changes > 0; --changes) {
            const std::size_t at = random() % text.size();
            if (random() % 3 == 0)
                text.erase(at, random() % 4 + 1);
            else if (random() % 2 == 0)
                text.insert(at, 1, static_cast<char>(random() % 256));
            else
                text[at] = static_cast<char>(random() % 256);
            if (text.empty()) text = "x";
        }
        http::RequestReader reader(small_limits());
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t size = std::min<std::size_t>(random() % 50 + 1, text.size() - at);
            reader.take(std::string_view(text).substr(at, size));
            at += size;
            while (reader.progress() == Progress::Complete) {
                ++complete;
                BOOST_REQUIRE(reader.release().body.size() <= 4096);
                reader.next();
            }
        }
        if (reader.progress() == Progress::Refused) ++refused;
    }
    BOOST_TEST(complete > 10'000U);
    BOOST_TEST(refused > 1'000U);
}

BOOST_AUTO_TEST_SUITE_END()
