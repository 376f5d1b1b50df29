// Every statement that a SqliteStore ever runs is answered from an index: SQLite is asked for its plan of each.
#include "workplace.hpp"

#include <sqlite3.h>

#include <map>

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

sqlite3* newest_connection = nullptr;

int note_connection(sqlite3* connection, const char**, const struct sqlite3_api_routines*) {
    newest_connection = connection;
    return SQLITE_OK;
}

void ask_everything(Store& store) {
    REQUIRE_OK(store.meta("m"));
    for (const char* version : {"", "v1"}) REQUIRE_OK(store.item(ItemKind::Key, {"key", version}));
    REQUIRE_OK(store.versions("key"));
    REQUIRE_OK(store.name_state("key"));
    for (const NameState state : {NameState::Live, NameState::Deleted}) REQUIRE_OK(store.latest({state, "a", 5}));
    for (const Due what : {Due::Rotation, Due::Purge}) REQUIRE_OK(store.due(what, 5, 5));
    REQUIRE_OK(store.items(0, 5));
    REQUIRE_OK(store.counts());
    for (unsigned bits = 0; bits < 64; ++bits) {
        ObjectQuery query;
        if (bits & 1U) query.kind = ObjectKind::Record;
        if (bits & 2U) query.record_class = 1;
        if (bits & 4U) query.id = Bytes{1};
        if (bits & 8U) query.label = Bytes{1};
        query.with_private = (bits & 16U) != 0;
        query.all_versions = (bits & 32U) != 0;
        REQUIRE_OK(store.find(query));
        if (query.kind && !query.record_class) {
            query.kind = ObjectKind::SecretKey;
            REQUIRE_OK(store.find(query));
        }
    }
}

void change_everything(Store& store) {
    REQUIRE_OK(store.commit({PutMeta{"m", {1}, Bytes{}}, EraseMeta{"m"}, InsertItem{item_named("key")},
                             AddVersion{version_of("key", "v2"), "v1"}, ReplaceItem{version_of("key", "v2"), 1},
                             EraseItem{{"key", "v2"}, 1}, RestoreItem{version_of("other", "v1")},
                             RestoreItem{version_of("other", "v2")}}));
}

std::string plan_of(const std::string& statement) {
    sqlite3_stmt* explain = nullptr;
    const std::string sql = "EXPLAIN QUERY PLAN " + statement;
    BOOST_REQUIRE_EQUAL(sqlite3_prepare_v2(newest_connection, sql.c_str(), -1, &explain, nullptr), SQLITE_OK);
    std::string plan;
    while (sqlite3_step(explain) == SQLITE_ROW) {
        plan += reinterpret_cast<const char*>(sqlite3_column_text(explain, 3));
        plan += "; ";
    }
    sqlite3_finalize(explain);
    return plan;
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

std::vector<std::string> statements() {
    std::vector<std::string> found;
    for (sqlite3_stmt* s = sqlite3_next_stmt(newest_connection, nullptr); s;
         s = sqlite3_next_stmt(newest_connection, s))
        found.emplace_back(sqlite3_sql(s));
    return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(query_plan)

BOOST_AUTO_TEST_CASE(no_statement_reads_a_table_from_end_to_end) {
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&note_connection));
    Stores stores;
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&note_connection));
    change_everything(*stores.sqlite);
    ask_everything(*stores.sqlite);
    std::size_t checked = 0;
    for (const std::string& statement : statements()) {
        const std::string plan = plan_of(statement);
        BOOST_TEST_MESSAGE(statement << "\n    " << plan);
        BOOST_TEST_CONTEXT(statement << " => " << plan) {
            const bool is_search = contains(statement, "FROM faces WHERE 1");
            // Who gives neither an id nor a label nor a kind wants everything, in the order of the table itself.
            const bool wants_all = is_search && !contains(statement, " id = ?") && !contains(statement, "label = ?") &&
                                   !contains(statement, " kind = ");
            // Old versions stand apart in the index, so what is found among both is put in order.
            const bool wants_old = is_search && !contains(statement, "is_latest = 1");
            BOOST_CHECK(wants_all || !contains(plan, "SCAN"));
            BOOST_CHECK(wants_old || !contains(plan, "TEMP B-TREE"));
        }
        ++checked;
    }
    BOOST_CHECK_GT(checked, 80U);
}

BOOST_AUTO_TEST_SUITE_END()
