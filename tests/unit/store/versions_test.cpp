// Versions of a name, deletion, and what is due, asked of every Store.
#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

StoredItem deleted(StoredItem item, std::int64_t purge_at, std::uint64_t revision = 2) {
    item.purge_at = purge_at;
    item.revision = revision;
    return item;
}

std::string latest_version(Store& store, const std::string& name) {
    const auto item = store.item(ItemKind::Key, {name, ""}).value();
    return item ? item->id.version : "none";
}

std::vector<std::string> names_of(const std::vector<StoredItem>& items) {
    std::vector<std::string> names;
    for (const StoredItem& item : items) names.push_back(item.id.name);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(versions)

BOOST_AUTO_TEST_CASE(a_version_is_added_to_the_latest_one_only) {
    Stores stores;
    for (Store* store : stores.all()) {
        CHECK_FAILS(store->commit({AddVersion{version_of("key", "v2"), "v1"}}), Errc::KeyNotFound);
        REQUIRE_OK(store->commit({InsertItem{item_named("key")}}));
        REQUIRE_OK(store->commit({AddVersion{version_of("KEY", "v2"), "v1"}}));
        CHECK_FAILS(store->commit({AddVersion{version_of("key", "v3"), "v1"}}), Errc::StoreConflict);
        CHECK_FAILS(store->commit({AddVersion{version_of("key", "v1"), "v2"}}), Errc::KeyExists);
        CHECK_FAILS(store->commit({InsertItem{version_of("key", "v3")}}), Errc::KeyExists);
        CHECK_FAILS(store->commit({AddVersion{version_of("key", "v3"), "v2", 2}}), Errc::StoreConflict);
        BOOST_CHECK_EQUAL(latest_version(*store, "key"), "v2");
        const std::vector<StoredItem> all = store->versions("Key").value();
        BOOST_REQUIRE_EQUAL(all.size(), 2U);
        BOOST_CHECK(all[0].id.version == "v1" && !all[0].is_latest);
        BOOST_CHECK(all[1].id.version == "v2" && all[1].is_latest);
        CHECK_OK(store->commit({AddVersion{version_of("key", "v3"), "v2", 1}}));
    }
}

BOOST_AUTO_TEST_CASE(a_replacement_may_want_its_version_to_be_the_latest) {
    Stores stores;
    for (Store* store : stores.all()) {
        REQUIRE_OK(store->commit({InsertItem{item_named("key")}}));
        StoredItem changed = item_named("key");
        changed.revision = 2;
        CHECK_OK(store->commit({ReplaceItem{changed, 1, true}}));
        REQUIRE_OK(store->commit({AddVersion{version_of("key", "v2"), "v1", 2}}));
        changed.revision = 3;
        CHECK_FAILS(store->commit({ReplaceItem{changed, 2, true}}), Errc::StoreConflict);
        CHECK_OK(store->commit({ReplaceItem{changed, 2}}));
    }
}

BOOST_AUTO_TEST_CASE(objects_of_old_versions_are_found_only_when_asked_for) {
    Stores stores;
    for (Store* store : stores.all()) {
        REQUIRE_OK(store->commit({InsertItem{item_named("key")}, AddVersion{version_of("key", "v2"), "v1"}}));
        ObjectQuery query;
        for (const bool by_label : {false, true}) {
            if (by_label) query.label = copy_of(bytes_of("label"));
            query.all_versions = false;
            const std::vector<ObjectRef> latest = {{ObjectKind::PrivateKey, {"key", "v2"}},
                                                   {ObjectKind::PublicKey, {"key", "v2"}}};
            BOOST_CHECK(store->find(query).value() == latest);
            query.all_versions = true;
            BOOST_CHECK_EQUAL(store->find(query).value().size(), 4U);
        }
        StoredItem changed = item_named("key");
        changed.revision = 2;
        REQUIRE_OK(store->commit({ReplaceItem{changed, 1}}));
        BOOST_CHECK_EQUAL(store->find({}).value().size(), 2U);
        BOOST_CHECK_EQUAL(latest_version(*store, "key"), "v2");
    }
}

BOOST_AUTO_TEST_CASE(erasing_the_latest_version_makes_the_one_before_it_the_latest) {
    Stores stores;
    for (Store* store : stores.all()) {
        REQUIRE_OK(store->commit({InsertItem{item_named("key")}, AddVersion{version_of("key", "v2"), "v1"},
                                  AddVersion{version_of("key", "v3"), "v2"}}));
        REQUIRE_OK(store->commit({EraseItem{{"key", "v1"}, 1}}));
        BOOST_CHECK_EQUAL(latest_version(*store, "key"), "v3");
        REQUIRE_OK(store->commit({EraseItem{{"key", "v3"}, 1}}));
        BOOST_CHECK_EQUAL(latest_version(*store, "key"), "v2");
        BOOST_CHECK(store->versions("key").value().front().is_latest);
        BOOST_CHECK_EQUAL(store->find({}).value().size(), 2U);
        REQUIRE_OK(store->commit({EraseItem{{"key", "v2"}, 1}}));
        BOOST_CHECK(store->name_state("key").value() == NameState::Free);
    }
}

BOOST_AUTO_TEST_CASE(a_deleted_key_holds_its_name_and_keeps_the_objects_it_was_left) {
    Stores stores;
    for (Store* store : stores.all()) {
        REQUIRE_OK(store->commit({InsertItem{item_named("key")}}));
        StoredItem gone = deleted(item_named("key"), 100);
        gone.faces.erase(gone.faces.begin());
        REQUIRE_OK(store->commit({ReplaceItem{gone, 1}}));
        BOOST_CHECK(store->name_state("key").value() == NameState::Deleted);
        CHECK_FAILS(store->commit({InsertItem{item_named("KEY")}}), Errc::KeyDeleted);
        CHECK_FAILS(store->commit({RestoreItem{item_named("Key")}}), Errc::KeyDeleted);
        CHECK_FAILS(store->commit({AddVersion{version_of("key", "v2"), "v1"}}), Errc::StoreConflict);
        BOOST_CHECK(store->item(ItemKind::Key, {"key", ""}).value()->purge_at == 100);
        const std::vector<ObjectRef> left = {{ObjectKind::PublicKey, {"key", "v1"}}};
        BOOST_CHECK(store->find({}).value() == left);
        BOOST_CHECK(store->counts().value().empty());

        REQUIRE_OK(store->commit({InsertItem{item_named("later")}}));
        StoredItem recovered = item_named("key");
        recovered.revision = 3;
        REQUIRE_OK(store->commit({ReplaceItem{recovered, 2}}));
        BOOST_CHECK(store->name_state("key").value() == NameState::Live);
        BOOST_CHECK(!store->item(ItemKind::Key, {"key", ""}).value()->purge_at);
        const std::vector<ObjectRef> found = store->find({}).value();
        BOOST_REQUIRE_EQUAL(found.size(), 4U);
        BOOST_CHECK(found.front() == (ObjectRef{ObjectKind::PrivateKey, {"key", "v1"}}));
    }
}

BOOST_AUTO_TEST_CASE(versions_are_restored_in_the_order_of_the_batch) {
    Stores stores;
    for (Store* store : stores.all()) {
        REQUIRE_OK(store->commit({InsertItem{item_named("taken")}}));
        CHECK_FAILS(store->commit({RestoreItem{version_of("key", "old")}, RestoreItem{item_named("Taken")}}),
                    Errc::KeyExists);
        BOOST_CHECK(store->name_state("key").value() == NameState::Free);
        CHECK_FAILS(store->commit({RestoreItem{version_of("key", "old")}, RestoreItem{version_of("key", "old")}}),
                    Errc::KeyExists);
        REQUIRE_OK(store->commit({RestoreItem{version_of("key", "zz")}, RestoreItem{version_of("KEY", "aa")}}));
        BOOST_CHECK_EQUAL(latest_version(*store, "key"), "aa");
        BOOST_CHECK_EQUAL(store->find({}).value().size(), 4U);
        CHECK_FAILS(store->commit({RestoreItem{version_of("key", "bb")}}), Errc::KeyExists);
        REQUIRE_OK(store->commit({EraseEverything{}, RestoreItem{version_of("key", "zz")}}));
        BOOST_CHECK_EQUAL(latest_version(*store, "key"), "zz");
    }
}

BOOST_AUTO_TEST_CASE(latest_versions_are_listed_by_name_in_pages) {
    Stores stores;
    for (Store* store : stores.all()) {
        StoredItem record = item_named("bb");
        record.kind = ItemKind::Record;
        record.id.version = "";
        REQUIRE_OK(store->commit({InsertItem{item_named("C")}, InsertItem{item_named("a-1")}, InsertItem{record},
                                  InsertItem{item_named("B")}, InsertItem{deleted(item_named("d"), 9)},
                                  AddVersion{version_of("B", "v2"), "v1"}}));
        BOOST_CHECK(names_of(store->latest({NameState::Live, "", 2}).value()) == (Names{"a-1", "B"}));
        BOOST_CHECK_EQUAL(store->latest({NameState::Live, "a-1", 1}).value().front().id.version, "v2");
        BOOST_CHECK(names_of(store->latest({NameState::Live, "b", 25}).value()) == (Names{"C"}));
        BOOST_CHECK(names_of(store->latest({NameState::Deleted, "", 25}).value()) == (Names{"d"}));
        BOOST_CHECK(store->latest({NameState::Free, "", 25}).value().empty());
        BOOST_CHECK(store->latest({NameState::Live, "", 0}).value().empty());
    }
}

BOOST_AUTO_TEST_CASE(what_is_due_comes_with_the_longest_overdue_first) {
    Stores stores;
    for (Store* store : stores.all()) {
        const auto rotating = [](const std::string& name, std::int64_t at) {
            StoredItem item = item_named(name);
            item.rotate_at = at;
            return item;
        };
        REQUIRE_OK(
            store->commit({InsertItem{rotating("b", 30)}, InsertItem{rotating("a", 20)}, InsertItem{rotating("c", 20)},
                           InsertItem{rotating("rotated", 1)}, AddVersion{version_of("rotated", "v2"), "v1"},
                           InsertItem{deleted(rotating("x", 5), 40)}, InsertItem{deleted(item_named("y"), 35)}}));
        BOOST_CHECK(store->due(Due::Rotation, 19, 9).value().empty());
        BOOST_CHECK(store->due(Due::Rotation, 20, 9).value() == (Names{"a", "c"}));
        BOOST_CHECK(store->due(Due::Rotation, 99, 9).value() == (Names{"a", "c", "b"}));
        BOOST_CHECK(store->due(Due::Rotation, 99, 1).value() == (Names{"a"}));
        BOOST_CHECK(store->due(Due::Purge, 34, 9).value().empty());
        BOOST_CHECK(store->due(Due::Purge, 40, 9).value() == (Names{"y", "x"}));
    }
}

BOOST_AUTO_TEST_SUITE_END()
