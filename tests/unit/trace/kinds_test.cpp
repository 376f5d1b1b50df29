#include "trace/kinds.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace kvp11::trace;

namespace {

#define ROW(name, parameters) {#name, #parameters},
constexpr Function functions[] = {KVP11_CK_FUNCTIONS_2_40(ROW) KVP11_CK_FUNCTIONS_3_0(ROW) KVP11_CK_FUNCTIONS_3_2(ROW)};
#undef ROW

std::size_t parameters_of(const Function& function) {
    return static_cast<std::size_t>(std::count(function.parameters.begin(), function.parameters.end(), ',')) + 1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kinds)

BOOST_AUTO_TEST_CASE(every_parameter_of_every_function_is_known) {
    BOOST_TEST(std::size(functions) == 104U);
    for (const Function& function : functions) {
        const std::vector<Word> words(parameters_of(function));
        const Arguments arguments(function, words);
        for (std::size_t at = 0; at < arguments.size();) {
            BOOST_TEST_CONTEXT(function.name << ", " << arguments.parameter(at).name) {
                BOOST_TEST(arguments.parameter(at).type.starts_with("CK_"));
                BOOST_TEST(!arguments.parameter(at).name.empty());
                const Kind* kind = kind_of(arguments, at);
                BOOST_REQUIRE(kind != nullptr);
                at += kind->width;
                BOOST_TEST(at <= arguments.size());
            }
        }
        BOOST_TEST(arguments.parameter(arguments.size()).type.empty());
    }
}

// All arguments NULL and 0 is what a careless caller sends: it must be written, and nothing read.
BOOST_AUTO_TEST_CASE(nothing_is_read_behind_null) {
    for (const Function& function : functions) {
        const std::vector<Word> words(parameters_of(function));
        const Arguments arguments(function, words);
        Line line;
        for (std::size_t at = 0; at < arguments.size(); at += kind_of(arguments, at)->width) {
            const Kind& kind = *kind_of(arguments, at);
            kind.before(line, arguments, at);
            if (kind.after != nullptr) kind.after(line, arguments, at);
            if (kind.partly != nullptr) kind.partly(line, arguments, at);
        }
        BOOST_TEST(!line.str().empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()
