#include "credential/credential_chain.hpp"

#include <stdlib.h>

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

/// Answers with what a test put into `outcome`.
class Member final : public Credential {
public:
    Member(std::string name, int& asked, Errc& outcome) : name_(std::move(name)), asked_(asked), outcome_(outcome) {}
    [[nodiscard]] std::string name() const override { return name_; }
    Result<Token> acquire(const TokenRequest&, transport::Clock::time_point) override {
        ++asked_;
        if (outcome_ != fine) return fail(outcome_, "because");
        Token token;
        token.source = name_;
        return token;
    }
    static constexpr Errc fine = Errc::NoEvent;

private:
    std::string name_;
    int& asked_;
    Errc& outcome_;
};

struct ThreeMembers {
    int asked[3] = {};
    int probed = 0;
    Errc outcome[3] = {absent, absent, absent};
    Errc probe = Member::fine;
    std::unique_ptr<CredentialChain> chain;

    ThreeMembers() {
        std::vector<ChainMember> members;
        const char* names[] = {"A", "B", "C"};
        for (int i = 0; i < 3; ++i) members.push_back({std::make_unique<Member>(names[i], asked[i], outcome[i])});
        members[1].probe = [this](transport::Clock::time_point) -> Result<void> {
            ++probed;
            if (probe != Member::fine) return fail(probe, "no answer");
            return {};
        };
        chain = std::make_unique<CredentialChain>("Chain", std::move(members));
    }
    [[nodiscard]] Result<Token> acquire() const { return chain->acquire({.resource = "r"}, soon()); }
};

void check_sentence(const Result<Token>& token, Errc code, const std::string& wanted) {
    CHECK_FAILS(token, code);
    if (!token) BOOST_CHECK_MESSAGE(token.error().message.find(wanted) != std::string::npos, token.error().message);
}

/// Nobody has az here, and no IMDS answers.
struct BareStage : Stage {
    std::string path = getenv("PATH");
    BareStage() {
        setenv("PATH", "/nowhere", 1);
        place.handler.reply = nullptr;
    }
    ~BareStage() { setenv("PATH", path.c_str(), 1); }
    static CredentialSettings without_imds() {
        CredentialSettings settings;
        settings.imds_host = "http://127.0.0.1:1";
        return settings;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(credential_chains)

BOOST_AUTO_TEST_CASE(the_first_that_has_a_token_is_kept) {
    ThreeMembers three;
    three.outcome[1] = Member::fine;
    BOOST_CHECK_EQUAL(three.acquire()->source, "B");
    BOOST_CHECK_EQUAL(three.acquire()->source, "B");
    BOOST_CHECK_EQUAL(three.asked[0], 1);
    BOOST_CHECK_EQUAL(three.asked[1], 2);
    BOOST_CHECK_EQUAL(three.asked[2], 0);
    BOOST_CHECK_EQUAL(three.probed, 1);
}

BOOST_AUTO_TEST_CASE(nobody_is_told_with_all_reasons) {
    ThreeMembers three;
    three.probe = absent;
    const auto token = three.acquire();
    check_sentence(token, absent, "nobody to log in as: A: because; B: no answer; C: because");
}

BOOST_AUTO_TEST_CASE(a_failed_probe_is_not_remembered) {
    ThreeMembers three;
    three.probe = absent;
    three.outcome[1] = Member::fine;
    CHECK_FAILS(three.acquire(), absent);
    three.probe = Member::fine;
    BOOST_CHECK_EQUAL(three.acquire()->source, "B");
}

BOOST_AUTO_TEST_CASE(who_is_refused_ends_the_walk) {
    ThreeMembers three;
    three.outcome[1] = Errc::UserNotLoggedIn;
    three.outcome[2] = Member::fine;
    check_sentence(three.acquire(), Errc::UserNotLoggedIn, "A: because; B: because");
    three.outcome[1] = Errc::DeviceError;
    check_sentence(three.acquire(), Errc::DeviceError, "B: because");
    BOOST_CHECK_EQUAL(three.asked[2], 0);
}

BOOST_AUTO_TEST_CASE(an_issuer_out_of_order_does_not_change_who_we_are) {
    ThreeMembers three;
    three.outcome[1] = Member::fine;
    three.outcome[2] = Member::fine;
    CHECK_OK(three.acquire());
    three.outcome[1] = Errc::DeviceError;
    CHECK_FAILS(three.acquire(), Errc::DeviceError);
    three.outcome[1] = Member::fine;
    BOOST_CHECK_EQUAL(three.acquire()->source, "B");
    BOOST_CHECK_EQUAL(three.asked[0], 1);
    // One that is gone is looked for anew.
    three.outcome[1] = absent;
    BOOST_CHECK_EQUAL(three.acquire()->source, "C");
    BOOST_CHECK_EQUAL(three.asked[0], 2);
    three.outcome[2] = Errc::UserNotLoggedIn;
    CHECK_FAILS(three.acquire(), Errc::UserNotLoggedIn);
    three.outcome[0] = Member::fine;
    BOOST_CHECK_EQUAL(three.acquire()->source, "A");
}

BOOST_AUTO_TEST_CASE(the_default_chain_begins_with_the_environment) {
    BareStage stage;
    stage.play_authority();
    stage.environment = {
        {"AZURE_CLIENT_SECRET", admin_secret}, {"AZURE_CLIENT_ID", admin_id}, {"AZURE_TENANT_ID", tenant_id}};
    const auto token = stage.acquire();
    REQUIRE_OK(token);
    BOOST_CHECK(token->source.starts_with("ClientSecretCredential"));
    stage.environment["AZURE_CLIENT_SECRET"] = "wrong";
    check_sentence(stage.acquire(), Errc::UserNotLoggedIn, "DefaultAzureCredential: EnvironmentCredential: localhost:");
}

BOOST_AUTO_TEST_CASE(the_default_chain_finds_the_machines_identity) {
    BareStage stage;
    stage.play_authority();
    const auto credential = stage.open();
    const auto token = credential->acquire({.resource = local_resource}, soon());
    REQUIRE_OK(token);
    BOOST_CHECK_EQUAL(token->source, "ManagedIdentityCredential (IMDS)");
    // The probe has no "Metadata: true", so that it is no request for a token.
    BOOST_CHECK_EQUAL(stage.seen(0).target, "/metadata/identity/oauth2/token");
    BOOST_CHECK(!stage.seen(0).headers.find("Metadata"));
    CHECK_OK(credential->acquire({.resource = local_resource}, soon()));
    BOOST_CHECK_EQUAL(stage.count(), 3);
}

BOOST_AUTO_TEST_CASE(the_default_chain_without_anybody_lists_all) {
    BareStage stage;
    const auto token = stage.acquire(BareStage::without_imds());
    CHECK_FAILS(token, Errc::UserNotLoggedIn);
    for (const char* part :
         {"nobody to log in as: EnvironmentCredential: not configured",
          "WorkloadIdentityCredential: not configured: no federated_token_file and no AZURE_FEDERATED_TOKEN_FILE",
          "ManagedIdentityCredential: no IMDS here", "AzureCliCredential: no az in PATH"}) {
        check_sentence(token, Errc::UserNotLoggedIn, part);
    }
}

BOOST_AUTO_TEST_CASE(a_gateway_that_says_unreachable_is_no_imds) {
    BareStage stage;
    stage.play({json_answer(403, "A socket operation was attempted to an unreachable network")});
    check_sentence(stage.acquire(), Errc::UserNotLoggedIn, "no IMDS here: a gateway says that it is unreachable");
}

BOOST_AUTO_TEST_CASE(azure_token_credentials_chooses) {
    BareStage stage;
    const CredentialSettings settings = BareStage::without_imds();
    const auto sentence_for = [&](const char* choice) {
        stage.environment["AZURE_TOKEN_CREDENTIALS"] = choice;
        const auto token = stage.acquire(settings);
        BOOST_REQUIRE(!token);
        return token.error().message;
    };
    BOOST_CHECK(sentence_for("prod").find("AzureCli") == std::string::npos);
    BOOST_CHECK(sentence_for("dev").find("Environment") == std::string::npos);
    BOOST_CHECK(sentence_for("dev").find("AzureCliCredential") != std::string::npos);
    BOOST_CHECK_EQUAL(sentence_for("workloadidentitycredential"),
                      "DefaultAzureCredential: nobody to log in as: WorkloadIdentityCredential: not configured: no "
                      "federated_token_file and no AZURE_FEDERATED_TOKEN_FILE");
    stage.environment["AZURE_TOKEN_CREDENTIALS"] = "AzureCliCredentials";
    const auto opened = open_in(std::make_shared<const Surroundings>(stage.surroundings()));
    CHECK_FAILS(opened, Errc::ConfigurationInvalid);
    BOOST_CHECK(opened.error().message.find("did you mean AzureCliCredential?") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
