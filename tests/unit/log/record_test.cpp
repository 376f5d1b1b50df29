#include <boost/test/unit_test.hpp>

#include "log/record.hpp"

using namespace kvp11::log;
using namespace std::chrono;

namespace {
constexpr sys_days the_day{year{2026} / November / 22};
}

BOOST_AUTO_TEST_SUITE(record)

BOOST_AUTO_TEST_CASE(line_carries_utc_time_pid_and_level) {
    const auto when = the_day + hours{3} + minutes{4} + seconds{5} + microseconds{67};
    const auto line = Record::line(Level::Warn, "slot 0 is not initialised", 4711, when);
    BOOST_TEST(line.bytes() == "2026-11-22T03:04:05.000067Z kvp11[4711] warn: slot 0 is not initialised\n");
}

BOOST_AUTO_TEST_CASE(line_breaks_in_a_message_cannot_forge_a_second_line) {
    const auto line = Record::line(Level::Error, "key \"a\nb\x1b[31m\x7f\"", 1, the_day);
    BOOST_TEST(line.bytes() == "2026-11-22T00:00:00.000000Z kvp11[1] error: key \"a b [31m \"\n");
}

BOOST_AUTO_TEST_CASE(utf_8_in_a_message_stays) {
    const auto line = Record::line(Level::Info, "Schl\xc3\xbcssel", 1, the_day);
    BOOST_TEST(line.bytes().find("Schl\xc3\xbcssel\n") != std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(long_messages_are_cut_and_end_with_a_newline) {
    const auto line = Record::line(Level::Error, std::string(10000, 'x'), 1, the_day);
    BOOST_TEST(line.bytes().size() < 4096U);
    BOOST_TEST(line.bytes().ends_with("xxx ...\n"));
}

BOOST_AUTO_TEST_CASE(datagram_carries_facility_and_severity) {
    BOOST_TEST(Record::datagram(Level::Error, "e", 7).bytes() == "<11>kvp11[7]: e");
    BOOST_TEST(Record::datagram(Level::Trace, "t", 7).bytes() == "<15>kvp11[7]: t");
}

BOOST_AUTO_TEST_SUITE_END()
