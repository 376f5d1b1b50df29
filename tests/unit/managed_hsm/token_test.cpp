// What the slot says of itself, logins, random numbers.
#include <set>

#include "remote_case.hpp"

namespace kvp11::test {
namespace {

BOOST_AUTO_TEST_SUITE(token)

BOOST_AUTO_TEST_CASE(a_slot_tells_of_itself_without_a_request) {
    RemoteCase remote;
    const auto status = remote.backend->status();
    REQUIRE_OK(status);
    BOOST_TEST((status->life_cycle == LifeCycle::Active));
    BOOST_TEST(status->label == "remote");
    BOOST_TEST(status->model == "Managed HSM");
    // echo -n lab.managedhsm.localhost | sha256sum
    BOOST_TEST(status->serial == "4382a2f744e0cbfd");
    BOOST_TEST(!status->login_required);
    BOOST_TEST(remote.hsm.exchanges().empty());
}

BOOST_AUTO_TEST_CASE(a_slot_without_a_label_has_the_hosts) {
    RemoteCase remote([](managed_hsm::Settings& settings) { settings.label.clear(); });
    BOOST_TEST(remote.backend->status()->label == "lab");
}

BOOST_AUTO_TEST_CASE(without_a_pin_every_pin_is_right_and_there_is_no_officer) {
    RemoteCase remote;
    CHECK_OK(remote.backend->login(Role::User, secret(bytes_of("1234"))));
    CHECK_OK(remote.backend->logout());
    CHECK_FAILS(remote.backend->login(Role::SecurityOfficer, secret(bytes_of("1234"))), Errc::UserTypeInvalid);
    CHECK_FAILS(remote.backend->initialise(secret(bytes_of("1234")), "x"), Errc::TokenWriteProtected);
    CHECK_FAILS(remote.backend->initialise_user_pin(secret(bytes_of("1234"))), Errc::FunctionNotSupported);
    CHECK_FAILS(remote.backend->change_pin(Role::User, {}, {}), Errc::FunctionNotSupported);
    BOOST_TEST(remote.hsm.exchanges().empty());
}

BOOST_AUTO_TEST_CASE(before_a_login_by_pin_nothing_is_seen_and_nobody_asked) {
    RemoteCase remote([](managed_hsm::Settings& settings) { settings.pipeline.credential_by_pin = true; });
    BOOST_TEST(remote.backend->status()->login_required);
    BOOST_TEST(remote.backend->find({})->empty());
    CHECK_FAILS(remote.backend->generate(ec_key("x")), Errc::UserNotLoggedIn);
    BOOST_TEST(remote.hsm.exchanges().empty());
}

BOOST_AUTO_TEST_CASE(random_numbers_come_in_chunks) {
    RemoteCase remote;
    Bytes bytes(300);
    CHECK_OK(remote.backend->random(bytes));
    BOOST_TEST(std::set<std::uint8_t>(bytes.begin(), bytes.end()).size() > 100u);
    BOOST_TEST(std::set<std::uint8_t>(bytes.end() - 44, bytes.end()).size() > 20u);
    std::vector<std::string> bodies;
    for (const Exchange& exchange : remote.hsm.exchanges()) {
        if (exchange.operation == "RandomGet" && exchange.status == 200) bodies.push_back(exchange.body);
    }
    const std::vector<std::string> wanted = {R"({"count":128})", R"({"count":128})", R"({"count":44})"};
    BOOST_TEST(bodies == wanted, boost::test_tools::per_element());
    CHECK_OK(remote.backend->random({}));
}

BOOST_AUTO_TEST_CASE(a_slot_supports_what_the_service_does) {
    RemoteCase remote;
    const Backend& backend = *remote.backend;
    BOOST_TEST(backend.supports({SignatureScheme::RsaPss}, KeyType::Rsa, false));
    BOOST_TEST(!backend.supports({SignatureScheme::RsaRaw}, KeyType::Rsa, false));
    BOOST_TEST(!backend.supports({SignatureScheme::AesCmac}, KeyType::Aes, false));
    // Of hashes it has three, and whole MACs; a public half is used here, with all of them.
    for (const SignatureScheme scheme : {SignatureScheme::RsaPkcs1, SignatureScheme::RsaPss}) {
        BOOST_TEST(backend.supports({scheme, Digest::Sha384}, KeyType::Rsa, false));
        for (const Digest digest : {Digest::Sha1, Digest::Sha224, Digest::Sha512_256, Digest::Sha3_256}) {
            BOOST_TEST(!backend.supports({scheme, digest}, KeyType::Rsa, false));
            BOOST_TEST(backend.supports({scheme, digest}, KeyType::Rsa, true));
            BOOST_TEST(backend.supports({SignatureScheme::Ecdsa, digest}, KeyType::Ec, false));
            BOOST_TEST(!backend.supports({SignatureScheme::Hmac, digest}, KeyType::GenericSecret, true));
        }
    }
    BOOST_TEST(backend.supports({SignatureScheme::RsaRaw}, KeyType::Rsa, true));
    BOOST_TEST(backend.supports(CipherScheme::RsaRaw, KeyType::Rsa, false));
    BOOST_TEST(!backend.supports(CipherScheme::RsaRaw, KeyType::Rsa, true));
    const SignatureAlgorithm shorter{.scheme = SignatureScheme::Hmac, .mac_length = 8};
    BOOST_TEST(!backend.supports(shorter, KeyType::GenericSecret, false));
    BOOST_TEST(backend.supports({SignatureScheme::Hmac}, KeyType::GenericSecret, false));
    BOOST_TEST(backend.supports(CipherScheme::AesGcm, KeyType::Aes, true));
    BOOST_TEST(!backend.supports(CipherScheme::AesCtr, KeyType::Aes, true));
    BOOST_TEST(backend.supports(WrapScheme::AesKwp, KeyType::Aes));
    BOOST_TEST(!backend.supports_agreement(KeyType::Ec));
}

BOOST_AUTO_TEST_CASE(a_key_vault_has_no_secret_keys_and_no_random_numbers) {
    RemoteHsm hsm;
    managed_hsm::Settings settings = hsm.settings();
    settings.pipeline.members = {"https://contoso.vault.azure.net"};
    const auto vault = managed_hsm::open_managed_hsm(std::move(settings));
    REQUIRE_OK(vault);
    BOOST_TEST((*vault)->status()->model == "Key Vault");
    BOOST_TEST((*vault)->status()->label == "remote");
    BOOST_TEST(!(*vault)->supports(CipherScheme::AesGcm, KeyType::Aes, true));
    BOOST_TEST(!(*vault)->supports_generating(KeyType::Aes));
    BOOST_TEST((*vault)->supports_generating(KeyType::Ec));
    CHECK_FAILS((*vault)->generate(aes_key("x")), Errc::AlgorithmNotSupported);
    Bytes bytes(32);
    CHECK_OK((*vault)->random(bytes));
    BOOST_TEST(std::set<std::uint8_t>(bytes.begin(), bytes.end()).size() > 10u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
