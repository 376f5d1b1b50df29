// Finding PKCS#11 objects: by id, label and kind, the latest versions only.
#include "conformance/service/service_case.hpp"

KVP11_SERVICE_CASES

namespace {

std::vector<ObjectRef> found(ServiceSubject& subject, const ObjectQuery& query) {
    auto objects = subject.backend().find(query);
    REQUIRE_OK(objects);
    return std::move(objects).value();
}

}  // namespace

SERVICE(lookup, finds_the_latest_version_only) {
    NewKey wanted = signing_pair("doc");
    give_faces(wanted, "doc");
    const KeyId first = made(subject, wanted).id;
    const KeyId second = made(subject, versioned(wanted)).id;
    ObjectQuery by_id;
    by_id.id = wanted.face.id;
    by_id.kind = ObjectKind::PrivateKey;
    BOOST_CHECK((found(subject, by_id) == std::vector<ObjectRef>{{ObjectKind::PrivateKey, second}}));
    by_id.all_versions = true;
    BOOST_CHECK((found(subject, by_id) ==
                 std::vector<ObjectRef>{{ObjectKind::PrivateKey, first}, {ObjectKind::PrivateKey, second}}));
    BOOST_CHECK_EQUAL(found(subject, {}).size(), 2U);
    RotationPolicy policy;
    policy.actions = {{LifetimeActionType::Rotate, Period{.years = 1}, {}}};
    REQUIRE_OK(subject.keys().set_rotation_policy("doc", policy));
    const auto third = subject.keys().rotate_key("doc");
    REQUIRE_OK(third);
    by_id.all_versions = false;
    BOOST_CHECK((found(subject, by_id) == std::vector<ObjectRef>{{ObjectKind::PrivateKey, (*third)->id}}));
    by_id.kind = ObjectKind::PublicKey;
    BOOST_CHECK((found(subject, by_id) == std::vector<ObjectRef>{{ObjectKind::PublicKey, (*third)->id}}));
}

SERVICE(lookup, finds_by_each_version_of_its_own_id) {
    NewKey wanted = aes_key("doc");
    give_faces(wanted, "first");
    const Bytes first_label = wanted.face.label;
    made(subject, wanted);
    give_faces(wanted, "second");
    const KeyId second = made(subject, versioned(wanted)).id;
    ObjectQuery by_label;
    by_label.label = first_label;
    BOOST_CHECK(found(subject, by_label).empty());
    by_label.label = wanted.face.label;
    BOOST_CHECK((found(subject, by_label) == std::vector<ObjectRef>{{ObjectKind::SecretKey, second}}));
}

SERVICE(lookup, comes_in_the_order_of_creation) {
    std::vector<ObjectRef> wanted;
    for (const char* name : {"c", "a", "b"}) {
        wanted.push_back({ObjectKind::SecretKey, made(subject, aes_key(name)).id});
    }
    BOOST_CHECK(found(subject, {}) == wanted);
    KeyUpdate update;
    update.tags = Tags{{"n", "v"}};
    REQUIRE_OK(subject.backend().update(wanted[0].id, update));
    BOOST_CHECK(found(subject, {}) == wanted);
}

SERVICE(lookup, leaves_private_objects_out_when_asked_to) {
    NewKey wanted = signing_pair("pair");
    give_faces(wanted, "pair");
    const KeyId id = made(subject, wanted).id;
    made(subject, aes_key("secret"));
    ObjectQuery open_objects;
    open_objects.with_private = false;
    BOOST_CHECK((found(subject, open_objects) == std::vector<ObjectRef>{{ObjectKind::PublicKey, id}}));
}

SERVICE(lookup, the_generation_grows_with_every_change) {
    std::uint64_t before = subject.backend().generation();
    const auto grew = [&] {
        const std::uint64_t now = subject.backend().generation();
        const bool is_greater = now > before;
        before = now;
        return is_greater;
    };
    const KeyId id = made(subject, aes_key("counted")).id;
    BOOST_CHECK(grew());
    made(subject, versioned(aes_key("counted")));
    BOOST_CHECK(grew());
    KeyUpdate update;
    update.tags = Tags{{"n", "v"}};
    REQUIRE_OK(subject.backend().update(id, update));
    BOOST_CHECK(grew());
    REQUIRE_OK(subject.keys().remove_key("counted"));
    BOOST_CHECK(grew());
    REQUIRE_OK(subject.keys().recover_key("counted"));
    BOOST_CHECK(grew());
    CHECK_OK(subject.backend().key_record(id));
    BOOST_CHECK(!grew());
}

KVP11_SERVICE_CASES_END
