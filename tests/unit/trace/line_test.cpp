#include "trace/line.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <vector>

using namespace kvp11::trace;

namespace {

std::string written(const std::function<void(Line&)>& write) {
    Line line;
    write(line);
    return line.str();
}

std::string quoted(std::string_view text) {
    return written([&](Line& line) { line.quoted({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line)

BOOST_AUTO_TEST_CASE(values_are_separated_and_nest) {
    const std::string text = written([](Line& line) {
        line.text("f");
        line.open('(');
        line.name("a");
        line.decimal(1);
        line.name("b");
        line.open('{');
        line.next();
        line.hex(255);
        line.next();
        line.hex(0);
        line.close('}');
        line.name("c");
        line.open('{');
        line.close('}');
        line.close(')');
    });
    BOOST_TEST(text == "f(a = 1, b = {0xff, 0x0}, c = {})");
}

BOOST_AUTO_TEST_CASE(numbers_have_names_where_there_are_some) {
    BOOST_TEST(written([](Line& line) { line.constant("CKM_", CKM_AES_GCM); }) == "CKM_AES_GCM");
    BOOST_TEST(written([](Line& line) { line.constant("CKM_", 0x80001234); }) == "0x80001234");
    BOOST_TEST(written([](Line& line) { line.decimal(CK_UNAVAILABLE_INFORMATION); }) == "CK_UNAVAILABLE_INFORMATION");
    BOOST_TEST(written([](Line& line) { line.address(nullptr); }) == "NULL");
    BOOST_TEST(written([](Line& line) { line.boolean(CK_TRUE); }) == "CK_TRUE");
    BOOST_TEST(written([](Line& line) { line.boolean(7); }) == "0x7");
}

BOOST_AUTO_TEST_CASE(flags_are_written_by_name_and_the_rest_in_hex) {
    BOOST_TEST(written([](Line& line) { line.flags(session_flags, 0); }) == "0");
    BOOST_TEST(written([](Line& line) { line.flags(session_flags, CKF_SERIAL_SESSION | CKF_RW_SESSION); }) ==
               "CKF_RW_SESSION|CKF_SERIAL_SESSION");
    BOOST_TEST(written([](Line& line) { line.flags(session_flags, CKF_SERIAL_SESSION | 0x80); }) ==
               "CKF_SERIAL_SESSION|0x80");
    BOOST_TEST(written([](Line& line) { line.flags(no_flags, 3); }) == "0x3");
}

BOOST_AUTO_TEST_CASE(bytes_are_cut) {
    const std::vector<std::uint8_t> bytes(33, 0xa5);
    BOOST_TEST(written([&](Line& line) { line.bytes(std::span(bytes).first(2)); }) == "a5a5");
    BOOST_TEST(written([&](Line& line) { line.bytes(std::span(bytes).first(0)); }) == "[0 bytes]");
    std::string most;
    for (int i = 0; i < 32; ++i) most += "a5";
    BOOST_TEST(written([&](Line& line) { line.bytes(std::span(bytes).first(32)); }) == most);
    BOOST_TEST(written([&](Line& line) { line.bytes(bytes); }) == most + "... [33 bytes]");
    BOOST_TEST(written([](Line& line) { line.size(1); }) == "[1 byte]");
}

BOOST_AUTO_TEST_CASE(text_is_quoted_and_cut) {
    BOOST_TEST(quoted("key \"1\" \\") == "\"key \\\"1\\\" \\\\\"");
    BOOST_TEST(quoted(std::string(64, 'x')) == "\"" + std::string(64, 'x') + "\"");
    BOOST_TEST(quoted(std::string(65, 'x')) == "\"" + std::string(64, 'x') + "...\"");
}

BOOST_AUTO_TEST_CASE(a_line_is_bounded) {
    const std::string text = written([](Line& line) {
        for (int i = 0; i < 10000; ++i) line.decimal(12345);
    });
    BOOST_TEST(text.size() == Line::longest);
}

BOOST_AUTO_TEST_SUITE_END()
