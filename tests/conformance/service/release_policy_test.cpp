// Exportable keys and their release policies.
#include "conformance/service/service_case.hpp"

KVP11_SERVICE_CASES

namespace {

ReleasePolicy policy_of(const std::string& json, bool immutable = false) {
    ReleasePolicy policy;
    policy.data = copy_of(bytes_of(json));
    policy.immutable = immutable;
    return policy;
}

const std::string simple = R"({"version":"1.0.0","anyOf":[{"authority":"https://attest.example",)"
                           R"("allOf":[{"claim":"sgx-mrsigner","equals":"abc"}]}]})";
const std::string nested = R"({"version":"1.0.0","anyOf":[{"authority":"https://attest.example","anyOf":[)"
                           R"({"claim":"a.b","equals":true},{"allOf":[{"claim":"c","equals":"1"}]}]}]})";

NewKey exportable_pair(const std::string& name) {
    NewKey key = signing_pair(name);
    key.exportable = true;
    key.release_policy = policy_of(simple);
    return key;
}

}  // namespace

SERVICE(release_policy, is_kept_with_an_exportable_key) {
    const KeyRecord key = made(subject, exportable_pair("released"));
    BOOST_CHECK(key.exportable);
    const KeyRecord read = **subject.backend().key_record(key.id);
    BOOST_CHECK(read.exportable && read.release_policy == policy_of(simple));
    const SecretBytes material = SecretBytes::copy_of(bytes_of("0123456789abcdef"));
    NewKey imported = aes_key("imported");
    imported.spec.bits = 0;
    imported.exportable = true;
    imported.release_policy = policy_of(nested, true);
    const auto record = subject.backend().import_key(imported, material);
    REQUIRE_OK(record);
    BOOST_CHECK((*record)->release_policy == imported.release_policy);
}

SERVICE(release_policy, is_refused_for_a_key_that_is_not_exportable) {
    NewKey wanted = signing_pair("kept");
    wanted.release_policy = policy_of(simple);
    CHECK_FAILS(subject.backend().generate(wanted), Errc::ReleasePolicyInvalid);
    const KeyId id = made(subject, signing_pair("kept")).id;
    KeyUpdate update;
    update.release_policy = policy_of(simple);
    CHECK_FAILS(subject.backend().update(id, update), Errc::ReleasePolicyInvalid);
    BOOST_CHECK(!(*subject.backend().key_record(id))->release_policy);
}

SERVICE(release_policy, must_be_one) {
    for (const char* json : {"", "no json", "[]", "{}", R"({"anyOf":[]})", R"({"version":"1.0.0"})",
                             R"({"version":"1.0.0","anyOf":[]})", R"({"version":"1.0.0","anyOf":[{"allOf":[]}]})"}) {
        BOOST_TEST_CONTEXT(json) {
            NewKey wanted = exportable_pair("odd");
            wanted.release_policy = policy_of(json);
            CHECK_FAILS(subject.backend().generate(wanted), Errc::ReleasePolicyInvalid);
        }
    }
    CHECK_FAILS(subject.backend().key_record(latest("odd")), Errc::KeyNotFound);
}

SERVICE(release_policy, changes_until_it_is_immutable) {
    const KeyId id = made(subject, exportable_pair("released")).id;
    KeyUpdate update;
    update.release_policy = policy_of(nested);
    REQUIRE_OK(subject.backend().update(id, update));
    update.release_policy = policy_of("{}");
    CHECK_FAILS(subject.backend().update(id, update), Errc::ReleasePolicyInvalid);
    update.release_policy = policy_of(simple, true);
    REQUIRE_OK(subject.backend().update(id, update));
    for (const ReleasePolicy& other : {policy_of(nested, true), policy_of(nested), policy_of(simple)}) {
        update.release_policy = other;
        CHECK_FAILS(subject.backend().update(id, update), Errc::ReleasePolicyInvalid);
    }
    BOOST_CHECK((*subject.backend().key_record(id))->release_policy == policy_of(simple, true));
    KeyUpdate tags;
    tags.tags = Tags{{"still", "changes"}};
    CHECK_OK(subject.backend().update(id, tags));
}

KVP11_SERVICE_CASES_END
