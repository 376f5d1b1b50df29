// A partition that a release of schema version 1 made (tests/vectors/partition-schema-1), opened today.
#include "workplace.hpp"

#include <fstream>

#include "crypto/x509.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

constexpr const char* old_partition = KVP11_VECTORS "/partition-schema-1/";

struct OldPartition {
    TemporaryFolder folder;

    OldPartition() {
        std::filesystem::create_directory(folder.path());
        for (const char* name : {"token.db", "root.key", "generation"}) {
            std::filesystem::copy_file(std::string(old_partition) + name, folder.path() + "/" + name);
            std::filesystem::permissions(folder.path() + "/" + name, std::filesystem::perms(0600));
        }
    }
    [[nodiscard]] std::unique_ptr<partition::Partition> opened() const {
        auto token = partition_at(folder.path());
        REQUIRE_OK(token->login(Role::User, pin(user_pin)));
        return token;
    }
};

PublicKey public_key_in(const std::string& file) {
    std::ifstream in(old_partition + file, std::ios::binary);
    const Bytes der{std::istreambuf_iterator<char>(in), {}};
    return crypto::parse_subject_public_key_info(der).value();
}

std::vector<ObjectRef> labelled(Backend& token, const std::string& label) {
    ObjectQuery query;
    query.label = copy_of(bytes_of(label));
    return token.find(query).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(migration)

BOOST_AUTO_TEST_CASE(pins_label_and_objects_are_what_they_were) {
    const OldPartition old;
    const auto token = partition_at(old.folder.path());
    BOOST_CHECK_EQUAL(token->status().value().label, "schema one");
    CHECK_FAILS(token->login(Role::User, pin("wrong")), Errc::PinIncorrect);
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    REQUIRE_OK(token->logout());
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    BOOST_CHECK_EQUAL(token->find({}).value().size(), 8U);
    // Of half there is nothing left that the service calls a key.
    BOOST_CHECK_EQUAL(token->list_keys({}).value().keys.size(), 3U);
    BOOST_REQUIRE_EQUAL(labelled(*token, "half").size(), 1U);
    BOOST_CHECK(labelled(*token, "half").front().kind == ObjectKind::PublicKey);
}

BOOST_AUTO_TEST_CASE(keys_sign_as_who_they_were) {
    const OldPartition old;
    const auto token = old.opened();
    for (const char* name : {"rsa", "ec"}) {
        const KeyRecordPtr record = token->key_record({name, ""}).value();
        BOOST_CHECK(record->public_key == public_key_in(std::string(name) + ".der"));
        check_signs(*token, record->id);
    }
    const auto zeros = token->open(KeyId{"zeros", ""});
    REQUIRE_OK(zeros);
    CipherAlgorithm cbc;
    cbc.scheme = CipherScheme::AesCbc;
    cbc.iv = Bytes(16, 0);
    const auto cipher = zeros.value()->encryptor(cbc);
    REQUIRE_OK(cipher);
    Bytes output(32);
    const std::size_t size = cipher.value()->update(Bytes(16, 0), output).value();
    output.resize(size + cipher.value()->finish(MutableBytes(output).subspan(size)).value());
    // AES-256 of a block of zeros under a key of zeros, as `openssl enc` gives it.
    const Bytes wanted = {0xdc, 0x95, 0xc0, 0x78, 0xa2, 0x40, 0x89, 0x89,
                          0xad, 0x48, 0xa2, 0x14, 0x92, 0x84, 0x20, 0x87};
    BOOST_CHECK(output == wanted);
}

BOOST_AUTO_TEST_CASE(a_private_data_object_is_read) {
    const OldPartition old;
    const auto token = old.opened();
    const std::vector<ObjectRef> notes = labelled(*token, "note");
    BOOST_REQUIRE_EQUAL(notes.size(), 1U);
    constexpr std::uint64_t cka_value = 0x11;
    BOOST_CHECK_EQUAL(text_of(token->record(notes[0].id.name).value()->face.extras.at(cka_value)), "secretdata\n");
}

BOOST_AUTO_TEST_CASE(old_keys_have_the_new_life) {
    const OldPartition old;
    {
        const auto token = old.opened();
        const KeyId before = token->key_record({"ec", ""}).value()->id;
        RotationPolicy policy;
        policy.actions.push_back({LifetimeActionType::Rotate, Period{.years = 1, .months = 0, .days = 0}, {}});
        REQUIRE_OK(token->set_rotation_policy("ec", policy));
        const auto rotation = token->rotate_key("ec");
        REQUIRE_OK(rotation);
        const KeyRecordPtr rotated = rotation.value();
        BOOST_CHECK_NE(rotated->id.version, before.version);
        check_signs(*token, before);
        REQUIRE_OK(token->remove_key("rsa"));
        CHECK_FAILS(token->key_record({"rsa", ""}), Errc::KeyNotFound);
        REQUIRE_OK(token->logout());
        REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
        REQUIRE_OK(token->recover_key("rsa"));
    }
    const auto token = old.opened();
    BOOST_CHECK_EQUAL(token->list_versions("ec", {}).value().keys.size(), 2U);
    check_signs(*token, {"ec", ""});
    check_signs(*token, {"rsa", ""});
    CHECK_OK(token->backup_key("ec"));
}

BOOST_AUTO_TEST_SUITE_END()
