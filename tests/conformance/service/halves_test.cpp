// PKCS#11 objects of a key: halves that are destroyed one by one, and attributes that the service has no field for.
#include "conformance/service/service_case.hpp"

KVP11_SERVICE_CASES

namespace {

NewKey faced_pair(const std::string& name) {
    NewKey key = signing_pair(name);
    give_faces(key, "label of " + name);
    return key;
}

std::vector<ObjectRef> objects(ServiceSubject& subject) {
    auto found = subject.backend().find({});
    REQUIRE_OK(found);
    return std::move(found).value();
}

RotationPolicy yearly() {
    RotationPolicy policy;
    policy.actions = {{LifetimeActionType::Rotate, Period{.years = 1}, {}}};
    return policy;
}

void check_faces(ServiceSubject& subject, const KeyId& id, const NewKey& wanted) {
    const auto record = subject.backend().key_record(id);
    REQUIRE_OK(record);
    BOOST_CHECK((*record)->face == wanted.face);
    BOOST_CHECK((*record)->public_face == wanted.public_face);
}

}  // namespace

SERVICE(faces, are_kept_through_all_that_happens_to_a_key) {
    const NewKey wanted = faced_pair("faced");
    const KeyId first = made(subject, wanted).id;
    check_faces(subject, first, wanted);
    KeyUpdate tags;
    tags.tags = Tags{{"service", "side"}};
    REQUIRE_OK(subject.backend().update(first, tags));
    check_faces(subject, first, wanted);
    REQUIRE_OK(subject.keys().set_rotation_policy("faced", yearly()));
    const auto second = subject.keys().rotate_key("faced");
    REQUIRE_OK(second);
    check_faces(subject, (*second)->id, wanted);
    const auto backup = subject.keys().backup_key("faced");
    REQUIRE_OK(backup);
    REQUIRE_OK(subject.keys().remove_key("faced"));
    REQUIRE_OK(subject.keys().recover_key("faced"));
    for (const KeyId& id : {first, (*second)->id}) check_faces(subject, id, wanted);
    REQUIRE_OK(subject.keys().remove_key("faced"));
    REQUIRE_OK(subject.keys().purge_key("faced"));
    REQUIRE_OK(subject.keys().restore_key(*backup));
    for (const KeyId& id : {first, (*second)->id}) check_faces(subject, id, wanted);
}

SERVICE(faces, change_without_touching_what_the_service_knows) {
    NewKey wanted = faced_pair("relabelled");
    wanted.tags = {{"a", "b"}};
    const KeyRecord before = made(subject, wanted);
    KeyUpdate update;
    update.face = before.face;
    update.face->label = copy_of(bytes_of("new label"));
    update.face->extras[7] = Bytes(1000, 7);
    REQUIRE_OK(subject.backend().update(before.id, update));
    KeyRecord after = **subject.backend().key_record(before.id);
    BOOST_CHECK(after.face == *update.face);
    after.face = before.face;
    BOOST_CHECK(same_key(after, before));
    ObjectQuery by_label;
    by_label.label = copy_of(bytes_of("new label"));
    BOOST_CHECK_EQUAL(subject.backend().find(by_label)->size(), 1U);
    by_label.label = wanted.face.label;
    BOOST_CHECK_EQUAL(subject.backend().find(by_label)->size(), 0U);
}

SERVICE(faces, a_key_made_by_the_service_is_an_object_as_well) {
    for (const NewKey& wanted : {signing_pair("of-service"), aes_key("secret-of-service")}) {
        const KeyRecord key = made(subject, wanted);
        const bool is_pair = key.spec.type == KeyType::Ec;
        BOOST_CHECK_EQUAL(text_of(key.face.label), wanted.name);
        BOOST_CHECK(!key.face.id.empty());
        BOOST_CHECK(key.face.is_private);
        BOOST_CHECK_EQUAL(key.public_face.has_value(), is_pair);
        if (is_pair) BOOST_CHECK(key.public_face->id == key.face.id && !key.public_face->is_private);
        ObjectQuery by_id;
        by_id.id = key.face.id;
        BOOST_CHECK_EQUAL(subject.backend().find(by_id)->size(), is_pair ? 2U : 1U);
        const KeyRecord next = made(subject, versioned(wanted));
        BOOST_CHECK(next.face.id == key.face.id && next.face.label == key.face.label);
        BOOST_CHECK_EQUAL(subject.backend().find(by_id)->size(), is_pair ? 2U : 1U);
    }
}

SERVICE(halves, a_destroyed_private_half_can_be_recovered, .needs = Ability::Halves) {
    const KeyId first = made(subject, faced_pair("half")).id;
    const auto old_signature = sign(subject.backend(), first);
    const KeyId second = made(subject, versioned(faced_pair("half"))).id;
    const auto signature = sign(subject.backend(), second);
    REQUIRE_OK(subject.backend().remove({ObjectKind::PrivateKey, second}));

    BOOST_CHECK((objects(subject) == std::vector<ObjectRef>{{ObjectKind::PublicKey, second}}));
    const auto record = subject.backend().key_record(second);
    REQUIRE_OK(record);
    BOOST_CHECK((*record)->deletion && (*record)->public_remains && !(*record)->has_material);
    CHECK_OK(verify(subject.backend(), second, *signature));
    CHECK_FAILS(sign(subject.backend(), second), Errc::KeyFunctionNotPermitted);
    CHECK_FAILS(subject.backend().remove({ObjectKind::PrivateKey, second}), Errc::KeyNotFound);
    BOOST_CHECK(all_names(subject.keys()).empty());
    BOOST_CHECK(all_deleted(subject.keys()) == std::vector<std::string>{"half"});
    CHECK_FAILS(subject.backend().generate(versioned(faced_pair("half"))), Errc::KeyDeleted);

    REQUIRE_OK(subject.keys().recover_key("half"));
    BOOST_CHECK_EQUAL(objects(subject).size(), 2U);
    check_works(subject.backend(), second);
    check_works(subject.backend(), first);
    CHECK_OK(verify(subject.backend(), first, *old_signature));
    const auto recovered = subject.backend().key_record(second);
    BOOST_CHECK(!(*recovered)->deletion && !(*recovered)->public_remains && (*recovered)->has_material);
}

SERVICE(halves, destroying_an_old_version_deletes_the_whole_key, .needs = Ability::Halves) {
    const KeyId first = made(subject, aes_key("secret")).id;
    const KeyId second = made(subject, versioned(aes_key("secret"))).id;
    CHECK_FAILS(subject.backend().remove({ObjectKind::PrivateKey, first}), Errc::KeyNotFound);
    CHECK_FAILS(subject.backend().remove({ObjectKind::PublicKey, first}), Errc::KeyNotFound);
    REQUIRE_OK(subject.backend().remove({ObjectKind::SecretKey, first}));
    CHECK_FAILS(subject.backend().open(second), Errc::KeyNotFound);
    CHECK_FAILS(subject.backend().remove({ObjectKind::SecretKey, second}), Errc::KeyNotFound);
    CHECK_OK(subject.keys().deleted_key("secret"));
    BOOST_CHECK(objects(subject).empty());
}

SERVICE(halves, a_destroyed_public_half_leaves_the_private_one, .needs = Ability::Halves) {
    const KeyId id = made(subject, faced_pair("half")).id;
    REQUIRE_OK(subject.backend().remove({ObjectKind::PublicKey, id}));
    CHECK_FAILS(subject.backend().remove({ObjectKind::PublicKey, id}), Errc::KeyNotFound);
    CHECK_FAILS(subject.backend().remove({ObjectKind::SecretKey, id}), Errc::KeyNotFound);
    BOOST_CHECK((objects(subject) == std::vector<ObjectRef>{{ObjectKind::PrivateKey, id}}));
    BOOST_CHECK(!(*subject.backend().key_record(id))->public_face);
    CHECK_OK(sign(subject.backend(), id));
    BOOST_CHECK(all_names(subject.keys()) == std::vector<std::string>{"half"});
    KeyUpdate update;
    update.public_face = Face{};
    CHECK_FAILS(subject.backend().update(id, update), Errc::KeyNotFound);

    REQUIRE_OK(subject.backend().remove({ObjectKind::PrivateKey, id}));
    BOOST_CHECK(objects(subject).empty());
    CHECK_FAILS(subject.backend().key_record(id), Errc::KeyNotFound);
    REQUIRE_OK(subject.keys().recover_key("half"));
    BOOST_CHECK((objects(subject) == std::vector<ObjectRef>{{ObjectKind::PrivateKey, id}}));
    CHECK_OK(sign(subject.backend(), id));
}

SERVICE(halves, both_destroyed_one_after_the_other_is_a_deleted_key, .needs = Ability::Halves) {
    const KeyId id = made(subject, faced_pair("both")).id;
    REQUIRE_OK(subject.backend().remove({ObjectKind::PrivateKey, id}));
    REQUIRE_OK(subject.backend().remove({ObjectKind::PublicKey, id}));
    BOOST_CHECK(objects(subject).empty());
    CHECK_FAILS(subject.backend().key_record(id), Errc::KeyNotFound);
    CHECK_FAILS(subject.backend().remove({ObjectKind::PublicKey, id}), Errc::KeyNotFound);
    CHECK_OK(subject.keys().deleted_key("both"));
    REQUIRE_OK(subject.keys().recover_key("both"));
    CHECK_OK(sign(subject.backend(), id));
}

SERVICE(halves, a_purge_leaves_the_public_half_that_was_not_destroyed, .needs = Ability::Halves) {
    const KeyId first = made(subject, faced_pair("left")).id;
    const KeyId second = made(subject, versioned(faced_pair("left"))).id;
    const auto signature = sign(subject.backend(), second);
    REQUIRE_OK(subject.backend().remove({ObjectKind::PrivateKey, second}));
    REQUIRE_OK(subject.keys().purge_key("left"));
    BOOST_CHECK((objects(subject) == std::vector<ObjectRef>{{ObjectKind::PublicKey, second}}));
    CHECK_OK(verify(subject.backend(), second, *signature));
    CHECK_FAILS(sign(subject.backend(), second), Errc::KeyFunctionNotPermitted);
    CHECK_FAILS(subject.backend().key_record(first), Errc::KeyNotFound);
    CHECK_FAILS(subject.keys().recover_key("left"), Errc::KeyNotFound);
    CHECK_FAILS(subject.keys().rotate_key("left"), Errc::KeyNotFound);
    BOOST_CHECK(all_names(subject.keys()).empty());
    BOOST_CHECK(all_deleted(subject.keys()).empty());
    CHECK_FAILS(subject.backend().generate(faced_pair("left")), Errc::KeyExists);
    REQUIRE_OK(subject.backend().remove({ObjectKind::PublicKey, second}));
    BOOST_CHECK(objects(subject).empty());
    CHECK_OK(subject.backend().generate(faced_pair("left")));
}

SERVICE(halves, deleting_by_the_service_takes_both, .needs = Ability::Halves) {
    const KeyId id = made(subject, faced_pair("both")).id;
    REQUIRE_OK(subject.keys().remove_key("both"));
    BOOST_CHECK(objects(subject).empty());
    CHECK_FAILS(subject.backend().remove({ObjectKind::PublicKey, id}), Errc::KeyNotFound);
    CHECK_FAILS(subject.backend().remove({ObjectKind::PrivateKey, id}), Errc::KeyNotFound);
}

SERVICE(halves, records_are_gone_at_once, .needs = Ability::Records) {
    Record wanted;
    wanted.object_class = 1;
    wanted.face.label = copy_of(bytes_of("certificate"));
    wanted.face.is_private = false;
    wanted.face.extras = {{0x11, Bytes(900, 0x30)}};
    const auto record = subject.backend().create_record(wanted);
    REQUIRE_OK(record);
    BOOST_CHECK(is_hex((*record)->id, 32));
    BOOST_CHECK((*subject.backend().record((*record)->id))->face == wanted.face);
    Record changed = **record;
    changed.face.extras[0x11] = {1};
    REQUIRE_OK(subject.backend().update_record(changed));
    BOOST_CHECK((*subject.backend().record(changed.id))->face == changed.face);
    REQUIRE_OK(subject.backend().remove({ObjectKind::Record, {changed.id, ""}}));
    CHECK_FAILS(subject.backend().record(changed.id), Errc::KeyNotFound);
    CHECK_FAILS(subject.backend().remove({ObjectKind::Record, {changed.id, ""}}), Errc::KeyNotFound);
    CHECK_FAILS(subject.keys().recover_key(changed.id), Errc::KeyNotFound);
    BOOST_CHECK(objects(subject).empty());
}

KVP11_SERVICE_CASES_END
