// The main function of every test program: Boost.Test's own, compiled once.
#define BOOST_TEST_MODULE kvp11
#include <boost/test/unit_test.hpp>
