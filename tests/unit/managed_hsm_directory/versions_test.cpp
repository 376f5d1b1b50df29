// Older versions as objects, for slots that want them.
#include "played_pool.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

using Names = std::vector<std::string>;

/// Three keys, the middle one rotated twice.
struct Rotated {
    Rotated() : pool(3) {
        first = pool.version("key-1");
        pool.rotate("key-1");
        pool.pass(10'000);
        pool.rotate("key-1");
        pool.pass(10'000);
        settings = pool.settings();
        settings.all_versions = true;
    }
    PlayedPool pool;
    std::string first;
    DirectorySettings settings;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(versions)

BOOST_AUTO_TEST_CASE(older_versions_are_objects_when_they_are_wanted) {
    Rotated rotated;
    Directory directory(rotated.settings, rotated.pool.ask());
    BOOST_TEST(found(directory.find(every(ObjectKind::PrivateKey))) ==
               (Names{"key-0", "key-1", "key-2", "key-1", "key-1"}));
    BOOST_TEST(rotated.pool.asked() == (Asked{1, 5, 3}));
    BOOST_TEST(directory.find({})->size() == 10U);
    BOOST_TEST(rotated.pool.asked() == Asked{});
    rotated.pool.pass(400'000);
    BOOST_TEST(directory.find({})->size() == 10U);
    BOOST_TEST(rotated.pool.asked() == (Asked{1, 0, 0}));
}

BOOST_AUTO_TEST_CASE(only_the_latest_is_an_object_otherwise) {
    Rotated rotated;
    Directory directory(rotated.pool.settings(), rotated.pool.ask());
    const auto refs = directory.find(labelled("key-1"));
    REQUIRE_OK(refs);
    BOOST_REQUIRE_EQUAL(refs->size(), 1U);
    BOOST_TEST(refs->front().id.version == rotated.pool.version("key-1"));
    BOOST_TEST(rotated.pool.asked() == (Asked{0, 1, 0}));
    ObjectQuery query = every(ObjectKind::PrivateKey);
    query.all_versions = true;
    BOOST_TEST(directory.find(query)->size() == 5U);
}

BOOST_AUTO_TEST_CASE(an_older_version_is_found_by_its_label_without_a_list) {
    Rotated rotated;
    Directory directory(rotated.settings, rotated.pool.ask());
    const auto refs = directory.find(labelled("key-1/" + rotated.first));
    REQUIRE_OK(refs);
    BOOST_REQUIRE_EQUAL(refs->size(), 1U);
    BOOST_TEST(refs->front().id.version == rotated.first);
    BOOST_TEST(rotated.pool.asked().pages == 0U);
    const auto record = directory.record(refs->front().id);
    REQUIRE_OK(record);
    BOOST_TEST(!(*record)->is_latest);
    BOOST_TEST((*record)->face.label == copy_of(bytes_of("key-1/" + rotated.first)));
    BOOST_TEST(rotated.pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(a_version_that_nobody_listed_is_two_requests) {
    Rotated rotated;
    Directory directory(rotated.pool.settings(), rotated.pool.ask());
    const auto record = directory.record({"key-1", rotated.first});
    REQUIRE_OK(record);
    BOOST_TEST(!(*record)->is_latest);
    REQUIRE_OK(directory.record({"key-1", rotated.first}));
    BOOST_TEST(rotated.pool.asked() == (Asked{0, 2, 0}));
    CHECK_FAILS(directory.record({"key-1", std::string(32, 'f')}), Errc::KeyNotFound);
    REQUIRE_OK(directory.record({"key-1", ""}));
}

BOOST_AUTO_TEST_SUITE_END()
