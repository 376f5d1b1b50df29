#include "transport/answer_reader.hpp"

#include <random>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;
using transport::AnswerReader;
using State = AnswerReader::State;

namespace {

constexpr std::size_t most = 1000;

/// What comes of a text that arrives in pieces of `step` bytes; the answer, or why not.
std::string read(const std::string& text, std::size_t step, bool without_body = false, bool ends = false) {
    AnswerReader reader(most);
    reader.begin(without_body);
    std::string unread;
    for (std::size_t at = 0; at < text.size(); at += step) {
        unread += text.substr(at, step);
        std::size_t taken = 0;
        const State state = reader.feed(unread, taken);
        unread.erase(0, taken);
        if (state == State::Malformed) return reader.complaint();
        if (state == State::More) continue;
        const std::string keeps = reader.keeps_connection() ? " keeps" : " closes";
        const std::string rest = unread + text.substr(std::min(at + step, text.size()));
        return told(Outcome(reader.take())) + keeps + (rest.empty() ? "" : " and " + rest);
    }
    if (!ends) return "more";
    if (reader.feed_end() == State::Malformed) return reader.complaint();
    return told(Outcome(reader.take())) + (reader.keeps_connection() ? " keeps" : " closes");
}

struct Row {
    const char* text;
    const char* outcome;
    bool without_body = false;
    bool ends = false;
};

const std::initializer_list<Row> answers = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 hello keeps"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200  keeps"},
    {"HTTP/1.1 403 No, not you\r\nServer:x\r\nX-Empty:\r\ncontent-LENGTH:  2 \r\nX:  y: z \r\n\r\nhi", "403 hi keeps"},
    {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\nX: \ty\t\r\n\r\nhi", "200 hi keeps"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a\x80z\r\n\r\nhi", "200 hi keeps"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a\r\n b\r\n\r\nhi", "200 hi keeps"},
    {"HTTP/1.1 204 No Content\r\n\r\n", "204  keeps"},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304  keeps"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "200  keeps", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", "200 hello keeps"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Late: 1\r\n\r\n", "200 hi keeps"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "200  keeps"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 hi keeps"},
    {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n", "204  keeps"},
    {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", "200 hi closes"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 hi closes"},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi", "200 hi keeps"},
    {"HTTP/1.1 200 OK\r\n\r\nhello", "200 hello closes", false, true},
    {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "more"},
    {"HTTP/1.1 200 OK\r\nContent-Le", "more"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(answer_reader)

BOOST_AUTO_TEST_CASE(answers_are_read_however_they_arrive) {
    for (const Row& row : answers) {
        for (const std::size_t step : {1U, 2U, 7U, 1000U}) {
            BOOST_TEST(read(row.text, step, row.without_body, row.ends) == row.outcome, row.text << " by " << step);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_follows_an_answer_is_left) {
    BOOST_TEST(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhixyz", 1000) == "200 hi keeps and xyz");
    BOOST_TEST(read("HTTP/1.1 204 No\r\n\r\nxyz", 1000) == "204  keeps and xyz");
}

BOOST_AUTO_TEST_CASE(an_end_in_the_middle_is_no_answer) {
    for (const char* const text : {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent",
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n"}) {
        CHECK_CONTAINS(read(text, 1000, false, true), "partial message");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_http_is_told) {
    for (const char* const text : {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 xyz OK\r\n\r\n",
                                   "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
        CHECK_CONTAINS(read(text, 1000), "the answer is no HTTP/1.1");
    }
}

BOOST_AUTO_TEST_CASE(interim_answers_without_end_are_refused) {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "HTTP/1.1 100 Continue\r\n\r\n";
    CHECK_CONTAINS(read(text, 1000), "the answer is no HTTP/1.1");
}

BOOST_AUTO_TEST_CASE(bodies_have_a_limit) {
    const std::string fits(most, 'x');
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: ";
    BOOST_TEST(read(head + "1000\r\n\r\n" + fits, 100) == "200 " + fits + " keeps");
    BOOST_TEST(read(head + "1001\r\n\r\n", 100) == "the answer is larger than 1000 bytes");
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    BOOST_TEST(read(chunked + "3e8\r\n" + fits + "\r\n1\r\nx\r\n0\r\n\r\n", 100) ==
               "the answer is larger than 1000 bytes");
    BOOST_TEST(read(chunked + "ffffffffffffffff\r\n", 100) == "the answer is larger than 1000 bytes");
    BOOST_TEST(read("HTTP/1.1 200 OK\r\n\r\n" + fits + "x", 100) == "the answer is larger than 1000 bytes");
}

BOOST_AUTO_TEST_CASE(headers_have_a_limit_however_they_arrive) {
    std::string text = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 1000; ++i) text += "X-Header-" + std::to_string(i) + ": " + std::string(60, 'x') + "\r\n";
    const std::string one = "HTTP/1.1 200 OK\r\nX: " + std::string(70000, 'x') + "\r\n";
    for (const std::size_t step : {100U, 1000U, 100000U}) {
        BOOST_TEST(read(text, step) == "the answer's headers are larger than 65536 bytes");
        BOOST_TEST(read(one, step) == "the answer's headers are larger than 65536 bytes");
    }
}

BOOST_AUTO_TEST_CASE(what_stands_between_chunks_has_a_limit) {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string much(100'000, 'x');
    for (const std::string& text : {chunked + "1;" + much, chunked + "0\r\nX: " + much}) {
        BOOST_TEST(read(text, 1000) == "the answer's headers are larger than 65536 bytes");
    }
}

BOOST_AUTO_TEST_CASE(damaged_answers_are_read_the_same_however_they_arrive) {
    std::mt19937 dice(std::random_device{}());
    const std::string pieces = "\r\n\r\n :;,0f\x80\xff\t";
    for (int i = 0; i < 4000; ++i) {
        const Row& row = answers.begin()[dice() % answers.size()];
        std::string text = row.text;
        for (unsigned change = dice() % 4; change != 0; --change) {
            const std::size_t at = dice() % text.size();
            switch (dice() % 3) {
                case 0: text[at] = pieces[dice() % pieces.size()]; break;
                case 1: text.erase(at, dice() % 8 + 1); break;
                default: text.insert(at, text.substr(dice() % text.size(), dice() % 16)); break;
            }
            if (text.empty()) text = "H";
        }
        // What is none may be found out sooner or later.
        const auto answer_in = [&](std::size_t step) {
            const std::string came = read(text, step, row.without_body, row.ends);
            return came.front() >= '0' && came.front() <= '9' ? came : "none";
        };
        const std::string whole = answer_in(text.size());
        const std::string split = answer_in(dice() % 9 + 1);
        BOOST_TEST(whole == split, text << "\nwhole: " << whole << "\nin pieces: " << split);
    }
}

BOOST_AUTO_TEST_CASE(headers_are_found_without_case) {
    AnswerReader reader(most);
    reader.begin(false);
    std::size_t taken = 0;
    const std::string text = "HTTP/1.1 204 No\r\nX-Ms-Request-Id: abc\r\nretry-after: 3\r\nX-Ms: 1\r\n\r\n";
    BOOST_REQUIRE(reader.feed(text, taken) == State::Done);
    const Answer answer = reader.take();
    BOOST_TEST(answer.header("x-ms-request-id").value_or("") == "abc");
    BOOST_TEST(answer.header("Retry-After").value_or("") == "3");
    BOOST_TEST(answer.header("X-Ms").value_or("") == "1");
    BOOST_TEST(!answer.header("X-M").has_value());
    std::string names;
    for (const auto& header : answer.headers()) names.append(header.name).append(" ");
    BOOST_TEST(names == "X-Ms-Request-Id retry-after X-Ms ");
}

BOOST_AUTO_TEST_SUITE_END()
