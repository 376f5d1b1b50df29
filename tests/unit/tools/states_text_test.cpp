// The pictures of docs/ against the tables of the code.
#include "tools/states_text.hpp"

#include "crypto/digest.hpp"
#include "partition/key_names.hpp"
#include "unit/tools/command_run.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::test;

std::string doc(const std::string& name) { return content(std::string(KVP11_DOCS) + "/" + name); }

constexpr const char* again = "the tables have changed: run tools/draw-states";

BOOST_AUTO_TEST_SUITE(states_text)

BOOST_AUTO_TEST_CASE(the_graphs_in_docs_are_those_of_the_code) {
    BOOST_CHECK_MESSAGE(kvp11({"hsm", "states", "--dot"}).out == doc("partition-states.dot"), again);
    BOOST_CHECK_MESSAGE(kvp11({"hsm", "states", "--key", "--dot"}).out == doc("key-states.dot"), again);
}

BOOST_AUTO_TEST_CASE(the_pictures_in_docs_were_drawn_from_these_graphs) {
    for (const std::string name : {"partition-states", "key-states"}) {
        const std::string graph = doc(name + ".dot");
        BOOST_REQUIRE(!graph.empty());
        const std::string hash = partition::hex_of(crypto::hash(Digest::Sha256, bytes_of(graph)));
        const std::string picture = doc(name + ".svg");
        BOOST_CHECK_MESSAGE(picture.starts_with("<!-- drawn by tools/draw-states; sha256 of " + name + ".dot: " + hash),
                            again);
        BOOST_CHECK(holds(picture, "</svg>"));
    }
}

BOOST_AUTO_TEST_CASE(the_tables_are_for_people_too) {
    const Outcome table = kvp11({"hsm", "states"});
    BOOST_CHECK_EQUAL(table.code, 0);
    BOOST_CHECK(table.out.starts_with("FROM           EVENT"));
    BOOST_CHECK(holds(table.out, "securitydomain/upload"));
    BOOST_CHECK(holds(kvp11({"hsm", "states", "--key"}).out, "keys/deletedKeys/recover"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
