// Deleted keys: kept, shown, recovered, purged, and gone when their retention ends.
#include "conformance/service/service_case.hpp"

#include <thread>

KVP11_SERVICE_CASES

namespace {

std::vector<ObjectRef> objects_of_all_versions(ServiceSubject& subject) {
    ObjectQuery query;
    query.all_versions = true;
    auto objects = subject.backend().find(query);
    REQUIRE_OK(objects);
    return std::move(objects).value();
}

}  // namespace

SERVICE(soft_delete, a_deleted_key_can_be_used_by_nobody) {
    const KeyId first = made(subject, signing_pair("gone")).id;
    const KeyId second = made(subject, versioned(signing_pair("gone"))).id;
    const KeyId stays = made(subject, signing_pair("stays")).id;
    const auto deleted = subject.keys().remove_key("gone");
    REQUIRE_OK(deleted);
    BOOST_CHECK((*deleted)->id == second);
    BOOST_REQUIRE((*deleted)->deletion);
    BOOST_CHECK_EQUAL((*deleted)->deletion->deleted, subject.clock().now());
    BOOST_CHECK_EQUAL((*deleted)->deletion->scheduled_purge, subject.clock().now() + 90 * day);
    for (const KeyId& id : {first, second, latest("gone")}) {
        CHECK_FAILS(subject.backend().key_record(id), Errc::KeyNotFound);
        CHECK_FAILS(subject.backend().open(id), Errc::KeyNotFound);
        CHECK_FAILS(subject.backend().update(id, {}), Errc::KeyNotFound);
    }
    KeyLifeCycle& keys = subject.keys();
    CHECK_FAILS(keys.remove_key("gone"), Errc::KeyNotFound);
    CHECK_FAILS(keys.rotate_key("gone"), Errc::KeyNotFound);
    CHECK_FAILS(keys.rotation_policy("gone"), Errc::KeyNotFound);
    CHECK_FAILS(keys.set_rotation_policy("gone", {}), Errc::KeyNotFound);
    CHECK_FAILS(keys.backup_key("gone"), Errc::KeyNotFound);
    BOOST_CHECK(all_names(keys) == std::vector<std::string>{"stays"});
    BOOST_CHECK(all_versions(keys, "gone").empty());
    BOOST_CHECK(all_deleted(keys) == std::vector<std::string>{"gone"});
    BOOST_CHECK(objects_of_all_versions(subject).front().id == stays);
}

SERVICE(soft_delete, a_deleted_key_holds_its_name) {
    made(subject, aes_key("held"));
    const auto backup = subject.keys().backup_key("held");
    REQUIRE_OK(backup);
    REQUIRE_OK(subject.keys().remove_key("held"));
    for (const NewKey& wanted : {aes_key("held"), aes_key("HELD"), versioned(aes_key("held"))}) {
        CHECK_FAILS(subject.backend().generate(wanted), Errc::KeyDeleted);
        CHECK_FAILS(subject.backend().import_key(wanted, SecretBytes(32)), Errc::KeyDeleted);
    }
    CHECK_FAILS(subject.keys().restore_key(*backup), Errc::KeyDeleted);
    // A label is a wish only.
    NewKey labelled = aes_key("");
    give_faces(labelled, "held");
    BOOST_CHECK_NE(made(subject, labelled).id.name, "held");
}

SERVICE(soft_delete, recovery_brings_everything_back) {
    NewKey wanted = signing_pair("back");
    wanted.tags = {{"a", "b"}};
    give_faces(wanted, "label of back");
    made(subject, wanted);
    wanted.enabled = false;
    made(subject, versioned(wanted));
    wanted.enabled = true;
    made(subject, versioned(wanted));
    RotationPolicy policy;
    policy.actions = {{LifetimeActionType::Rotate, Period{.years = 1}, {}}};
    REQUIRE_OK(subject.keys().set_rotation_policy("back", policy));
    std::vector<KeyRecord> before;
    for (const std::string& version : all_versions(subject.keys(), "back")) {
        before.push_back(**subject.backend().key_record({"back", version}));
    }
    const auto signature = sign(subject.backend(), before[0].id);
    const auto objects = objects_of_all_versions(subject);
    REQUIRE_OK(subject.keys().remove_key("back"));
    BOOST_CHECK(objects_of_all_versions(subject).empty());
    subject.clock().advance(50 * day);
    const auto recovered = subject.keys().recover_key("BACK");
    REQUIRE_OK(recovered);
    BOOST_CHECK(same_key(**recovered, before[2]));
    BOOST_CHECK(!(*recovered)->deletion);
    for (const KeyRecord& version : before) {
        const auto after = subject.backend().key_record(version.id);
        REQUIRE_OK(after);
        BOOST_CHECK(same_key(**after, version));
    }
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "back").size(), 3U);
    CHECK_OK(verify(subject.backend(), before[0].id, *signature));
    CHECK_FAILS(sign(subject.backend(), before[1].id), Errc::KeyDisabled);
    check_works(subject.backend(), latest("back"));
    BOOST_CHECK(objects_of_all_versions(subject) == objects);
    BOOST_CHECK(all_deleted(subject.keys()).empty());
    CHECK_FAILS(subject.keys().recover_key("back"), Errc::KeyNotFound);
    CHECK_FAILS(subject.keys().deleted_key("back"), Errc::KeyNotFound);
}

SERVICE(soft_delete, purging_is_for_good_and_frees_the_name) {
    const KeyId id = made(subject, aes_key("purged")).id;
    made(subject, versioned(aes_key("purged")));
    CHECK_FAILS(subject.keys().purge_key("purged"), Errc::KeyNotFound);
    REQUIRE_OK(subject.keys().remove_key("purged"));
    REQUIRE_OK(subject.keys().purge_key("PURGED"));
    CHECK_FAILS(subject.keys().deleted_key("purged"), Errc::KeyNotFound);
    CHECK_FAILS(subject.keys().recover_key("purged"), Errc::KeyNotFound);
    CHECK_FAILS(subject.keys().purge_key("purged"), Errc::KeyNotFound);
    BOOST_CHECK(all_deleted(subject.keys()).empty());
    const KeyRecord again = made(subject, aes_key("Purged"));
    BOOST_CHECK_EQUAL(again.id.name, "Purged");
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "purged").size(), 1U);
    CHECK_FAILS(subject.backend().open({"purged", id.version}), Errc::KeyNotFound);
}

SERVICE(soft_delete, deleted_keys_are_shown_with_their_dates) {
    for (const char* name : {"b", "A", "c"}) made(subject, aes_key(name));
    REQUIRE_OK(subject.keys().remove_key("c"));
    const std::int64_t later = subject.clock().now() + 30;
    subject.clock().set(later);
    REQUIRE_OK(subject.keys().remove_key("a"));
    const std::vector<std::string> wanted{"A", "c"};
    BOOST_CHECK(all_deleted(subject.keys()) == wanted);
    const auto shown = subject.keys().deleted_key("A");
    REQUIRE_OK(shown);
    BOOST_CHECK_EQUAL((*shown)->deletion->deleted, later);
    BOOST_CHECK_EQUAL((*shown)->deletion->scheduled_purge, later + 90 * day);
    const auto listed = subject.keys().list_deleted_keys({});
    REQUIRE_OK(listed);
    for (const auto& key : (*listed).keys) BOOST_CHECK(key->deletion && key->is_latest);
    CHECK_FAILS(subject.keys().deleted_key("b"), Errc::KeyNotFound);
}

SERVICE(soft_delete, when_its_retention_ends_a_key_is_as_if_purged, .retention_days = 7) {
    BOOST_CHECK_EQUAL(subject.keys().recovery_settings()->retention_days, 7U);
    const KeyId id = made(subject, aes_key("seven")).id;
    made(subject, aes_key("other"));
    const auto deleted = subject.keys().remove_key("seven");
    REQUIRE_OK(deleted);
    BOOST_CHECK_EQUAL((*deleted)->deletion->scheduled_purge, subject.clock().now() + 7 * day);
    REQUIRE_OK(subject.keys().remove_key("other"));
    subject.clock().advance(7 * day - 1);
    CHECK_OK(subject.keys().deleted_key("seven"));
    CHECK_FAILS(subject.backend().generate(aes_key("seven")), Errc::KeyDeleted);
    REQUIRE_OK(subject.keys().recover_key("other"));
    subject.clock().advance(1);
    CHECK_FAILS(subject.keys().deleted_key("seven"), Errc::KeyNotFound);
    CHECK_FAILS(subject.keys().recover_key("seven"), Errc::KeyNotFound);
    CHECK_FAILS(subject.keys().purge_key("seven"), Errc::KeyNotFound);
    BOOST_CHECK(all_deleted(subject.keys()).empty());
    check_works(subject.backend(), latest("other"));
    const KeyId again = made(subject, aes_key("seven")).id;
    BOOST_CHECK_NE(again.version, id.version);
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "seven").size(), 1U);
}

SERVICE(soft_delete, a_backup_is_restored_when_the_retention_has_ended, .retention_days = 7) {
    const KeyRecord key = made(subject, aes_key("kept"));
    const auto backup = subject.keys().backup_key("kept");
    REQUIRE_OK(backup);
    REQUIRE_OK(subject.keys().remove_key("kept"));
    subject.clock().advance(7 * day);
    const auto restored = subject.keys().restore_key(*backup);
    REQUIRE_OK(restored);
    BOOST_CHECK(same_key(**restored, key));
}

SERVICE(soft_delete, purge_is_refused_while_protected, .needs = Ability::Protection, .retention_days = 10,
        .purge_protection = true) {
    const auto settings = subject.keys().recovery_settings();
    REQUIRE_OK(settings);
    BOOST_CHECK(settings->purge_protection);
    BOOST_CHECK_EQUAL(settings->retention_days, 10U);
    made(subject, aes_key("protected"));
    REQUIRE_OK(subject.keys().remove_key("protected"));
    CHECK_FAILS(subject.keys().purge_key("protected"), Errc::PurgeProtected);
    CHECK_FAILS(subject.keys().purge_key("unknown"), Errc::KeyNotFound);
    subject.clock().advance(10 * day - 1);
    CHECK_FAILS(subject.keys().purge_key("protected"), Errc::PurgeProtected);
    REQUIRE_OK(subject.keys().recover_key("protected"));
    REQUIRE_OK(subject.keys().remove_key("protected"));
    subject.clock().advance(10 * day);
    CHECK_FAILS(subject.keys().deleted_key("protected"), Errc::KeyNotFound);
    CHECK_OK(subject.backend().generate(aes_key("protected")));
}

SERVICE(soft_delete, what_is_overdue_is_purged_when_the_clock_is_asked, .needs = Ability::Due, .retention_days = 7) {
    for (const char* name : {"a", "b", "c"}) made(subject, aes_key(name));
    REQUIRE_OK(subject.keys().remove_key("a"));
    subject.clock().advance(3 * day);
    REQUIRE_OK(subject.keys().remove_key("b"));
    subject.clock().advance(4 * day);
    REQUIRE_OK(subject.run_due());
    BOOST_CHECK(all_deleted(subject.keys()) == std::vector<std::string>{"b"});
    CHECK_OK(subject.backend().generate(aes_key("a")));
    CHECK_FAILS(subject.backend().generate(aes_key("b")), Errc::KeyDeleted);
    check_works(subject.backend(), latest("c"));
}

SERVICE(soft_delete, an_opened_key_outlives_its_deletion) {
    const KeyId id = made(subject, signing_pair("open")).id;
    const auto key = subject.backend().open(id);
    REQUIRE_OK(key);
    REQUIRE_OK(subject.keys().remove_key("open"));
    BOOST_CHECK((*key)->record().id == id);
    CHECK_FAILS(subject.backend().open(id), Errc::KeyNotFound);
}

SERVICE(soft_delete, deleting_beside_new_versions_takes_all_of_them) {
    for (int round = 0; round < 20; ++round) {
        const std::string name = "round-" + std::to_string(round);
        std::vector<KeyId> versions{made(subject, aes_key(name)).id};
        std::thread beside([&] {
            for (;;) {
                const auto next = subject.backend().generate(versioned(aes_key(name)));
                if (!next.ok()) return;
                versions.push_back((*next)->id);
            }
        });
        CHECK_OK(subject.keys().remove_key(name));
        beside.join();
        BOOST_CHECK(all_versions(subject.keys(), name).empty());
        for (const KeyId& id : versions) CHECK_FAILS(subject.backend().key_record(id), Errc::KeyNotFound);
        REQUIRE_OK(subject.keys().recover_key(name));
        BOOST_CHECK_EQUAL(all_versions(subject.keys(), name).size(), versions.size());
    }
}

KVP11_SERVICE_CASES_END
