// Both Stores go through the same random changes and must answer every question alike.
//
// KVP11_TEST_SEED=<number> plays one run again; KVP11_TEST_ROUNDS=<number> makes it longer.
#include "workplace.hpp"

#include <cstdlib>
#include <random>

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

class Chance {
public:
    explicit Chance(std::uint32_t seed) : random_(seed) {}
    std::size_t below(std::size_t limit) { return random_() % limit; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class T>
    const T& of(const std::vector<T>& values) {
        return values[below(values.size())];
    }
    Bytes bytes() { return Bytes(below(3), static_cast<std::uint8_t>(below(3))); }

private:
    std::mt19937 random_;
};

// Of a name, what is stored is of one kind.
const std::vector<std::string> names = {"a", "A", "b", "B-1", "b-2", "c", "C", "0", "record", "Record-2", "RECORD"};
bool names_a_record(const std::string& name) { return name.size() > 5; }
const std::vector<std::string> versions = {"v1", "v2", "v3", "V3", "v4", "v5"};

class Course {
public:
    Course(std::uint32_t seed, Store& one, Store& other) : chance_(seed), one_(one), other_(other) {}

    void change();
    void compare();

private:
    StoredItem item(const std::string& name);
    Change one_change();
    std::uint64_t likely_revision(const KeyId& id);
    std::string likely_latest(const std::string& name);
    ObjectQuery query();

    Chance chance_;
    Store& one_;
    Store& other_;
};

StoredItem Course::item(const std::string& name) {
    StoredItem made;
    made.kind = names_a_record(name) ? ItemKind::Record : ItemKind::Key;
    made.detail = chance_.below(3);
    made.id = {name, made.kind == ItemKind::Record ? "" : chance_.of(versions)};
    made.revision = 1 + chance_.below(4);
    made.created = static_cast<std::int64_t>(chance_.below(100));
    made.is_latest = chance_.one_in(2);
    if (chance_.one_in(3)) made.purge_at = static_cast<std::int64_t>(chance_.below(10));
    if (chance_.one_in(2)) made.rotate_at = static_cast<std::int64_t>(chance_.below(10));
    made.metadata = chance_.bytes();
    made.tag = chance_.bytes();
    made.sealed = chance_.bytes();
    for (const ObjectKind kind : {ObjectKind::PublicKey, ObjectKind::PrivateKey, ObjectKind::Record}) {
        if (chance_.one_in(3)) continue;
        made.faces.push_back({kind, kind == ObjectKind::Record ? chance_.below(3) : 0, chance_.bytes(), chance_.bytes(),
                              chance_.one_in(2)});
    }
    return made;
}

// Mostly what is stored, so that most changes go through.
std::uint64_t Course::likely_revision(const KeyId& id) {
    for (const ItemKind kind : {ItemKind::Key, ItemKind::Record}) {
        const auto present = one_.item(kind, id).value();
        if (present && !chance_.one_in(8)) return present->revision;
    }
    return chance_.below(4);
}

std::string Course::likely_latest(const std::string& name) {
    const auto present = one_.item(ItemKind::Key, {name, ""}).value();
    return present && !chance_.one_in(8) ? present->id.version : chance_.of(versions);
}

Change Course::one_change() {
    const std::string name = chance_.of(names);
    const StoredItem made = item(name);
    switch (chance_.below(12)) {
        case 0: return PutMeta{name, chance_.bytes(), chance_.one_in(2) ? std::optional<Bytes>() : chance_.bytes()};
        case 1: return EraseMeta{name};
        case 2:
        case 3: return InsertItem{made};
        case 4:
        case 5: return AddVersion{made, likely_latest(name), chance_.one_in(2) ? 0 : likely_revision({name, ""})};
        case 6: return RestoreItem{made};
        case 7:
        case 8:
        case 9: return ReplaceItem{made, likely_revision(made.id)};
        default: break;
    }
    if (chance_.one_in(40)) return EraseEverything{};
    return EraseItem{made.id, likely_revision(made.id)};
}

void Course::change() {
    Batch batch;
    do batch.push_back(one_change());
    while (!chance_.one_in(3));
    const Result<void> first = one_.commit(batch);
    const Result<void> second = other_.commit(batch);
    BOOST_REQUIRE_EQUAL(first.ok(), second.ok());
    if (!first.ok()) BOOST_REQUIRE_EQUAL(static_cast<int>(first.code()), static_cast<int>(second.code()));
}

ObjectQuery Course::query() {
    ObjectQuery made;
    if (chance_.one_in(3)) made.kind = static_cast<ObjectKind>(chance_.below(4));
    if (chance_.one_in(3)) made.record_class = chance_.below(3);
    if (chance_.one_in(3)) made.id = chance_.bytes();
    if (chance_.one_in(3)) made.label = chance_.bytes();
    made.with_private = chance_.one_in(2);
    made.all_versions = chance_.one_in(2);
    return made;
}

bool same(const StoredItem& a, const StoredItem& b) {
    return a.sequence == b.sequence && a.kind == b.kind && a.detail == b.detail && a.id == b.id &&
           a.revision == b.revision && a.created == b.created && a.is_latest == b.is_latest &&
           a.purge_at == b.purge_at && a.rotate_at == b.rotate_at && a.metadata == b.metadata && a.tag == b.tag &&
           a.sealed == b.sealed && a.faces.size() == b.faces.size();
}
bool same(const std::vector<StoredItem>& a, const std::vector<StoredItem>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const StoredItem& x, const StoredItem& y) { return same(x, y); });
}
bool same(const std::optional<StoredItem>& a, const std::optional<StoredItem>& b) {
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
}
bool same(const std::vector<ItemCount>& a, const std::vector<ItemCount>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ItemCount& x, const ItemCount& y) {
        return x.kind == y.kind && x.detail == y.detail && x.count == y.count;
    });
}
template <class T>
bool same(const T& a, const T& b) {
    return a == b;
}

void Course::compare() {
    const auto alike = [this](const char* question, const auto& ask) {
        BOOST_REQUIRE_MESSAGE(same(ask(one_).value(), ask(other_).value()), question);
    };
    const std::string name = chance_.of(names);
    const auto kind = static_cast<ItemKind>(chance_.below(2));
    const std::string version = chance_.one_in(2) ? "" : chance_.of(versions);
    const NameQuery listed{static_cast<NameState>(chance_.below(3)), chance_.one_in(2) ? "" : name, chance_.below(5)};
    const auto due = static_cast<Due>(chance_.below(2));
    const auto now = static_cast<std::int64_t>(chance_.below(12));
    const std::size_t limit = chance_.below(6);
    const ObjectQuery wanted = query();
    alike("meta", [&](Store& store) { return store.meta(name); });
    alike("item", [&](Store& store) { return store.item(kind, {name, version}); });
    alike("versions", [&](Store& store) { return store.versions(name); });
    alike("name_state", [&](Store& store) { return store.name_state(name); });
    alike("latest", [&](Store& store) { return store.latest(listed); });
    alike("due", [&](Store& store) { return store.due(due, now, limit); });
    alike("find", [&](Store& store) { return store.find(wanted); });
    alike("items", [&](Store& store) { return store.items(0, 1000); });
    alike("items", [&](Store& store) { return store.items(limit, limit); });
    alike("counts", [&](Store& store) { return store.counts(); });
}

std::uint32_t number_from(const char* variable, std::uint32_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10)) : otherwise;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(differential)

BOOST_AUTO_TEST_CASE(the_stores_cannot_be_told_apart) {
    const std::uint32_t seed = number_from("KVP11_TEST_SEED", std::random_device{}());
    std::cout << "KVP11_TEST_SEED=" << seed << std::endl;
    Stores stores;
    Course course(seed, stores.memory, *stores.sqlite);
    const std::uint32_t rounds = number_from("KVP11_TEST_ROUNDS", 1500);
    for (std::uint32_t round = 0; round < rounds; ++round) {
        BOOST_TEST_CONTEXT("seed " << seed << ", round " << round) {
            course.change();
            course.compare();
        }
    }
    BOOST_CHECK_EQUAL(ask(stores.folder.database(), "PRAGMA integrity_check"), "ok\n");
}

BOOST_AUTO_TEST_SUITE_END()
