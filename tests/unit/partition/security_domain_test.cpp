#include "partition/security_domain.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "unit/partition/officers.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::partition;
using namespace kvp11::test;

boost::json::value published_secrets() { return boost::json::parse(vector_file("secrets.json")); }

std::string published_plain(const std::string& tag) {
    return std::string(published_secrets().at("plaintext_hex").at(tag).as_string());
}

std::vector<Datum> two_data() {
    std::vector<Datum> data;
    data.push_back({"hsm_backup", SecretBytes::copy_of(pattern(200))});
    data.push_back({"partition_enclave_backup", SecretBytes::copy_of(pattern(16))});
    return data;
}

std::string fresh_domain() { return make_security_domain(two_data(), three_certificates(), 2).value(); }

Result<std::vector<Datum>> opened_by_exchange_key(const std::string& blob) {
    return open_restore_blob(blob, *private_key("transfer"), certificate("transfer"));
}

void check_data(const std::vector<Datum>& got, const std::vector<Datum>& wanted) {
    BOOST_REQUIRE_EQUAL(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        BOOST_CHECK_EQUAL(got[i].tag, wanted[i].tag);
        BOOST_CHECK_EQUAL(to_hex(got[i].plain.expose_bytes()), to_hex(wanted[i].plain.expose_bytes()));
    }
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, "no " << from << " to replace");
    return text.replace(at, from.size(), to);
}

BOOST_AUTO_TEST_SUITE(security_domain)

BOOST_AUTO_TEST_CASE(the_published_restore_blob_opens_to_the_published_data) {
    const auto data = opened_by_exchange_key(vector_file("restore_blob.json"));
    BOOST_REQUIRE(data.ok());
    BOOST_REQUIRE_EQUAL(data->size(), 2u);
    for (const Datum& datum : *data) {
        BOOST_CHECK_EQUAL(to_hex(datum.plain.expose_bytes()), published_plain(datum.tag));
    }
}

BOOST_AUTO_TEST_CASE(any_two_officers_open_the_published_security_domain) {
    const std::vector<std::vector<std::string>> groups{
        {"wrap1", "wrap3"}, {"wrap3", "wrap1"}, {"wrap1", "wrap2"}, {"wrap2", "wrap3"}, {"wrap1", "wrap2", "wrap3"}};
    for (const auto& group : groups) {
        const auto blob =
            make_restore_blob(vector_file("security_domain.json"), certificate("transfer"), officers(group));
        BOOST_REQUIRE(blob.ok());
        const auto data = opened_by_exchange_key(*blob);
        BOOST_REQUIRE(data.ok());
        BOOST_REQUIRE_EQUAL(data->size(), 2u);
        for (const Datum& datum : *data) {
            BOOST_CHECK_EQUAL(to_hex(datum.plain.expose_bytes()), published_plain(datum.tag));
        }
    }
}

BOOST_AUTO_TEST_CASE(our_own_file_comes_back_through_a_quorum) {
    const auto blob = make_restore_blob(fresh_domain(), certificate("transfer"), officers({"wrap2", "wrap3"}));
    BOOST_REQUIRE(blob.ok());
    const auto data = opened_by_exchange_key(*blob);
    BOOST_REQUIRE(data.ok());
    check_data(*data, two_data());
}

BOOST_AUTO_TEST_CASE(a_file_describes_its_quorum_officers_and_parts) {
    for (const std::string& json : {fresh_domain(), vector_file("security_domain.json")}) {
        const auto summary = describe_security_domain(json);
        BOOST_REQUIRE(summary.ok());
        BOOST_CHECK_EQUAL(summary->quorum, 2u);
        const std::vector<std::string> thumbprints{"UBiRzfc7bexKaAPOCD7ddRZcg3fFfehoyBF3xBbRnSc",
                                                   "alYbmOMXeAziVqsxUHWNLMT9NV12INmmaZY-ByQhPB4",
                                                   "GnCwAT3jce07i2X8Ziv4JnS9ZR1dBhKu0LCapg4Dotg"};
        BOOST_TEST(summary->x5t_256 == thumbprints, boost::test_tools::per_element());
        const std::vector<std::string> tags{"hsm_backup", "partition_enclave_backup"};
        BOOST_TEST(summary->tags == tags, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(our_file_has_azures_members_in_azures_order) {
    const boost::json::value ours = boost::json::parse(fresh_domain());
    const boost::json::value azures = boost::json::parse(vector_file("security_domain.json"));
    const auto names = [](const boost::json::value& object) {
        std::vector<std::string> keys;
        for (const auto& entry : object.as_object()) keys.emplace_back(entry.key());
        return keys;
    };
    BOOST_TEST(names(ours) == names(azures), boost::test_tools::per_element());
    for (const char* place : {"/EncData", "/SharedKeys", "/SharedKeys/enc_shares/0"}) {
        BOOST_TEST(names(ours.at_pointer(place)) == names(azures.at_pointer(place)), boost::test_tools::per_element());
    }
    // The protected headers of the envelopes are the very same text.
    for (const char* place : {"/EncData/data/0/compact_jwe", "/SharedKeys/enc_shares/0/enc_key"}) {
        const std::string_view our_header = ours.at_pointer(place).as_string();
        const std::string_view azures_header = azures.at_pointer(place).as_string();
        BOOST_CHECK_EQUAL(our_header.substr(0, our_header.find('.')), azures_header.substr(0, azures_header.find('.')));
    }
}

BOOST_AUTO_TEST_CASE(one_officer_alone_is_told_what_is_missing) {
    const auto blob =
        make_restore_blob(vector_file("security_domain.json"), certificate("transfer"), officers({"wrap1"}));
    BOOST_REQUIRE(!blob.ok());
    BOOST_CHECK(blob.code() == Errc::QuorumNotMet);
    BOOST_CHECK_EQUAL(
        blob.error().message,
        "the security domain opens with 2 of its 3 officers and got 1 (wrap1.key): 1 more needed of those "
        "with the certificates 6a561b98e317780ce256ab3150758d2cc4fd355d7620d9a669963e0724213c1e, "
        "1a70b0013de371ed3b8b65fc662bf82674bd651d5d0612aed0b09aa60e03a2d8 (SHA-256)");
}

BOOST_AUTO_TEST_CASE(the_same_officer_twice_counts_once) {
    const auto blob =
        make_restore_blob(vector_file("security_domain.json"), certificate("transfer"), officers({"wrap1", "wrap1"}));
    BOOST_CHECK(blob.code() == Errc::QuorumNotMet);
}

BOOST_AUTO_TEST_CASE(an_officer_of_another_domain_is_named_as_such) {
    const auto blob = make_restore_blob(vector_file("security_domain.json"), certificate("transfer"),
                                        officers({"wrap1", "transfer"}));
    BOOST_REQUIRE(!blob.ok());
    BOOST_CHECK(blob.code() == Errc::QuorumNotMet);
    BOOST_CHECK(blob.error().message.ends_with("; not of this security domain: transfer.key"));
}

BOOST_AUTO_TEST_CASE(a_key_that_does_not_fit_its_certificate_is_refused_by_name) {
    std::vector<OfficerKey> people = officers({"wrap1", "wrap2"});
    people[1].key = private_key("wrap3");
    const auto blob = make_restore_blob(vector_file("security_domain.json"), certificate("transfer"), people);
    BOOST_REQUIRE(!blob.ok());
    BOOST_CHECK(blob.code() == Errc::ArgumentsBad);
    BOOST_CHECK_EQUAL(blob.error().message, "wrap2.key is not the private key of the certificate beside it");
}

BOOST_AUTO_TEST_CASE(too_few_too_many_and_repeated_officers_are_refused) {
    auto two = three_certificates();
    two.pop_back();
    const auto few = make_security_domain(two_data(), two, 2);
    BOOST_CHECK(few.code() == Errc::ArgumentsBad);
    BOOST_CHECK_EQUAL(few.error().message, "got 2 wrapping certificates, want 3 to 10, one for each officer");

    BOOST_CHECK(
        make_security_domain(two_data(), std::vector<crypto::Certificate>(11, certificate("wrap1")), 2).code() ==
        Errc::ArgumentsBad);

    auto repeated = three_certificates();
    repeated[2] = repeated[0];
    const auto twice = make_security_domain(two_data(), repeated, 2);
    BOOST_CHECK(twice.code() == Errc::ArgumentsBad);
    BOOST_CHECK_EQUAL(twice.error().message,
                      "wrapping certificate 3 holds the same key as an earlier one, want different officers");
}

BOOST_AUTO_TEST_CASE(a_quorum_out_of_range_is_refused) {
    for (unsigned quorum : {0u, 1u, 4u, 11u}) {
        BOOST_CHECK(make_security_domain(two_data(), three_certificates(), quorum).code() == Errc::ArgumentsBad);
    }
    BOOST_CHECK(make_security_domain(two_data(), three_certificates(), 3).ok());
}

BOOST_AUTO_TEST_CASE(certificates_without_a_large_rsa_key_are_refused) {
    const auto curve_key = crypto::PrivateHalf::generate(KeySpec{.type = KeyType::Ec}).value();
    auto with_curve = three_certificates();
    with_curve[1] = crypto::self_signed(*curve_key, "curve", 1).value();
    const auto refused = make_security_domain(two_data(), with_curve, 2);
    BOOST_CHECK(refused.code() == Errc::ArgumentsBad);
    BOOST_CHECK_EQUAL(refused.error().message, "wrapping certificate 2 holds no RSA key");

    auto with_small = three_certificates();
    with_small[0].key.n.resize(128);
    BOOST_CHECK(make_security_domain(two_data(), with_small, 2).code() == Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(a_security_domain_of_nothing_is_refused) {
    BOOST_CHECK(make_security_domain({}, three_certificates(), 2).code() == Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(a_blob_for_another_exchange_certificate_is_refused) {
    const auto blob = make_restore_blob(fresh_domain(), certificate("wrap1"), officers({"wrap2", "wrap3"}));
    BOOST_REQUIRE(blob.ok());
    const auto data = opened_by_exchange_key(*blob);
    BOOST_CHECK(data.code() == Errc::SecurityDomainInvalid);
    BOOST_CHECK(data.error().message.starts_with("the restore blob is for another exchange certificate"));
}

BOOST_AUTO_TEST_CASE(the_wrong_one_of_the_two_files_is_named) {
    const auto as_domain = describe_security_domain(vector_file("restore_blob.json"));
    BOOST_CHECK(as_domain.code() == Errc::SecurityDomainInvalid);
    BOOST_CHECK_EQUAL(as_domain.error().message,
                      "this is a restore blob, want the security-domain file that download wrote");
    const auto as_blob = opened_by_exchange_key(vector_file("security_domain.json"));
    BOOST_CHECK(as_blob.code() == Errc::SecurityDomainInvalid);
    BOOST_CHECK_EQUAL(as_blob.error().message,
                      "this is a security-domain file, want the restore blob that restore-blob wrote");
}

BOOST_AUTO_TEST_CASE(malformed_files_are_refused_with_a_reason) {
    const std::string good = vector_file("security_domain.json");
    const std::vector<std::string> broken{
        "",
        "{",
        "[]",
        "{}",
        "\"text\"",
        replaced(good, "sp108_kdf", "other_kdf"),
        replaced(good, "shamir_share", "other_share"),
        replaced(good, "\"required\": 2", "\"required\": 1"),
        replaced(good, "\"required\": 2", "\"required\": 4"),
        replaced(good, "\"required\": 2", "\"required\": -2"),
        replaced(good, "\"required\": 2", "\"required\": \"2\""),
        replaced(good, "\"version\": 2", "\"version\": 3"),
        replaced(good, "\"enc_shares\"", "\"other\""),
        replaced(good, "\"EncData\"", "\"other\""),
        replaced(good, "\"enc_key\"", "\"other\""),
        replaced(good, "\"tag\"", "\"other\""),
        replaced(good, "\"data\": [", "\"data\": [[[[[[[[[1]]]]]]]],"),
        std::string(2 << 20, ' '),
    };
    for (const std::string& text : broken) {
        const auto summary = describe_security_domain(text);
        BOOST_CHECK(!summary.ok());
        if (!summary) BOOST_CHECK(summary.code() == Errc::SecurityDomainInvalid && !summary.error().message.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_changed_envelope_does_not_open) {
    const std::string good = vector_file("security_domain.json");
    const auto with_officers = [](const std::string& text) {
        return make_restore_blob(text, certificate("transfer"), officers({"wrap1", "wrap3"}));
    };
    BOOST_REQUIRE(with_officers(good).ok());
    // In turn: a datum's ciphertext, its tag member (hence its key), and the first officer's share.
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"rAijRCYM", "rAijRCYN"},
                                   {"\"tag\": \"hsm_backup\"", "\"tag\": \"hsm_backuq\""},
                                   {"_EuFTnBAGRI", "_EuFTnBAGRJ"},
                                   {"ZUNM6dYdtMO", "ZUNM6dYdtMP"}}) {
        BOOST_CHECK(with_officers(replaced(good, from, to)).code() == Errc::SecurityDomainInvalid);
    }
}

/// What the independent program prints, and its exit code.
std::pair<std::string, int> run(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    BOOST_REQUIRE(pipe != nullptr);
    std::string output;
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        output.append(buffer.data(), got);
    return {output, WEXITSTATUS(pclose(pipe))};
}

BOOST_AUTO_TEST_CASE(our_file_opens_with_an_independent_program) {
    const auto path = std::filesystem::temp_directory_path() / ("kvp11-sd-" + std::to_string(getpid()) + ".json");
    std::ofstream(path) << fresh_domain();
    std::string command = "python3 " KVP11_OPEN_SECURITY_DOMAIN " " + path.string();
    for (const char* name : {"wrap3", "wrap1"}) {
        command += " " + vector_path(std::string(name) + ".key") + " " + vector_path(std::string(name) + ".cer");
    }
    const auto [output, code] = run(command);
    std::filesystem::remove(path);
    if (code == 77 || code == 127) {
        std::cout << "SKIPPED: needs python3 with cryptography\n";
        return;
    }
    BOOST_REQUIRE_EQUAL(code, 0);
    const boost::json::value opened = boost::json::parse(output);
    for (const Datum& datum : two_data()) {
        BOOST_CHECK_EQUAL(std::string(opened.at(datum.tag).as_string()), to_hex(datum.plain.expose_bytes()));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
