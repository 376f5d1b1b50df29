#include "transport/address_book.hpp"

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

std::vector<std::string> texts_of(const std::variant<transport::Addresses, Trouble>& found) {
    std::vector<std::string> texts;
    for (const auto& address : std::get<transport::Addresses>(found)) texts.push_back(transport::text_of(address));
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(address_book)

BOOST_AUTO_TEST_CASE(literals_and_localhost_need_no_asking) {
    const std::map<std::string, std::string> none;
    transport::AddressBook book(none);
    BOOST_TEST(texts_of(book.find("192.0.2.7", 1)) == Texts{"192.0.2.7"});
    BOOST_TEST(texts_of(book.find("2001:db8::7", 1)) == Texts{"2001:db8::7"});
    BOOST_TEST(texts_of(book.find("lab.managedhsm.localhost", 1)) == (Texts{"127.0.0.1", "::1"}));
}

BOOST_AUTO_TEST_CASE(an_override_comes_before_everything) {
    const std::map<std::string, std::string> overrides = {{"hsm.example", "192.0.2.1"}, {"localhost", "192.0.2.2"}};
    transport::AddressBook book(overrides);
    BOOST_TEST(texts_of(book.find("hsm.example", 1)) == Texts{"192.0.2.1"});
    BOOST_TEST(texts_of(book.find("HSM.Example", 1)) == Texts{"192.0.2.1"});
    BOOST_TEST(texts_of(book.find("localhost", 1)) == Texts{"192.0.2.2"});
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_knows_is_told) {
    const auto transport = open_transport(bare_settings());
    // RFC 6761: never exists. Whoever answers for it all the same is no test's business.
    const Outcome outcome = get(*transport, {"no.such.host.invalid", 443, true});
    BOOST_TEST(summary(outcome) == "Name, has not happened");
    CHECK_CONTAINS(trouble_of(outcome).message, "no.such.host.invalid");
    CHECK_FAILS(transport->resolve({"no.such.host.invalid", 443, true}), Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(resolve_tells_what_a_connection_would_use) {
    TransportSettings settings = bare_settings();
    settings.addresses = {{"HSM.example", "192.0.2.1"}};
    settings.proxy = "http://192.0.2.9:3128";
    const auto transport = open_transport(settings);
    BOOST_TEST(transport->resolve({"hsm.example", 443, true}).value() == Texts{"192.0.2.1"});
    BOOST_TEST(transport->resolve({"other.example", 443, true}).value() == Texts{"192.0.2.9"});
    BOOST_TEST(transport->resolve({"127.0.0.1", 443, true}).value() == Texts{"127.0.0.1"});
}

BOOST_AUTO_TEST_CASE(an_override_that_is_no_address_is_refused) {
    TransportSettings settings = bare_settings();
    settings.addresses = {{"hsm.example", "other.example"}};
    CHECK_FAILS(Transport::open(settings), Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_SUITE_END()
