#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A server with this certificate, and what a transport that trusts `ca_file` says about it.
std::string told_about(const Identity& identity, const std::string& ca_file, const std::string& host = "localhost") {
    const auto context = server_tls(identity);
    RawServer server([&](Peer& peer) {
        if (!peer.accept_tls(context.get())) return;
        peer.request();
        peer.write(ok);
    });
    TransportSettings settings = bare_settings();
    settings.ca_file = ca_file;
    settings.addresses = {{"hsm.example", "127.0.0.1"}, {"localhost", "127.0.0.1"}};
    const auto transport = open_transport(settings);
    const Outcome outcome = get(*transport, {host, server.port(), true});
    if (const auto* const trouble = std::get_if<Trouble>(&outcome)) BOOST_TEST(!trouble->may_have_happened);
    return told(outcome);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_AUTO_TEST_CASE(a_certificate_of_the_authority_is_taken) {
    const Workplace place;
    BOOST_TEST(told_about(place.identity, place.ca_file) == "200 ok");
    BOOST_TEST(told_about(place.identity, place.ca_file, "hsm.example") == "200 ok");
    BOOST_TEST(told_about(place.identity, place.ca_file, "127.0.0.1") == "200 ok");
}

BOOST_AUTO_TEST_CASE(a_certificate_may_be_trusted_itself) {
    const Workplace place;
    BOOST_TEST(told_about(place.identity, place.files.certificate_chain) == "200 ok");
    const Identity lone = make_identity({});
    BOOST_TEST(told_about(lone, place.folder.write("lone", lone).certificate_chain) == "200 ok");
}

BOOST_AUTO_TEST_CASE(a_certificate_of_somebody_else_is_refused) {
    const Workplace place;
    const Identity other = make_identity({.common_name = "Other Authority", .is_authority = true});
    const Identity impostor = make_identity({}, &other);
    BOOST_TEST(told_about(impostor, place.ca_file) ==
               "Tls: the certificate of localhost is issued by \"CN = Other Authority\", which is not trusted: set "
               "ca_file to a file with that authority's certificate");
    BOOST_TEST(
        told_about(make_identity({}), place.ca_file) ==
        "Tls: the certificate of localhost is signed by itself and not trusted: set ca_file to a file with it if "
        "it is the right one");
    // The system's authorities do not know it either.
    CHECK_CONTAINS(told_about(place.identity, ""), "which is not trusted");
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_name_is_refused) {
    const Workplace place;
    const Identity other = make_identity({.names = "DNS:a.example,DNS:*.b.example,IP:192.0.2.1"}, &place.authority);
    BOOST_TEST(told_about(other, place.ca_file) ==
               "Tls: the certificate of localhost is for a.example, *.b.example, 192.0.2.1: is the address right, and "
               "does nobody stand in between?");
    CHECK_CONTAINS(told_about(other, place.ca_file, "127.0.0.1"), "the certificate of 127.0.0.1 is for a.example");
}

BOOST_AUTO_TEST_CASE(a_certificate_out_of_its_time_is_refused) {
    const Workplace place;
    const Identity old = make_identity({.valid_from_hours = -48, .valid_to_hours = -24}, &place.authority);
    CHECK_CONTAINS(told_about(old, place.ca_file), "Tls: the certificate of localhost expired on ");
    const Identity early = make_identity({.valid_from_hours = 24, .valid_to_hours = 48}, &place.authority);
    CHECK_CONTAINS(told_about(early, place.ca_file), "Tls: the certificate of localhost is valid from ");
    const Identity old_authority = make_identity({.names = "DNS:old",
                                                  .common_name = "Old Authority",
                                                  .valid_from_hours = -48,
                                                  .valid_to_hours = -24,
                                                  .is_authority = true});
    const std::string file = place.folder.write("old", old_authority).certificate_chain;
    CHECK_CONTAINS(told_about(make_identity({}, &old_authority), file),
                   "Tls: the certificate of \"CN = Old Authority\" in the chain of localhost's expired on ");
}

BOOST_AUTO_TEST_CASE(pins_are_of_any_certificate_in_the_chain) {
    Workplace place;
    const auto outcome_with = [&](const std::string& pin) {
        TransportSettings settings = place.settings();
        settings.pins = {pin_of(make_identity({})), pin};
        return told(get(*open_transport(settings), place.tls()));
    };
    BOOST_TEST(outcome_with(pin_of(place.identity)) == "200 GET / ");
    BOOST_TEST(outcome_with(pin_of(place.authority)) == "200 GET / ");
    BOOST_TEST(outcome_with(pin_of(make_identity({}))) ==
               "Tls: the certificates of localhost have none of the pinned keys: the first one's is " +
                   pin_of(place.identity));
}

BOOST_AUTO_TEST_CASE(a_pin_does_not_stand_for_trust) {
    const Workplace place;
    TransportSettings settings = bare_settings();
    settings.pins = {pin_of(place.identity)};
    CHECK_CONTAINS(told(get(*open_transport(settings), place.tls())), "which is not trusted");
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_be_used_are_refused_at_once) {
    const Workplace place;
    for (const std::string& pin : {std::string("x"), std::string(44, 'A'), std::string(43, '!') + "=", std::string()}) {
        TransportSettings settings = bare_settings();
        settings.pins = {pin};
        CHECK_FAILS(Transport::open(settings), Errc::ConfigurationInvalid);
    }
    const std::string broken = place.folder.write_text(
        "broken.pem", "-----BEGIN CERTIFICATE-----\nTm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n");
    for (const std::string& file : {std::string("/no/such/file"), place.folder.write_text("empty.pem", "nothing"),
                                    broken, place.files.private_key}) {
        TransportSettings settings = bare_settings();
        settings.ca_file = file;
        CHECK_FAILS(Transport::open(settings), Errc::ConfigurationInvalid);
    }
    TransportSettings settings = bare_settings();
    settings.most_connections = 0;
    CHECK_FAILS(Transport::open(settings), Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_CASE(tls_1_1_is_refused) {
    const Workplace place;
    for (const int version : {TLS1_1_VERSION, TLS1_2_VERSION}) {
        const auto context = server_tls(place.identity, version);
        RawServer server([&](Peer& peer) {
            if (!peer.accept_tls(context.get())) return;
            peer.request();
            peer.write(ok);
        });
        const auto transport = open_transport(place.settings());
        const std::string outcome = told(get(*transport, {"127.0.0.1", server.port(), true}));
        if (version == TLS1_2_VERSION) {
            BOOST_TEST(outcome == "200 ok");
        } else {
            CHECK_CONTAINS(outcome, "Tls: no TLS with 127.0.0.1:");
            CHECK_CONTAINS(outcome, "it speaks no TLS 1.2 or newer");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_tls_is_told) {
    RawServer server([](Peer& peer) {
        peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.wait_for_end();
    });
    const auto transport = open_transport(bare_settings());
    CHECK_CONTAINS(told(get(*transport, {"127.0.0.1", server.port(), true})), "what it speaks is no TLS");
}

BOOST_AUTO_TEST_CASE(a_handshake_that_is_cut_off_has_not_happened) {
    RawServer server([](Peer& peer) { peer.reset(); });
    const auto transport = open_transport(bare_settings());
    BOOST_TEST(summary(get(*transport, {"127.0.0.1", server.port(), true})) == "Closed, has not happened");
}

BOOST_AUTO_TEST_CASE(the_next_connection_is_resumed) {
    const Workplace place;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto context = server_tls(place.identity, version);
        std::vector<bool> resumed(3);
        RawServer server([&](Peer& peer) {
            if (!peer.accept_tls(context.get())) return;
            peer.request();
            resumed.at(peer.index()) = peer.was_resumed();
            peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
            peer.wait_for_end();
        });
        const auto transport = open_transport(place.settings());
        for (std::size_t i = 1; i <= 3; ++i) {
            BOOST_TEST(told(get(*transport, {"127.0.0.1", server.port(), true})) == "200 ok");
            server.wait_for_ended(i);
        }
        BOOST_TEST(resumed == (std::vector<bool>{false, true, true}), "TLS version " << version);
    }
}

BOOST_AUTO_TEST_CASE(tickets_that_come_late_do_not_end_a_connection) {
    const Workplace place;
    const auto context = server_tls(place.identity);
    std::mutex mutex;
    std::condition_variable changed;
    bool sent = false;
    RawServer server([&](Peer& peer) {
        if (!peer.accept_tls(context.get())) return;
        peer.request();
        peer.write(ok);
        peer.send_ticket();
        {
            const std::lock_guard lock(mutex);
            sent = true;
            changed.notify_all();
        }
        peer.request();
        peer.write(ok);
    });
    const auto transport = open_transport(place.settings());
    const Endpoint endpoint{"127.0.0.1", server.port(), true};
    BOOST_TEST(told(get(*transport, endpoint)) == "200 ok");
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return sent; });
    }
    BOOST_TEST(told(get(*transport, endpoint)) == "200 ok");
    BOOST_TEST(transport->connections_made() == 1U);
}

BOOST_AUTO_TEST_CASE(a_cut_without_good_bye_is_no_end_of_an_answer) {
    const Workplace place;
    const auto context = server_tls(place.identity);
    RawServer server([&](Peer& peer) {
        if (!peer.accept_tls(context.get())) return;
        peer.request();
        peer.write("HTTP/1.1 200 OK\r\n\r\nhello");
        if (peer.index() == 1) peer.say_good_bye();
    });
    const auto transport = open_transport(place.settings());
    const Endpoint endpoint{"127.0.0.1", server.port(), true};
    BOOST_TEST(summary(get(*transport, endpoint)) == "Closed, may have happened");
    BOOST_TEST(told(get(*transport, endpoint)) == "200 hello");
}

BOOST_AUTO_TEST_SUITE_END()
