#include "partition/full_backup.hpp"

#include <boost/json.hpp>

#include "access/role.hpp"
#include "partition/backup_seal.hpp"
#include "twins.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

namespace json = boost::json;

constexpr std::int64_t day = 86'400;
const partition::RestoreOptions replacing{.key_name = {}, .replace = true};

SecretBytes domain_key(std::uint8_t fill) { return SecretBytes::copy_of(Bytes(32, fill)); }

partition::PortableItem portable(const std::string& name, std::size_t secret_size) {
    partition::PortableItem item;
    item.item.id = {name, std::string(32, 'a')};
    item.item.metadata = {1, 2, 3};
    item.plain = SecretBytes(secret_size);
    return item;
}

partition::FullBackupHead head() {
    return {"contoso", 1'800'000'000, partition::FullBackupHead::Settings{"0011223344556677", 30, true, {9, 8}}};
}

/// The whole of it in one go; large items fill a segment each.
std::string made(const SecretBytes& key, std::vector<partition::PortableItem> items) {
    auto writer = partition::FullBackupWriter::begin(key, head());
    REQUIRE_OK(writer);
    for (partition::PortableItem& item : items) REQUIRE_OK(writer->add(std::move(item)));
    auto text = writer->finish();
    REQUIRE_OK(text);
    return std::move(text).value();
}
std::string made_of(const SecretBytes& key, const std::vector<std::pair<std::string, std::size_t>>& sizes) {
    std::vector<partition::PortableItem> items;
    for (const auto& [name, size] : sizes) items.push_back(portable(name, size));
    return made(key, std::move(items));
}

struct Read {
    Result<partition::FullBackupHead> head;
    std::vector<std::string> names;
};
Read read(const SecretBytes& key, const std::string& text) {
    std::vector<std::string> names;
    auto head = partition::read_full_backup(key, text, [&](partition::PortableItem item) -> Result<void> {
        names.push_back(item.item.id.name);
        return {};
    });
    return {std::move(head), std::move(names)};
}

bool is_refused(const std::string& text) {
    const Read outcome = read(domain_key(1), text);
    return !outcome.head.ok() && outcome.head.code() == Errc::BackupInvalid;
}

std::string backup_of(partition::Partition& token) {
    log_in(token, Role::SecurityOfficer);
    auto backup = token.backup();
    REQUIRE_OK(backup);
    log_in(token, Role::User);
    return std::move(backup).value();
}

Result<partition::RestoreReport> restore(partition::Partition& token, const std::string& backup,
                                         const partition::RestoreOptions& options = {}) {
    log_in(token, Role::SecurityOfficer);
    auto report = token.restore(backup, options);
    log_in(token, Role::User);
    return report;
}

std::vector<std::string> names_of(const KeyPage& page) {
    std::vector<std::string> names;
    for (const KeyRecordPtr& key : page.keys) names.push_back(key->id.name);
    return names;
}
std::vector<std::string> live_names(const partition::Partition& token) {
    return names_of(token.list_keys({.after = {}, .limit = 100}).value());
}

std::string with_member(const std::string& text, const char* name, const json::value& value) {
    json::object file = json::parse(text).as_object();
    file[name] = value;
    return json::serialize(file);
}

Record public_record() {
    Record record;
    record.object_class = 1;
    record.face.is_private = false;
    record.face.extras = {{0x11, {4, 5, 6}}};
    return record;
}

/// Two live keys, one of two versions; a deleted one; a record of each kind; a role.
struct Furnished {
    TemporaryFolder folder;
    Domain domain = domain_at(folder.path("here"));
    partition::Partition& token = *domain.token;
    std::string public_id;
    std::string private_id;

    Furnished() {
        REQUIRE_OK(token.generate(new_key(KeyType::Ec, 0, "code")));
        REQUIRE_OK(token.generate(new_key(KeyType::Ec, 0, "web")));
        NewKey again = new_key(KeyType::Ec, 0, "web");
        again.name = "web";
        again.name_use = NameUse::MayAddVersion;
        REQUIRE_OK(token.generate(again));
        REQUIRE_OK(token.generate(new_key(KeyType::Ec, 0, "old")));
        REQUIRE_OK(token.remove_key("old"));
        public_id = token.create_record(public_record()).value()->id;
        Record secret = public_record();
        secret.face.is_private = true;
        private_id = token.create_record(secret).value()->id;
        log_in(token, Role::SecurityOfficer);
        REQUIRE_OK(token.assign_role(
            {"11111111-2222-3333-4444-555555555555", "carol", access::role_id::crypto_user, "/keys/web"}));
        REQUIRE_OK(token.configure({.retention_days = 30, .purge_protection = {}}));
        log_in(token, Role::User);
    }
};

void check_same_keys(partition::Partition& left, partition::Partition& right) {
    BOOST_TEST(live_names(left) == live_names(right));
    for (const std::string& name : live_names(left)) {
        const auto before = left.list_versions(name, {.after = {}, .limit = 100}).value().keys;
        const auto after = right.list_versions(name, {.after = {}, .limit = 100}).value().keys;
        BOOST_REQUIRE_EQUAL(before.size(), after.size());
        for (std::size_t i = 0; i < before.size(); ++i) {
            BOOST_TEST((before[i]->id == after[i]->id));
            BOOST_TEST((before[i]->public_key == after[i]->public_key));
            BOOST_TEST(before[i]->created == after[i]->created);
            BOOST_TEST(before[i]->is_latest == after[i]->is_latest);
            check_signs(right, after[i]->id);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(full_backup)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_in_order) {
    const std::string text = made_of(domain_key(1), {{"a", 5}, {"b", 2'000'000}, {"c", 0}, {"d", 2'000'000}});
    BOOST_TEST(json::parse(text).at("version").as_int64() == 2);
    BOOST_TEST(json::parse(text).at("segments").as_array().size() == 3U);
    const Read outcome = read(domain_key(1), text);
    REQUIRE_OK(outcome.head);
    BOOST_TEST(outcome.names == std::vector<std::string>({"a", "b", "c", "d"}));
    BOOST_TEST(outcome.head->partition_name == "contoso");
    BOOST_REQUIRE(outcome.head->settings.has_value());
    BOOST_TEST(outcome.head->settings->serial == "0011223344556677");
    BOOST_TEST(outcome.head->settings->retention_days == 30U);
    BOOST_TEST(outcome.head->settings->purge_protection);
    BOOST_TEST(outcome.head->settings->access_table == Bytes({9, 8}));
    REQUIRE_OK(read(domain_key(1), made_of(domain_key(1), {})).head);
}

BOOST_AUTO_TEST_CASE(another_domain_is_named_and_not_taken_for_damage) {
    const std::string text = made_of(domain_key(1), {{"a", 5}});
    CHECK_FAILS(read(domain_key(2), text).head, Errc::BackupForeign);
}

// But for what is shown to people without authentication: the partition's name and the time.
BOOST_AUTO_TEST_CASE(every_changed_byte_and_every_cut_is_refused) {
    const std::string text = made_of(domain_key(1), {{"a", 5}});
    const std::size_t shown = text.find("\"partition\"");
    const std::size_t shown_end = text.find("\"domain\"");
    BOOST_REQUIRE(shown < shown_end);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_refused(text.substr(0, i))) BOOST_ERROR("a backup of " << i << " bytes was taken");
        if (i >= shown && i < shown_end) continue;
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        if (!is_refused(changed)) BOOST_ERROR("byte " << i << " was changed unnoticed: " << text.substr(i, 12));
    }
}

BOOST_AUTO_TEST_CASE(segments_cannot_be_left_out_moved_or_mixed) {
    const std::string text = made_of(domain_key(1), {{"a", 2'000'000}, {"b", 2'000'000}, {"c", 5}});
    const std::string other = made_of(domain_key(1), {{"a", 2'000'000}, {"x", 2'000'000}, {"c", 5}});
    const json::array segments = json::parse(text).at("segments").as_array();
    const json::array foreign = json::parse(other).at("segments").as_array();
    BOOST_REQUIRE_EQUAL(segments.size(), 3U);
    const json::array wrong[] = {
        {},
        {segments[0]},
        {segments[0], segments[1]},
        {segments[0], segments[2]},
        {segments[1], segments[2]},
        {segments[1], segments[0], segments[2]},
        {segments[0], segments[1], segments[1], segments[2]},
        {segments[0], segments[1], segments[2], segments[2]},
        {segments[0], foreign[1], segments[2]},
        {segments[0], segments[1], 7},
    };
    for (const json::array& list : wrong) BOOST_TEST(is_refused(with_member(text, "segments", list)));
    BOOST_TEST(!is_refused(with_member(text, "segments", segments)));
    BOOST_TEST(is_refused(with_member(text, "version", 1)));
    BOOST_TEST(is_refused(with_member(text, "version", 3)));
    BOOST_TEST(is_refused(with_member(text, "version", "2")));
    BOOST_TEST(is_refused(with_member(text, "domain", "")));
}

BOOST_AUTO_TEST_CASE(all_comes_back_in_an_empty_twin) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    const auto twin = twin_at(here.folder.path("twin"), here.domain.file);
    const auto report = restore(*twin, backup);
    REQUIRE_OK(report);
    BOOST_TEST(report->partition_name == "contoso");
    BOOST_TEST(report->keys == 3U);
    BOOST_TEST(report->records == 2U);
    check_same_keys(here.token, *twin);
    BOOST_TEST((twin->find({}).value() == here.token.find({}).value()));
    log_in(here.token, Role::SecurityOfficer);
    log_in(*twin, Role::SecurityOfficer);
    const auto before = here.token.deleted_key("old").value();
    const auto after = twin->deleted_key("old");
    REQUIRE_OK(after);
    BOOST_TEST((after.value()->deletion == before->deletion));
    log_in(here.token, Role::User);
    recover(*twin, "old");
    check_signs(*twin, before->id);
    for (const std::string& id : {here.public_id, here.private_id}) {
        BOOST_TEST((twin->record(id).value()->face == here.token.record(id).value()->face));
    }
    // A merging restore leaves roles and settings as they are here.
    log_in(*twin, Role::SecurityOfficer);
    BOOST_TEST(twin->role_assignments("/keys/web").value().empty());
    BOOST_TEST(twin->recovery_settings()->retention_days == 90U);
}

BOOST_AUTO_TEST_CASE(what_is_in_the_way_lets_nothing_in) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    const auto twin = twin_at(here.folder.path("twin"), here.domain.file);
    REQUIRE_OK(twin->generate(new_key(KeyType::Ec, 0, "WEB")));
    const auto refused = restore(*twin, backup);
    CHECK_FAILS(refused, Errc::KeyExists);
    BOOST_TEST(refused.error().message.find("web") != std::string::npos);
    BOOST_TEST(live_names(*twin) == std::vector<std::string>({"WEB"}));
    REQUIRE_OK(twin->remove_key("web"));
    CHECK_FAILS(restore(*twin, backup), Errc::KeyDeleted);
    recover(*twin, "web");
    purge(*twin, "web");
    CHECK_OK(restore(*twin, backup));
}

BOOST_AUTO_TEST_CASE(one_key_comes_back_when_its_name_is_free) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    CHECK_FAILS(restore(here.token, backup, {.key_name = "web"}), Errc::KeyExists);
    REQUIRE_OK(here.token.remove_key("web"));
    CHECK_FAILS(restore(here.token, backup, {.key_name = "web"}), Errc::KeyDeleted);
    recover(here.token, "web");
    purge(here.token, "web");
    const auto report = restore(here.token, backup, {.key_name = "Web"});
    REQUIRE_OK(report);
    BOOST_TEST(report->keys == 1U);
    BOOST_TEST(report->records == 0U);
    const auto versions = here.token.list_versions("web", {.after = {}, .limit = 100}).value().keys;
    BOOST_REQUIRE_EQUAL(versions.size(), 2U);
    for (const KeyRecordPtr& version : versions) check_signs(here.token, version->id);
    CHECK_FAILS(restore(here.token, backup, {.key_name = "none"}), Errc::KeyNotFound);
    CHECK_FAILS(restore(here.token, backup, {.key_name = here.public_id}), Errc::KeyNotFound);
    CHECK_FAILS(restore(here.token, backup, {.key_name = "web", .replace = true}), Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(a_key_that_was_deleted_comes_back_alive_when_it_is_asked_for_by_name) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    purge_deleted(here.token, "old");
    REQUIRE_OK(restore(here.token, backup, {.key_name = "old"}));
    check_signs(here.token, here.token.key_record({"old", ""}).value()->id);
}

BOOST_AUTO_TEST_CASE(a_replacing_restore_leaves_the_backup_alone) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    const auto twin = twin_at(here.folder.path("twin"), here.domain.file);
    REQUIRE_OK(twin->generate(new_key(KeyType::Ec, 0, "web")));
    REQUIRE_OK(twin->generate(new_key(KeyType::Ec, 0, "later")));
    REQUIRE_OK(twin->generate(new_key(KeyType::Ec, 0, "gone")));
    REQUIRE_OK(twin->remove_key("gone"));
    const std::string record = twin->create_record(public_record()).value()->id;
    const auto report = restore(*twin, backup, replacing);
    REQUIRE_OK(report);
    BOOST_TEST(report->keys == 3U);
    check_same_keys(here.token, *twin);
    CHECK_FAILS(twin->record(record), Errc::KeyNotFound);
    BOOST_TEST(twin->recovery_settings()->retention_days == 30U);
    log_in(*twin, Role::SecurityOfficer);
    BOOST_TEST(names_of(twin->list_deleted_keys({}).value()) == std::vector<std::string>({"old"}));
    const auto roles = twin->role_assignments("/keys/web").value();
    BOOST_REQUIRE_EQUAL(roles.size(), 1U);
    BOOST_TEST(roles[0].principal == "carol");
    // The logins of this token are other principals than those of the one that was backed up; they can go on.
    REQUIRE_OK(twin->backup());
    REQUIRE_OK(twin->restore(backup, replacing));
    const auto anew = partition_at(here.folder.path("twin"));
    log_in(*anew, Role::User);
    REQUIRE_OK(anew->generate(new_key(KeyType::Ec, 0, "fresh")));
}

BOOST_AUTO_TEST_CASE(protected_keys_are_not_replaced) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    const auto twin = twin_at(here.folder.path("twin"), here.domain.file);
    log_in(*twin, Role::SecurityOfficer);
    REQUIRE_OK(twin->configure({.retention_days = {}, .purge_protection = true}));
    REQUIRE_OK(restore(*twin, backup, replacing));
    BOOST_TEST(twin->recovery_settings()->purge_protection);
    CHECK_FAILS(restore(*twin, backup, replacing), Errc::PurgeProtected);
    BOOST_TEST(live_names(*twin).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_backup_of_another_domain_changes_nothing) {
    const Furnished here;
    const TemporaryFolder elsewhere;
    const auto other = user_token(elsewhere.path());
    const std::string foreign = backup_of(*other);
    CHECK_FAILS(restore(here.token, foreign), Errc::BackupForeign);
    CHECK_FAILS(restore(here.token, foreign, replacing), Errc::BackupForeign);
    CHECK_FAILS(restore(here.token, "{}", replacing), Errc::BackupInvalid);
    CHECK_FAILS(restore(here.token, here.token.backup_key("web").value()), Errc::BackupInvalid);
    BOOST_TEST(live_names(here.token).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_deleted_key_whose_time_is_over_is_in_nobodys_way) {
    const TemporaryFolder folder;
    fresh_token(folder.path());
    const auto clock = std::make_shared<host::ManualClock>(1'800'000'000);
    const auto opened = partition::Partition::open(settings_with(folder.path(), clock));
    REQUIRE_OK(opened);
    partition::Partition& token = *opened.value();
    log_in(token, Role::User);
    REQUIRE_OK(token.generate(new_key(KeyType::Ec, 0, "code")));
    const std::string backup = backup_of(token);
    REQUIRE_OK(token.remove_key("code"));
    clock->advance(91 * day);
    REQUIRE_OK(restore(token, backup));
    check_signs(token, token.key_record({"code", ""}).value()->id);
}

BOOST_AUTO_TEST_SUITE_END()
