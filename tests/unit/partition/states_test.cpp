// The tables of life_cycle.hpp against the partition itself: whatever the table says of a state and an event, the
// partition does, and nothing else.
#include "partition/life_cycle.hpp"

#include <set>
#include <tuple>

#include "officers.hpp"
#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;
using namespace kvp11::partition;

namespace {

struct SmallKeys {
    SmallKeys() { setenv("KVP11_TEST_SMALL_KEYS", "1", 1); }
};

// --- partitions

constexpr LifeCycle stored_states[] = {LifeCycle::Uninitialised, LifeCycle::Provisioned, LifeCycle::Recovery,
                                       LifeCycle::Active};
constexpr LifeEvent asked_events[] = {
    LifeEvent::Create,        LifeEvent::Initialise,           LifeEvent::DownloadSecurityDomain,
    LifeEvent::BeginRecovery, LifeEvent::UploadSecurityDomain, LifeEvent::Zeroise};

/// A partition in one state, and what another one's officers can give it.
struct Stage {
    TemporaryFolder folder;
    std::unique_ptr<Partition> token;
    std::string domain;  // of another partition
    crypto::Certificate exchange;

    explicit Stage(LifeCycle state) {
        const auto other = provisioned(folder.path("other"));
        REQUIRE_OK(other->login(Role::SecurityOfficer, pin(so_pin)));
        domain = other->download_security_domain(three_certificates(), 2).value();
        if (state == LifeCycle::Uninitialised) {
            token = partition_at(folder.path());
            return;
        }
        token = provisioned(folder.path());
        REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
        if (state == LifeCycle::Recovery) exchange = token->begin_recovery().value();
        if (state == LifeCycle::Active) REQUIRE_OK(token->download_security_domain(three_certificates(), 2));
    }

    template <class T>
    static Result<void> outcome(const Result<T>& result) {
        return result.ok() ? Result<void>{} : Result<void>(fail(result.error()));
    }

    Result<void> happens(LifeEvent event) {
        if (event == LifeEvent::Create) {
            CreateOptions options;
            options.name = "again";
            options.administrators = {"alice"};
            options.so_pin = pin(so_pin);
            options.kdf_cost = 10;
            return token->create(options);
        }
        if (event == LifeEvent::Initialise) return token->initialise(pin(so_pin), "again");
        if (event == LifeEvent::DownloadSecurityDomain) {
            return outcome(token->download_security_domain(three_certificates(), 2));
        }
        if (event == LifeEvent::BeginRecovery) return outcome(token->begin_recovery());
        if (event == LifeEvent::Zeroise) return token->zeroise();
        if (exchange.der.empty()) return token->upload_security_domain("{}");
        return token->upload_security_domain(make_restore_blob(domain, exchange, officers({"wrap1", "wrap2"})).value());
    }
};

// --- keys

constexpr std::int64_t day = 86'400;
constexpr KeyLife key_states[] = {KeyLife::Absent, KeyLife::Live, KeyLife::Deleted};
constexpr KeyEvent key_events[] = {KeyEvent::Create, KeyEvent::Import,  KeyEvent::Restore, KeyEvent::Rotate,
                                   KeyEvent::Delete, KeyEvent::Recover, KeyEvent::Purge,   KeyEvent::RetentionEnds};

/// A token with the key 'k' in one state, a backup of it, and a clock that can be moved.
struct KeyStage {
    TemporaryFolder folder;
    std::shared_ptr<host::ManualClock> clock = std::make_shared<host::ManualClock>(1'800'000'000);
    std::unique_ptr<Partition> token;
    std::string backup;

    template <class Work>
    auto as(Role role, Work work) {
        token->logout().value();
        token->login(role, pin(role == Role::User ? user_pin : so_pin)).value();
        auto result = work();
        token->logout().value();
        token->login(Role::User, pin(user_pin)).value();
        return result;
    }

    explicit KeyStage(KeyLife state) {
        fresh_token(folder.path());
        PartitionSettings settings;
        settings.path = folder.path();
        settings.clock = clock;
        token = Partition::open(std::move(settings)).value();
        REQUIRE_OK(token->login(Role::User, pin(user_pin)));
        REQUIRE_OK(token->generate(wanted()));
        RotationPolicy policy;
        policy.actions.push_back({LifetimeActionType::Rotate, Period{.years = 9, .months = 0, .days = 0}, {}});
        REQUIRE_OK(token->set_rotation_policy("k", policy));
        backup = token->backup_key("k").value();
        if (state == KeyLife::Live) return;
        REQUIRE_OK(token->remove_key("k"));
        if (state == KeyLife::Absent) REQUIRE_OK(as(Role::SecurityOfficer, [&] { return token->purge_key("k"); }));
    }

    static NewKey wanted() {
        NewKey key;
        key.name = "k";
        key.name_use = NameUse::MayAddVersion;
        key.spec = {.type = KeyType::Aes, .bits = 256};
        key.ops = KeyOps::Encrypt | KeyOps::Decrypt;
        return key;
    }

    Result<void> happens(KeyEvent event) {
        if (event == KeyEvent::Create) return Stage::outcome(token->generate(wanted()));
        if (event == KeyEvent::Import) return Stage::outcome(token->import_key(wanted(), SecretBytes(32)));
        if (event == KeyEvent::Restore) return Stage::outcome(token->restore_key(backup));
        if (event == KeyEvent::Rotate) return Stage::outcome(token->rotate_key("k"));
        if (event == KeyEvent::Delete) return Stage::outcome(token->remove_key("k"));
        if (event == KeyEvent::Purge) return as(Role::SecurityOfficer, [&] { return token->purge_key("k"); });
        if (event == KeyEvent::Recover) {
            return as(Role::SecurityOfficer, [&] { return Stage::outcome(token->recover_key("k")); });
        }
        clock->advance(91 * day);
        const DueReport report = token->run_due().value();
        if (report.purged == std::vector<std::string>{"k"}) return {};
        return fail(Errc::KeyNotFound, "nothing was overdue");
    }

    KeyLife life() const {
        if (!token->list_versions("k", {}).value().keys.empty()) {
            return token->deleted_key("k").ok() ? KeyLife::Deleted : KeyLife::Live;
        }
        return token->deleted_key("k").ok() ? KeyLife::Deleted : KeyLife::Absent;
    }
};

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(SmallKeys);

BOOST_AUTO_TEST_SUITE(states)

BOOST_AUTO_TEST_CASE(a_partition_goes_where_the_table_says_and_nowhere_else) {
    for (const LifeCycle from : stored_states) {
        for (const LifeEvent event : asked_events) {
            BOOST_TEST_CONTEXT(name_of(from) << ", " << words_of(event).name) {
                Stage stage(from);
                const Result<LifeCycle> wanted = next(from, event);
                const Result<void> got = stage.happens(event);
                BOOST_CHECK_MESSAGE(got.ok() == wanted.ok(), (got.ok() ? "success" : got.error().message));
                const bool speaks = from != LifeCycle::Uninitialised && !got.ok() && !wanted.ok();
                if (speaks) BOOST_CHECK(got.code() == wanted.code());
                const LifeCycle after = partition_at(stage.folder.path())->status().value().life_cycle;
                BOOST_CHECK_EQUAL(name_of(after), name_of(wanted.ok() ? *wanted : from));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_key_goes_where_the_table_says_and_nowhere_else) {
    for (const KeyLife from : key_states) {
        for (const KeyEvent event : key_events) {
            BOOST_TEST_CONTEXT(name_of(from) << ", " << words_of(event).name) {
                KeyStage stage(from);
                BOOST_REQUIRE_EQUAL(name_of(stage.life()), name_of(from));
                const Result<KeyLife> wanted = next(from, event, "k");
                const Result<void> got = stage.happens(event);
                BOOST_CHECK_MESSAGE(got.ok() == wanted.ok(), (got.ok() ? "success" : got.error().message));
                if (!got.ok() && !wanted.ok()) BOOST_CHECK(got.code() == wanted.code());
                BOOST_CHECK_EQUAL(name_of(stage.life()), name_of(wanted.ok() ? *wanted : from));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_state_can_be_reached_and_no_row_is_there_twice) {
    std::set<LifeCycle> reached{LifeCycle::Uninitialised};
    std::set<std::tuple<LifeCycle, LifeEvent, LifeCycle>> rows;
    for (std::size_t round = 0; round < life_rows().size(); ++round) {
        for (const LifeRow& row : life_rows()) {
            if (reached.count(row.from) != 0) reached.insert(row.to);
            rows.insert({row.from, row.event, row.to});
        }
    }
    BOOST_CHECK_EQUAL(reached.size(), 5U);
    BOOST_CHECK_EQUAL(rows.size(), life_rows().size());
    for (const LifeRow& row : life_rows()) {
        if (row.event != LifeEvent::Restart) BOOST_CHECK(next(row.from, row.event).value() == row.to);
    }
}

BOOST_AUTO_TEST_SUITE_END()
