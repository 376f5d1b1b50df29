// Published vectors through the whole module, and through SoftHSM2 as a check of the vectors.
#include <filesystem>
#include <iostream>

#include "vectors/reference_defects.hpp"
#include "vectors/runner.hpp"

namespace kvp11::test {

void run_file(Kind kind, const std::string& name) {
    if (kind == Kind::SoftHsm2 && !is_installed(kind)) {
        std::cout << "SKIPPED: SoftHSM2 is not installed\n";
        return;
    }
    Subject subject(kind);
    std::size_t run = 0;
    std::size_t left_out = 0;
    for (const Vector& vector : read_vectors(std::filesystem::path(KVP11_VECTORS) / name)) {
        BOOST_TEST_CONTEXT(name << ": " << vector.id()) {
            Session session(subject);
            const bool defect = subject.is_reference() && is_reference_defect(name, vector.id());
            if (!defect && VectorRunner(session).run(vector)) {
                ++run;
            } else {
                BOOST_TEST(subject.is_reference(), "the module has no such mechanism");
                ++left_out;
            }
        }
    }
    BOOST_TEST_MESSAGE(name << ": " << run << " run, " << left_out << " not on " << kind_name(kind));
    if (run == 0) {
        std::cout << "SKIPPED: " << kind_name(kind) << " has nothing of " << name << "\n";
    }
}

}  // namespace kvp11::test

using ::kvp11::test::Kind;
using ::kvp11::test::run_file;

#define VECTOR_FILE(file)                                                                                              \
    BOOST_AUTO_TEST_SUITE(kvp11)                                                                                       \
    BOOST_AUTO_TEST_CASE(file) { run_file(Kind::Kvp11, #file ".txt"); }                                                \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    BOOST_AUTO_TEST_SUITE(softhsm2)                                                                                    \
    BOOST_AUTO_TEST_CASE(file) { run_file(Kind::SoftHsm2, #file ".txt"); }                                             \
    BOOST_AUTO_TEST_SUITE_END()

namespace vector_files {

VECTOR_FILE(digest)
VECTOR_FILE(hmac)
VECTOR_FILE(aes_cmac)
VECTOR_FILE(aes_ecb)
VECTOR_FILE(aes_cbc)
VECTOR_FILE(aes_cbc_pad)
VECTOR_FILE(aes_ctr)
VECTOR_FILE(aes_gcm)
VECTOR_FILE(aes_kw)
VECTOR_FILE(aes_kwp)
VECTOR_FILE(rsa_pkcs1_sign)
VECTOR_FILE(rsa_pss)
VECTOR_FILE(rsa_oaep)
VECTOR_FILE(rsa_pkcs1_decrypt)
VECTOR_FILE(rsa_x509)
VECTOR_FILE(ecdsa)
VECTOR_FILE(ecdh)
VECTOR_FILE(eddsa)
VECTOR_FILE(digest_3)
VECTOR_FILE(mac_3)
VECTOR_FILE(aes_feedback)
VECTOR_FILE(aes_ccm)
VECTOR_FILE(aes_xts)
VECTOR_FILE(chacha20)
VECTOR_FILE(derivation)

}  // namespace vector_files
