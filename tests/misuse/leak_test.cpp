// No sequence of calls makes a sensitive key readable, or one of another type, beyond what PKCS#11 itself lets happen
// to a key that may be extracted (docs/security.md, "What a session can do to a key"). KVP11_LEAK_WALKS=<n> for a
// longer search.
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "misuse/leak_search.hpp"
#include "misuse/trusted_key.hpp"

namespace kvp11::test {
namespace {

int walks() {
    const char* text = std::getenv("KVP11_LEAK_WALKS");
    return text == nullptr ? 60 : std::atoi(text);
}

std::vector<Target> targets() {
    std::vector<Target> all;
    for (const CK_KEY_TYPE type : {CKK_AES, CKK_GENERIC_SECRET}) {
        for (unsigned bits = 0; bits < 16; ++bits) {
            all.push_back({type, (bits & 1U) != 0, (bits & 2U) != 0, (bits & 4U) != 0, (bits & 8U) != 0});
        }
    }
    return all;
}

struct Thieves {
    Subject subject{Kind::Kvp11};

    /// All walks of one mode; what was found, and a line for the log.
    std::string search(bool approved) {
        make_trusted_key(subject);
        if (approved) {
            std::ofstream(subject.folder() / "kvp11.toml", std::ios::app) << "mode = \"approved\"\n";
            subject.restart();
        }
        Session session(subject);
        const auto trusted = session.find(Template().text(CKA_LABEL, "trusted"));
        LeakSearch search(session, approved, trusted.empty() ? 0 : trusted.front());
        std::string found;
        std::uint32_t seed = 1;
        for (int i = 0; i < walks() && found.empty(); ++i) {
            for (const Target& target : targets()) {
                found = search.walk(target, seed++, 40);
                if (!found.empty()) break;
            }
        }
        std::cout << search.calls_made() << " calls; allowed finds:";
        for (int weakness = 1; weakness <= 4; ++weakness)
            std::cout << " " << search.allowed_finds(static_cast<Weakness>(weakness));
        std::cout << "\n";
        finds = {search.allowed_finds(Weakness::UnwrapsReadable), search.allowed_finds(Weakness::DecryptsBlobs),
                 search.allowed_finds(Weakness::KnownWrappingKey), search.allowed_finds(Weakness::OtherType)};
        return found;
    }
    std::vector<int> finds;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(leaks, Thieves)

// The search must be able to find: each weakness of the standard is found by it.
BOOST_AUTO_TEST_CASE(by_default_a_sensitive_key_is_lost_in_the_ways_of_the_standard_only) {
    BOOST_TEST(search(false) == "");
    for (const int count : finds) BOOST_TEST(count > 0);
}

BOOST_AUTO_TEST_CASE(in_approved_mode_a_sensitive_key_leaves_under_trusted_keys_and_those_that_nobody_knows) {
    BOOST_TEST(search(true) == "");
    BOOST_TEST(finds[0] == 0);
    BOOST_TEST(finds[1] == 0);
    BOOST_TEST(finds[2] == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
