#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

const std::string secret = admin_secret;
const std::string with_client = std::string(admin_id) + ":" + secret;
const std::string with_tenant = std::string(tenant_id) + ":" + with_client;

Result<Token> log_in(Stage& stage, const std::string& pin, const CredentialSettings& settings = {}) {
    const auto credential = TRY(open_pin_in(stage.surroundings(settings), SecretBytes::copy_of(bytes_of(pin))));
    return credential->acquire({.resource = local_resource}, soon());
}

CredentialSettings with(const std::string& tenant, const std::string& client_id) {
    CredentialSettings settings;
    settings.tenant = tenant;
    settings.client_id = client_id;
    return settings;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pins)

// The secret of the tests has a colon itself.
BOOST_AUTO_TEST_CASE(a_pin_carries_a_client_secret_in_three_forms) {
    Stage stage;
    stage.play_authority();
    CHECK_OK(log_in(stage, secret, with(tenant_id, admin_id)));
    CHECK_OK(log_in(stage, with_client, with(tenant_id, machine_id)));
    CHECK_OK(log_in(stage, with_tenant, with("another.example", machine_id)));
    stage.environment = {{"AZURE_CLIENT_ID", admin_id}, {"AZURE_TENANT_ID", tenant_id}};
    CHECK_OK(log_in(stage, secret));
    CHECK_OK(log_in(stage, secret + "\n"));
}

BOOST_AUTO_TEST_CASE(a_wrong_secret_is_a_wrong_pin) {
    Stage stage;
    stage.play_authority();
    const auto token = log_in(stage, "wrong", with(tenant_id, admin_id));
    CHECK_FAILS(token, Errc::PinIncorrect);
    BOOST_CHECK(token.error().message.find("AADSTS7000215") != std::string::npos);
    CHECK_FAILS(log_in(stage, std::string(machine_id) + ":" + secret, with(tenant_id, admin_id)), Errc::PinIncorrect);
}

BOOST_AUTO_TEST_CASE(what_is_no_fault_of_the_pin_is_told_as_such) {
    Stage stage;
    stage.play({json_answer(500, "")});
    CHECK_FAILS(log_in(stage, secret, with(tenant_id, admin_id)), Errc::DeviceError);
    CHECK_FAILS(log_in(stage, secret, with("", admin_id)), Errc::UserNotLoggedIn);
    CHECK_FAILS(log_in(stage, secret, with(tenant_id, "")), Errc::PinIncorrect);
    CHECK_FAILS(log_in(stage, "", with(tenant_id, admin_id)), Errc::PinIncorrect);
    CHECK_FAILS(log_in(stage, std::string(admin_id) + ":", with(tenant_id, admin_id)), Errc::PinIncorrect);
}

BOOST_AUTO_TEST_SUITE_END()
