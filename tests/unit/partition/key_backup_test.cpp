#include <boost/json/parse.hpp>

#include "crypto/jose.hpp"
#include "partition/key_backup.hpp"
#include "twins.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

SecretBytes domain_key(std::uint8_t fill) { return SecretBytes::copy_of(Bytes(32, fill)); }

partition::PortableItem version(const std::string& name, bool is_latest) {
    partition::PortableItem portable;
    portable.item.id = {name, std::string(32, is_latest ? 'b' : 'a')};
    portable.item.is_latest = is_latest;
    portable.item.revision = 7;
    portable.item.created = 1'700'000'000;
    portable.item.metadata = {1, 2, 3};
    portable.plain = SecretBytes::copy_of(bytes_of("secret of " + name));
    return portable;
}

std::string two_versions(const SecretBytes& key) {
    partition::KeyBackup backup{"contoso", 1'800'000'000, {}};
    backup.versions.push_back(version("web", false));
    backup.versions.push_back(version("web", true));
    return partition::make_key_backup(key, backup).value();
}

bool is_refused(const std::string& text) {
    const auto opened = partition::open_key_backup(domain_key(1), text);
    return !opened.ok() && opened.code() == Errc::BackupInvalid;
}

/// A second version of a key, with all that PKCS#11 and the service know of it.
KeyRecordPtr rotated_key(partition::Partition& token) {
    NewKey wanted = new_key(KeyType::Rsa, 2048, "web");
    wanted.tags = {{"site", "contoso"}};
    REQUIRE_OK(token.generate(wanted));
    RotationPolicy policy;
    policy.actions = {{LifetimeActionType::Rotate, Period{.months = 18}, {}}};
    policy.expiry_time = Period{.years = 2};
    REQUIRE_OK(token.set_rotation_policy("web", policy));
    const auto rotated = token.rotate_key("web");
    REQUIRE_OK(rotated);
    return rotated.value();
}

bool same_record(const KeyRecord& left, const KeyRecord& right) {
    return left.id == right.id && left.spec == right.spec && left.ops == right.ops &&
           left.protection == right.protection && left.created == right.created && left.updated == right.updated &&
           left.expires == right.expires && left.tags == right.tags && left.rotation_policy == right.rotation_policy &&
           left.public_key == right.public_key && left.face == right.face && left.public_face == right.public_face &&
           left.is_latest == right.is_latest && left.has_material == right.has_material && !right.deletion;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_backup)

BOOST_AUTO_TEST_CASE(its_form_is_that_of_the_service) {
    const std::string text = two_versions(domain_key(1));
    const std::size_t dot = text.find('.');
    const Bytes header = crypto::from_base64url(text.substr(0, dot)).value();
    BOOST_TEST(text_of(header) == R"({"alg":"dir","enc":"A256CBC-HS512","kid":"backup-protection-key"})");
    BOOST_TEST(text.substr(dot, 2) == "..");
    BOOST_TEST(std::count(text.begin(), text.end(), '.') == 4);
}

BOOST_AUTO_TEST_CASE(it_holds_all_versions_in_order) {
    const auto opened = partition::open_key_backup(domain_key(1), two_versions(domain_key(1)));
    REQUIRE_OK(opened);
    BOOST_TEST(opened->partition_name == "contoso");
    BOOST_TEST(opened->created == 1'800'000'000);
    BOOST_REQUIRE_EQUAL(opened->versions.size(), 2U);
    const partition::PortableItem& latest = opened->versions[1];
    BOOST_TEST(latest.item.id.version == std::string(32, 'b'));
    BOOST_TEST(latest.item.is_latest);
    BOOST_TEST(!opened->versions[0].item.is_latest);
    BOOST_TEST(latest.item.revision == 7U);
    BOOST_TEST(latest.item.created == 1'700'000'000);
    BOOST_TEST(latest.item.metadata == Bytes({1, 2, 3}));
    BOOST_TEST(latest.plain.equals(SecretBytes::copy_of(bytes_of("secret of web"))));
}

BOOST_AUTO_TEST_CASE(two_backups_of_a_key_look_different_but_for_header_and_mark) {
    const std::string first = two_versions(domain_key(1));
    const std::string second = two_versions(domain_key(1));
    BOOST_TEST(first.size() == second.size());
    const std::size_t text_at = first.find('.', first.find("..") + 2) + 1;
    BOOST_TEST(first.substr(0, text_at) == second.substr(0, text_at));
    std::size_t same = 0;
    for (std::size_t i = text_at; i < first.size(); ++i) same += first[i] == second[i] ? 1 : 0;
    BOOST_TEST(same < (first.size() - text_at) / 8);
}

BOOST_AUTO_TEST_CASE(another_domain_is_named_and_not_taken_for_damage) {
    CHECK_FAILS(partition::open_key_backup(domain_key(2), two_versions(domain_key(1))), Errc::BackupForeign);
}

BOOST_AUTO_TEST_CASE(every_changed_bit_and_every_cut_is_refused) {
    const std::string text = two_versions(domain_key(1));
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string changed = text;
            changed[i] = static_cast<char>(changed[i] ^ (1U << bit));
            if (!is_refused(changed)) BOOST_ERROR("bit " << bit << " of byte " << i << " was changed unnoticed");
        }
        if (!is_refused(text.substr(0, i))) BOOST_ERROR("a backup of " << i << " bytes was taken");
    }
    BOOST_TEST(is_refused(text + "A"));
    BOOST_TEST(is_refused(text + ".AAAA"));
}

BOOST_AUTO_TEST_CASE(versions_of_two_keys_or_none_are_no_backup_of_a_key) {
    partition::KeyBackup backup{"contoso", 0, {}};
    BOOST_TEST(is_refused(partition::make_key_backup(domain_key(1), backup).value()));
    backup.versions.push_back(version("web", false));
    backup.versions.push_back(version("mail", true));
    BOOST_TEST(is_refused(partition::make_key_backup(domain_key(1), backup).value()));
}

BOOST_AUTO_TEST_CASE(a_key_comes_back_under_its_versions_with_all_that_was_known_of_it) {
    const TemporaryFolder folder;
    const Domain here = domain_at(folder.path("here"));
    rotated_key(*here.token);
    const auto before = here.token->list_versions("web", {.after = {}, .limit = 100}).value().keys;
    BOOST_REQUIRE_EQUAL(before.size(), 2U);
    const auto backup = here.token->backup_key("WEB");
    REQUIRE_OK(backup);

    const auto twin = twin_at(folder.path("twin"), here.file);
    const auto restored = twin->restore_key(backup.value());
    REQUIRE_OK(restored);
    BOOST_TEST(same_record(*before[1], *restored.value()));
    const auto after = twin->list_versions("web", {.after = {}, .limit = 100}).value().keys;
    BOOST_REQUIRE_EQUAL(after.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        BOOST_TEST(same_record(*before[i], *after[i]));
        check_signs(*twin, after[i]->id);
    }
    BOOST_TEST(twin->find({}).value().size() == here.token->find({}).value().size());
    BOOST_TEST((twin->rotation_policy("web").value() == here.token->rotation_policy("web").value()));
    REQUIRE_OK(twin->rotate_key("web"));
    CHECK_FAILS(twin->restore_key(backup.value()), Errc::KeyExists);
    check_signs(*twin, before[0]->id);
}

BOOST_AUTO_TEST_CASE(a_secret_key_comes_back_as_well) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    NewKey wanted = new_key(KeyType::Aes, 256, "zeros");
    wanted.protection = {.sensitive = false, .extractable = true};
    REQUIRE_OK(token->import_key(wanted, SecretBytes(32)));
    const std::string backup = token->backup_key("zeros").value();
    purge(*token, "zeros");
    const auto restored = token->restore_key(backup);
    REQUIRE_OK(restored);
    const auto key = token->open(restored.value()->id);
    REQUIRE_OK(key);
    const auto material = key.value()->expose_material(MaterialUse::Reveal);
    REQUIRE_OK(material);
    BOOST_TEST(material->equals(SecretBytes(32)));
}

BOOST_AUTO_TEST_CASE(a_name_in_use_stays_with_its_key) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const auto key = token->generate(new_key(KeyType::Ec, 0, "code")).value();
    const std::string backup = token->backup_key("code").value();
    CHECK_FAILS(token->restore_key(backup), Errc::KeyExists);
    REQUIRE_OK(token->remove_key("code"));
    CHECK_FAILS(token->restore_key(backup), Errc::KeyDeleted);
    CHECK_FAILS(token->backup_key("code"), Errc::KeyNotFound);
    CHECK_FAILS(token->backup_key("none"), Errc::KeyNotFound);
    recover(*token, "code");
    purge(*token, "code");
    const auto restored = token->restore_key(backup);
    REQUIRE_OK(restored);
    BOOST_TEST(restored.value()->created == key->created);
    check_signs(*token, key->id);
}

BOOST_AUTO_TEST_CASE(a_name_whose_deleted_key_is_overdue_is_free) {
    const TemporaryFolder folder;
    const auto clock = std::make_shared<host::ManualClock>(1'800'000'000);
    fresh_token(folder.path());
    auto opened = partition::Partition::open(settings_with(folder.path(), clock));
    REQUIRE_OK(opened);
    partition::Partition& token = *opened.value();
    log_in(token, Role::User);
    const auto key = token.generate(new_key(KeyType::Ec, 0, "code")).value();
    const std::string backup = token.backup_key("code").value();
    REQUIRE_OK(token.remove_key("code"));
    clock->advance(91LL * 86'400);
    REQUIRE_OK(token.restore_key(backup));
    check_signs(token, key->id);
}

BOOST_AUTO_TEST_CASE(a_backup_is_of_no_use_in_another_domain) {
    const TemporaryFolder folder;
    const auto mine = user_token(folder.path("mine"));
    const auto other = user_token(folder.path("other"));
    REQUIRE_OK(mine->generate(new_key(KeyType::Ec, 0, "code")));
    const std::string backup = mine->backup_key("code").value();
    CHECK_FAILS(other->restore_key(backup), Errc::BackupForeign);
    CHECK_FAILS(other->restore_key("no backup"), Errc::BackupInvalid);
    CHECK_FAILS(other->restore_key(""), Errc::BackupInvalid);
    log_in(*mine, Role::SecurityOfficer);
    const std::string full = mine->backup().value();
    log_in(*mine, Role::User);
    CHECK_FAILS(mine->restore_key(full), Errc::BackupInvalid);
    const std::string segment(boost::json::parse(full).at("segments").at(0).as_string());
    CHECK_FAILS(mine->restore_key(segment), Errc::BackupInvalid);
    REQUIRE_OK(mine->logout());
    BOOST_TEST(!mine->backup_key("code").ok());
    BOOST_TEST(!mine->restore_key(backup).ok());
}

// What a process remembers of a version from before must not stand for the restored one.
BOOST_AUTO_TEST_CASE(a_restored_key_is_not_taken_for_the_one_before_it) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const auto watcher = partition_at(folder.path());
    log_in(*watcher, Role::User);
    const auto key = token->generate(new_key(KeyType::Ec, 0, "code")).value();
    const std::string backup = token->backup_key("code").value();
    REQUIRE_OK(token->update(key->id, {.tags = std::map<std::string, std::string>{{"state", "before"}}}));
    const auto held = watcher->open(key->id).value();
    BOOST_TEST(held->record().tags.size() == 1U);
    purge(*token, "code");
    REQUIRE_OK(token->restore_key(backup));
    REQUIRE_OK(token->update(key->id, {.enabled = false}));
    const auto seen = watcher->open(key->id).value();
    BOOST_TEST(seen->record().tags.empty());
    BOOST_TEST(!seen->record().enabled);
}

BOOST_AUTO_TEST_SUITE_END()
