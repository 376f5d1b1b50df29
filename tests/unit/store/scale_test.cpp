// What is asked costs the same among twenty thousand keys as among ten.
#include "workplace.hpp"

#include <chrono>

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

using Question = std::function<std::size_t(Store&)>;

struct Asked {
    const char* what;
    Question ask;  // gives the number of answers
    std::size_t wanted;
};

ObjectQuery by_id() {
    ObjectQuery query;
    query.id = copy_of(bytes_of("key-7"));
    return query;
}
ObjectQuery by_label() {
    ObjectQuery query;
    query.label = copy_of(bytes_of("key-7"));
    query.kind = ObjectKind::SecretKey;
    return query;
}
ObjectQuery certificates() {
    ObjectQuery query;
    query.kind = ObjectKind::Record;
    query.record_class = 1;
    return query;
}

const std::vector<Asked> questions = {
    {"find by id", [](Store& store) { return store.find(by_id()).value().size(); }, 1},
    {"find by label", [](Store& store) { return store.find(by_label()).value().size(); }, 1},
    {"find certificates", [](Store& store) { return store.find(certificates()).value().size(); }, 1},
    {"latest version",
     [](Store& store) {
         return store.item(ItemKind::Key, {"KEY-7", ""}).value() ? 1U : 0U;
     },
     1},
    {"one version",
     [](Store& store) {
         return store.item(ItemKind::Key, {"key-7", "v"}).value() ? 1U : 0U;
     },
     1},
    {"all versions", [](Store& store) { return store.versions("key-7").value().size(); }, 1},
    {"is the name free", [](Store& store) { return store.name_state("nobody").value() == NameState::Free ? 1U : 0U; },
     1},
    {"a page of names",
     [](Store& store) {
         return store.latest({NameState::Live, "key-2", 3}).value().size();
     },
     3},
    {"deleted keys",
     [](Store& store) {
         return store.latest({NameState::Deleted, "", 3}).value().size();
     },
     1},
    {"a page of items", [](Store& store) { return store.items(3, 3).value().size(); }, 3},
};
// The store in memory holds the objects of sessions and answers these by looking at all of them.
const std::vector<Asked> questions_of_a_partition = {
    {"due for purging", [](Store& store) { return store.due(Due::Purge, 5, 9).value().size(); }, 1},
    {"due for rotation", [](Store& store) { return store.due(Due::Rotation, 5, 9).value().size(); }, 1},
};

/// Items that nobody will open, in a few batches.
void fill(Store& store, int from, int to) {
    constexpr int at_once = 2000;
    for (int begin = from; begin < to; begin += at_once) {
        Batch batch;
        for (int i = begin; i < std::min(to, begin + at_once); ++i) {
            const std::string name = "key-" + std::to_string(i);
            StoredItem item;
            item.id = {name, "v"};
            item.metadata = Bytes(300, 1);
            item.sealed = Bytes(1300, 2);
            item.faces = {{ObjectKind::SecretKey, 0, copy_of(bytes_of(name)), copy_of(bytes_of(name)), true}};
            if (i == 1) item.rotate_at = 5;
            if (i >= 10) item.rotate_at = 1'000'000 + i;
            batch.push_back(InsertItem{std::move(item)});
        }
        REQUIRE_OK(store.commit(batch));
    }
}

void add_strangers(Store& store) {
    StoredItem gone = version_of("gone", "v");
    gone.purge_at = 5;
    gone.faces.clear();
    StoredItem certificate = version_of("certificate", "");
    certificate.kind = ItemKind::Record;
    certificate.faces = {{ObjectKind::Record, 1, {}, {}, false}};
    REQUIRE_OK(store.commit({InsertItem{gone}, InsertItem{certificate}}));
}

/// Microseconds, the least of three.
double time_of(Store& store, const Asked& asked) {
    double least = 1e9;
    for (int attempt = 0; attempt < 3; ++attempt) {
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < 200; ++i) BOOST_REQUIRE_EQUAL(asked.ask(store), asked.wanted);
        const auto end = std::chrono::steady_clock::now();
        least = std::min(least, std::chrono::duration<double, std::micro>(end - begin).count() / 200);
    }
    return least;
}

/// Opening, the first question and closing.
double time_of_opening(const TemporaryFolder& folder) {
    double least = 1e9;
    for (int attempt = 0; attempt < 20; ++attempt) {
        const auto begin = std::chrono::steady_clock::now();
        BOOST_REQUIRE(open_store(folder).value()->meta("none").value().empty());
        const auto end = std::chrono::steady_clock::now();
        least = std::min(least, std::chrono::duration<double, std::micro>(end - begin).count());
    }
    return least;
}

void check_costs_the_same(Store& store, const std::vector<Asked>& all) {
    fill(store, 0, 10);
    add_strangers(store);
    std::vector<double> few;
    for (const Asked& asked : all) few.push_back(time_of(store, asked));
    fill(store, 10, 20'000);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const double many = time_of(store, all[i]);
        BOOST_TEST_CONTEXT(all[i].what << " among 10: " << few[i] << " us, among 20,000: " << many << " us") {
            BOOST_TEST_MESSAGE(all[i].what << ": " << few[i] << " us, " << many << " us");
            BOOST_CHECK_LT(many, 5 * few[i] + 20);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(scale)

BOOST_AUTO_TEST_CASE(a_partition_of_twenty_thousand_keys_answers_like_one_of_ten) {
    const Stores stores;
    std::vector<Asked> all = questions;
    all.insert(all.end(), questions_of_a_partition.begin(), questions_of_a_partition.end());
    check_costs_the_same(*stores.sqlite, all);
}

BOOST_AUTO_TEST_CASE(a_store_of_twenty_thousand_keys_opens_like_one_of_ten) {
    const TemporaryFolder folder;
    make_store(folder);
    fill(*open_store(folder).value(), 0, 10);
    const double few = time_of_opening(folder);
    fill(*open_store(folder).value(), 10, 20'000);
    const double many = time_of_opening(folder);
    BOOST_TEST_MESSAGE("opening: " << few << " us, " << many << " us");
    BOOST_CHECK_LT(many, 1.5 * few + 200);
}

BOOST_AUTO_TEST_CASE(twenty_thousand_session_objects_answer_like_ten) {
    MemoryStore store;
    std::vector<Asked> all = questions;
    std::erase_if(all, [](const Asked& asked) {
        return std::string(asked.what) == "find certificates" || std::string(asked.what) == "deleted keys";
    });
    check_costs_the_same(store, all);
}

BOOST_AUTO_TEST_SUITE_END()
