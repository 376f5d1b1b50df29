#include "crypto/random.hpp"

#include <set>

#include <sys/wait.h>
#include <unistd.h>

#include "checks.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

std::string sixteen() {
    Bytes bytes(16);
    must(random_bytes(bytes));
    return to_hex(bytes);
}

BOOST_AUTO_TEST_SUITE(random)

BOOST_AUTO_TEST_CASE(no_two_draws_are_equal) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        seen.insert(sixteen());
        seen.insert(hex_of(must(random_secret(16))));
    }
    BOOST_TEST(seen.size() == 200U);
}

BOOST_AUTO_TEST_CASE(nothing_and_much_can_be_drawn) {
    must(random_bytes({}));
    BOOST_TEST(must(random_secret(0)).size() == 0U);
    Bytes much(1 << 20);
    must(random_bytes(much));
    BOOST_TEST(std::count(much.begin(), much.end(), 0) > 3000);
    BOOST_TEST(std::count(much.begin(), much.end(), 0) < 5200);
}

BOOST_AUTO_TEST_CASE(a_forked_child_draws_other_bytes_than_its_parent) {
    sixteen();
    int ends[2];
    BOOST_REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
        Bytes bytes(16);
        const bool done = random_bytes(bytes).ok() && write(ends[1], bytes.data(), bytes.size()) == 16;
        _exit(done ? 0 : 1);
    }
    Bytes theirs(16);
    BOOST_REQUIRE(read(ends[0], theirs.data(), theirs.size()) == 16);
    int status = 0;
    waitpid(child, &status, 0);
    close(ends[0]);
    close(ends[1]);
    BOOST_TEST(status == 0);
    BOOST_TEST(to_hex(theirs) != sixteen());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
