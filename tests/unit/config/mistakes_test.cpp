// Every kind of mistake, with the exact complaint.
#include <boost/test/unit_test.hpp>

#include "workplace.hpp"

BOOST_FIXTURE_TEST_SUITE(configuration_mistakes, Workplace)

BOOST_AUTO_TEST_CASE(text_that_is_not_toml_is_refused_with_its_place) {
    const auto message = complaint("[[slot]]\nid = \n");
    BOOST_TEST(message.starts_with("kvp11.toml:2:6: not TOML: "));
}

BOOST_AUTO_TEST_CASE(key_given_twice_is_refused) {
    const auto message = complaint("[[slot]]\nid = 0\nid = 1\npath = \"/p\"\n");
    BOOST_TEST(message.starts_with("kvp11.toml:3:"));
    BOOST_TEST(message.find("not TOML: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(text_that_is_not_utf_8_is_refused) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\nlabel = \"\xff\"\n").starts_with("kvp11.toml:3:"));
}

BOOST_AUTO_TEST_CASE(unknown_table_is_refused_with_the_nearest) {
    BOOST_TEST(complaint("[logg]\nlevel = \"info\"\n") ==
               "kvp11.toml:1:2: logg: there is no such key; did you mean log?");
    BOOST_TEST(complaint("[server]\n") ==
               "kvp11.toml:1:2: server: there is no such key; the keys here are log or slot");
}

BOOST_AUTO_TEST_CASE(slot_as_a_single_table_is_refused) {
    BOOST_TEST(complaint("[slot]\nid = 0\n") == "kvp11.toml:1:1: slot: is a table; write [[slot]]");
}

BOOST_AUTO_TEST_CASE(log_as_a_string_is_refused) {
    BOOST_TEST(complaint("log = \"info\"\n") == "kvp11.toml:1:7: log: is a string; write [log]");
}

BOOST_AUTO_TEST_CASE(array_of_slots_that_are_no_tables_is_refused) {
    BOOST_TEST(complaint("slot = [0]\n") ==
               "kvp11.toml:1:9: slot: must hold tables, and holds an integer; begin each slot with "
               "[[slot]]");
}

BOOST_AUTO_TEST_CASE(unknown_key_is_refused_with_the_nearest) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\nlable = \"dev\"\npath = \"/p\"\n") ==
               "kvp11.toml:3:1: slot.lable: there is no such key; did you mean label?");
}

BOOST_AUTO_TEST_CASE(unknown_key_that_is_like_none_is_refused_with_all) {
    BOOST_TEST(complaint("[log]\nverbosity = 3\n") ==
               "kvp11.toml:2:1: log.verbosity: there is no such key; the keys here are level or "
               "target");
}

BOOST_AUTO_TEST_CASE(wrong_type_is_refused_with_an_example) {
    BOOST_TEST(complaint("[[slot]]\nid = \"0\"\npath = \"/p\"\n") ==
               "kvp11.toml:2:6: slot.id: must be an integer, and is a string; write id = 0");
    BOOST_TEST(complaint("[[slot]]\nid = 1.5\npath = \"/p\"\n") ==
               "kvp11.toml:2:6: slot.id: must be an integer, and is a float; write id = 0");
    BOOST_TEST(complaint("[log]\nlevel = true\n") ==
               "kvp11.toml:2:9: log.level: must be a string, and is a boolean; write level = "
               "\"info\"");
    BOOST_TEST(complaint("[log]\nlevel = 2026-11-22\n") ==
               "kvp11.toml:2:9: log.level: must be a string, and is a date or time; write level = "
               "\"info\"");
}

BOOST_AUTO_TEST_CASE(array_with_a_wrong_item_is_refused_at_the_item) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\nbackend = \"managed-hsm\"\nurl = \"https://h\"\n"
                         "certificates = [\"/a.pem\", 7]\n") ==
               "kvp11.toml:5:27: slot.certificates: must be an array of strings, and holds an "
               "integer; write certificates = [\"/etc/kvp11/certs/*.pem\"]");
}

BOOST_AUTO_TEST_CASE(missing_id_is_refused) {
    BOOST_TEST(complaint("[[slot]]\npath = \"/p\"\n") == "kvp11.toml:1:1: slot.id: is missing; add id = 0");
}

BOOST_AUTO_TEST_CASE(missing_path_of_a_partition_is_refused) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\n") ==
               "kvp11.toml:1:1: slot.path: is missing; add path = \"/var/lib/kvp11/dev\"");
}

BOOST_AUTO_TEST_CASE(missing_url_of_a_managed_hsm_is_refused) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\nbackend = \"managed-hsm\"\n") ==
               "kvp11.toml:1:1: slot.url: is missing; add url = "
               "\"https://contoso.managedhsm.azure.net\"");
}

BOOST_AUTO_TEST_CASE(key_of_the_other_backend_is_refused) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\npath = \"/p\"\nurl = \"https://h\"\n") ==
               "kvp11.toml:4:1: slot.url: belongs to slots with backend = \"managed-hsm\", and this "
               "one has \"partition\"");
    BOOST_TEST(complaint("[[slot]]\nid = 0\npath = \"/p\"\nbackend = \"managed-hsm\"\n") ==
               "kvp11.toml:3:1: slot.path: belongs to slots with backend = \"partition\", and this "
               "one has \"managed-hsm\"");
}

BOOST_AUTO_TEST_CASE(unknown_choice_is_refused_with_the_nearest) {
    BOOST_TEST(complaint("[log]\nlevel = \"warning\"\n") ==
               "kvp11.toml:2:9: log.level: must be error, warn, info, debug or trace, and is "
               "\"warning\"; did you mean warn?");
    BOOST_TEST(complaint("[[slot]]\nid = 0\nbackend = \"softhsm\"\n") ==
               "kvp11.toml:3:11: slot.backend: must be partition or managed-hsm, and is "
               "\"softhsm\"");
    BOOST_TEST(complaint("[[slot]]\nid = 0\nbackend = \"managed-hsm\"\nurl = \"https://h\"\n"
                         "credential = \"azurecli\"\n") ==
               "kvp11.toml:5:14: slot.credential: must be default, managed-identity, "
               "workload-identity, client-secret, client-certificate, azure-cli or token-file, and "
               "is \"azurecli\"; did you mean azure-cli?");
}

BOOST_AUTO_TEST_CASE(id_out_of_range_is_refused) {
    BOOST_TEST(complaint("[[slot]]\nid = -1\npath = \"/p\"\n") ==
               "kvp11.toml:2:6: slot.id: must be between 0 and 2147483647, and is -1");
    BOOST_TEST(complaint("[[slot]]\nid = 2147483648\npath = \"/p\"\n") ==
               "kvp11.toml:2:6: slot.id: must be between 0 and 2147483647, and is 2147483648");
}

BOOST_AUTO_TEST_CASE(an_unknown_audit_level_names_the_known_ones) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\npath = \"/p\"\naudit = \"on\"\n") ==
               "kvp11.toml:4:9: slot.audit: must be off, management or all, and is \"on\"");
}

BOOST_AUTO_TEST_CASE(an_unknown_mode_names_the_known_ones) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\npath = \"/p\"\nmode = \"fips\"\n") ==
               "kvp11.toml:4:8: slot.mode: must be all or approved, and is \"fips\"");
    BOOST_TEST(complaint("[[slot]]\nid = 0\nbackend = \"managed-hsm\"\nurl = \"https://h\"\nmode = \"all\"\n") ==
               "kvp11.toml:5:1: slot.mode: belongs to slots with backend = \"partition\", and this one has "
               "\"managed-hsm\"");
}

BOOST_AUTO_TEST_CASE(kdf_cost_out_of_range_is_refused) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\npath = \"/p\"\nkdf_cost = 9\n") ==
               "kvp11.toml:4:12: slot.kdf_cost: must be between 10 and 20, and is 9");
    BOOST_TEST(complaint("[[slot]]\nid = 0\npath = \"/p\"\nkdf_cost = 21\n") ==
               "kvp11.toml:4:12: slot.kdf_cost: must be between 10 and 20, and is 21");
}

BOOST_AUTO_TEST_CASE(id_given_to_two_slots_is_refused_with_both_places) {
    BOOST_TEST(complaint("[[slot]]\nid = 3\npath = \"/p\"\n[[slot]]\npath = \"/q\"\nid = 3\n") ==
               "kvp11.toml:6:6: slot.id: 3 is taken by the slot of line 2; every slot needs its own");
}

BOOST_AUTO_TEST_CASE(path_given_to_two_slots_is_refused_however_it_is_written) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\npath = \"/p/q\"\n[[slot]]\nid = 1\npath = \"/p/./q\"\n") ==
               "kvp11.toml:6:8: slot.path: /p/q is taken by the slot of line 3; every slot needs its own");
}

BOOST_AUTO_TEST_CASE(empty_path_and_tilde_are_refused) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\npath = \"\"\n") ==
               "kvp11.toml:3:8: slot.path: must name a path, and is empty");
    BOOST_TEST(complaint("[[slot]]\nid = 0\npath = \"~/hsm\"\n") ==
               "kvp11.toml:3:8: slot.path: begins with ~, which is not replaced here; write the "
               "path out");
}

BOOST_AUTO_TEST_CASE(relative_log_file_is_refused) {
    BOOST_TEST(complaint("[log]\ntarget = \"stdout\"\n") ==
               "kvp11.toml:2:10: log.target: must be stderr, syslog or an absolute path, and is "
               "\"stdout\"");
}

BOOST_AUTO_TEST_CASE(label_longer_than_a_tokens_is_refused) {
    BOOST_TEST(complaint("[[slot]]\nid = 0\nlabel = \"123456789012345678901234567890123\"\n") ==
               "kvp11.toml:3:9: slot.label: must be at most 32 bytes long, and has 33");
    BOOST_TEST(complaint("[[slot]]\nid = 0\nlabel = \"a\\nb\"\n") ==
               "kvp11.toml:3:9: slot.label: must not hold control characters");
}

BOOST_AUTO_TEST_CASE(group_that_cannot_be_one_is_refused) {
    for (const char* group : {"", "www data", "a/b"})
        BOOST_TEST(complaint(std::string("[[slot]]\nid = 0\npath = \"/p\"\ngroup = \"") + group + "\"\n") ==
                   "kvp11.toml:4:9: slot.group: must be the name of a group of users, such as "
                   "www-data");
}

BOOST_AUTO_TEST_CASE(url_of_another_form_is_refused) {
    for (const char* url : {"http://h", "h", "https://", "https://a b", "https://h:0", "https://h:x", "https://h:65536",
                            "https://u@h", "https://h/keys", "https://h?x", "https://[]", "https://:443"})
        BOOST_TEST(complaint(std::string("[[slot]]\nid = 0\nbackend = \"managed-hsm\"\nurl = \"") + url + "\"\n") ==
                   "kvp11.toml:4:7: slot.url: must have the form https://host or https://host:port");
}

BOOST_AUTO_TEST_CASE(file_beyond_one_mebibyte_is_refused) {
    BOOST_TEST(complaint(std::string(1024 * 1024 + 1, '#')) == "kvp11.toml: is larger than 1 MiB");
}

BOOST_AUTO_TEST_CASE(folder_in_place_of_the_file_is_refused) {
    const auto read = kvp11::config::read(folder);
    BOOST_REQUIRE(!read.ok());
    BOOST_TEST((read.code() == kvp11::Errc::FileUnreadable));
    BOOST_TEST(read.error().message == folder.string() + ": is a folder, and must be a file");
}

BOOST_AUTO_TEST_SUITE_END()
