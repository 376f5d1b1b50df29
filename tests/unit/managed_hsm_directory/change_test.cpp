// What is known ages, is learned, is forgotten, and changes elsewhere.
#include <algorithm>

#include "played_pool.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

using managed_hsm::KeyRecordPtr;
using Names = std::vector<std::string>;
constexpr Moment age = 300'000;

/// A directory that knows every key of its pool.
struct Warm {
    explicit Warm(std::size_t keys) : pool(keys), directory(pool.settings(), pool.ask()) {
        REQUIRE_OK(directory.find({}));
        (void)pool.asked();
    }
    PlayedPool pool;
    Directory directory;

    [[nodiscard]] KeyRecordPtr record(const std::string& name) {
        const auto refs = directory.find(labelled(name));
        REQUIRE_OK(refs);
        BOOST_REQUIRE_EQUAL(refs->size(), 1U);
        const auto record = directory.record(refs->front().id);
        REQUIRE_OK(record);
        return *record;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(change)

BOOST_AUTO_TEST_CASE(an_old_list_is_read_again_and_keys_that_look_the_same_are_not_asked_for) {
    Warm warm(100);
    const auto before = warm.record("key-3");
    const auto generation = warm.directory.generation();
    warm.pool.pass(age);
    BOOST_TEST(warm.directory.find({})->size() == 200U);
    BOOST_TEST(warm.pool.asked() == (Asked{4, 0, 0}));
    BOOST_TEST(warm.directory.generation() == generation);
    BOOST_TEST(warm.record("key-3") == before);
    BOOST_TEST(warm.pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(what_a_search_found_is_not_asked_for_when_the_list_ages_right_after_it) {
    Warm warm(100);
    warm.pool.pass(age - 1'000);
    const auto refs = warm.directory.find(every(ObjectKind::PrivateKey));
    REQUIRE_OK(refs);
    warm.pool.pass(10'000);
    for (const ObjectRef& ref : *refs) REQUIRE_OK(warm.directory.record(ref.id));
    BOOST_TEST(warm.pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(many_old_records_are_one_list) {
    Warm warm(100);
    const auto refs = warm.directory.find(every(ObjectKind::PrivateKey));
    warm.pool.pass(2 * age);
    for (const ObjectRef& ref : *refs) REQUIRE_OK(warm.directory.record(ref.id));
    const Asked asked = warm.pool.asked();
    BOOST_TEST(asked.pages == 4U);
    BOOST_TEST(asked.keys <= 5U);
}

BOOST_AUTO_TEST_CASE(a_record_is_asked_for_once_in_an_age) {
    PlayedPool pool(1);
    Directory directory(pool.settings(), pool.ask());
    for (int i = 0; i < 3; ++i) REQUIRE_OK(directory.record({"key-0", ""}));
    REQUIRE_OK(directory.record({"key-0", pool.version("key-0")}));
    BOOST_TEST(pool.asked() == (Asked{0, 1, 0}));
    pool.pass(age);
    for (int i = 0; i < 3; ++i) REQUIRE_OK(directory.record({"key-0", pool.version("key-0")}));
    BOOST_TEST(pool.asked() == (Asked{0, 1, 0}));
    REQUIRE_OK(directory.fetch({"key-0", ""}));
    BOOST_TEST(pool.asked() == (Asked{0, 1, 0}));
    CHECK_FAILS(directory.record({"nobody", ""}), Errc::KeyNotFound);
}

BOOST_AUTO_TEST_CASE(a_key_that_others_rotated_is_asked_for_once_and_its_older_version_stays) {
    Warm warm(30);
    const auto before = warm.record("key-3");
    const auto generation = warm.directory.generation();
    warm.pool.rotate("key-3");
    warm.pool.pass(age);
    BOOST_TEST(warm.directory.find(every(ObjectKind::PrivateKey))->size() == 30U);
    BOOST_TEST(warm.pool.asked() == (Asked{2, 1, 0}));
    BOOST_TEST(warm.directory.generation() > generation);
    const auto after = warm.record("key-3");
    BOOST_TEST(after->id.version == warm.pool.version("key-3"));
    BOOST_TEST(after->is_latest);
    const auto older = warm.directory.record(before->id);
    REQUIRE_OK(older);
    BOOST_TEST(!(*older)->is_latest);
    BOOST_TEST((*older)->id.version == before->id.version);
    BOOST_TEST(warm.pool.asked() == (Asked{0, 1, 0}));
}

BOOST_AUTO_TEST_CASE(a_key_that_was_made_anew_under_its_name_is_another_one) {
    Warm warm(5);
    const auto before = warm.record("key-3");
    warm.pool.remove("key-3");
    warm.pool.add("key-3", "RSA-HSM");
    warm.pool.pass(age);
    REQUIRE_OK(warm.directory.find({}));
    BOOST_TEST((warm.record("key-3")->spec.type == KeyType::Rsa));
    BOOST_TEST(warm.pool.asked() == (Asked{1, 1, 0}));
    CHECK_FAILS(warm.directory.record(before->id), Errc::KeyNotFound);
}

BOOST_AUTO_TEST_CASE(tags_and_disabling_by_others_appear_with_the_next_list) {
    Warm warm(5);
    warm.pool.pass(10'000);
    warm.pool.change("key-3", false, {{"p11_pri_label", "Third key"}});
    BOOST_TEST(warm.record("key-3")->enabled);
    warm.pool.pass(age);
    BOOST_TEST(found(warm.directory.find(labelled("Third key"))) == Names{"key-3"});
    const auto refs = warm.directory.find(labelled("Third key"));
    BOOST_TEST(!(*warm.directory.record(refs->front().id))->enabled);
    BOOST_TEST(warm.pool.asked() == (Asked{1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(a_disabled_key_is_listed) {
    PlayedPool pool(2);
    pool.change("key-1", false, {});
    pool.pass(10'000);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find(every(ObjectKind::PrivateKey))) == (Names{"key-0", "key-1"}));
    BOOST_TEST(!(*directory.record({"key-1", ""}))->enabled);
}

BOOST_AUTO_TEST_CASE(a_key_that_others_deleted_is_gone_with_the_next_list) {
    Warm warm(5);
    const auto generation = warm.directory.generation();
    const auto before = warm.record("key-3");
    warm.pool.remove("key-3");
    BOOST_TEST(warm.directory.find(every(ObjectKind::PrivateKey))->size() == 5U);
    warm.pool.pass(age);
    BOOST_TEST(warm.directory.find(every(ObjectKind::PrivateKey))->size() == 4U);
    BOOST_TEST(warm.directory.generation() > generation);
    CHECK_FAILS(warm.directory.record(before->id), Errc::KeyNotFound);
}

BOOST_AUTO_TEST_CASE(what_we_made_is_known_at_once_and_what_we_deleted_is_not) {
    Warm warm(5);
    warm.pool.add("mine", "RSA-HSM");
    const auto generation = warm.directory.generation();
    const auto learned = warm.directory.learn(warm.pool.record("mine"));
    BOOST_TEST(warm.directory.generation() > generation);
    BOOST_TEST(learned->face.label == copy_of(bytes_of("mine")));
    BOOST_TEST(warm.record("mine") == learned);
    BOOST_TEST(warm.directory.find(every(ObjectKind::PrivateKey))->size() == 6U);
    const auto settled = warm.directory.generation();
    warm.directory.learn(warm.pool.record("mine"));
    BOOST_TEST(warm.directory.generation() == settled);
    warm.pool.remove("mine");
    warm.directory.forget("MINE");
    BOOST_TEST(warm.directory.generation() > settled);
    BOOST_TEST(warm.directory.find(every(ObjectKind::PrivateKey))->size() == 5U);
    BOOST_TEST(found(warm.directory.find(labelled("mine"))) == Names{});
    CHECK_FAILS(warm.directory.record(learned->id), Errc::KeyNotFound);
    BOOST_TEST(warm.pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(a_new_version_of_ours_is_the_latest_and_the_older_one_is_no_more) {
    Warm warm(5);
    const auto before = warm.record("key-3");
    warm.pool.rotate("key-3");
    const auto after = warm.directory.learn(warm.pool.record("key-3"));
    BOOST_TEST(after->is_latest);
    BOOST_TEST(found(warm.directory.find(labelled("key-3"))) == Names{"key-3"});
    BOOST_TEST(warm.record("key-3") == after);
    const auto older = warm.directory.record(before->id);
    REQUIRE_OK(older);
    BOOST_TEST(!(*older)->is_latest);
    // An answer about the older version does not make it the latest.
    KeyRecord changed = **older;
    changed.enabled = false;
    changed.updated = warm.pool.now() / 1000;
    const auto learned = warm.directory.learn(changed);
    BOOST_TEST(!learned->is_latest);
    BOOST_TEST(!learned->enabled);
    BOOST_TEST(warm.record("key-3") == after);
}

BOOST_AUTO_TEST_CASE(a_list_that_was_begun_earlier_does_not_undo_what_was_learned_meanwhile) {
    Warm warm(60);
    warm.pool.pass(age);
    std::size_t answers = 0;
    warm.pool.before = [&](const std::string& path) {
        if (path != "/keys" || ++answers != 2) return;
        // Between two pages; both names are on the first.
        warm.pool.add("key-00");
        warm.directory.learn(warm.pool.record("key-00"));
        warm.pool.remove("key-1");
        warm.directory.forget("key-1");
    };
    const auto names = found(warm.directory.find(every(ObjectKind::PrivateKey)));
    BOOST_TEST(names.size() == 60U);
    BOOST_TEST((std::find(names.begin(), names.end(), "key-00") != names.end()));
    BOOST_TEST((std::find(names.begin(), names.end(), "key-1") == names.end()));
}

BOOST_AUTO_TEST_CASE(a_change_in_the_second_of_an_answer_is_not_overlooked) {
    PlayedPool pool(3);
    pool.add("fresh");
    Directory directory(pool.settings(), pool.ask());
    REQUIRE_OK(directory.record({"fresh", ""}));
    pool.rotate("fresh");  // in the same second: the list looks the same
    (void)pool.asked();
    pool.pass(10'000);
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 4U);
    BOOST_TEST(pool.asked() == (Asked{1, 4, 0}));
    BOOST_TEST((*directory.record({"fresh", ""}))->id.version == pool.version("fresh"));
}

BOOST_AUTO_TEST_CASE(a_service_that_does_not_answer_leaves_what_was_known) {
    Warm warm(30);
    const auto before = warm.record("key-3");
    warm.pool.pass(2 * age);
    warm.pool.is_down = true;
    BOOST_TEST(warm.directory.find({})->size() == 60U);
    BOOST_TEST(found(warm.directory.find(labelled("key-3"))) == Names{"key-3"});
    const auto record = warm.directory.record(before->id);
    REQUIRE_OK(record);
    BOOST_TEST(*record == before);
    CHECK_FAILS(warm.directory.find(labelled("my label")), Errc::DeviceError);
    warm.pool.is_down = false;
    BOOST_TEST(warm.directory.find({})->size() == 60U);
    BOOST_TEST(warm.pool.asked() == (Asked{2, 0, 0}));
}

BOOST_AUTO_TEST_CASE(without_an_age_everything_is_asked_for_each_time) {
    PlayedPool pool(3);
    auto settings = pool.settings();
    settings.age = 0;
    Directory directory(settings, pool.ask());
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 3U);
    pool.remove("key-1");
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 2U);
    pool.change("key-2", false, {});
    BOOST_TEST(!(*directory.record({"key-2", ""}))->enabled);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_costs_a_list) {
    Warm warm(3);
    warm.pool.pass(-3'600'000);
    BOOST_TEST(warm.directory.find(every(ObjectKind::PrivateKey))->size() == 3U);
    BOOST_TEST(warm.pool.asked() == (Asked{1, 3, 0}));
    BOOST_TEST(warm.directory.find(every(ObjectKind::PrivateKey))->size() == 3U);
    BOOST_TEST(warm.pool.asked() == Asked{});
}

BOOST_AUTO_TEST_SUITE_END()
