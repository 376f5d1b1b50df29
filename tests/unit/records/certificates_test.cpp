// Certificates of files.
#include <time.h>

#include <algorithm>

#include "played_keys.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

using Labels = std::vector<std::string>;

// PKCS#11 2.40, pkcs11t.h: CKA_VALUE, CKA_CERTIFICATE_TYPE, CKA_ISSUER, CKA_SERIAL_NUMBER, CKA_CERTIFICATE_CATEGORY,
// CKA_SUBJECT, CKA_MODIFIABLE
constexpr std::uint64_t value = 0x11, type = 0x80, issuer = 0x81, serial = 0x82, category = 0x87, subject = 0x101,
                        modifiable = 0x170;

std::shared_ptr<const Record> only_record(const Backend& slot, const ObjectQuery& query) {
    const auto refs = slot.find(query);
    REQUIRE_OK(refs);
    BOOST_REQUIRE_EQUAL(refs->size(), 1U);
    const auto record = slot.record(refs->front().id.name);
    REQUIRE_OK(record);
    return *record;
}

/// Files are looked at once a second: asks until the wanted is there; the test's own limit ends it otherwise.
void until(const std::function<bool()>& is_there) {
    while (!is_there()) {
        const timespec pause{0, 20'000'000};
        nanosleep(&pause, nullptr);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(certificates)

BOOST_AUTO_TEST_CASE(a_file_named_as_its_key_is_one_lookup) {
    Workplace place({"*.pem"});
    const auto key = place.keys->add("web");
    place.keys->add("other");
    const auto made = certificate("Web", key);
    place.write("web.pem", crypto::certificate_pem(made));
    const auto record = only_record(*place.slot, records_labelled("web"));
    BOOST_TEST(record->object_class == 1U);
    BOOST_TEST(record->face.id == copy_of(bytes_of("web")));
    BOOST_TEST(!record->face.is_private);
    BOOST_TEST(record->face.extras.at(value) == made.der);
    BOOST_TEST(record->face.extras.at(subject) == made.subject);
    BOOST_TEST(record->face.extras.at(issuer) == made.issuer);
    BOOST_TEST(record->face.extras.at(serial) == made.serial);
    BOOST_TEST(record->face.extras.at(type) == Bytes(sizeof(unsigned long), 0));
    BOOST_TEST(record->face.extras.at(category).front() == 1);
    BOOST_TEST(record->face.extras.at(0x110).size() == 8U);  // CKA_START_DATE
    BOOST_TEST(record->face.extras.at(0x111).size() == 8U);  // CKA_END_DATE
    BOOST_TEST(record->face.extras.at(modifiable) == Bytes{0});
    BOOST_TEST(place.keys->by_label == 1U);
    BOOST_TEST(place.keys->of_all == 0U);
    BOOST_TEST(labels(*place.slot, all_records()) == Labels{"web"});
    BOOST_TEST(place.keys->by_label == 1U);
}

BOOST_AUTO_TEST_CASE(a_file_with_another_name_finds_its_key_among_all) {
    Workplace place({"server.crt"});
    const auto key = fresh_key();
    place.keys->add("p11-0123", key->public_key(), "Web server");
    place.write("server.crt", crypto::certificate_pem(certificate("Web", key)));
    const auto record = only_record(*place.slot, records_labelled("Web server"));
    BOOST_TEST(record->face.id == copy_of(bytes_of("p11-0123")));
    BOOST_TEST(place.keys->of_all == 1U);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_hidden_before_a_login_is_found_by_its_public_half) {
    Workplace place({"server.crt"});
    place.keys->hides_private = true;
    const auto key = place.keys->add("web");
    place.write("server.crt", crypto::certificate_pem(certificate("Web", key)));
    const auto record = only_record(*place.slot, records_labelled("web"));
    BOOST_TEST(record->face.id == copy_of(bytes_of("web")));
    BOOST_TEST(record->face.extras.at(category).front() == 1);
}

BOOST_AUTO_TEST_CASE(a_login_lets_keys_be_sought_again) {
    Workplace place({"server.crt"});
    place.keys->hides_private = true;
    place.keys->has_public_halves = false;
    const auto key = place.keys->add("web");
    place.write("server.crt", crypto::certificate_pem(certificate("Web", key)));
    BOOST_TEST(labels(*place.slot, all_records()) == Labels{"server"});
    place.keys->hides_private = false;
    BOOST_TEST(labels(*place.slot, all_records()) == Labels{"server"});
    REQUIRE_OK(place.slot->login(Role::User, SecretBytes()));
    BOOST_TEST(labels(*place.slot, all_records()) == Labels{"web"});
}

BOOST_AUTO_TEST_CASE(the_name_of_a_file_is_not_enough) {
    Workplace place({"web.pem"});
    place.keys->add("web");
    const auto other = fresh_key();
    place.write("web.pem", crypto::certificate_pem(certificate("Web", other)));
    const auto record = only_record(*place.slot, all_records());
    BOOST_TEST(record->face.label == copy_of(bytes_of("web")));
    BOOST_TEST(record->face.id != copy_of(bytes_of("web")));
    BOOST_TEST(record->face.extras.at(category).front() == 2);  // its basic constraints say so
}

BOOST_AUTO_TEST_CASE(a_chain_is_read_with_what_stands_between) {
    Workplace place({"web.pem"});
    const auto root_key = fresh_key();
    const auto root = certificate("Root", root_key);
    const auto key = place.keys->add("web");
    const auto leaf = certificate("Web", key, root_key, &root);
    place.write("web.pem", "some text\n" + crypto::certificate_pem(leaf) +
                               "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" +
                               crypto::certificate_pem(root) +
                               "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n");
    BOOST_TEST(labels(*place.slot, all_records()) == (Labels{"web", "web chain 1"}));
    const auto above = only_record(*place.slot, records_labelled("web chain 1"));
    BOOST_TEST(above->face.extras.at(category).front() == 2);
    BOOST_TEST(place.keys->of_all == 0U);
}

BOOST_AUTO_TEST_CASE(der_is_read_and_the_same_certificate_is_one_object) {
    Workplace place({"a.der", "web.pem"});
    const auto key = place.keys->add("web");
    const auto made = certificate("Web", key);
    place.write("a.der", std::string(text_of(made.der)));
    place.write("web.pem", crypto::certificate_pem(made));
    BOOST_TEST(labels(*place.slot, all_records()) == Labels{"web"});
}

BOOST_AUTO_TEST_CASE(files_that_are_missing_or_broken_do_no_harm) {
    Workplace place({"none.pem", "broken.pem", "empty.pem", "web.pem", "*.nothing"});
    place.write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA");
    place.write("empty.pem", "");
    place.write("web.pem", crypto::certificate_pem(certificate("Web", place.keys->add("web"))));
    BOOST_TEST(labels(*place.slot, all_records()) == Labels{"web"});
}

BOOST_AUTO_TEST_CASE(nobody_can_change_or_remove_them) {
    Workplace place({"web.pem"});
    place.write("web.pem", crypto::certificate_pem(certificate("Web", place.keys->add("web"))));
    const auto record = only_record(*place.slot, all_records());
    CHECK_FAILS(place.slot->remove({ObjectKind::Record, {record->id, {}}}), Errc::ActionProhibited);
    CHECK_FAILS(place.slot->update_record(*record), Errc::ActionProhibited);
    REQUIRE_OK(place.slot->create_record(data("mine")));
    BOOST_TEST(labels(*place.slot, all_records()) == (Labels{"mine", "web"}));
}

BOOST_AUTO_TEST_CASE(a_file_that_changes_is_read_again) {
    Workplace place({"*.pem"});
    const auto key = place.keys->add("web");
    place.write("web.pem", crypto::certificate_pem(certificate("Web", key)));
    const auto before = only_record(*place.slot, all_records());
    const auto generation = place.slot->generation();
    const auto renewed = certificate("Renewed", key);
    place.write("web.pem", crypto::certificate_pem(renewed));
    until([&] { return only_record(*place.slot, all_records())->id != before->id; });
    BOOST_TEST(only_record(*place.slot, all_records())->face.extras.at(value) == renewed.der);
    BOOST_TEST(place.slot->generation() > generation);
    CHECK_FAILS(place.slot->record(before->id), Errc::KeyNotFound);
    std::filesystem::remove(place.path("web.pem"));
    until([&] { return labels(*place.slot, all_records()).empty(); });
}

BOOST_AUTO_TEST_CASE(a_key_that_comes_later_is_found) {
    Workplace place({"web.pem"});
    const auto key = fresh_key();
    place.write("web.pem", crypto::certificate_pem(certificate("Web", key)));
    BOOST_TEST(only_record(*place.slot, all_records())->face.id != copy_of(bytes_of("web")));
    place.keys->add("web", key->public_key(), "web");
    until([&] { return only_record(*place.slot, all_records())->face.id == copy_of(bytes_of("web")); });
}

BOOST_AUTO_TEST_CASE(a_service_that_does_not_answer_hides_no_certificate) {
    Workplace place({"web.pem"});
    const auto key = place.keys->add("web");
    place.write("web.pem", crypto::certificate_pem(certificate("Web", key)));
    place.keys->is_down = true;
    BOOST_TEST(only_record(*place.slot, all_records())->face.label == copy_of(bytes_of("web")));
    BOOST_TEST(only_record(*place.slot, all_records())->face.id != copy_of(bytes_of("web")));
    place.keys->is_down = false;
    until([&] { return only_record(*place.slot, all_records())->face.id == copy_of(bytes_of("web")); });
}

BOOST_AUTO_TEST_SUITE_END()
