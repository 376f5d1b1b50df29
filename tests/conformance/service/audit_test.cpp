// What the audit log of a partition says of what was done and of what was refused.
#include "conformance/service/role_operations.hpp"
#include "conformance/service/service_keys.hpp"
#include "crypto/asymmetric.hpp"
#include "support/results.hpp"

#include <set>

using namespace kvp11;
using namespace kvp11::test;
using audit::AuditRecord;
using audit::Level;
using partition::Operation;
using partition::Partition;

namespace {

constexpr const char* alice = "bbbbbbbb-0000-4000-8000-00000000a11c";

struct House {
    explicit House(Level level) : home(Wanted{}, level), stage(home) {}
    TestPartition home;
    Stage stage;

    /// What came since the last call.
    std::vector<AuditRecord> news() {
        const auto log = audit::AuditLog::open({.folder = home.audit_folder(), .group = {}});
        std::vector<AuditRecord> records;
        REQUIRE_OK(log->read(seen, [&](std::uint64_t number, const AuditRecord& record) {
            seen = number;
            records.push_back(record);
            return true;
        }));
        return records;
    }
    std::uint64_t seen = 0;
};

std::string short_form(const AuditRecord& record) {
    return record.operation + " " + record.key + " " + record.result + " " + std::to_string(record.http_status);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_records)

BOOST_AUTO_TEST_CASE(name_operation_key_caller_and_outcome) {
    House house(Level::All);
    house.home.grant(alice, access::role_id::crypto_user, "/keys/hers");
    house.stage.key(signing_pair("hers"));
    partition::Caller caller = principal_caller(alice);
    caller.request_uri = "https://lab.managedhsm.azure.net/keys/hers";
    const auto her = house.stage.owner().as_principal(caller);
    house.news();
    house.home.clock().set(1'800'000'000);
    REQUIRE_OK(her->key_record(latest("hers")));
    CHECK_FAILS(her->key_record(latest("his")), Errc::AccessDenied);
    CHECK_FAILS(her->purge_key("hers"), Errc::AccessDenied);
    const std::vector<AuditRecord> records = house.news();
    BOOST_REQUIRE_EQUAL(records.size(), 3U);
    BOOST_CHECK_EQUAL(short_form(records[0]), "KeyGet /keys/hers Success 200");
    BOOST_CHECK_EQUAL(short_form(records[1]), "KeyGet /keys/his AccessDenied 403");
    BOOST_CHECK_EQUAL(short_form(records[2]), "KeyPurge /keys/hers AccessDenied 403");
    for (const AuditRecord& record : records) {
        BOOST_CHECK_EQUAL(record.time_us / 1'000'000, 1'800'000'000);
        BOOST_CHECK_EQUAL(record.principal, alice);
        BOOST_CHECK_EQUAL(record.application, caller.application);
        BOOST_CHECK_EQUAL(record.user_name, caller.user_name);
        BOOST_CHECK_EQUAL(record.caller_address, "192.0.2.7");
        BOOST_CHECK_EQUAL(record.client_info, "service-test/1.0");
        BOOST_CHECK_EQUAL(record.correlation_id, caller.correlation_id);
        BOOST_CHECK_EQUAL(record.operation_version, "7.4");
        BOOST_CHECK_EQUAL(record.request_uri, caller.request_uri);
    }
}

BOOST_AUTO_TEST_CASE(every_operation_leaves_one_under_its_name) {
    House house(Level::All);
    house.home.grant(alice, access::role_id::crypto_user, "/");
    house.home.grant(alice, access::role_id::crypto_officer, "/");
    house.home.grant(alice, access::role_id::administrator, "/");
    const auto her = house.stage.as(alice);
    const auto stranger = house.stage.as("cccccccc-0000-4000-8000-000000000001");
    for (const OperationCase& row : operation_cases()) {
        BOOST_TEST_CONTEXT(partition::row_of(row.operation).name) {
            for (const auto* who : {her.get(), stranger.get()}) {
                house.news();
                const Result<void> result = row.run(house.stage, *const_cast<Partition*>(who), "");
                std::set<std::string> hers;
                for (const AuditRecord& record : house.news()) {
                    if (record.principal != alice && who == her.get()) continue;
                    if (record.principal[0] != 'c' && who == stranger.get()) continue;
                    hers.insert(record.operation + (record.result == "Success" ? "" : " refused"));
                }
                // A prepared operation is recorded when it is used, and these were only prepared.
                const bool is_prepared =
                    result.ok() && (row.operation == Operation::KeySign || row.operation == Operation::KeyVerify ||
                                    row.operation == Operation::KeyEncrypt || row.operation == Operation::KeyDecrypt);
                const std::string wanted = std::string(partition::row_of(row.operation).name);
                if (is_prepared) {
                    BOOST_CHECK(hers.empty());
                } else {
                    BOOST_CHECK(hers == std::set<std::string>{wanted + (result.ok() ? "" : " refused")});
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(each_use_of_a_prepared_operation_leaves_one) {
    House house(Level::All);
    const auto key = house.stage.owner().open(house.stage.pair);
    const auto signer = (*key)->signer({.scheme = SignatureScheme::Ecdsa});
    REQUIRE_OK(signer);
    house.news();
    Bytes signature((*signer)->size());
    for (int i = 0; i < 5; ++i) REQUIRE_OK((*signer)->sign(Bytes(32, 1), signature));
    const std::vector<AuditRecord> records = house.news();
    BOOST_REQUIRE_EQUAL(records.size(), 5U);
    for (const AuditRecord& record : records) {
        BOOST_CHECK_EQUAL(short_form(record), "KeySign /keys/standing-pair Success 200");
        BOOST_CHECK(record.approved);
        BOOST_CHECK_EQUAL(record.user_name, "user");
        BOOST_CHECK_EQUAL(record.operation_version, "pkcs11");
        BOOST_CHECK_GT(record.duration_us, 3U);  // no machine signs faster
    }
}

BOOST_AUTO_TEST_CASE(at_level_management_uses_that_succeed_leave_none) {
    House house(Level::Management);
    house.home.grant(alice, access::role_id::crypto_user, "/");
    const auto her = house.stage.as(alice);
    const auto stranger = house.stage.as("cccccccc-0000-4000-8000-000000000001");
    house.news();
    check_works(*her, house.stage.pair);
    CHECK_OK(her->key_record(house.stage.pair));
    CHECK_OK(her->list_keys({}));
    BOOST_CHECK(house.news().empty());
    CHECK_FAILS(sign(*stranger, house.stage.pair), Errc::AccessDenied);
    CHECK_FAILS(her->key_record(latest("none")), Errc::KeyNotFound);
    CHECK_OK(her->generate(aes_key("made")));
    CHECK_OK(her->remove_key("made"));
    std::vector<std::string> wanted{"KeySign /keys/standing-pair AccessDenied 403", "KeyGet /keys/none KeyNotFound 404",
                                    "KeyCreate /keys/made Success 200", "KeyDelete /keys/made Success 200"};
    for (const AuditRecord& record : house.news()) {
        BOOST_REQUIRE(!wanted.empty());
        BOOST_CHECK_EQUAL(short_form(record), wanted.front());
        wanted.erase(wanted.begin());
    }
    BOOST_CHECK(wanted.empty());
}

BOOST_AUTO_TEST_CASE(at_level_off_nothing_leaves_any) {
    House house(Level::Off);
    const auto stranger = house.stage.as(alice);
    house.stage.key(aes_key("made"));
    CHECK_FAILS(stranger->generate(aes_key("x")), Errc::AccessDenied);
    BOOST_CHECK(house.news().empty());
}

// What the module derives from a key's material is recorded as the key's deriving, with the policy's word on it.
BOOST_AUTO_TEST_CASE(material_to_derive_from_is_recorded_as_deriving) {
    House house(Level::All);
    NewKey deriving;
    deriving.name = "base";
    deriving.spec.type = KeyType::GenericSecret;
    deriving.ops = KeyOps::Derive;
    deriving.protection = {.sensitive = true, .extractable = false};
    REQUIRE_OK(house.stage.owner().import_key(deriving, SecretBytes(32)));
    deriving.name = "short";
    REQUIRE_OK(house.stage.owner().import_key(deriving, SecretBytes(8)));
    deriving.name = "idle";
    deriving.ops = KeyOps::Sign;
    REQUIRE_OK(house.stage.owner().import_key(deriving, SecretBytes(32)));
    std::vector<std::shared_ptr<const Key>> keys;
    for (const char* name : {"base", "short", "idle"}) keys.push_back(*house.stage.owner().open(latest(name)));
    house.news();
    CHECK_OK(keys[0]->expose_material(MaterialUse::Derive));
    CHECK_OK(keys[1]->expose_material(MaterialUse::Derive));
    CHECK_FAILS(keys[2]->expose_material(MaterialUse::Derive), Errc::KeyFunctionNotPermitted);
    CHECK_FAILS(keys[0]->expose_material(MaterialUse::Wrap), Errc::KeyUnextractable);
    const std::vector<AuditRecord> records = house.news();
    BOOST_REQUIRE_EQUAL(records.size(), 4U);
    BOOST_CHECK_EQUAL(short_form(records[0]), "KeyDerive /keys/base Success 200");
    BOOST_CHECK(records[0].approved);
    BOOST_CHECK_EQUAL(short_form(records[1]), "KeyDerive /keys/short Success 200");
    BOOST_CHECK(!records[1].approved);  // fewer than 112 bits
    BOOST_CHECK(records[2].operation == "KeyDerive" && records[2].key == "/keys/idle" &&
                records[2].result != "Success");
    BOOST_CHECK(records[3].operation == "KeyExport" && records[3].result != "Success");
}

BOOST_AUTO_TEST_CASE(a_release_is_recorded_with_its_indicator) {
    House house(Level::Management);
    house.home.grant(alice, access::role_id::release_user, "/");
    NewKey wanted = signing_pair("hers");
    wanted.exportable = true;
    wanted.release_policy.emplace();
    wanted.release_policy->data = copy_of(
        bytes_of(R"({"version":"1.0.0","anyOf":[{"authority":"https://a","anyOf":[{"claim":"c","equals":1}]}]})"));
    house.stage.key(wanted);
    const auto her = house.stage.as(alice);
    AttestedEnvironment environment{"https://a", R"({"c":1})", {}};
    environment.recipient = (*crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = 2048}))->public_key();
    const WrapAlgorithm algorithm{.scheme = WrapScheme::RsaAesKeyWrap, .label = {}, .iv = {}};
    house.news();
    REQUIRE_OK(her->release_key(latest("hers"), environment, algorithm));
    environment.claims = R"({"c":2})";
    CHECK_FAILS(her->release_key(latest("hers"), environment, algorithm), Errc::AccessDenied);
    const std::vector<AuditRecord> records = house.news();
    BOOST_REQUIRE_EQUAL(records.size(), 2U);
    BOOST_CHECK_EQUAL(short_form(records[0]), "KeyRelease /keys/hers Success 200");
    BOOST_CHECK(records[0].approved);
    BOOST_CHECK_EQUAL(short_form(records[1]), "KeyRelease /keys/hers AccessDenied 403");
    BOOST_CHECK(!records[1].approved);
}

// What the server refuses before it is an operation: nobody's key was touched, but somebody asked.
BOOST_AUTO_TEST_CASE(requests_that_became_no_operation_leave_one_at_every_level_but_off) {
    for (const Level level : {Level::Off, Level::Management, Level::All}) {
        House house(level);
        partition::Caller caller = principal_caller(alice);
        caller.request_uri = "https://lab.managedhsm.azure.net/keys//create";
        house.news();
        house.stage.owner().as_principal(caller)->record_refusal("KeyCreate", "/keys", 400, "BadParameter");
        // Nobody has touched the partition in this process yet.
        house.home.open()->as_principal(caller)->record_refusal("Unknown", "/nothing/here", 404, "NotFound");
        const std::vector<AuditRecord> records = house.news();
        BOOST_REQUIRE_EQUAL(records.size(), level == Level::Off ? 0U : 2U);
        if (level == Level::Off) continue;
        BOOST_CHECK_EQUAL(short_form(records[0]), "KeyCreate /keys BadParameter 400");
        BOOST_CHECK_EQUAL(short_form(records[1]), "Unknown /nothing/here NotFound 404");
        for (const AuditRecord& record : records) {
            BOOST_CHECK_EQUAL(record.principal, alice);
            BOOST_CHECK_EQUAL(record.caller_address, "192.0.2.7");
            BOOST_CHECK_EQUAL(record.correlation_id, caller.correlation_id);
            BOOST_CHECK_EQUAL(record.request_uri, caller.request_uri);
            BOOST_CHECK(!record.approved);
        }
    }
}

// What the server answers itself is asked for and recorded as an operation is.
BOOST_AUTO_TEST_CASE(what_the_server_answers_itself_is_authorised_and_recorded) {
    House house(Level::All);
    house.home.grant(alice, access::role_id::administrator, "/");
    const auto her = house.stage.as(alice);
    const auto stranger = house.stage.as("cccccccc-0000-4000-8000-000000000001");
    house.news();
    CHECK_OK(her->authorise(Operation::BackupStatus));
    CHECK_FAILS(stranger->authorise(Operation::BackupStatus), Errc::AccessDenied);
    CHECK_FAILS(her->authorise(Operation::KeySign, "some"), Errc::AccessDenied);
    const std::vector<AuditRecord> records = house.news();
    BOOST_REQUIRE_EQUAL(records.size(), 3U);
    BOOST_CHECK_EQUAL(short_form(records[0]), "BackupStatusGet / Success 200");
    BOOST_CHECK_EQUAL(short_form(records[1]), "BackupStatusGet / AccessDenied 403");
    BOOST_CHECK_EQUAL(short_form(records[2]), "KeySign /keys/some AccessDenied 403");
}

BOOST_AUTO_TEST_CASE(logins_are_recorded_with_their_outcome) {
    House house(Level::Management);
    house.news();
    const auto token = house.home.open();
    CHECK_FAILS(token->login(Role::User, SecretBytes::copy_of(bytes_of("wrong-pin"))), Errc::PinIncorrect);
    REQUIRE_OK(token->login(Role::SecurityOfficer, SecretBytes::copy_of(bytes_of(partition_so_pin))));
    REQUIRE_OK(token->logout());
    const std::vector<AuditRecord> records = house.news();
    BOOST_REQUIRE_EQUAL(records.size(), 3U);
    BOOST_CHECK_EQUAL(records[0].operation + " " + records[0].user_name + " " + records[0].result,
                      "Authentication user Unauthorized");
    BOOST_CHECK_EQUAL(records[1].operation + " " + records[1].user_name + " " + records[1].result,
                      "Authentication so Success");
    BOOST_CHECK_EQUAL(records[2].operation + " " + records[2].user_name, "TokenLogout so");
    BOOST_CHECK_NE(records[0].principal, records[1].principal);
    for (const AuditRecord& record : records) BOOST_CHECK(!record.correlation_id.empty());
}

BOOST_AUTO_TEST_CASE(hold_no_secret) {
    House house(Level::All);
    const std::string value = "0123456789abcdef0123456789ABCDEF";
    NewKey wanted = aes_key("secret-in");
    wanted.protection = {.sensitive = false, .extractable = true};
    const auto key = house.stage.owner().import_key(wanted, SecretBytes::copy_of(bytes_of(value)));
    REQUIRE_OK(key);
    REQUIRE_OK((*house.stage.owner().open((*key)->id))->expose_material(MaterialUse::Reveal));
    (void)house.home.open()->login(Role::User, SecretBytes::copy_of(bytes_of("secret-wrong-pin")));
    for (const AuditRecord& record : house.news()) {
        const std::string line = audit::azure_json(record, "pool");
        for (const char* secret : {value.c_str(), "secret-wrong-pin", partition_user_pin, partition_so_pin}) {
            BOOST_CHECK_EQUAL(line.find(secret), std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(verify_after_everything_was_tried) {
    House house(Level::All);
    for (const OperationCase& row : operation_cases()) (void)row.run(house.stage, house.stage.owner(), "");
    REQUIRE_OK(house.stage.owner().seal_audit());
    auto verified = house.stage.owner().verify_audit();
    REQUIRE_OK(verified);
    BOOST_CHECK(verified->seals_checked);
    for (const auto& finding : verified->findings) BOOST_ERROR(finding.sentence);
    BOOST_CHECK_GT(verified->records, 40U);
}

BOOST_AUTO_TEST_SUITE_END()
