// Faces of keys from names and tags, and tags from faces.
#include <boost/test/unit_test.hpp>

#include "crypto/digest.hpp"
#include "managed_hsm/mapping.hpp"
#include "managed_hsm/tag_value.hpp"
#include "support/bytes.hpp"
#include "support/results.hpp"

namespace kvp11::test {
namespace {

using namespace managed_hsm;

constexpr std::uint64_t cka_sign = 0x108;
constexpr std::uint64_t cka_sign_recover = 0x109;
constexpr std::uint64_t cka_local = 0x163;
constexpr std::uint64_t cka_subject = 0x101;

KeyId latest(const std::string& name) { return {name, "00112233445566778899aabbccddeeff"}; }

Face face(const std::string& label, const Bytes& id) {
    Face made;
    made.label = text_bytes(label);
    made.id = id;
    return made;
}

Kept kept_pair(const std::string& name, const Face& both) {
    Kept kept{name, {.type = KeyType::Ec}, true, both, both};
    kept.public_face->is_private = false;
    return kept;
}

BOOST_AUTO_TEST_SUITE(mapping)

BOOST_AUTO_TEST_CASE(label_and_id_are_the_name) {
    const Faces faces = faces_of(latest("Web-1"), true, {});
    BOOST_TEST(text_of(faces.face.label) == "Web-1");
    BOOST_TEST(text_of(faces.face.id) == "Web-1");
    BOOST_TEST(faces.face.is_private);
    BOOST_TEST(text_of(faces.public_face->id) == "Web-1");
    BOOST_TEST(!faces.public_face->is_private);
}

BOOST_AUTO_TEST_CASE(the_id_of_a_long_name_is_short_and_knows_no_case) {
    const std::string name(33, 'A');
    const Faces faces = faces_of(latest(name), true, {});
    Bytes wanted = crypto::hash(Digest::Sha256, bytes_of(std::string(33, 'a')));
    wanted.resize(16);
    BOOST_TEST(to_hex(faces.face.id) == to_hex(wanted));
    BOOST_TEST(text_of(faces_of(latest(std::string(32, 'A')), true, {}).face.id) == std::string(32, 'A'));
}

BOOST_AUTO_TEST_CASE(an_old_version_is_named_by_its_version) {
    const Tags tags{{"p11_pri_label", "label"}, {"p11_pri_id", "0x01"}, {"p11_pub_label", "label"}};
    const Faces faces = faces_of(latest("web"), false, tags);
    const std::string whole = "web/00112233445566778899aabbccddeeff";
    Bytes wanted = crypto::hash(Digest::Sha256, bytes_of(whole));
    wanted.resize(16);
    BOOST_TEST(text_of(faces.face.label) == whole);
    BOOST_TEST(to_hex(faces.face.id) == to_hex(wanted));
    BOOST_TEST(text_of(faces.public_face->label) == whole);
}

BOOST_AUTO_TEST_CASE(tags_override_and_the_public_half_follows_the_private_one) {
    const Faces faces = faces_of(latest("web"), true, {{"p11_pri_label", "my key"}, {"p11_pri_id", "0x00ff"}});
    BOOST_TEST(text_of(faces.face.label) == "my key");
    BOOST_TEST(to_hex(faces.face.id) == "00ff");
    BOOST_TEST(text_of(faces.public_face->label) == "my key");
    const Faces apart = faces_of(latest("web"), true, {{"p11_pri_label", "a"}, {"p11_pub_label", "b"}});
    BOOST_TEST(text_of(apart.public_face->label) == "b");
    BOOST_TEST(text_of(apart.public_face->id) == "web");
}

BOOST_AUTO_TEST_CASE(microsofts_names_are_known_whatever_their_case) {
    for (const std::string name : {"p11_pri_CKA_LABEL", "P11_PRI_LABEL", "p11_pri_label_utf8", "p11_pri_cka_label"}) {
        BOOST_TEST(text_of(faces_of(latest("x"), true, {{name, "web server"}}).face.label) == "web server");
    }
    BOOST_TEST(to_hex(faces_of(latest("x"), true, {{"p11_pub_CKA_ID", "0A0B"}}).public_face->id) == "0a0b");
    const Faces others =
        faces_of(latest("x"), true, {{"p11_label", "no"}, {"label", "no"}, {"p11_pri_CKA_SIGN", "no"}});
    BOOST_TEST(text_of(others.face.label) == "x");
    // Ours go before theirs.
    const Tags both{{"p11_pri_CKA_LABEL", "theirs"}, {"p11_pri_label", "ours"}};
    BOOST_TEST(text_of(faces_of(latest("x"), true, both).face.label) == "ours");
}

BOOST_AUTO_TEST_CASE(values_without_a_mark_are_guessed_only_where_text_comes_out) {
    const std::pair<std::string, std::string> cases[] = {
        {"7765622073657276657231", "web server1"},  // hex of text
        {"d2ViIHNlcnZlcg==", "web server"},         // base64 of text
        {"deadbeef", "deadbeef"},                   // hex of no text
        {"webserver123", "webserver123"},           // base64 of no text
        {"abcd", "abcd"},                           // too short to guess
        {"0x776562", "web"},
        {"base64:d2Vi", "web"},
        {"0xyz", "0xyz"},
        {"base64:!", "base64:!"},
    };
    for (const auto& [value, wanted] : cases) BOOST_TEST(text_of(label_of_foreign_tag(value)) == wanted);
    BOOST_TEST(to_hex(id_of_foreign_tag("01fF")) == "01ff");
    BOOST_TEST(to_hex(id_of_foreign_tag("AQI=")) == "0102");
    BOOST_TEST(text_of(id_of_foreign_tag("key one")) == "key one");
}

BOOST_AUTO_TEST_CASE(every_value_comes_back) {
    const Bytes values[] = {{},
                            {0},
                            {'a'},
                            text_bytes("0x12"),
                            text_bytes("base64:AA"),
                            text_bytes("zw\xC3\xB6lf"),
                            {0xC3, 0x28},
                            {0xED},
                            pattern(127),
                            pattern(180),
                            text_bytes(std::string(256, 'x'))};
    for (const Bytes& value : values) {
        const auto text = tag_value_of(value);
        BOOST_REQUIRE(text.has_value());
        BOOST_TEST(text->size() <= 256u);
        BOOST_TEST(to_hex(bytes_of_tag(*text)) == to_hex(value));
    }
    BOOST_TEST(!tag_value_of(pattern(200)).has_value());
    BOOST_TEST(!tag_value_of(text_bytes(std::string(257, 'x'))).has_value());
    BOOST_TEST(*tag_value_of(text_bytes("web")) == "web");
    BOOST_TEST(*tag_value_of({}) == "0x");
}

BOOST_AUTO_TEST_CASE(what_follows_from_the_key_takes_no_tag) {
    Kept kept = kept_pair("web", face("web", text_bytes("web")));
    kept.face.extras = {{cka_sign, {1}}, {cka_sign_recover, {0}}, {cka_local, {1}}, {0x165, {1}}, {0x164, {1}}};
    kept.public_face->extras = {{0x10A, {1}}, {cka_local, {1}}, {0x166, pattern(8)}};
    const auto tags = tags_with({}, kept);
    REQUIRE_OK(tags);
    const Tags wanted{{"p11_local", "true"}};
    BOOST_TEST((*tags == wanted));
}

BOOST_AUTO_TEST_CASE(what_does_not_follow_is_kept_by_one_tag_a_face) {
    Kept kept = kept_pair("web", face("web", text_bytes("web")));
    kept.generated = false;
    kept.face.extras = {{cka_subject, text_bytes("CN=x")}, {cka_local, {1}}, {cka_sign_recover, {1}}};
    kept.public_face->is_private = true;
    const auto tags = tags_with({{"own", "stays"}, {"p11_pri_extras", "old"}}, kept);
    REQUIRE_OK(tags);
    BOOST_TEST(tags->size() == 3u);
    BOOST_TEST(tags->contains("own"));
    const Faces back = faces_of(latest("web"), true, *tags);
    BOOST_TEST((back.face == kept.face));
    BOOST_TEST((*back.public_face == *kept.public_face));
}

BOOST_AUTO_TEST_CASE(faces_come_back_from_their_tags) {
    const Face faces[] = {face("", {}), face("web", {}), face("", text_bytes("web")), face("other", {1}),
                          face("with \n line", {0, 0})};
    for (const Face& one : faces) {
        for (const Face& other : faces) {
            Kept kept = kept_pair("web", one);
            kept.public_face = other;
            kept.public_face->is_private = false;
            const auto tags = tags_with({}, kept);
            REQUIRE_OK(tags);
            const Faces back = faces_of(latest("web"), true, *tags);
            BOOST_TEST((back.face == kept.face));
            BOOST_TEST((*back.public_face == *kept.public_face));
        }
    }
}

BOOST_AUTO_TEST_CASE(microsofts_tags_stay_where_they_are) {
    const Tags theirs{{"p11_pri_CKA_LABEL", "theirs"}, {"p11_pri_CKA_ID", "0102"}};
    Kept kept = kept_pair("p11-1", face("theirs", {1, 2}));
    kept.generated = false;
    const auto same = tags_with(theirs, kept);
    REQUIRE_OK(same);
    BOOST_TEST((*same == theirs));
    kept.face.label = text_bytes("ours");
    const auto changed = tags_with(theirs, kept);
    REQUIRE_OK(changed);
    BOOST_TEST(changed->at("p11_pri_CKA_LABEL") == "theirs");
    BOOST_TEST(text_of(faces_of(latest("p11-1"), true, *changed).face.label) == "ours");
    BOOST_TEST(text_of(faces_of(latest("p11-1"), true, *changed).public_face->label) == "theirs");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_with_a_sentence) {
    const auto long_label = tags_with({}, kept_pair("web", face(std::string(300, 'x'), {})));
    CHECK_FAILS(long_label, Errc::AttributeValueInvalid);
    BOOST_TEST(long_label.error().message.find("CKA_LABEL of 300 bytes") != std::string::npos);
    Kept kept = kept_pair("web", face("web", text_bytes("web")));
    kept.face.extras[cka_subject] = pattern(200);
    CHECK_FAILS(tags_with({}, kept), Errc::AttributeValueInvalid);
    Tags many;
    for (int i = 0; i < 15; ++i) many["tag-" + std::to_string(i)] = "x";
    CHECK_FAILS(tags_with(many, kept_pair("web", face("web", text_bytes("web")))), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(damaged_extras_change_nothing) {
    for (const std::string value : {"", "!", "AQ", "gYGBgYGBgYGBgYGB", "AQX_"}) {
        const Faces faces = faces_of(latest("web"), true, {{"p11_pri_extras", value}});
        BOOST_TEST(faces.face.extras.empty());
        BOOST_TEST(faces.face.is_private);
    }
}

BOOST_AUTO_TEST_CASE(only_names_are_names) {
    BOOST_TEST(*name_in(bytes_of("Web-01")) == "Web-01");
    BOOST_TEST(name_in(bytes_of(std::string(127, 'a'))).has_value());
    for (const std::string& text : {std::string(), std::string("a b"), std::string("a_b"), std::string("a/b"),
                                    std::string("\xC3\xB6"), std::string(128, 'a')}) {
        BOOST_TEST(!name_in(bytes_of(text)).has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
