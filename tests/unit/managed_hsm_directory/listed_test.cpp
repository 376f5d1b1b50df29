// Keys whose type a list tells by the tag p11_type: how few requests they cost, and what becomes of a tag that lies.
#include <algorithm>

#include "managed_hsm/listed_type.hpp"
#include "played_pool.hpp"

using namespace kvp11;
using namespace kvp11::test;
using managed_hsm::listed_type;
using managed_hsm::listed_version;
using managed_hsm::version_as_listed;

namespace {

PlayedPool::Tags tagged(const std::string& type) { return {{"p11_type", type}}; }

/// Pools in use have keys that are older than a moment.
void settle(PlayedPool& pool) { pool.pass(10'000); }

std::vector<KeyId> ids(const Result<std::vector<ObjectRef>>& refs) {
    REQUIRE_OK(refs);
    std::vector<KeyId> all;
    for (const ObjectRef& ref : *refs) all.push_back(ref.id);
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listed)

BOOST_AUTO_TEST_CASE(keys_that_are_looked_at_cost_the_pages_of_the_list) {
    PlayedPool pool;
    for (int i = 0; i < 60; ++i) pool.add("ec-" + std::to_string(i), "EC-HSM", tagged("EC"));
    for (int i = 0; i < 40; ++i) pool.add("aes-" + std::to_string(i), "oct-HSM", tagged("AES"));
    pool.add("mac", "oct-HSM", tagged("HMAC"));
    pool.add("rsa", "RSA-HSM", {{"p11_type", "RSA"}, {"p11_pri_label", "Web"}, {"p11_pub_none", "true"}});
    settle(pool);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(ids(directory.find(every(ObjectKind::PrivateKey))).size() == 61U);
    BOOST_TEST(ids(directory.find(every(ObjectKind::PublicKey))).size() == 60U);
    BOOST_TEST(ids(directory.find(every(ObjectKind::SecretKey))).size() == 41U);
    BOOST_TEST(ids(directory.find({})).size() == 162U);
    for (const KeyId& id : ids(directory.find({}))) {
        const auto sketch = directory.sketch(id);
        REQUIRE_OK(sketch);
        BOOST_TEST(text_of((*sketch)->face.label) == (id.name == "rsa" ? "Web" : id.name));
        const KeyType wanted = id.name.starts_with("ec")    ? KeyType::Ec
                               : id.name.starts_with("aes") ? KeyType::Aes
                               : id.name == "mac"           ? KeyType::GenericSecret
                                                            : KeyType::Rsa;
        BOOST_TEST(((*sketch)->spec.type == wanted));
        BOOST_TEST((*sketch)->protection.sensitive);
    }
    BOOST_TEST(pool.asked() == (Asked{5, 0, 0}));
}

BOOST_AUTO_TEST_CASE(a_key_without_the_tag_is_asked_for_and_no_other) {
    PlayedPool pool(30);
    for (int i = 0; i < 30; ++i) pool.add("told-" + std::to_string(i), "EC-HSM", tagged("EC"));
    pool.add("later", "EC-HSM", tagged("ML-DSA"));
    settle(pool);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(ids(directory.find(every(ObjectKind::PrivateKey))).size() == 61U);
    BOOST_TEST(pool.asked() == (Asked{3, 31, 0}));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_used_is_one_request_and_stays_one_object) {
    PlayedPool pool;
    for (int i = 0; i < 30; ++i) pool.add("key-" + std::to_string(i), "EC-HSM", tagged("EC"));
    settle(pool);
    Directory directory(pool.settings(), pool.ask());
    const auto before = ids(directory.find(every(ObjectKind::PrivateKey)));
    (void)pool.asked();
    const KeyId used = before[7];
    const auto record = directory.record(used);
    REQUIRE_OK(record);
    BOOST_TEST((*record)->id.version == pool.version(used.name));
    BOOST_TEST((*record)->public_key.point.size() == 65U);
    REQUIRE_OK(directory.sketch(used));
    REQUIRE_OK(directory.record(used));
    BOOST_TEST((ids(directory.find(every(ObjectKind::PrivateKey))) == before));
    BOOST_TEST((ids(directory.find(labelled(used.name))) == std::vector<KeyId>{used}));
    BOOST_TEST(pool.asked() == (Asked{0, 1, 0}));
}

BOOST_AUTO_TEST_CASE(an_object_stays_with_the_version_that_was_listed) {
    PlayedPool pool;
    pool.add("web", "EC-HSM", tagged("EC"));
    settle(pool);
    Directory directory(pool.settings(), pool.ask());
    const auto before = ids(directory.find(every(ObjectKind::PrivateKey)));
    const std::string version = pool.version("web");
    pool.pass(5'000);
    pool.rotate("web");
    const auto record = directory.record(before.front());
    REQUIRE_OK(record);
    BOOST_TEST((*record)->id.version == version);
    BOOST_TEST(!(*record)->is_latest);
    const auto fetched = directory.fetch(before.front());
    REQUIRE_OK(fetched);
    BOOST_TEST((*fetched)->id.version == version);
    const auto now = ids(directory.find(every(ObjectKind::PrivateKey)));
    BOOST_REQUIRE_EQUAL(now.size(), 1U);
    BOOST_TEST((now.front() != before.front()));
    BOOST_TEST(now.front().version == pool.version("web"));
}

BOOST_AUTO_TEST_CASE(a_key_that_was_made_anew_is_another_one) {
    PlayedPool pool;
    pool.add("web", "EC-HSM", tagged("EC"));
    settle(pool);
    Directory directory(pool.settings(), pool.ask());
    const auto before = ids(directory.find(every(ObjectKind::PrivateKey)));
    pool.pass(5'000);
    pool.remove("web");
    CHECK_FAILS(directory.record(before.front()), Errc::KeyNotFound);
    pool.pass(5'000);
    pool.add("web", "EC-HSM", tagged("EC"));
    pool.pass(5'000);
    CHECK_FAILS(directory.record(before.front()), Errc::KeyNotFound);
}

// Whoever may write tags could else make a key look like one of another type.
BOOST_AUTO_TEST_CASE(of_a_tag_that_lies_the_key_itself_is_believed) {
    PlayedPool pool;
    pool.add("web", "oct-HSM", tagged("EC"));
    pool.add("other", "EC-HSM", tagged("EC"));
    settle(pool);
    Directory directory(pool.settings(), pool.ask());
    const auto refs = ids(directory.find(every(ObjectKind::PrivateKey)));
    BOOST_REQUIRE_EQUAL(refs.size(), 2U);
    for (const KeyId& id : refs) {
        if (id.name != "web") continue;
        CHECK_FAILS(directory.record(id), Errc::KeyNotFound);
        CHECK_FAILS(directory.fetch(id), Errc::KeyNotFound);
        CHECK_FAILS(directory.sketch(id), Errc::KeyNotFound);
    }
    BOOST_TEST(ids(directory.find(every(ObjectKind::PrivateKey))).size() == 1U);
    const auto secrets = ids(directory.find(every(ObjectKind::SecretKey)));
    BOOST_REQUIRE_EQUAL(secrets.size(), 1U);
    const auto record = directory.record(secrets.front());
    REQUIRE_OK(record);
    BOOST_TEST(((*record)->spec.type != KeyType::Ec));
}

BOOST_AUTO_TEST_CASE(another_process_reads_the_types_from_the_file) {
    PlayedPool pool;
    for (int i = 0; i < 60; ++i) pool.add("key-" + std::to_string(i), "EC-HSM", tagged("EC"));
    settle(pool);
    const Folder folder;
    Directory first(with_file(pool, folder), pool.ask());
    REQUIRE_OK(first.find({}));
    (void)pool.asked();
    Directory second(with_file(pool, folder), pool.ask());
    for (const KeyId& id : ids(second.find(every(ObjectKind::PrivateKey)))) REQUIRE_OK(second.sketch(id));
    BOOST_TEST(pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(a_sketch_is_not_believed_for_longer_than_the_list) {
    PlayedPool pool;
    pool.add("web", "EC-HSM", tagged("EC"));
    settle(pool);
    Directory directory(pool.settings(), pool.ask());
    const auto refs = ids(directory.find(every(ObjectKind::PrivateKey)));
    (void)pool.asked();
    pool.pass(10 * pool.settings().age);
    REQUIRE_OK(directory.sketch(refs.front()));
    BOOST_TEST(pool.asked() != Asked{});
}

BOOST_AUTO_TEST_CASE(what_stands_for_a_version_is_read_back) {
    for (const KeyType type : {KeyType::Rsa, KeyType::Ec, KeyType::Aes, KeyType::GenericSecret}) {
        const auto back = listed_version(version_as_listed({type, 1'763'800'000}));
        BOOST_REQUIRE(back.has_value());
        BOOST_TEST((back->type == type));
        BOOST_TEST(back->created == 1'763'800'000);
    }
    for (const char* text : {"", "0123456789abcdef0123456789abcdef", "listed-", "listed-EC", "listed-EC-",
                             "listed-XX-1", "listed-EC-1x", "listed--1"}) {
        BOOST_TEST(!listed_version(text).has_value());
    }
}

BOOST_AUTO_TEST_CASE(the_tag_has_words_and_nothing_else) {
    BOOST_TEST(listed_type(tagged("RSA")).has_value());
    for (const char* word : {"", "rsa", "EC-HSM", "oct", "P-256"}) BOOST_TEST(!listed_type(tagged(word)).has_value());
    BOOST_TEST(!listed_type({}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
