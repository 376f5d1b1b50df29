#include "transport/wiped_buffer.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using kvp11::transport::WipedBuffer;

BOOST_AUTO_TEST_SUITE(wiped_buffer)

BOOST_AUTO_TEST_CASE(text_goes_in_at_the_end_and_out_at_the_front) {
    WipedBuffer buffer;
    std::string expected;
    for (int i = 0; i < 2000; ++i) {
        const std::string text = std::to_string(i) + ",";
        buffer.append(text);
        expected += text;
        if (i % 3 != 0) continue;
        buffer.drop(2);
        expected.erase(0, 2);
    }
    BOOST_TEST(buffer.expose_text() == expected);
    buffer.append({});
    BOOST_TEST(buffer.size() == expected.size());
}

BOOST_AUTO_TEST_CASE(nothing_is_left_after_a_wipe) {
    WipedBuffer buffer;
    const std::string secret = "Authorization: Bearer secret";
    for (int round = 0; round < 3; ++round) {
        buffer.append(secret);
        buffer.drop(20);
        buffer.wipe();
        BOOST_TEST(buffer.size() == 0U);
        const auto was = buffer.room(secret.size()).first(secret.size());
        BOOST_TEST(std::all_of(was.begin(), was.end(), [](char c) { return c == '\0'; }));
    }
}

BOOST_AUTO_TEST_CASE(memory_for_large_bodies_is_given_back) {
    WipedBuffer buffer;
    buffer.append(std::string(1U << 20U, 'x'));
    buffer.wipe();
    BOOST_TEST(buffer.room(1).size() < (64U << 10U));
}

BOOST_AUTO_TEST_SUITE_END()
