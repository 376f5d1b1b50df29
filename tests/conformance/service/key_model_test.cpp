// What a key is: name, version, operations, tags, times, policy.
#include "conformance/service/service_case.hpp"

KVP11_SERVICE_CASES

SERVICE(key_model, a_new_key_has_its_name_a_version_and_its_times) {
    const KeyRecord key = made(subject, signing_pair("Web-1"));
    BOOST_CHECK_EQUAL(key.id.name, "Web-1");
    BOOST_CHECK(is_hex(key.id.version, 32));
    BOOST_CHECK(key.enabled && key.is_latest && key.has_material && !key.exportable);
    BOOST_CHECK(!key.deletion && !key.not_before && !key.expires && !key.release_policy);
    BOOST_CHECK(key.tags.empty());
    BOOST_CHECK_EQUAL(key.created, subject.clock().now());
    BOOST_CHECK_EQUAL(key.updated, key.created);
    BOOST_CHECK_EQUAL(key.public_key.point.size(), 65U);
    const auto read = subject.backend().key_record(key.id);
    REQUIRE_OK(read);
    BOOST_CHECK(same_key(**read, key));
    check_works(subject.backend(), key.id);
}

SERVICE(key_model, everything_said_of_a_new_key_is_kept) {
    NewKey wanted = rsa_pair("full");
    wanted.ops = KeyOps::Sign | KeyOps::Unwrap;
    wanted.tags = {{"team", "blue"}, {"empty", ""}, {"größe", "zwölf"}};
    wanted.not_before = 12;
    wanted.expires = 32'503'680'000;  // the year 3000
    wanted.enabled = false;
    give_faces(wanted, "full key");
    const KeyRecord key = made(subject, wanted);
    const KeyRecord read = **subject.backend().key_record(latest("full"));
    for (const KeyRecord& record : {key, read}) {
        BOOST_CHECK(record.ops == wanted.ops);
        BOOST_CHECK(record.tags == wanted.tags);
        BOOST_CHECK(record.not_before == wanted.not_before && record.expires == wanted.expires);
        BOOST_CHECK(!record.enabled);
        BOOST_CHECK_EQUAL(record.spec.bits, 2048U);
        BOOST_CHECK(record.face == wanted.face && record.public_face == wanted.public_face);
        BOOST_CHECK_EQUAL(record.public_key.n.size(), 256U);
    }
}

SERVICE(key_model, names_are_compared_without_case_and_keep_their_spelling) {
    const KeyRecord key = made(subject, signing_pair("MixedCase"));
    for (const char* name : {"MixedCase", "mixedcase", "MIXEDCASE"}) {
        const auto read = subject.backend().key_record(latest(name));
        REQUIRE_OK(read);
        BOOST_CHECK_EQUAL((*read)->id.name, "MixedCase");
        check_works(subject.backend(), {name, key.id.version});
        CHECK_FAILS(subject.backend().generate(signing_pair(name)), Errc::KeyExists);
        BOOST_CHECK_EQUAL(all_versions(subject.keys(), name).size(), 1U);
    }
    BOOST_CHECK_EQUAL(made(subject, versioned(signing_pair("mixedCASE"))).id.name, "MixedCase");
    REQUIRE_OK(subject.keys().remove_key("MIXEDcase"));
    CHECK_OK(subject.keys().deleted_key("mixedcase"));
    REQUIRE_OK(subject.keys().recover_key("mIXEDCASE"));
    BOOST_CHECK(all_names(subject.keys()) == std::vector<std::string>{"MixedCase"});
}

SERVICE(key_model, illegal_names_are_refused) {
    for (const std::string& name : {std::string("under_score"), std::string("white space"), std::string("umlaut-ä"),
                                    std::string("dot.ted"), std::string("a/b"), std::string(128, 'n')}) {
        BOOST_TEST_CONTEXT(name) {
            CHECK_FAILS(subject.backend().generate(aes_key(name)), Errc::KeyNameInvalid);
            CHECK_FAILS(subject.backend().import_key(aes_key(name), SecretBytes(32)), Errc::KeyNameInvalid);
        }
    }
    CHECK_OK(subject.backend().generate(aes_key(std::string(127, 'n'))));
    CHECK_OK(subject.backend().generate(aes_key("0")));
}

SERVICE(key_model, unknown_keys_and_versions_are_not_found) {
    const KeyId known = made(subject, aes_key("known")).id;
    const KeyId unknown{"unknown", known.version};
    const KeyId other_version{"known", std::string(32, '0')};
    for (const KeyId& id : {unknown, other_version, latest("unknown")}) {
        CHECK_FAILS(subject.backend().key_record(id), Errc::KeyNotFound);
        CHECK_FAILS(subject.backend().open(id), Errc::KeyNotFound);
        CHECK_FAILS(subject.backend().update(id, {}), Errc::KeyNotFound);
        CHECK_FAILS(subject.backend().remove({ObjectKind::SecretKey, id}), Errc::KeyNotFound);
    }
    KeyLifeCycle& keys = subject.keys();
    for (const char* name : {"unknown", "known"}) {
        CHECK_FAILS(keys.deleted_key(name), Errc::KeyNotFound);
        CHECK_FAILS(keys.recover_key(name), Errc::KeyNotFound);
        CHECK_FAILS(keys.purge_key(name), Errc::KeyNotFound);
    }
    CHECK_FAILS(keys.remove_key("unknown"), Errc::KeyNotFound);
    CHECK_FAILS(keys.rotate_key("unknown"), Errc::KeyNotFound);
    CHECK_FAILS(keys.rotation_policy("unknown"), Errc::KeyNotFound);
    CHECK_FAILS(keys.set_rotation_policy("unknown", {}), Errc::KeyNotFound);
    CHECK_FAILS(keys.backup_key("unknown"), Errc::KeyNotFound);
    BOOST_CHECK(all_versions(keys, "unknown").empty());
}

SERVICE(key_model, tags_are_at_most_fifteen_of_256_bytes) {
    NewKey wanted = aes_key("tagged");
    for (int i = 0; i < 15; ++i) wanted.tags[std::to_string(i) + std::string(250, 't')] = std::string(256, 'v');
    const KeyRecord key = made(subject, wanted);
    BOOST_CHECK(key.tags == wanted.tags);

    auto too_many = wanted.tags;
    too_many["one-more"] = "";
    const Tags long_name{{std::string(257, 'n'), ""}};
    const Tags long_value{{"n", std::string(257, 'v')}};
    for (const auto& tags : {too_many, long_name, long_value}) {
        KeyUpdate update;
        update.tags = tags;
        CHECK_FAILS(subject.backend().update(key.id, update), Errc::AttributeValueInvalid);
        NewKey other = aes_key("other");
        other.tags = tags;
        CHECK_FAILS(subject.backend().generate(other), Errc::AttributeValueInvalid);
        CHECK_FAILS(subject.backend().import_key(other, SecretBytes(32)), Errc::AttributeValueInvalid);
    }
    BOOST_CHECK((*subject.backend().key_record(key.id))->tags == wanted.tags);
    CHECK_FAILS(subject.backend().key_record(latest("other")), Errc::KeyNotFound);
}

SERVICE(key_model, an_update_changes_what_it_names_and_when_it_was) {
    NewKey wanted = aes_key("changing");
    wanted.tags = {{"a", "1"}, {"b", "2"}};
    wanted.expires = subject.clock().now() + 400 * day;
    const KeyRecord before = made(subject, wanted);
    subject.clock().advance(100);
    KeyUpdate update;
    update.ops = KeyOps::Encrypt;
    update.tags = Tags{{"c", "3"}};
    const auto updated = subject.backend().update(before.id, update);
    REQUIRE_OK(updated);
    const KeyRecord after = **subject.backend().key_record(before.id);
    for (const KeyRecord& record : {**updated, after}) {
        BOOST_CHECK(record.id == before.id);
        BOOST_CHECK(record.ops == KeyOps::Encrypt);
        BOOST_CHECK(record.tags == *update.tags);
        BOOST_CHECK(record.expires == wanted.expires);
        BOOST_CHECK(record.enabled);
        BOOST_CHECK_EQUAL(record.created, before.created);
        BOOST_CHECK_EQUAL(record.updated, before.created + 100);
        BOOST_CHECK_GT(record.revision, before.revision);
    }
    KeyUpdate clearing;
    clearing.tags = Tags{};
    clearing.expires = std::optional<std::int64_t>{};
    clearing.not_before = std::optional<std::int64_t>{5};
    REQUIRE_OK(subject.backend().update(latest("changing"), clearing));
    const KeyRecord cleared = **subject.backend().key_record(before.id);
    BOOST_CHECK(cleared.tags.empty() && !cleared.expires && cleared.not_before == 5);
}

SERVICE(key_model, another_view_sees_changes_at_its_next_call, .needs = Ability::SecondView) {
    const auto other = subject.second_view();
    const KeyId id = made(subject, signing_pair("shared")).id;
    check_works(other->backend(), id);
    KeyUpdate off;
    off.enabled = false;
    REQUIRE_OK(other->backend().update(id, off));
    CHECK_FAILS(sign(subject.backend(), id), Errc::KeyDisabled);
    const KeyId second = made(*other, versioned(signing_pair("shared"))).id;
    BOOST_CHECK((*subject.backend().key_record(latest("shared")))->id == second);
    BOOST_CHECK(!(*subject.backend().key_record(id))->is_latest);
    check_works(subject.backend(), latest("shared"));
    REQUIRE_OK(subject.keys().remove_key("shared"));
    CHECK_FAILS(other->backend().open(second), Errc::KeyNotFound);
    CHECK_FAILS(sign(other->backend(), latest("shared")), Errc::KeyNotFound);
    REQUIRE_OK(other->keys().recover_key("shared"));
    check_works(subject.backend(), second);
}

KVP11_SERVICE_CASES_END
