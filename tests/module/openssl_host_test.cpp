// A host that uses OpenSSL itself, with an openssl.cnf that names the pkcs11 engine on our module: the
// module must neither call itself through it nor disturb the host's OpenSSL.
#include <fstream>
#include <iostream>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

constexpr const char* engine = "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so";

void run_host(const std::string& order) {
    if (!std::filesystem::exists(engine)) {
        std::cout << "SKIPPED: libengine-pkcs11-openssl is not installed\n";
        return;
    }
    Subject subject(Kind::Kvp11);
    {
        Session session(subject);
        session.create(rsa_private().flag(CKA_TOKEN, true).text(CKA_LABEL, "engine-key").bytes(CKA_ID, {1}));
        session.create(rsa_public().flag(CKA_TOKEN, true).text(CKA_LABEL, "engine-key").bytes(CKA_ID, {1}));
    }
    subject.finalise();
    const auto file = subject.folder() / "openssl.cnf";
    std::ofstream(file) << "openssl_conf = main\n[main]\nengines = engines\n[engines]\npkcs11 = pkcs11\n"
                        << "[pkcs11]\nengine_id = pkcs11\ndynamic_path = " << engine
                        << "\nMODULE_PATH = " << module_path(Kind::Kvp11) << "\nPIN = " << user_pin
                        << "\ndefault_algorithms = ALL\ninit = 1\n";
    const Ended ended = run({KVP11_OPENSSL_HOST, order}, {{"OPENSSL_CONF", file.string()}}, 60);
    BOOST_TEST(ended.is_clean(), "signal " << ended.signal << " exit " << ended.exit_code << "\n" << ended.output);
    BOOST_TEST(ended.output.find("engine signed") != std::string::npos, ended.output);
    BOOST_TEST(ended.output.find("module signed") != std::string::npos, ended.output);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(openssl_host)

BOOST_AUTO_TEST_CASE(the_engine_comes_first) { run_host("engine"); }
BOOST_AUTO_TEST_CASE(the_module_comes_first) { run_host("module"); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
