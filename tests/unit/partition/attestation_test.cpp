// The key that signs a partition's attestations: where it comes from, how it is kept, who vouches for it.
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <set>
#include <thread>

#include "partition/attestation.hpp"
#include "twins.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

std::vector<X509*> certificates_in(const std::string& pem) {
    std::vector<X509*> all;
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    while (X509* next = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)) all.push_back(next);
    BIO_free(bio);
    return all;
}

std::string pem_of(partition::Partition& token, const std::string& name) {
    const auto attestation = token.attest_key(KeyId{name, ""});
    REQUIRE_OK(attestation);
    return attestation->certificates_pem;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attestation)

BOOST_AUTO_TEST_CASE(its_certificate_is_under_a_root_that_signed_itself) {
    const auto made = partition::make_attestation_key("0123456789abcdef");
    REQUIRE_OK(made);
    const auto chain =
        certificates_in(crypto::certificate_pem(made->certificate) + crypto::certificate_pem(made->root));
    BOOST_REQUIRE_EQUAL(chain.size(), 2U);
    BOOST_CHECK_EQUAL(X509_verify(chain[0], X509_get0_pubkey(chain[1])), 1);
    BOOST_CHECK_EQUAL(X509_verify(chain[1], X509_get0_pubkey(chain[1])), 1);
    BOOST_CHECK_EQUAL(X509_check_issued(chain[1], chain[0]), X509_V_OK);
    BOOST_CHECK_EQUAL(X509_check_ca(chain[1]), 1);
    BOOST_CHECK_EQUAL(X509_check_ca(chain[0]), 0);
    BOOST_CHECK(made->certificate.key == made->key->public_key());
    for (X509* certificate : chain) X509_free(certificate);
}

BOOST_AUTO_TEST_CASE(it_is_kept_sealed_and_bound_to_its_certificates) {
    const auto made = partition::make_attestation_key("x");
    REQUIRE_OK(made);
    const SecretBytes key = SecretBytes::copy_of(Bytes(32, 1));
    const auto sealed = partition::seal_attestation_key(*made, key);
    REQUIRE_OK(sealed);
    const auto opened = partition::unseal_attestation_key(*sealed, key);
    REQUIRE_OK(opened);
    BOOST_CHECK(opened->key->public_key() == made->key->public_key());
    BOOST_CHECK(opened->root.der == made->root.der);
    CHECK_FAILS(partition::unseal_attestation_key(*sealed, SecretBytes(32)), Errc::StoreDamaged);
    for (std::size_t at = 0; at < sealed->size(); at += 7) {
        Bytes changed = *sealed;
        changed[at] ^= 1;
        CHECK_FAILS(partition::unseal_attestation_key(changed, key), Errc::StoreDamaged);
    }
    CHECK_FAILS(partition::unseal_attestation_key({}, key), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(all_who_want_it_first_at_once_get_the_same) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "code")));
    std::vector<std::string> got(4);
    std::vector<std::thread> others;
    for (std::string& mine : got) {
        others.emplace_back([&] {
            const auto attestation = token->attest_key(KeyId{"code", ""});
            if (attestation.ok()) mine = attestation->certificates_pem;
        });
    }
    for (std::thread& other : others) other.join();
    BOOST_CHECK(!got[0].empty());
    BOOST_CHECK_EQUAL(std::set<std::string>(got.begin(), got.end()).size(), 1U);
    const auto later = partition_at(folder.path());
    log_in(*later, Role::User);
    BOOST_CHECK_EQUAL(pem_of(*later, "code"), got[0]);
}

BOOST_AUTO_TEST_CASE(it_is_not_believed_when_it_was_changed_outside_and_goes_with_the_token) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "code")));
    const std::string before = pem_of(*token, "code");
    tamper(folder.path() + "/token.db",
           "UPDATE meta SET value = CAST(substr(value, 1, length(value) - 1) || x'00' AS BLOB)"
           " WHERE name = 'attestation-key'");
    CHECK_FAILS(token->attest_key(KeyId{"code", ""}), Errc::StoreDamaged);
    REQUIRE_OK(token->logout());
    REQUIRE_OK(token->initialise(pin(so_pin), "anew"));
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    REQUIRE_OK(token->initialise_user_pin(pin(user_pin)));
    log_in(*token, Role::User);
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "code")));
    BOOST_CHECK_NE(pem_of(*token, "code"), before);
}

BOOST_AUTO_TEST_SUITE_END()
