// What an intruder with write access to the folder, or a failing disk, may do to a store.
#include "workplace.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "partition/record_encoding.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

std::string database_of(const TemporaryFolder& folder) { return folder.path() + "/token.db"; }

/// A token with two EC keys, closed, its log written back into token.db.
struct TwoKeys {
    TemporaryFolder folder;
    KeyId first;
    KeyId second;
    KeyId secret;

    TwoKeys() {
        const auto token = user_token(folder.path());
        first = token->generate(new_key(KeyType::Ec, 0, "first")).value()->id;
        second = token->generate(new_key(KeyType::Ec, 0, "second")).value()->id;
        secret = token->generate(new_key(KeyType::Aes, 256, "secret")).value()->id;
    }
    [[nodiscard]] std::unique_ptr<partition::Partition> opened() const {
        auto token = partition_at(folder.path());
        REQUIRE_OK(token->login(Role::User, pin(user_pin)));
        return token;
    }
};

Bytes whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const std::string& path, const Bytes& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// Everything a client may do; returns how many of the calls were refused as damage.
int exercise(partition::Partition& token) {
    int damage = 0;
    const auto note = [&](const auto& result) {
        if (!result.ok() && result.code() == Errc::StoreDamaged) ++damage;
        return result.ok();
    };
    note(token.status());
    if (!note(token.login(Role::User, pin(user_pin)))) return damage;
    const auto found = token.find({});
    if (!note(found)) return damage;
    for (const ObjectRef& object : found.value()) {
        note(token.key_record(object.id));
        note(token.open(object.id));
    }
    return damage;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(damage)

BOOST_AUTO_TEST_CASE(sealed_material_cannot_move_to_another_key) {
    const TwoKeys keys;
    tamper(database_of(keys.folder),
           "UPDATE items SET sealed = (SELECT sealed FROM items WHERE name = 'second') WHERE name = 'first'");
    const auto token = keys.opened();
    CHECK_FAILS(token->open(keys.first), Errc::StoreDamaged);
    check_signs(*token, keys.second);
}

BOOST_AUTO_TEST_CASE(a_whole_row_cannot_take_the_place_of_another) {
    const TwoKeys keys;
    tamper(database_of(keys.folder),
           "UPDATE items SET (metadata, tag, sealed) = "
           "(SELECT metadata, tag, sealed FROM items WHERE name = 'second') WHERE name = 'first'");
    const auto token = keys.opened();
    CHECK_FAILS(token->open(keys.first), Errc::StoreDamaged);
    CHECK_FAILS(token->key_record(keys.first), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(an_old_row_cannot_come_back_under_a_new_revision) {
    const TwoKeys keys;
    const std::string database = database_of(keys.folder);
    tamper(database, "CREATE TABLE kept AS SELECT * FROM items WHERE name = 'secret'");
    {
        const auto token = keys.opened();
        KeyUpdate update;
        update.ops = KeyOps::Encrypt;
        REQUIRE_OK(token->update(keys.secret, update));
    }
    tamper(database, "UPDATE items SET (metadata, tag, sealed) = (SELECT metadata, tag, sealed FROM kept)"
                     " WHERE name = 'secret'");
    CHECK_FAILS(keys.opened()->open(keys.secret), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(metadata_and_columns_cannot_be_changed_unnoticed) {
    const char* changes[] = {
        "UPDATE items SET revision = revision + 1",
        "UPDATE items SET name = name || 'x'",
        "UPDATE items SET version = replace(version, substr(version, 1, 1), 'x')",
        "UPDATE items SET detail = detail + 1",
        "UPDATE items SET sealed = x''",
        "UPDATE items SET metadata = metadata || x'00'",
        // The operations of the key: bytes 11 and 12 of its record.
        "UPDATE items SET metadata = substr(metadata, 1, 11) || x'FF01' || substr(metadata, 14)",
        "UPDATE items SET tag = x''",
    };
    for (const char* change : changes) {
        const TwoKeys keys;
        tamper(database_of(keys.folder), change);
        tamper(database_of(keys.folder), "UPDATE faces SET name = (SELECT name FROM items i WHERE i.sequence = item),"
                                         " version = (SELECT version FROM items i WHERE i.sequence = item)");
        const auto token = keys.opened();
        const std::vector<ObjectRef> found = token->find({}).value();
        for (const ObjectRef& object : found) {
            BOOST_TEST_CONTEXT(change) {
                CHECK_FAILS(token->open(object.id), Errc::StoreDamaged);
                CHECK_FAILS(token->key_record(object.id), Errc::StoreDamaged);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(facts_of_the_partition_cannot_be_changed_unnoticed) {
    const TemporaryFolder folder;
    provisioned(folder.path());
    // The life cycle is the second byte: Provisioned becomes Active.
    tamper(database_of(folder), "UPDATE meta SET value = substr(value, 1, 1) || x'02' || substr(value, 3)"
                                " WHERE name = 'facts'");
    const auto token = partition_at(folder.path());
    BOOST_CHECK(token->status().value().life_cycle == LifeCycle::Active);
    CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(a_store_of_a_newer_kvp11_is_refused_by_name) {
    const TwoKeys keys;
    tamper(database_of(keys.folder), "PRAGMA user_version = 3");
    const auto token = partition_at(keys.folder.path());
    const auto status = token->status();
    CHECK_FAILS(status, Errc::StoreNewer);
    BOOST_CHECK(status.error().message.find(database_of(keys.folder)) != std::string::npos);
    CHECK_FAILS(token->initialise(pin(so_pin), "x"), Errc::StoreNewer);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_damage_and_stays) {
    const TwoKeys keys;
    const Bytes noise(8192, 0x5a);
    for (const Bytes& bytes : {Bytes{}, noise}) {
        write_file(database_of(keys.folder), bytes);
        const auto token = partition_at(keys.folder.path());
        CHECK_FAILS(token->status(), Errc::StoreDamaged);
        CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::StoreDamaged);
        CHECK_FAILS(token->initialise(pin(so_pin), "x"), Errc::StoreDamaged);
        BOOST_CHECK(whole_file(database_of(keys.folder)) == bytes);
    }
}

// Only what lies in the lost part can be missed: a search may do without one index.
BOOST_AUTO_TEST_CASE(a_truncated_database_is_damage_where_it_is_met) {
    const TwoKeys keys;
    const Bytes whole = whole_file(database_of(keys.folder));
    for (std::size_t size = 512; size < whole.size(); size += 4096) {
        write_file(database_of(keys.folder), Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
        const auto token = partition_at(keys.folder.path());
        if (exercise(*token) == 0) check_signs(*token, keys.first);
    }
}

BOOST_AUTO_TEST_CASE(flipped_bits_never_give_a_wrong_key) {
    const TwoKeys keys;
    const Bytes whole = whole_file(database_of(keys.folder));
    const auto reference = keys.opened()->key_record(keys.first).value();
    std::mt19937 random(1);
    for (int round = 0; round < 150; ++round) {
        Bytes flipped = whole;
        const std::size_t at = random() % flipped.size();
        flipped[at] = static_cast<std::uint8_t>(flipped[at] ^ (1U << (random() % 8)));
        write_file(database_of(keys.folder), flipped);
        const auto token = partition_at(keys.folder.path());
        exercise(*token);
        const auto opened = token->open(keys.first);
        if (opened.ok()) BOOST_CHECK(opened.value()->record().public_key == reference->public_key);
    }
}

BOOST_AUTO_TEST_CASE(records_with_flipped_or_missing_bytes_are_damage_or_a_record) {
    const TwoKeys keys;
    const KeyRecord record = *keys.opened()->key_record(keys.first).value();
    const Bytes encoded = partition::encode_key(record);
    BOOST_CHECK(partition::encode_key(partition::decode_key(record.id, 1, encoded).value()) == encoded);
    for (std::size_t size = 0; size < encoded.size(); ++size) {
        CHECK_FAILS(partition::decode_key(record.id, 1, ByteView(encoded).first(size)), Errc::StoreDamaged);
    }
    for (std::size_t bit = 0; bit < encoded.size() * 8; ++bit) {
        Bytes flipped = encoded;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        const auto decoded = partition::decode_key(record.id, 1, flipped);
        BOOST_CHECK(decoded.ok() || decoded.code() == Errc::StoreDamaged);
    }
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_said_and_loses_nothing) {
    const TwoKeys keys;
    BOOST_CHECK_EQUAL(in_child([&] {
                          const auto token = keys.opened();
                          signal(SIGXFSZ, SIG_IGN);
                          const rlimit limit{1 << 16, 1 << 16};
                          if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
                          for (int i = 0; i < 100; ++i) {
                              const auto made = token->generate(new_key(KeyType::Ec, 0, "more"));
                              if (made.ok()) continue;
                              if (made.code() != Errc::StoreFull) return 2;
                              return token->open(keys.first).ok() ? 0 : 3;
                          }
                          return 4;
                      }),
                      0);
    const auto token = keys.opened();
    check_signs(*token, keys.first);
    CHECK_OK(token->generate(new_key(KeyType::Ec, 0, "again")));
}

BOOST_AUTO_TEST_CASE(a_store_that_may_not_be_read_or_written_is_said) {
    const TwoKeys keys;
    const bool is_root = geteuid() == 0;
    for (const unsigned mode : {0700U, 0755U}) {
        std::filesystem::permissions(keys.folder.path(), std::filesystem::perms(is_root ? mode : mode & 0500U));
        const int seen = in_child([&] {
            if (is_root && setuid(65534) != 0) return 1;
            const auto token = partition_at(keys.folder.path());
            const auto status = token->status();
            if (!status.ok()) return status.code() == Errc::StoreReadOnly ? 0 : 2;
            const auto login = token->login(Role::User, pin("wrong"));
            return login.code() == Errc::StoreReadOnly ? 0 : 3;
        });
        BOOST_CHECK_EQUAL(seen, 0);
    }
    std::filesystem::permissions(keys.folder.path(), std::filesystem::perms(0700));
}

BOOST_AUTO_TEST_SUITE_END()
