// Everything that can be done in a few rounds, for each kind of target and in both modes. docs/security.md, "What a
// session can do to a key", says what may be found. KVP11_LEAK_ROUNDS=<n> for more rounds; each takes twenty times as
// long.
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "misuse/thief.hpp"
#include "misuse/trusted_key.hpp"

namespace kvp11::test {
namespace {

struct Case {
    const char* name;
    Target target;
    bool only_approved = false;  // where nothing is refused, one of each kind takes long enough
};

const Case cases[] = {
    {"AES", {.type = CKK_AES, .extractable = true, .derives = true}},
    {"generic", {.type = CKK_GENERIC_SECRET, .extractable = true, .derives = true}, true},
    {"EC", {.type = CKK_EC, .extractable = true, .derives = true}},
    {"RSA", {.type = CKK_RSA, .extractable = true}, true},
    {"AES under trusted keys", {.type = CKK_AES, .extractable = true, .wrap_with_trusted = true, .derives = true}},
    {"AES that stays", {.type = CKK_AES, .derives = true}},
    {"EC that stays", {.type = CKK_EC, .derives = true}},
    {"RSA that stays", {.type = CKK_RSA}, true},
};

int rounds() {
    const char* text = std::getenv("KVP11_LEAK_ROUNDS");
    return text == nullptr ? 2 : std::atoi(text);
}

struct Place {
    Subject subject{Kind::Kvp11};
    std::array<long, 6> finds{};

    void search(bool approved) {
        make_trusted_key(subject);
        if (approved) {
            std::ofstream(subject.folder() / "kvp11.toml", std::ios::app) << "mode = \"approved\"\n";
            subject.restart();
        }
        Session session(subject);
        const auto trusted = session.find(Template().text(CKA_LABEL, "trusted"));
        BOOST_REQUIRE_EQUAL(trusted.size(), 1U);
        for (const Case& one : cases) {
            if (one.only_approved && !approved) continue;
            Thief thief(session, one.target, approved, trusted.front());
            for (int round = 0; round < rounds() && thief.accusation().empty(); ++round) thief.go_on();
            BOOST_TEST(thief.accusation() == "", one.name << ": " << thief.accusation());
            std::cout << one.name << ": " << thief.keys() << " keys, " << thief.blobs() << " blobs, " << thief.calls()
                      << " calls; finds";
            for (std::size_t way = 1; way < finds.size(); ++way) {
                finds[way] += thief.finds(static_cast<Weakness>(way));
                std::cout << " " << thief.finds(static_cast<Weakness>(way));
            }
            std::cout << std::endl;
        }
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(thief, Place)

// He must be able to find: what the approved mode closes is open here.
BOOST_AUTO_TEST_CASE(by_default_he_gets_a_sensitive_key_in_the_ways_of_the_standard_only) {
    search(false);
    for (std::size_t way = 1; way < finds.size(); ++way) BOOST_TEST(finds[way] > 0, "way " << way);
}

BOOST_AUTO_TEST_CASE(in_approved_mode_he_gets_no_sensitive_key) {
    search(true);
    for (const Weakness way :
         {Weakness::UnwrapsReadable, Weakness::DecryptsBlobs, Weakness::KnownWrappingKey, Weakness::DerivesOtherType})
        BOOST_TEST(finds[static_cast<std::size_t>(way)] == 0, "way " << static_cast<int>(way));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
