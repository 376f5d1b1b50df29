// Backup and restore of one key.
#include "conformance/service/service_case.hpp"

KVP11_SERVICE_CASES

namespace {

std::string backup_of(ServiceSubject& subject, const std::string& name) {
    const auto backup = subject.keys().backup_key(name);
    REQUIRE_OK(backup);
    return *backup;
}

void drop(ServiceSubject& subject, const std::string& name) {
    REQUIRE_OK(subject.keys().remove_key(name));
    REQUIRE_OK(subject.keys().purge_key(name));
}

}  // namespace

SERVICE(key_backup, brings_back_every_version_as_it_was) {
    NewKey wanted = signing_pair("Backed-Up");
    wanted.tags = {{"a", "b"}};
    give_faces(wanted, "label");
    made(subject, wanted);
    subject.clock().advance(10);
    made(subject, versioned(aes_key("backed-up")));
    subject.clock().advance(10);
    wanted.expires = subject.clock().now() + 500 * day;
    made(subject, versioned(wanted));
    RotationPolicy policy;
    policy.actions = {{LifetimeActionType::Rotate, {}, Period{.days = 30}}};
    REQUIRE_OK(subject.keys().set_rotation_policy("backed-up", policy));
    std::vector<KeyRecord> before;
    for (const std::string& version : all_versions(subject.keys(), "backed-up")) {
        before.push_back(**subject.backend().key_record({"backed-up", version}));
    }
    const auto signature = sign(subject.backend(), before[0].id);
    const std::string backup = backup_of(subject, "backed-up");
    drop(subject, "backed-up");
    subject.clock().advance(1000);
    const auto restored = subject.keys().restore_key(backup);
    REQUIRE_OK(restored);
    BOOST_CHECK(same_key(**restored, before[2]));
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "backed-up").size(), 3U);
    for (const KeyRecord& version : before) {
        const auto after = subject.backend().key_record(version.id);
        REQUIRE_OK(after);
        BOOST_CHECK(same_key(**after, version));
        check_works(subject.backend(), version.id);
    }
    CHECK_OK(verify(subject.backend(), before[0].id, *signature));
    BOOST_CHECK((*subject.keys().rotation_policy("backed-up")).actions == policy.actions);
}

SERVICE(key_backup, restores_no_key_that_is_there) {
    made(subject, aes_key("there"));
    const std::string backup = backup_of(subject, "there");
    CHECK_FAILS(subject.keys().restore_key(backup), Errc::KeyExists);
    REQUIRE_OK(subject.keys().remove_key("there"));
    CHECK_FAILS(subject.keys().restore_key(backup), Errc::KeyDeleted);
    REQUIRE_OK(subject.keys().purge_key("there"));
    made(subject, aes_key("THERE"));
    CHECK_FAILS(subject.keys().restore_key(backup), Errc::KeyExists);
    drop(subject, "there");
    CHECK_OK(subject.keys().restore_key(backup));
    check_works(subject.backend(), latest("there"));
}

SERVICE(key_backup, is_a_compact_jwe_that_tells_nothing) {
    NewKey wanted = aes_key("opaque");
    wanted.tags = {{"visible", "no"}};
    made(subject, wanted);
    const std::string backup = backup_of(subject, "opaque");
    BOOST_CHECK_EQUAL(std::count(backup.begin(), backup.end(), '.'), 4);
    BOOST_CHECK_NE(backup.find(".."), std::string::npos);  // no encrypted key: the domain has it
    // {"alg":"dir","enc":"A256CBC-HS512","kid":"backup-protection-key"}, as recorded from the service
    BOOST_CHECK_EQUAL(backup.substr(0, backup.find('.')),
                      "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiYmFja3VwLXByb3RlY3Rpb24ta2V5In0");
    BOOST_CHECK_EQUAL(backup.find("opaque"), std::string::npos);
    BOOST_CHECK_NE(backup_of(subject, "opaque"), backup);
}

SERVICE(key_backup, any_change_is_noticed) {
    made(subject, aes_key("tampered"));
    const std::string backup = backup_of(subject, "tampered");
    drop(subject, "tampered");
    for (std::size_t at = 0; at < backup.size(); at += 1 + backup.size() / 97) {
        std::string changed = backup;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        BOOST_TEST_CONTEXT("character " << at) {
            const auto restored = subject.keys().restore_key(changed);
            BOOST_CHECK(!restored.ok() &&
                        (restored.code() == Errc::BackupInvalid || restored.code() == Errc::BackupForeign));
        }
    }
    for (const std::string& text : {std::string(), std::string("...."), std::string("a.b.c.d.e"), backup + "x",
                                    backup.substr(0, backup.size() - 4), backup.substr(0, backup.rfind('.'))}) {
        CHECK_FAILS(subject.keys().restore_key(text), Errc::BackupInvalid);
    }
    BOOST_CHECK(all_names(subject.keys()).empty());
    CHECK_OK(subject.keys().restore_key(backup));
}

SERVICE(key_backup, of_another_security_domain_is_foreign) {
    made(subject, aes_key("abroad"));
    const auto other = subject.stranger();
    CHECK_FAILS(other->keys().restore_key(backup_of(subject, "abroad")), Errc::BackupForeign);
    BOOST_CHECK(all_names(other->keys()).empty());
}

KVP11_SERVICE_CASES_END
