// Versions of one name: old ones stay as they are and go on working; the name alone means the latest.
#include "conformance/service/service_case.hpp"

#include <algorithm>

KVP11_SERVICE_CASES

SERVICE(versions, creating_on_a_taken_name_adds_a_version_only_when_asked_to) {
    const KeyRecord first = made(subject, signing_pair("doc"));
    CHECK_FAILS(subject.backend().generate(signing_pair("doc")), Errc::KeyExists);
    CHECK_FAILS(subject.backend().import_key(aes_key("doc"), SecretBytes(32)), Errc::KeyExists);
    subject.clock().advance(7);
    const KeyRecord second = made(subject, versioned(signing_pair("doc")));
    BOOST_CHECK_EQUAL(second.id.name, "doc");
    BOOST_CHECK_NE(second.id.version, first.id.version);
    BOOST_CHECK_EQUAL(second.created, first.created + 7);
    BOOST_CHECK(second.is_latest);
    BOOST_CHECK(second.public_key.point != first.public_key.point);
    const std::vector<std::string> wanted{first.id.version, second.id.version};
    BOOST_CHECK(all_versions(subject.keys(), "doc") == wanted);
    BOOST_CHECK_EQUAL(made(subject, versioned(signing_pair("free"))).id.name, "free");
}

SERVICE(versions, the_name_means_the_latest_and_old_versions_go_on) {
    const KeyRecord first = made(subject, signing_pair("doc"));
    const auto old_signature = sign(subject.backend(), first.id);
    REQUIRE_OK(old_signature);
    const KeyRecord second = made(subject, versioned(signing_pair("doc")));
    BOOST_CHECK((*subject.backend().key_record(latest("doc")))->id == second.id);
    BOOST_CHECK((*subject.backend().open(latest("doc")))->record().id == second.id);
    const KeyRecord old = **subject.backend().key_record(first.id);
    BOOST_CHECK(!old.is_latest);
    BOOST_CHECK(old.public_key == first.public_key && old.created == first.created && old.updated == first.updated);
    CHECK_OK(verify(subject.backend(), first.id, *old_signature));
    CHECK_FAILS(verify(subject.backend(), second.id, *old_signature), Errc::SignatureInvalid);
    CHECK_FAILS(verify(subject.backend(), latest("doc"), *old_signature), Errc::SignatureInvalid);
    const auto later_signature = sign(subject.backend(), first.id);
    REQUIRE_OK(later_signature);
    CHECK_OK(verify(subject.backend(), first.id, *later_signature));
}

SERVICE(versions, each_version_has_its_own_attributes) {
    NewKey wanted = signing_pair("doc");
    wanted.tags = {{"of", "first"}};
    const KeyId first = made(subject, wanted).id;
    wanted.tags = {{"of", "second"}};
    wanted.expires = subject.clock().now() + day;
    const KeyId second = made(subject, versioned(wanted)).id;
    KeyUpdate off;
    off.enabled = false;
    off.tags = Tags{{"of", "old"}};
    REQUIRE_OK(subject.backend().update(first, off));
    CHECK_FAILS(sign(subject.backend(), first), Errc::KeyDisabled);
    check_works(subject.backend(), second);
    BOOST_CHECK((*subject.backend().key_record(second))->tags == wanted.tags);
    KeyUpdate on;
    on.enabled = true;
    REQUIRE_OK(subject.backend().update(first, on));
    check_works(subject.backend(), first);
    subject.clock().advance(day);
    check_works(subject.backend(), first);
    CHECK_FAILS(sign(subject.backend(), latest("doc")), Errc::KeyExpired);
}

SERVICE(versions, a_version_may_be_of_another_type) {
    const KeyId pair = made(subject, signing_pair("mixed")).id;
    const KeyId secret = made(subject, versioned(aes_key("mixed"))).id;
    check_works(subject.backend(), pair);
    check_works(subject.backend(), secret);
    BOOST_CHECK((*subject.backend().key_record(latest("mixed")))->spec.type == KeyType::Aes);
    const SecretBytes material = SecretBytes::copy_of(bytes_of("0123456789abcdef"));
    const auto imported = subject.backend().import_key(versioned(aes_key("mixed")), material);
    CHECK_FAILS(imported, Errc::AttributeValueInvalid);  // 128 bits, 256 were said
    NewKey any_size = versioned(aes_key("mixed"));
    any_size.spec.bits = 0;
    REQUIRE_OK(subject.backend().import_key(any_size, material));
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "mixed").size(), 3U);
}

SERVICE(versions, there_are_at_most_a_hundred) {
    NewKey wanted = versioned(aes_key("long-lived"));
    wanted.spec.bits = 128;
    RotationPolicy policy;
    policy.actions = {{LifetimeActionType::Rotate, Period{.days = 28}, {}}};
    std::vector<std::string> versions;
    for (std::size_t i = 0; i < most_versions; ++i) versions.push_back(made(subject, wanted).id.version);
    CHECK_FAILS(subject.backend().generate(wanted), Errc::KeyVersionLimit);
    CHECK_FAILS(subject.backend().import_key(wanted, SecretBytes(16)), Errc::KeyVersionLimit);
    REQUIRE_OK(subject.keys().set_rotation_policy("long-lived", policy));
    CHECK_FAILS(subject.keys().rotate_key("long-lived"), Errc::KeyVersionLimit);
    BOOST_CHECK(all_versions(subject.keys(), "long-lived") == versions);
    check_works(subject.backend(), {"long-lived", versions.front()});
}

SERVICE(versions, an_opened_key_stays_with_its_version) {
    const KeyRecord first = made(subject, signing_pair("pinned"));
    const auto key = subject.backend().open(latest("pinned"));
    REQUIRE_OK(key);
    const auto signer = (*key)->signer({.scheme = SignatureScheme::Ecdsa});
    REQUIRE_OK(signer);
    made(subject, versioned(signing_pair("pinned")));
    const Bytes digest(32, 0x5A);
    Bytes signature((*signer)->size());
    REQUIRE_OK((*signer)->sign(digest, signature));
    CHECK_OK(verify(subject.backend(), first.id, signature));
    BOOST_CHECK((*key)->record().id == first.id);
}

KVP11_SERVICE_CASES_END
