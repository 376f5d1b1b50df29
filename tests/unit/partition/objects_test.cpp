// Objects as searches see them, and those that are no keys.
#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

std::vector<ObjectRef> all(const Backend& token) { return token.find({}).value(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(objects)

BOOST_AUTO_TEST_CASE(records_keep_every_attribute) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    NewKey wanted = new_key(KeyType::Ec, 0, "full");
    wanted.protection = {.sensitive = true, .extractable = true, .wrap_with_trusted = true, .trusted = false};
    wanted.tags = {{"team", "blue"}, {"empty", ""}};
    wanted.not_before = -5;
    wanted.expires = 4'000'000'000;
    const KeyId id = token->generate(wanted).value()->id;
    const auto again = partition_at(folder.path());
    const KeyRecord record = *again->key_record(id).value();
    BOOST_CHECK(record.id == id);
    BOOST_CHECK(record.protection == wanted.protection);
    BOOST_CHECK(record.tags == wanted.tags);
    BOOST_CHECK(record.not_before == wanted.not_before && record.expires == wanted.expires);
    BOOST_CHECK(record.face == wanted.face && record.public_face == wanted.public_face);
    BOOST_CHECK(record.ops == wanted.ops);
    BOOST_CHECK_EQUAL(record.public_key.point.size(), 65U);
    BOOST_CHECK(record.enabled);
    BOOST_CHECK_EQUAL(record.revision, 1U);
}

BOOST_AUTO_TEST_CASE(find_answers_in_the_order_of_creation) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    std::vector<ObjectRef> wanted;
    for (const char* label : {"zz", "mm", "aa"}) {
        const KeyId id = token->generate(new_key(KeyType::Ec, 0, label)).value()->id;
        wanted.push_back({ObjectKind::PrivateKey, id});
        wanted.push_back({ObjectKind::PublicKey, id});
    }
    BOOST_CHECK(all(*token) == wanted);
    KeyUpdate update;
    update.face = Face{};
    REQUIRE_OK(token->update(wanted[0].id, update));
    BOOST_CHECK(all(*token) == wanted);
}

BOOST_AUTO_TEST_CASE(find_matches_what_is_set_and_hides_private_objects) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId first = token->generate(new_key(KeyType::Ec, 0, "first")).value()->id;
    token->generate(new_key(KeyType::Aes, 128, "second")).value();
    ObjectQuery query;
    query.id = copy_of(bytes_of("id of first"));
    BOOST_CHECK_EQUAL(token->find(query).value().size(), 2U);
    query.kind = ObjectKind::PublicKey;
    BOOST_CHECK(token->find(query).value() == std::vector<ObjectRef>({{ObjectKind::PublicKey, first}}));
    query.label = copy_of(bytes_of("second"));
    BOOST_CHECK(token->find(query).value().empty());
    ObjectQuery secret;
    secret.kind = ObjectKind::SecretKey;
    BOOST_CHECK_EQUAL(token->find(secret).value().size(), 1U);
    secret.with_private = false;
    BOOST_CHECK(token->find(secret).value().empty());
    REQUIRE_OK(token->logout());
    BOOST_CHECK(token->find({}).value() == std::vector<ObjectRef>({{ObjectKind::PublicKey, first}}));
}

BOOST_AUTO_TEST_CASE(records_are_kept_changed_and_destroyed) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    Record certificate;
    certificate.object_class = 1;
    certificate.face.is_private = false;
    certificate.face.id = {1};
    certificate.face.label = copy_of(bytes_of("cert"));
    certificate.face.extras = {{0x11, Bytes(2000, 9)}, {0x102, {}}};
    Record secret = certificate;
    secret.object_class = 0;
    secret.face.is_private = true;
    const auto shown = token->create_record(certificate).value();
    const auto hidden = token->create_record(secret).value();
    BOOST_CHECK_EQUAL(shown->id.size(), 32U);
    BOOST_CHECK(token->record(hidden->id).value()->face == secret.face);
    ObjectQuery query;
    query.kind = ObjectKind::Record;
    query.record_class = 1;
    BOOST_CHECK_EQUAL(token->find(query).value().size(), 1U);
    Record changed = *shown;
    changed.face.label = copy_of(bytes_of("renamed"));
    BOOST_CHECK_EQUAL(token->update_record(changed).value()->revision, 2U);
    REQUIRE_OK(token->logout());
    BOOST_CHECK(token->record(shown->id).value()->face == changed.face);
    CHECK_FAILS(token->record(hidden->id), Errc::UserNotLoggedIn);
    CHECK_FAILS(token->remove({ObjectKind::Record, {shown->id, ""}}), Errc::UserNotLoggedIn);
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    REQUIRE_OK(token->remove({ObjectKind::Record, {shown->id, ""}}));
    CHECK_FAILS(token->record(shown->id), Errc::KeyNotFound);
    CHECK_FAILS(token->update_record(changed), Errc::KeyNotFound);
}

BOOST_AUTO_TEST_SUITE_END()
