// Rotation: policies, new versions on demand and when they are due.
#include "conformance/service/service_case.hpp"

#include <thread>

KVP11_SERVICE_CASES

namespace {

RotationPolicy after_create(Period period, std::optional<Period> expiry = {}) {
    RotationPolicy policy;
    policy.actions = {{LifetimeActionType::Rotate, period, {}}};
    policy.expiry_time = expiry;
    return policy;
}

RotationPolicy before_expiry(Period period, std::optional<Period> expiry = {}) {
    RotationPolicy policy;
    policy.actions = {{LifetimeActionType::Rotate, {}, period}};
    policy.expiry_time = expiry;
    return policy;
}

bool same_rules(const RotationPolicy& one, const RotationPolicy& other) {
    return one.actions == other.actions && one.expiry_time == other.expiry_time;
}

std::vector<KeyId> due(ServiceSubject& subject) {
    const auto rotated = subject.run_due();
    REQUIRE_OK(rotated);
    return *rotated;
}

constexpr std::int64_t january_31 = 1'769'817'600;   // 2026-01-31 00:00:00 UTC
constexpr std::int64_t february_28 = 1'772'236'800;  // 2026-02-28
constexpr std::int64_t march_31 = 1'774'915'200;     // 2026-03-31

}  // namespace

SERVICE(rotation, a_policy_is_kept_with_its_times) {
    made(subject, signing_pair("kept"));
    const auto none = subject.keys().rotation_policy("kept");
    REQUIRE_OK(none);
    BOOST_CHECK(*none == RotationPolicy{});
    RotationPolicy wanted = after_create({.months = 6, .days = 3}, Period{.years = 2});
    wanted.created = 5;
    wanted.updated = 6;
    const auto kept = subject.keys().set_rotation_policy("KEPT", wanted);
    REQUIRE_OK(kept);
    const std::int64_t begin = subject.clock().now();
    for (const RotationPolicy& policy : {*kept, *subject.keys().rotation_policy("kept")}) {
        BOOST_CHECK(same_rules(policy, wanted));
        BOOST_CHECK_EQUAL(policy.created, begin);
        BOOST_CHECK_EQUAL(policy.updated, begin);
    }
    subject.clock().advance(60);
    REQUIRE_OK(subject.keys().set_rotation_policy("kept", before_expiry({.days = 30})));
    const auto changed = subject.keys().rotation_policy("kept");
    BOOST_CHECK(same_rules(*changed, before_expiry({.days = 30})));
    BOOST_CHECK_EQUAL((*changed).created, begin);
    BOOST_CHECK_EQUAL((*changed).updated, begin + 60);
}

SERVICE(rotation, policies_that_cannot_be_are_refused) {
    made(subject, signing_pair("strict"));
    RotationPolicy two_triggers = after_create({.days = 30});
    two_triggers.actions[0].time_before_expiry = Period{.days = 30};
    RotationPolicy no_trigger = after_create({.days = 30});
    no_trigger.actions[0].time_after_create.reset();
    RotationPolicy notify = before_expiry({.days = 30});
    notify.actions[0].type = LifetimeActionType::Notify;
    for (const RotationPolicy& policy : {two_triggers, no_trigger, notify, after_create({.days = 27}), after_create({}),
                                         after_create({.days = 30}, Period{.days = 27})}) {
        CHECK_FAILS(subject.keys().set_rotation_policy("strict", policy), Errc::RotationPolicyInvalid);
    }
    BOOST_CHECK(*subject.keys().rotation_policy("strict") == RotationPolicy{});
    CHECK_OK(subject.keys().set_rotation_policy("strict", after_create({.days = 28}, Period{.days = 28})));
    CHECK_OK(subject.keys().set_rotation_policy("strict", after_create({.months = 1}, Period{.months = 1})));
}

SERVICE(rotation, on_demand_needs_a_policy) {
    const KeyId id = made(subject, signing_pair("manual")).id;
    CHECK_FAILS(subject.keys().rotate_key("manual"), Errc::RotationPolicyMissing);
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "manual").size(), 1U);
    REQUIRE_OK(subject.keys().set_rotation_policy("manual", after_create({.years = 1})));
    const auto rotated = subject.keys().rotate_key("MANUAL");
    REQUIRE_OK(rotated);
    BOOST_CHECK((*subject.backend().key_record(latest("manual")))->id == (*rotated)->id);
    const std::vector<std::string> wanted{id.version, (*rotated)->id.version};
    BOOST_CHECK(all_versions(subject.keys(), "manual") == wanted);
    check_works(subject.backend(), id);
    check_works(subject.backend(), latest("manual"));
}

SERVICE(rotation, the_new_version_has_the_parameters_of_the_latest) {
    for (NewKey wanted : {rsa_pair("rsa"), signing_pair("ec"), aes_key("aes")}) {
        if (wanted.spec.type == KeyType::Ec) wanted.spec.curve = Curve::P384;
        wanted.tags = {{"team", "blue"}};
        wanted.protection.extractable = true;
        give_faces(wanted, "label");
        const KeyRecord before = made(subject, wanted);
        REQUIRE_OK(subject.keys().set_rotation_policy(wanted.name, after_create({.years = 1})));
        subject.clock().advance(1000);
        const auto rotated = subject.keys().rotate_key(wanted.name);
        REQUIRE_OK(rotated);
        const KeyRecord& after = **rotated;
        BOOST_CHECK(after.spec == before.spec);
        BOOST_CHECK(after.ops == before.ops && after.protection == before.protection && after.tags == before.tags);
        BOOST_CHECK(after.face == before.face && after.public_face == before.public_face);
        BOOST_CHECK(after.enabled && after.is_latest && !after.expires && !after.not_before);
        BOOST_CHECK_EQUAL(after.created, before.created + 1000);
        BOOST_CHECK_EQUAL(after.updated, after.created);
        if (wanted.spec.type != KeyType::Aes) BOOST_CHECK(after.public_key != before.public_key);
        const auto signature = sign(subject.backend(), before.id);
        CHECK_FAILS(verify(subject.backend(), after.id, *signature), Errc::SignatureInvalid);
        BOOST_CHECK_EQUAL((*subject.keys().rotation_policy(wanted.name)).actions.size(), 1U);
        BOOST_CHECK((*subject.backend().key_record(before.id))->created == before.created);
    }
}

SERVICE(rotation, the_new_version_expires_as_the_policy_says) {
    NewKey wanted = aes_key("expiring");
    wanted.expires = subject.clock().now() + 5 * day;
    const KeyRecord first = made(subject, wanted);
    REQUIRE_OK(subject.keys().set_rotation_policy("expiring", after_create({.years = 1}, Period{.months = 1})));
    BOOST_CHECK((*subject.backend().key_record(first.id))->expires == wanted.expires);
    subject.clock().set(january_31 + 77);
    const auto second = subject.keys().rotate_key("expiring");
    REQUIRE_OK(second);
    BOOST_CHECK((*second)->expires == february_28 + 77);
    subject.clock().set(february_28 + 77);
    CHECK_FAILS(sign(subject.backend(), latest("expiring")), Errc::KeyExpired);
    REQUIRE_OK(subject.keys().rotate_key("expiring"));
    check_works(subject.backend(), latest("expiring"));
}

SERVICE(rotation, is_due_after_its_creation, .needs = Ability::Due) {
    subject.clock().set(january_31);
    const KeyId first = made(subject, signing_pair("monthly")).id;
    made(subject, signing_pair("never"));
    REQUIRE_OK(subject.keys().set_rotation_policy("monthly", after_create({.months = 1})));
    BOOST_CHECK(due(subject).empty());
    subject.clock().set(february_28 - 1);
    BOOST_CHECK(due(subject).empty());
    subject.clock().set(february_28);
    const std::vector<KeyId> rotated = due(subject);
    BOOST_REQUIRE_EQUAL(rotated.size(), 1U);
    BOOST_CHECK((*subject.backend().key_record(latest("monthly")))->id == rotated[0]);
    BOOST_CHECK(rotated[0].name == "monthly" && rotated[0].version != first.version);
    BOOST_CHECK(due(subject).empty());
    subject.clock().set(february_28 + 28 * day - 1);
    BOOST_CHECK(due(subject).empty());
    subject.clock().set(march_31);
    BOOST_CHECK_EQUAL(due(subject).size(), 1U);
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "monthly").size(), 3U);
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "never").size(), 1U);
    check_works(subject.backend(), first);
}

SERVICE(rotation, is_due_before_its_expiry, .needs = Ability::Due) {
    NewKey wanted = signing_pair("renewed");
    wanted.expires = march_31;
    made(subject, wanted);
    wanted.name = "without-expiry";
    wanted.expires.reset();
    made(subject, wanted);
    for (const char* name : {"renewed", "without-expiry"}) {
        REQUIRE_OK(subject.keys().set_rotation_policy(name, before_expiry({.months = 1}, Period{.years = 1})));
    }
    subject.clock().set(february_28 - 1);
    BOOST_CHECK(due(subject).empty());
    subject.clock().set(february_28);
    BOOST_CHECK_EQUAL(due(subject).size(), 1U);
    const KeyRecord renewed = **subject.backend().key_record(latest("renewed"));
    BOOST_CHECK(renewed.expires == february_28 + 365 * day);
    BOOST_CHECK(due(subject).empty());
    // The trigger follows what the version says when it is changed.
    KeyUpdate sooner;
    sooner.expires = std::optional(subject.clock().now() + day);
    REQUIRE_OK(subject.backend().update(renewed.id, sooner));
    BOOST_CHECK_EQUAL(due(subject).size(), 1U);
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "renewed").size(), 3U);
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "without-expiry").size(), 1U);
}

SERVICE(rotation, deleted_keys_are_not_rotated, .needs = Ability::Due) {
    made(subject, signing_pair("deleted"));
    REQUIRE_OK(subject.keys().set_rotation_policy("deleted", after_create({.days = 28})));
    REQUIRE_OK(subject.keys().remove_key("deleted"));
    subject.clock().advance(40 * day);
    BOOST_CHECK(due(subject).empty());
    REQUIRE_OK(subject.keys().recover_key("deleted"));
    BOOST_CHECK_EQUAL(due(subject).size(), 1U);
}

SERVICE(rotation, many_at_once_are_all_rotated_once, .needs = Ability::Due) {
    for (int i = 0; i < 60; ++i) {
        const std::string name = "key-" + std::to_string(i);
        made(subject, aes_key(name));
        REQUIRE_OK(subject.keys().set_rotation_policy(name, after_create({.days = 30})));
    }
    subject.clock().advance(30 * day);
    BOOST_CHECK_EQUAL(due(subject).size(), 60U);
    BOOST_CHECK(due(subject).empty());
    for (const std::string& name : all_names(subject.keys())) {
        BOOST_CHECK_EQUAL(all_versions(subject.keys(), name).size(), 2U);
    }
}

SERVICE(rotation, two_clocks_that_run_side_by_side_rotate_once, .needs = Ability::Due | Ability::SecondView) {
    const auto other = subject.second_view();
    for (int i = 0; i < 30; ++i) {
        const std::string name = "key-" + std::to_string(i);
        made(subject, aes_key(name));
        REQUIRE_OK(subject.keys().set_rotation_policy(name, after_create({.days = 30})));
    }
    subject.clock().advance(30 * day);
    std::thread beside([&] { (void)other->run_due(); });
    (void)subject.run_due();
    beside.join();
    for (const std::string& name : all_names(subject.keys())) {
        BOOST_CHECK_EQUAL(all_versions(subject.keys(), name).size(), 2U);
    }
}

SERVICE(rotation, a_policy_set_beside_new_versions_is_not_lost) {
    made(subject, aes_key("contended"));
    std::thread beside([&] {
        for (int i = 0; i < 40; ++i) (void)subject.backend().generate(versioned(aes_key("contended")));
    });
    for (std::uint32_t days = 28; days < 68; ++days) {
        CHECK_OK(subject.keys().set_rotation_policy("contended", after_create({.days = days})));
        const auto kept = subject.keys().rotation_policy("contended");
        REQUIRE_OK(kept);
        BOOST_CHECK(same_rules(*kept, after_create({.days = days})));
    }
    beside.join();
    BOOST_CHECK(same_rules(*subject.keys().rotation_policy("contended"), after_create({.days = 67})));
    BOOST_CHECK_EQUAL(all_versions(subject.keys(), "contended").size(), 41U);
}

KVP11_SERVICE_CASES_END
