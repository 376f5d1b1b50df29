// What every Store promises, asked of both.
#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

std::size_t count(Store& store) { return store.find({}).value().size(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(stores)

BOOST_AUTO_TEST_CASE(an_item_comes_back_as_it_was_put) {
    Stores stores;
    for (Store* store : stores.all()) {
        REQUIRE_OK(store->commit({InsertItem{item_named("Key")}}));
        const StoredItem item = store->item(ItemKind::Key, {"kEY", ""}).value().value();
        const StoredItem wanted = item_named("Key");
        BOOST_CHECK(item.id == wanted.id);
        BOOST_CHECK(item.metadata == wanted.metadata && item.tag == wanted.tag && item.sealed == wanted.sealed);
        BOOST_CHECK_EQUAL(item.revision, 1U);
        BOOST_CHECK_EQUAL(item.detail, 2U);
        BOOST_CHECK_EQUAL(item.created, 7);
        BOOST_CHECK_GT(item.sequence, 0U);
        BOOST_CHECK(!store->item(ItemKind::Record, {"Key", "v1"}).value());
        BOOST_CHECK(!store->item(ItemKind::Key, {"Key", "v2"}).value());
        BOOST_CHECK(store->name_state("KEY").value() == NameState::Live);
        BOOST_CHECK(store->name_state("other").value() == NameState::Free);
    }
}

BOOST_AUTO_TEST_CASE(a_batch_goes_through_whole_or_not_at_all) {
    Stores stores;
    for (Store* store : stores.all()) {
        REQUIRE_OK(store->commit({InsertItem{item_named("one")}, PutMeta{"m", {1}, {}}}));
        CHECK_FAILS(store->commit({InsertItem{item_named("two")}, InsertItem{item_named("ONE")}}), Errc::KeyExists);
        CHECK_FAILS(store->commit({PutMeta{"m", {2}, {}}, EraseItem{{"one", "v1"}, 2}}), Errc::StoreConflict);
        CHECK_FAILS(store->commit({PutMeta{"m", {2}, {}}, EraseItem{{"none", "v1"}, 1}}), Errc::KeyNotFound);
        CHECK_FAILS(store->commit({PutMeta{"m", {2}, {}}, ReplaceItem{item_named("none"), 1}}), Errc::KeyNotFound);
        BOOST_CHECK(store->meta("m").value() == Bytes{1});
        BOOST_CHECK_EQUAL(count(*store), 2U);
    }
}

BOOST_AUTO_TEST_CASE(a_meta_value_is_put_only_over_the_expected_one) {
    Stores stores;
    for (Store* store : stores.all()) {
        BOOST_CHECK(store->meta("m").value().empty());
        REQUIRE_OK(store->commit({PutMeta{"m", {1}, Bytes{}}}));
        CHECK_FAILS(store->commit({PutMeta{"m", {2}, Bytes{}}}), Errc::StoreConflict);
        REQUIRE_OK(store->commit({PutMeta{"m", {2}, Bytes{1}}}));
        REQUIRE_OK(store->commit({EraseMeta{"m"}, EraseMeta{"never"}}));
        BOOST_CHECK(store->meta("m").value().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_replacement_moves_its_faces_in_the_index_and_not_in_the_order) {
    Stores stores;
    for (Store* store : stores.all()) {
        REQUIRE_OK(store->commit({InsertItem{item_named("a")}, InsertItem{item_named("b")}}));
        StoredItem changed = item_named("a", "new label");
        changed.revision = 2;
        changed.faces.pop_back();
        REQUIRE_OK(store->commit({ReplaceItem{changed, 1}}));
        CHECK_FAILS(store->commit({ReplaceItem{changed, 1}}), Errc::StoreConflict);
        const std::vector<ObjectRef> wanted = {{ObjectKind::PrivateKey, {"a", "v1"}},
                                               {ObjectKind::PrivateKey, {"b", "v1"}},
                                               {ObjectKind::PublicKey, {"b", "v1"}}};
        BOOST_CHECK(store->find({}).value() == wanted);
        ObjectQuery query;
        query.label = copy_of(bytes_of("new label"));
        BOOST_CHECK_EQUAL(store->find(query).value().size(), 1U);
        query.id = Bytes{};
        BOOST_CHECK_EQUAL(store->find(query).value().size(), 1U);
        query.id = Bytes{9};
        BOOST_CHECK(store->find(query).value().empty());
        query.label.reset();
        BOOST_CHECK_EQUAL(store->find(query).value().size(), 1U);
    }
}

BOOST_AUTO_TEST_CASE(the_generation_is_even_and_another_one_after_each_commit) {
    Stores stores;
    for (Store* store : stores.all()) {
        std::uint64_t before = store->generation();
        BOOST_CHECK_EQUAL(before % 2, 0U);
        REQUIRE_OK(store->commit({InsertItem{item_named("one")}}));
        BOOST_CHECK_NE(store->generation(), before);
        before = store->generation();
        BOOST_CHECK_EQUAL(before % 2, 0U);
        CHECK_FAILS(store->commit({InsertItem{item_named("one")}}), Errc::KeyExists);
        REQUIRE_OK(store->find({}));
        BOOST_CHECK_EQUAL(store->generation(), before);
    }
}

BOOST_AUTO_TEST_CASE(items_come_in_pages_and_are_counted) {
    Stores stores;
    for (Store* store : stores.all()) {
        Batch batch;
        for (int i = 0; i < 5; ++i) batch.push_back(InsertItem{item_named("key-" + std::to_string(i))});
        StoredItem record = item_named("record");
        record.kind = ItemKind::Record;
        record.detail = 1;
        record.id.version = "";
        batch.push_back(InsertItem{record});
        REQUIRE_OK(store->commit(batch));
        const std::vector<StoredItem> first = store->items(0, 4).value();
        BOOST_REQUIRE_EQUAL(first.size(), 4U);
        const std::vector<StoredItem> rest = store->items(first.back().sequence, 4).value();
        BOOST_REQUIRE_EQUAL(rest.size(), 2U);
        BOOST_CHECK_EQUAL(rest.back().id.name, "record");
        const std::vector<ItemCount> counts = store->counts().value();
        BOOST_REQUIRE_EQUAL(counts.size(), 2U);
        BOOST_CHECK_EQUAL(counts[0].count, 5U);
        BOOST_CHECK(counts[1].kind == ItemKind::Record && counts[1].detail == 1 && counts[1].count == 1);
        REQUIRE_OK(store->commit({EraseEverything{}, PutMeta{"m", {1}, {}}}));
        BOOST_CHECK_EQUAL(count(*store), 0U);
        BOOST_CHECK(store->counts().value().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_generation_that_a_dead_writer_left_odd_is_settled) {
    Stores stores;
    GenerationWord word = GenerationWord::map_file(stores.folder.path("generation"), 0600);
    const std::uint64_t odd = word.begin_change();
    BOOST_CHECK_EQUAL(stores.sqlite->generation(), odd);
    stores.sqlite->settle_generation();
    BOOST_CHECK_EQUAL(stores.sqlite->generation(), odd + 1);
    word.end_change(odd);
    BOOST_CHECK_EQUAL(stores.sqlite->generation(), odd + 1);
}

BOOST_AUTO_TEST_CASE(a_generation_that_cannot_be_mapped_never_stays_the_same) {
    const GenerationWord word = GenerationWord::map_file("/nonexistent/generation", 0600);
    BOOST_CHECK_EQUAL(word.load() % 2, 1U);
    BOOST_CHECK_NE(word.load(), word.load());
}

BOOST_AUTO_TEST_SUITE_END()
