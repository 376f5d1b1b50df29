// The backup that a release of schema version 1 made (tests/vectors/partition-schema-1), restored today.
#include <boost/json.hpp>

#include "crypto/jose.hpp"
#include "twins.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

namespace json = boost::json;

std::string old_file(const std::string& name) {
    const std::string path = std::string(KVP11_VECTORS) + "/partition-schema-1/" + name;
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// An officer whose certificate is gone but for what the security domain says of it.
partition::OfficerKey old_officer(const json::value& domain, std::size_t number) {
    const std::string name = "o" + std::to_string(number) + ".pem";
    partition::OfficerKey officer;
    officer.name = name;
    officer.key = crypto::parse_private_key_pem(SecretBytes::copy_of(bytes_of(old_file(name))), {}).value();
    officer.certificate.key = officer.key->public_key();
    const json::value& share = domain.at("SharedKeys").at("enc_shares").at(number - 1);
    officer.certificate.sha256_thumbprint =
        crypto::from_base64url(std::string(share.at("x5t_256").as_string())).value();
    return officer;
}

std::unique_ptr<partition::Partition> old_twin(const std::string& path) {
    const std::string domain = old_file("sd.json");
    const json::value parsed = json::parse(domain);
    std::vector<partition::OfficerKey> quorum;
    for (const std::size_t number : {1U, 2U}) quorum.push_back(old_officer(parsed, number));
    return twin_at(path, domain, quorum);
}

Result<partition::RestoreReport> restore(partition::Partition& token, const std::string& backup,
                                         const partition::RestoreOptions& options = {}) {
    log_in(token, Role::SecurityOfficer);
    auto report = token.restore(backup, options);
    log_in(token, Role::User);
    return report;
}

KeyRecordPtr key_named(partition::Partition& token, const std::string& name) {
    const auto key = token.key_record({name, ""});
    REQUIRE_OK(key);
    return key.value();
}

void check_all_there(partition::Partition& token) {
    for (const std::string name : {"rsa", "ec"}) check_signs(token, key_named(token, name)->id);
    BOOST_TEST(key_named(token, "zeros")->spec.bits == 256U);
    BOOST_TEST(!key_named(token, "half")->has_material);
    ObjectQuery notes;
    notes.label = copy_of(bytes_of("note"));
    const auto found = token.find(notes);
    REQUIRE_OK(found);
    BOOST_REQUIRE_EQUAL(found.value().size(), 1U);
    const auto note = token.record(found.value()[0].id.name);
    REQUIRE_OK(note);
    constexpr std::uint64_t cka_value = 0x11;
    BOOST_TEST(text_of(note.value()->face.extras.at(cka_value)) == "secretdata\n");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_1_backup)

BOOST_AUTO_TEST_CASE(all_of_it_comes_back) {
    const TemporaryFolder folder;
    const auto token = old_twin(folder.path());
    const auto report = restore(*token, old_file("backup.json"));
    REQUIRE_OK(report);
    BOOST_TEST(report->partition_name == "schema one");
    BOOST_TEST(report->created == 1'795'329'576);
    BOOST_TEST(report->keys == 4U);
    BOOST_TEST(report->records == 2U);
    check_all_there(*token);
    CHECK_FAILS(restore(*token, old_file("backup.json")), Errc::KeyExists);
}

BOOST_AUTO_TEST_CASE(one_key_of_it_comes_back_and_lives_on) {
    const TemporaryFolder folder;
    const auto token = old_twin(folder.path());
    const auto report = restore(*token, old_file("backup.json"), {.key_name = "ec"});
    REQUIRE_OK(report);
    BOOST_TEST(report->keys == 1U);
    BOOST_TEST(report->records == 0U);
    const KeyRecordPtr key = key_named(*token, "ec");
    REQUIRE_OK(token->update(key->id, {.enabled = true}));
    REQUIRE_OK(token->remove_key("ec"));
    recover(*token, "ec");
    const std::string backup = token->backup_key("ec").value();
    purge(*token, "ec");
    REQUIRE_OK(token->restore_key(backup));
    check_signs(*token, key->id);
}

// It says nothing of roles and settings, so those stay.
BOOST_AUTO_TEST_CASE(it_replaces_what_is_here) {
    const TemporaryFolder folder;
    const auto token = old_twin(folder.path());
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "ec")));
    log_in(*token, Role::SecurityOfficer);
    REQUIRE_OK(token->configure({.retention_days = 12, .purge_protection = {}}));
    REQUIRE_OK(restore(*token, old_file("backup.json"), {.key_name = {}, .replace = true}));
    check_all_there(*token);
    BOOST_TEST(token->recovery_settings()->retention_days == 12U);
}

BOOST_AUTO_TEST_CASE(changed_or_cut_short_it_is_refused) {
    const TemporaryFolder folder;
    const auto token = old_twin(folder.path());
    const std::string whole = old_file("backup.json");
    json::object file = json::parse(whole).as_object();
    const std::string jwe(file["jwe"].as_string());
    for (std::size_t i = 0; i < jwe.size(); i += 97) {
        std::string changed = jwe;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        file["jwe"] = changed;
        BOOST_TEST_CONTEXT("byte " << i) { CHECK_FAILS(restore(*token, json::serialize(file)), Errc::BackupInvalid); }
    }
    CHECK_FAILS(restore(*token, whole.substr(0, whole.size() / 2)), Errc::BackupInvalid);
    CHECK_FAILS(restore(*user_token(folder.path("other")), whole), Errc::BackupForeign);
    BOOST_TEST(token->find({}).value().empty());
}

BOOST_AUTO_TEST_SUITE_END()
