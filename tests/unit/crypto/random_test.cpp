#include "crypto/random.hpp"

#include <set>

#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.hpp"
#include "crypto/library.hpp"

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

BOOST_AUTO_TEST_CASE(a_caller_s_seed_comes_on_top_of_the_system_s) {
    EVP_RAND_CTX* const all = RAND_get0_primary(library_context());
    const auto times_seeded = [&] {
        unsigned count = 0;
        OSSL_PARAM wanted[] = {OSSL_PARAM_construct_uint(OSSL_DRBG_PARAM_RESEED_COUNTER, &count), OSSL_PARAM_END};
        BOOST_REQUIRE(EVP_RAND_CTX_get_params(all, wanted) == 1);
        return count;
    };
    Bytes before(32);
    must(random_bytes(before));
    const unsigned first = times_seeded();
    must(seed_random({}));
    must(seed_random(Bytes(100'000, 1)));
    BOOST_TEST(times_seeded() == first + 2);
    Bytes one(32), other(32);
    must(seed_random(before));
    must(random_bytes(one));
    must(seed_random(before));
    must(random_bytes(other));
    BOOST_TEST(to_hex(one) != to_hex(other));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
