// Changing and destroying keys, and finding those that others made.
#include <boost/json/parse.hpp>

#include "remote_case.hpp"

namespace kvp11::test {
namespace {

boost::json::value bundle(RemoteCase& remote, const std::string& name) {
    return boost::json::parse(remote.hsm.ask("GET", "/keys/" + name));
}

BOOST_AUTO_TEST_SUITE(change)

BOOST_AUTO_TEST_CASE(a_foreign_key_needs_no_tag) {
    RemoteCase remote;
    const KeyRecord key = remote.foreign("From-Az", R"({"kty":"EC-HSM"})");
    BOOST_TEST(text_of(key.face.label) == "From-Az");
    BOOST_TEST(text_of(key.face.id) == "From-Az");
    BOOST_TEST(text_of(key.public_face->label) == "From-Az");
    BOOST_TEST(!key.generated);
    BOOST_TEST((remote.labelled("From-Az", ObjectKind::PrivateKey).id == key.id));
    BOOST_TEST((remote.labelled("From-Az", ObjectKind::PublicKey).id == key.id));
}

BOOST_AUTO_TEST_CASE(keys_of_microsofts_library_are_found_by_their_labels) {
    RemoteCase remote;
    const std::string beginning = R"({"kty":"RSA-HSM","tags":{)";
    remote.hsm.ask(
        "POST", "/keys/p11-00112233445566778899aabbccddeeff/create",
        beginning + R"("p11_pri_CKA_LABEL":"web server","p11_pub_CKA_LABEL":"web server","p11_pri_CKA_ID":"0a0b"}})");
    remote.hsm.ask("POST", "/keys/p11-10112233445566778899aabbccddeeff/create",
                   beginning + R"("P11_PRI_LABEL":"base64:c2hvcA","p11_pub_label":"0x73686f70"}})");
    const ObjectRef web = remote.labelled("web server", ObjectKind::PrivateKey);
    BOOST_TEST(web.id.name == "p11-00112233445566778899aabbccddeeff");
    remote.labelled("web server", ObjectKind::PublicKey);
    const auto record = remote.backend->key_record(web.id);
    REQUIRE_OK(record);
    BOOST_TEST(to_hex((*record)->face.id) == "0a0b");
    remote.labelled("shop", ObjectKind::PrivateKey);
    remote.labelled("shop", ObjectKind::PublicKey);
}

BOOST_AUTO_TEST_CASE(label_and_id_change_and_foreign_tags_stay) {
    RemoteCase remote;
    const KeyRecord key = remote.made(ec_key("old"));
    remote.hsm.ask("PATCH", "/keys/old", R"({"tags":{"p11_local":"true","p11_pri_id":"0x0102","owner":"me"}})");
    KeyUpdate update;
    update.face = face_of("new label", {9});
    const auto changed = remote.backend->update(key.id, update);
    REQUIRE_OK(changed);
    BOOST_TEST(text_of((*changed)->face.label) == "new label");
    BOOST_TEST(to_hex((*changed)->face.id) == "09");
    BOOST_TEST(text_of((*changed)->public_face->label) == "old");
    BOOST_TEST(to_hex((*changed)->public_face->id) == "0102");
    BOOST_TEST((*changed)->tags.at("owner") == "me");
    BOOST_TEST((*changed)->generated);
    BOOST_TEST((*changed)->id.version == key.id.version);
    BOOST_TEST((remote.labelled("new label", ObjectKind::PrivateKey).id == key.id));
    BOOST_TEST(remote.count("old") == 1u);  // the public half
}

BOOST_AUTO_TEST_CASE(a_told_type_that_is_wrong_is_corrected_with_the_next_change) {
    RemoteCase remote;
    const KeyRecord key = remote.made(ec_key("web"));
    remote.hsm.ask("PATCH", "/keys/web", R"({"tags":{"p11_local":"true","p11_type":"RSA"}})");
    KeyUpdate update;
    update.face = face_of("new label", {9});
    const auto changed = remote.backend->update(key.id, update);
    REQUIRE_OK(changed);
    BOOST_TEST((*changed)->tags.at("p11_type") == "EC");
}

BOOST_AUTO_TEST_CASE(operations_and_times_change) {
    RemoteCase remote;
    const KeyRecord key = remote.made(rsa_key("key"));
    KeyUpdate update;
    update.ops = KeyOps::Sign | KeyOps::Verify;
    update.enabled = false;
    update.not_before = 1'000'000'000;
    update.expires = 4'000'000'000;
    const auto changed = remote.backend->update(key.id, update);
    REQUIRE_OK(changed);
    BOOST_TEST(((*changed)->ops == (KeyOps::Sign | KeyOps::Verify)));
    BOOST_TEST(!(*changed)->enabled);
    BOOST_TEST(*(*changed)->expires == 4'000'000'000);
    update = {};
    update.expires = std::optional<std::int64_t>();
    CHECK_FAILS(remote.backend->update(key.id, update), Errc::AttributeValueInvalid);
    update = {};
    update.ops = KeyOps::None;
    CHECK_FAILS(remote.backend->update(key.id, update), Errc::AttributeValueInvalid);
    update = {};
    update.protection = Protection{.sensitive = true, .extractable = true};
    CHECK_FAILS(remote.backend->update(key.id, update), Errc::AttributeReadOnly);
}

BOOST_AUTO_TEST_CASE(a_change_of_nothing_asks_nothing_to_be_changed) {
    RemoteCase remote;
    const KeyRecord key = remote.made(ec_key("key"));
    remote.hsm.exchanges();
    KeyUpdate update;
    update.face = key.face;
    CHECK_OK(remote.backend->update(key.id, update));
    for (const Exchange& exchange : remote.hsm.exchanges()) BOOST_TEST(exchange.operation != "KeyUpdate");
}

BOOST_AUTO_TEST_CASE(an_old_version_changes_by_itself_but_for_label_and_id) {
    RemoteCase remote([](managed_hsm::Settings& settings) { settings.all_versions = true; });
    const KeyRecord old = remote.made(ec_key("turning"));
    remote.hsm.ask("POST", "/keys/turning/create", R"({"kty":"EC-HSM"})");
    KeyUpdate update;
    update.enabled = false;
    CHECK_OK(remote.backend->update(old.id, update));
    BOOST_TEST(bundle(remote, "turning").at("attributes").at("enabled").as_bool());
    BOOST_TEST(!bundle(remote, "turning/" + old.id.version).at("attributes").at("enabled").as_bool());
    const auto record = remote.backend->key_record(old.id);
    REQUIRE_OK(record);
    BOOST_TEST(text_of((*record)->face.label) == "turning/" + old.id.version);
    BOOST_TEST((*record)->face.id.size() == 16u);
    update = {};
    update.face = face_of("other", {1});
    CHECK_FAILS(remote.backend->update(old.id, update), Errc::AttributeReadOnly);
}

BOOST_AUTO_TEST_CASE(destroying_the_private_half_deletes_the_key_softly) {
    RemoteCase remote;
    const KeyRecord key = remote.made(ec_key("going"));
    CHECK_OK(remote.backend->remove({ObjectKind::PrivateKey, key.id}));
    BOOST_TEST(remote.count("going") == 0u);
    CHECK_FAILS(remote.backend->open(key.id), Errc::KeyNotFound);
    CHECK_FAILS(remote.backend->remove({ObjectKind::PrivateKey, key.id}), Errc::KeyNotFound);
    remote.hsm.ask("POST", "/deletedkeys/going/recover");
    BOOST_TEST(bundle(remote, "going").at("key").at("kid").as_string().ends_with(key.id.version.c_str()));
}

BOOST_AUTO_TEST_CASE(destroying_the_public_half_leaves_the_key) {
    RemoteCase remote;
    const KeyRecord key = remote.made(ec_key("half"));
    CHECK_OK(remote.backend->remove({ObjectKind::PublicKey, key.id}));
    BOOST_TEST((remote.labelled("half", ObjectKind::PrivateKey).id == key.id));
    BOOST_TEST(remote.count("half") == 1u);
    CHECK_FAILS(remote.backend->remove({ObjectKind::PublicKey, key.id}), Errc::KeyNotFound);
    CHECK_OK(signature_by(*remote.opened(key.id), {SignatureScheme::Ecdsa}, pattern(32)));
    KeyUpdate update;
    update.face = face_of("other", {5});
    const auto changed = remote.backend->update(key.id, update);
    REQUIRE_OK(changed);
    BOOST_TEST(!(*changed)->public_face.has_value());
}

BOOST_AUTO_TEST_CASE(records_are_not_the_services_business) {
    RemoteCase remote;
    CHECK_FAILS(remote.backend->create_record({}), Errc::FunctionNotSupported);
    CHECK_FAILS(remote.backend->update_record({}), Errc::FunctionNotSupported);
    CHECK_FAILS(remote.backend->record("x"), Errc::KeyNotFound);
    CHECK_FAILS(remote.backend->remove({ObjectKind::Record, {"x", {}}}), Errc::FunctionNotSupported);
    ObjectQuery query;
    query.kind = ObjectKind::Record;
    BOOST_TEST(remote.backend->find(query)->empty());
    BOOST_TEST(remote.hsm.exchanges().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
