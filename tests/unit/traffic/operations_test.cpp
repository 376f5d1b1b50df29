#include <algorithm>
#include <set>

#include <boost/test/unit_test.hpp>

#include "partition/operations.hpp"
#include "traffic/published_limits.hpp"

using namespace kvp11;
using namespace kvp11::traffic;

BOOST_AUTO_TEST_SUITE(operations)

// Of what clients can ask a partition for over the wire; the others are PKCS#11's and the partition's own.
BOOST_AUTO_TEST_CASE(every_operation_of_a_partition_is_known_to_the_rules) {
    const std::set<std::string_view> inside = {"KeyPurgeIfDue", "KeyRotateIfDue", "ObjectGet",   "ObjectCreate",
                                               "ObjectUpdate",  "ObjectDelete",   "TokenLogout", "TokenInitialise",
                                               "PinInitialise", "PinChange",      "Zeroise",     "AuditSeal"};
    for (const auto& row : partition::operation_rows()) {
        if (inside.contains(row.name)) continue;
        BOOST_TEST(limits_of(row.name).operation == row.name, row.name << " has no row");
    }
}

BOOST_AUTO_TEST_CASE(no_operation_has_two_rows) {
    std::set<std::string_view> names;
    for (const auto& limits : operation_limits()) BOOST_TEST(names.insert(limits.operation).second, limits.operation);
}

BOOST_AUTO_TEST_CASE(weights_of_a_quota_divide_it) {
    for (std::size_t quota = 0; quota < quotas; ++quota) {
        const auto limit = requests_per_10s(static_cast<Quota>(quota), Family::Rsa2048);
        for (std::size_t family = 0; family < families; ++family) {
            const auto share = requests_per_10s(static_cast<Quota>(quota), static_cast<Family>(family));
            BOOST_TEST(limit % share == 0U, "quota " << quota << ", family " << family);
        }
    }
}

BOOST_AUTO_TEST_CASE(sizes_between_the_published_ones_count_as_the_larger) {
    const auto family = [](KeyType type, std::uint32_t bits) {
        const KeySpec spec{type, bits};
        return family_of(&spec);
    };
    BOOST_TEST((family(KeyType::Rsa, 1024) == Family::Rsa2048));
    BOOST_TEST((family(KeyType::Rsa, 2049) == Family::Rsa3072));
    BOOST_TEST((family(KeyType::Rsa, 8192) == Family::Rsa4096));
    BOOST_TEST((family(KeyType::Aes, 192) == Family::Aes192));
    BOOST_TEST((family(KeyType::GenericSecret, 512) == Family::Other));
    BOOST_TEST((family_of(nullptr) == Family::Other));
}

BOOST_AUTO_TEST_SUITE_END()
