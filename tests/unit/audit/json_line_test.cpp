#include "audit/json_line.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "audit/log_line.hpp"
#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::audit;

namespace {

std::string written(std::string_view value) {
    std::string text;
    JsonLine(text).begin().field("x", value).end();
    return text;
}

std::string read_back(std::string_view value) {
    const boost::json::value parsed = boost::json::parse(written(value));
    const auto& text = parsed.as_object().at("x").as_string();
    return {text.data(), text.size()};
}

std::string time_text(std::int64_t microseconds) {
    std::string text;
    JsonLine(text).begin().time("t", microseconds).end();
    return text.substr(6, text.size() - 8);
}

const std::string no_character = "\xef\xbf\xbd";

}  // namespace

BOOST_AUTO_TEST_SUITE(json_line)

BOOST_AUTO_TEST_CASE(every_single_byte_gives_one_line_of_json) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string value = {'a', static_cast<char>(byte), 'z'};
        BOOST_CHECK_EQUAL(written(value).find('\n'), std::string::npos);
        BOOST_CHECK_EQUAL(read_back(value), byte < 0x80 ? value : "a" + no_character + "z");
    }
}

// Plain characters are taken eight at a time.
BOOST_AUTO_TEST_CASE(every_single_byte_is_seen_wherever_it_stands) {
    for (int byte = 0; byte < 256; ++byte) {
        for (std::size_t at = 0; at < 20; ++at) {
            std::string value = "plain text of twenty";
            value[at] = static_cast<char>(byte);
            std::string wanted = value;
            if (byte >= 0x80) wanted.replace(at, 1, no_character);
            BOOST_REQUIRE_EQUAL(read_back(value), wanted);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_pair_of_bytes_gives_json_that_parses) {
    for (int first = 0x80; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string value = {static_cast<char>(first), static_cast<char>(second)};
            BOOST_REQUIRE_NO_THROW(read_back(value));
            if (first >= 0xc2 && first <= 0xdf && second >= 0x80 && second <= 0xbf) {
                BOOST_REQUIRE_EQUAL(read_back(value), value);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(text_beyond_ascii_stays_as_it_is) {
    for (const std::string value : {"Schlüssel", "鍵", "🔑", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80"}) {
        BOOST_CHECK_EQUAL(written(value), "{\"x\":\"" + value + "\"}");
    }
}

BOOST_AUTO_TEST_CASE(overlong_forms_surrogates_and_halves_are_replaced) {
    BOOST_CHECK_EQUAL(read_back("\xc0\x8a"), no_character + no_character);  // an overlong newline
    BOOST_CHECK_EQUAL(read_back("\xe0\x80\x8a"), no_character + no_character + no_character);
    BOOST_CHECK_EQUAL(read_back("\xed\xa0\x80"), no_character + no_character + no_character);
    BOOST_CHECK_EQUAL(read_back("\xf4\x90\x80\x80"), no_character + no_character + no_character + no_character);
    BOOST_CHECK_EQUAL(read_back("\xe2\x82"), no_character + no_character);
    BOOST_CHECK_EQUAL(read_back("\xf0\x9f\x94"), no_character + no_character + no_character);
}

BOOST_AUTO_TEST_CASE(a_long_text_is_cut_between_characters) {
    const std::string plain(5000, 'a');
    BOOST_CHECK_EQUAL(read_back(plain), std::string(1024, 'a') + "…");
    std::string keys = "a";
    while (keys.size() < 5000) keys += "🔑";
    BOOST_CHECK_EQUAL(read_back(keys), keys.substr(0, 1 + 255 * 4) + "…");
    BOOST_CHECK_EQUAL(read_back(std::string(1024, 'a')), std::string(1024, 'a'));
    BOOST_CHECK_NO_THROW(read_back(std::string(5000, '\x80')));
}

// The expected texts are those of `date -u -d @SECONDS +%FT%T`.
BOOST_AUTO_TEST_CASE(times_are_written_and_read) {
    const std::pair<std::int64_t, const char*> times[] = {{0, "1970-01-01T00:00:00.000000Z"},
                                                          {-1, "1969-12-31T23:59:59.999999Z"},
                                                          {951'782'400'000'000, "2000-02-29T00:00:00.000000Z"},
                                                          {951'868'799'123'456, "2000-02-29T23:59:59.123456Z"},
                                                          {4'107'542'400'000'000, "2100-03-01T00:00:00.000000Z"},
                                                          {1'795'330'408'000'007, "2026-11-22T06:53:28.000007Z"}};
    for (const auto& [microseconds, text] : times) {
        BOOST_CHECK_EQUAL(time_text(microseconds), text);
        BOOST_CHECK_EQUAL(microseconds_of(text), microseconds);
    }
    for (const char* text : {"", "yesterday", "2026-11-22 06:53:28.000007Z", "2026-11-22T06:53:28.00000xZ"}) {
        BOOST_CHECK_EQUAL(microseconds_of(text), 0);
    }
}

// The hashes were made by Python's hashlib over the text without `,"chain":…`, with 32 zero bytes before the first.
BOOST_AUTO_TEST_CASE(lines_have_the_documented_bytes) {
    AuditRecord record;
    record.time_us = 1'795'330'408'000'007;
    record.operation = "KeySign";
    record.result = "Success";
    Chain chain;
    std::string first;
    begin_record(first, record, "c1");
    const ChainHash hash = close_line(first, chain, {});
    BOOST_CHECK_EQUAL(first,
                      "{\"time\":\"2026-11-22T06:53:28.000007Z\",\"operation\":\"KeySign\",\"result\":\"Success\","
                      "\"status\":200,\"microseconds\":0,\"correlation\":\"c1\",\"approved\":false,\"number\":1,"
                      "\"chain\":\"759fa36ef11e01a7f247bc4de8bdfddc888eceae3f86e91b8dff4b8dc223684c\"}\n");
    std::string second;
    begin_repair(second, 0, "w");
    close_line(second, chain, {1, hash});
    BOOST_CHECK_EQUAL(second, "{\"repair\":\"w\",\"time\":\"1970-01-01T00:00:00.000000Z\",\"number\":2,"
                              "\"chain\":\"63b1bbb6595e73a2d6454b9659b2e8b83b1a88e84d8ad5d7bc8e88ecc3c5890f\"}\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_line_of_ours_is_not_read) {
    std::string line;
    Chain chain;
    begin_record(line, test::record(1), "c");
    close_line(line, chain, {});
    line.pop_back();
    BOOST_REQUIRE(LogLine::parse(line));
    BOOST_CHECK(!LogLine::parse(""));
    BOOST_CHECK(!LogLine::parse("\"}"));
    BOOST_CHECK(!LogLine::parse(line.substr(0, line.size() - 1)));
    BOOST_CHECK(!LogLine::parse(line + " "));
    BOOST_CHECK(!LogLine::parse(line.substr(line.size() - 76)));
    for (const char* number : {"0", "-1", "1.0", "18446744073709551616", "", "x"}) {
        std::string other = line;
        other.replace(other.find(",\"number\":1,"), 12, ",\"number\":" + std::string(number) + ",");
        BOOST_CHECK_MESSAGE(!LogLine::parse(other), number);
    }
    std::string upper = line;
    upper[upper.size() - 3] = 'A';
    BOOST_CHECK(!LogLine::parse(upper));
}

BOOST_AUTO_TEST_SUITE_END()
