#include "workplace.hpp"

#include <array>
#include <fstream>
#include <random>

using namespace kvp11;
using namespace kvp11::test;

namespace {

ClientTls version(int least, int most) {
    ClientTls tls;
    tls.least = least;
    tls.most = most;
    return tls;
}

std::string subject_of(const Client& client) {
    X509* const certificate = SSL_get1_peer_certificate(client.ssl());
    std::array<char, 256> text{};
    X509_NAME_oneline(X509_get_subject_name(certificate), text.data(), text.size());
    X509_free(certificate);
    return text.data();
}

void copy(const std::string& from, const std::string& to) {
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_AUTO_TEST_CASE(versions_1_2_and_1_3_are_spoken_and_1_1_is_not) {
    Workplace place;
    for (const int wanted : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Client client(place.tls(), version(wanted, wanted));
        BOOST_TEST(SSL_version(client.ssl()) == wanted);
        BOOST_TEST(client.ask(get("/")).value_or(Answer{}).status == 200);
    }
    BOOST_CHECK_THROW(Client(place.tls(), version(TLS1_VERSION, TLS1_1_VERSION)), std::runtime_error);
    BOOST_TEST(comes_true([&] { return place.server->counters().handshakes_failed.load() == 1; }));
}

BOOST_AUTO_TEST_CASE(ciphers_of_1_2_have_forward_secrecy) {
    Workplace place;
    Client client(place.tls(), version(TLS1_2_VERSION, TLS1_2_VERSION));
    const std::string cipher = SSL_get_cipher_name(client.ssl());
    BOOST_TEST(cipher.starts_with("ECDHE-"));
    BOOST_TEST(cipher.find("GCM") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_protocol_is_http_1_1_also_for_those_who_would_rather_have_2) {
    Workplace place;
    ClientTls tls;
    tls.protocols = "\x02h2\x08http/1.1";
    Client both(place.tls(), tls);
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(both.ssl(), &name, &size);
    BOOST_TEST(std::string(reinterpret_cast<const char*>(name), size) == "http/1.1");
    tls.protocols = "\x02h2";
    Client other(place.tls(), tls);
    BOOST_TEST(other.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").value_or(Answer{}).status == 505);
}

BOOST_AUTO_TEST_CASE(sessions_are_resumed) {
    Workplace place;
    for (const int wanted : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Client first(place.tls(), version(wanted, wanted));
        BOOST_REQUIRE(first.ask(get("/")));  // the ticket of 1.3 comes after the handshake
        ClientTls tls = version(wanted, wanted);
        tls.session = SSL_get1_session(first.ssl());
        Client second(place.tls(), tls);
        BOOST_TEST(SSL_session_reused(second.ssl()) == 1);
        BOOST_TEST(second.ask(get("/")).value_or(Answer{}).status == 200);
        SSL_SESSION_free(tls.session);
    }
}

BOOST_AUTO_TEST_CASE(a_chain_is_verified_by_its_certificate) {
    Workplace place;
    ClientTls tls;
    tls.ca_file = place.files.certificate_chain;
    Client client(place.tls(), tls);
    BOOST_TEST(client.ask(get("/")).value_or(Answer{}).status == 200);
}

BOOST_AUTO_TEST_CASE(new_certificates_serve_new_connections_and_open_ones_go_on) {
    Workplace place;
    Client before(place.tls(), ClientTls{});
    BOOST_TEST(subject_of(before) == "/CN=server");
    const auto fresh = place.certificates.make("fresh");
    copy(fresh.certificate_chain, place.files.certificate_chain);
    copy(fresh.private_key, place.files.private_key);
    REQUIRE_OK(place.server->reload_certificates());
    Client after(place.tls(), ClientTls{});
    BOOST_TEST(subject_of(after) == "/CN=fresh");
    BOOST_TEST(before.ask(get("/")).value_or(Answer{}).status == 200);
}

BOOST_AUTO_TEST_CASE(certificates_that_do_not_fit_change_nothing) {
    Workplace place;
    const auto fresh = place.certificates.make("fresh");
    copy(fresh.certificate_chain, place.files.certificate_chain);  // the key is still the old one
    CHECK_FAILS(place.server->reload_certificates(), Errc::FileUnreadable);
    std::filesystem::remove(place.files.private_key);
    CHECK_FAILS(place.server->reload_certificates(), Errc::FileUnreadable);
    std::ofstream(place.files.certificate_chain) << "no certificate";
    CHECK_FAILS(place.server->reload_certificates(), Errc::FileUnreadable);
    Client client(place.tls(), ClientTls{});
    BOOST_TEST(subject_of(client) == "/CN=server");
}

BOOST_AUTO_TEST_CASE(a_key_with_a_passphrase_is_refused_without_asking) {
    Certificates certificates;
    auto files = certificates.make("locked");
    const std::string locked = files.private_key + ".locked";
    const std::string command = "openssl pkcs8 -topk8 -in " + files.private_key + " -passout pass:x -out " + locked;
    BOOST_REQUIRE_EQUAL(std::system(command.c_str()), 0);
    files.private_key = locked;
    TestHandler handler;
    http::ListenerSettings listener;
    listener.handler = &handler;
    listener.tls = files;
    http::ServerSettings settings;
    settings.listeners.push_back(listener);
    const auto server = http::Server::start(std::move(settings));
    CHECK_FAILS(server, Errc::FileUnreadable);
    BOOST_TEST(server.error().message.find(locked) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_not_tls_ends_the_connection_only) {
    Workplace place;
    Client plain(place.tls());
    BOOST_REQUIRE(plain.send(get("/")));
    plain.rest();
    std::mt19937 random(1);
    for (int i = 0; i < 50; ++i) {
        std::string garbage(random() % 600 + 1, '\0');
        for (char& byte : garbage) byte = static_cast<char>(random());
        if (i % 2 == 0) garbage.replace(0, 3, "\x16\x03\x01");
        Client client(place.tls());
        client.send(garbage);
        client.end_sending();
        client.rest();
    }
    BOOST_TEST(place.handler.handled() == 0U);
    Client client(place.tls(), ClientTls{});
    BOOST_TEST(client.ask(get("/")).value_or(Answer{}).status == 200);
}

BOOST_AUTO_TEST_CASE(garbage_inside_tls_is_refused) {
    Workplace place;
    std::mt19937 random(2);
    for (int i = 0; i < 20; ++i) {
        std::string garbage(random() % 600 + 1, '\0');
        for (char& byte : garbage) byte = static_cast<char>(random() | 0x80U);
        Client client(place.tls(), ClientTls{});
        BOOST_REQUIRE(client.send(garbage));
        BOOST_TEST(client.answer().value_or(Answer{}).status == 400);
    }
}

BOOST_AUTO_TEST_SUITE_END()
