// `kvp11 doctor` on slots on a Managed HSM: hsm-sim, the real program, with one thing after the other broken.
#include <sys/socket.h>

#include <netinet/in.h>

#include <unistd.h>

#include "server_process.hpp"
#include "support/pool.hpp"
#include "unit/tools/doctor_run.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

namespace fs = std::filesystem;

/// A pool, and configurations of slots on it.
struct RemoteDesk {
    TemporaryFolder folder;
    Pool pool{folder / "pool"};

    RemoteDesk() { put("secret", "user-3729\n"); }

    void put(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }

    /// The lines of a slot, by key; what is empty is left out.
    using Lines = std::map<std::string, std::string>;
    [[nodiscard]] Lines usual() const {
        const std::string port = std::to_string(pool.port());
        return {{"url", '"' + pool.url() + '"'},
                {"credential", "\"client-secret\""},
                {"tenant", std::string("\"") + Pool::tenant + '"'},
                {"client_id", std::string("\"") + Pool::client_id + '"'},
                {"client_secret_file", '"' + (folder / "secret") + '"'},
                {"authority_host", "\"https://localhost:" + port + '"'},
                {"ca_file", '"' + (pool.folder() / "ca.pem").string() + '"'},
                {"addresses", "[\"lab.managedhsm.localhost=127.0.0.1\"]"},
                {"proxy", "\"none\""},
                {"timeout", "5000"},
                {"retries", "1"},
                {"cache_folder", '"' + (folder / "cache") + '"'},
                {"records", '"' + (folder / "records/r.db") + '"'}};
    }
    [[nodiscard]] std::string configuration(const Lines& changed) const {
        Lines lines = usual();
        for (const auto& [key, value] : changed) lines[key] = value;
        std::string text = "[[slot]]\nid = 1\nlabel = \"lab\"\nbackend = \"managed-hsm\"\n";
        for (const auto& [key, value] : lines)
            if (!value.empty()) text += key + " = " + value + "\n";
        put("kvp11.toml", text);
        return folder / "kvp11.toml";
    }
    [[nodiscard]] Examined examined(const Lines& changed = {}, Words words = {}) const {
        return examine(configuration(changed), std::move(words));
    }
    [[nodiscard]] DevClient client() const { return {pool.folder().string(), pool.port()}; }
    void make_key(const std::string& name, const std::string& body = R"({"kty":"EC-HSM","crv":"P-256"})") const {
        client().must("POST", "/keys/" + name + "/create", body);
    }
};

/// A port of the loopback that nobody listens on.
std::uint16_t closed_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    BOOST_REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    BOOST_REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    ::close(socket);
    return ntohs(address.sin_port);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(doctor_remote)

BOOST_AUTO_TEST_CASE(everything_is_fine) {
    const RemoteDesk desk;
    desk.make_key("web");
    const auto examined = desk.examined({}, {"--key", "web", "--mechanism", "CKM_ECDSA_SHA256"});
    BOOST_TEST_CONTEXT(examined.json) {
        BOOST_TEST(examined.code == 0);
        for (const char* check : {"configuration", "name", "proxy", "connection", "tls", "clock", "token", "role",
                                  "key", "mechanism", "cache", "records"})
            EXPECT_CHECK(examined, check, "ok");
        for (const char* check : {"members", "pace"}) EXPECT_CHECK(examined, check, "skipped");
        BOOST_TEST(examined.text("tls").starts_with("TLSv1.3 "));
        BOOST_TEST(holds(examined.text("token"), std::string("tenant ") + Pool::tenant));
        BOOST_TEST(holds(examined.text("token"), "object id c5f8a0b2-9d57-4a3e-8d51-7a1f5f2f9f31"));
        BOOST_TEST(holds(examined.text("token"), "ClientSecretCredential"));
        BOOST_TEST(examined.text("key").starts_with("web: EC P-256, version "));
        BOOST_TEST(examined.text("mechanism") ==
                   "CKM_ECDSA_SHA256: a trial signature of 64 bytes was made and verified");
    }
}

BOOST_AUTO_TEST_CASE(neither_token_nor_secret_is_ever_shown) {
    const RemoteDesk desk;
    const auto examined = desk.examined();
    BOOST_TEST(examined.code == 0);
    BOOST_TEST(!holds(examined.json, "user-3729"));
    BOOST_TEST(!holds(examined.json, "eyJ"));  // what every JWT begins with
}

BOOST_AUTO_TEST_CASE(an_unknown_authority_is_a_matter_of_tls) {
    const RemoteDesk desk;
    const auto examined = desk.examined({{"ca_file", ""}});
    BOOST_TEST(examined.code == 24);
    for (const char* check : {"name", "connection"}) EXPECT_CHECK(examined, check, "ok");
    EXPECT_CHECK(examined, "tls", "failed");
    EXPECT_CHECK(examined, "token", "skipped");
    BOOST_TEST(examined.text("role") == "the check of tls failed");
    BOOST_TEST(holds(examined.advice("tls"), "ca_file"));
}

BOOST_AUTO_TEST_CASE(a_pin_that_nobody_has_is_a_matter_of_tls) {
    const RemoteDesk desk;
    const auto examined = desk.examined({{"pins", "[\"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"]"}});
    BOOST_TEST(examined.code == 24);
    BOOST_TEST(holds(examined.advice("tls"), "pins"));
}

BOOST_AUTO_TEST_CASE(a_ca_file_that_is_not_there_is_a_matter_of_configuration) {
    const RemoteDesk desk;
    const auto examined = desk.examined({{"ca_file", "\"/nowhere/ca.pem\""}});
    BOOST_TEST(examined.code == 20);
    EXPECT_CHECK(examined, "name", "skipped");
}

BOOST_AUTO_TEST_CASE(an_unknown_host_is_a_matter_of_its_name) {
    const RemoteDesk desk;
    const auto examined = desk.examined({{"url", "\"https://nobody.invalid\""}, {"addresses", ""}});  // RFC 6761
    BOOST_TEST(examined.code == 21);
    EXPECT_CHECK(examined, "name", "failed");
    EXPECT_CHECK(examined, "connection", "skipped");
    BOOST_TEST(holds(examined.text("name"), "nobody.invalid"));
}

BOOST_AUTO_TEST_CASE(a_closed_port_is_a_matter_of_the_connection) {
    const RemoteDesk desk;
    const auto examined =
        desk.examined({{"url", "\"https://lab.managedhsm.localhost:" + std::to_string(closed_port()) + '"'}});
    BOOST_TEST(examined.code == 23);
    EXPECT_CHECK(examined, "name", "ok");
    EXPECT_CHECK(examined, "connection", "failed");
}

BOOST_AUTO_TEST_CASE(a_wrong_secret_is_a_matter_of_the_token) {
    const RemoteDesk desk;
    desk.put("secret", "no-secret\n");
    const auto examined = desk.examined();
    BOOST_TEST(examined.code == 26);
    EXPECT_CHECK(examined, "tls", "ok");
    EXPECT_CHECK(examined, "token", "failed");
    BOOST_TEST(holds(examined.text("token"), "AADSTS7000215"));
    BOOST_TEST(!holds(examined.json, "no-secret"));
    EXPECT_CHECK(examined, "role", "skipped");
}

BOOST_AUTO_TEST_CASE(a_principal_without_a_role_is_told_which_to_ask_for) {
    RemoteDesk desk;
    desk.pool.kill();
    std::string identities = content((desk.pool.folder() / "identities.json").string());
    const std::string stranger = R"({"name": "stranger", "clientId": "9b3c9c6e-51ab-4d6b-9c1f-6f2f6a1f4d29",
   "objectId": "95f8a0b2-9d57-4a3e-8d51-7a1f5f2f9f39", "secret": "stranger-secret"}, )";
    identities.insert(identities.find('[') + 1, stranger);
    std::ofstream(desk.pool.folder() / "identities.json") << identities;
    desk.pool.start();
    desk.put("secret", "stranger-secret\n");
    const auto examined = desk.examined({{"client_id", "\"9b3c9c6e-51ab-4d6b-9c1f-6f2f6a1f4d29\""}}, {"--key", "web"});
    BOOST_TEST_CONTEXT(examined.json) {
        BOOST_TEST(examined.code == 27);
        EXPECT_CHECK(examined, "token", "ok");
        EXPECT_CHECK(examined, "role", "failed");
        EXPECT_CHECK(examined, "key", "skipped");
        BOOST_TEST(holds(examined.advice("role"),
                         "az keyvault role assignment create --hsm-name lab --role \"Managed HSM Crypto User\" "
                         "--assignee-object-id 95f8a0b2-9d57-4a3e-8d51-7a1f5f2f9f39"));
    }
}

BOOST_AUTO_TEST_CASE(a_missing_key_is_a_matter_of_the_key) {
    const RemoteDesk desk;
    const auto examined = desk.examined({}, {"--key", "nothing"});
    BOOST_TEST(examined.code == 28);
    EXPECT_CHECK(examined, "role", "ok");
    BOOST_TEST(examined.text("key") == "there is no key nothing");
    EXPECT_CHECK(examined, "mechanism", "skipped");
}

BOOST_AUTO_TEST_CASE(a_deleted_key_can_be_had_back) {
    const RemoteDesk desk;
    desk.make_key("gone");
    desk.client().must("DELETE", "/keys/gone");
    const auto examined = desk.examined({}, {"--key", "gone"});
    BOOST_TEST(examined.code == 28);
    BOOST_TEST(examined.text("key") == "gone was deleted");
    BOOST_TEST(holds(examined.advice("key"), "az keyvault key recover --hsm-name lab --name gone"));
}

BOOST_AUTO_TEST_CASE(a_disabled_key_is_a_matter_of_the_key) {
    const RemoteDesk desk;
    desk.make_key("off", R"({"kty":"EC-HSM","crv":"P-256","attributes":{"enabled":false}})");
    const auto examined = desk.examined({}, {"--key", "off"});
    BOOST_TEST(examined.code == 28);
    BOOST_TEST(examined.text("key") == "off is disabled");
}

BOOST_AUTO_TEST_CASE(an_expired_key_is_a_matter_of_the_key) {
    const RemoteDesk desk;
    desk.make_key("old", R"({"kty":"EC-HSM","crv":"P-256","attributes":{"exp":1577836800}})");
    const auto examined = desk.examined({}, {"--key", "old"});
    BOOST_TEST(examined.code == 28);
    BOOST_TEST(examined.text("key").starts_with("old expired 2020-01-01T00:00:00Z"));
}

BOOST_AUTO_TEST_CASE(mechanisms_that_the_service_lacks_are_named) {
    const RemoteDesk desk;
    desk.make_key("web");
    const auto raw = desk.examined({}, {"--key", "web", "--mechanism", "CKM_AES_CTS"});
    BOOST_TEST(raw.code == 29);
    BOOST_TEST(raw.text("mechanism") == "CKM_AES_CTS is not supported by this slot");
    const auto misfit = desk.examined({}, {"--key", "web", "--mechanism", "CKM_SHA256_RSA_PKCS"});
    BOOST_TEST(misfit.code == 29);
    const auto no_sign = desk.examined({}, {"--mechanism", "CKM_ECDSA_SHA256"});
    BOOST_TEST(no_sign.text("mechanism") == "CKM_ECDSA_SHA256 is supported");
}

BOOST_AUTO_TEST_CASE(a_key_that_may_not_sign_fails_its_trial) {
    const RemoteDesk desk;
    desk.make_key("verifier", R"({"kty":"EC-HSM","crv":"P-256","key_ops":["verify"]})");
    const auto examined = desk.examined({}, {"--key", "verifier"});
    BOOST_TEST(examined.code == 29);
    EXPECT_CHECK(examined, "key", "ok");
    BOOST_TEST(holds(examined.advice("mechanism"), "operations lack sign"));
}

BOOST_AUTO_TEST_CASE(a_member_that_is_not_there_is_named) {
    const RemoteDesk desk;
    const std::string other = "https://lab.managedhsm.localhost:" + std::to_string(closed_port());
    const auto examined = desk.examined({{"members", "[\"" + other + "\"]"}});
    BOOST_TEST(examined.code == 30);
    EXPECT_CHECK(examined, "role", "ok");
    EXPECT_CHECK(examined, "members", "failed");
    BOOST_TEST(examined.text("members").starts_with(other));
}

BOOST_AUTO_TEST_CASE(the_pin_of_a_slot_is_its_secret) {
    const RemoteDesk desk;
    const RemoteDesk::Lines by_pin = {{"client_secret_file", ""}, {"login", "\"pin\""}};
    const auto right = desk.examined(by_pin, {"--pin-file", desk.folder / "secret"});
    BOOST_TEST_CONTEXT(right.json) BOOST_TEST(right.code == 0);
    desk.put("wrong", "nonsense\n");
    const auto wrong = desk.examined(by_pin, {"--pin-file", desk.folder / "wrong"});
    BOOST_TEST(wrong.code == 26);
    BOOST_TEST(holds(wrong.text("token"), "AADSTS7000215"));
}

BOOST_AUTO_TEST_CASE(certificates_that_name_no_file_are_found) {
    const RemoteDesk desk;
    const auto examined = desk.examined({{"certificates", "[\"/nowhere/*.pem\"]"}});
    BOOST_TEST(examined.code == 33);
    BOOST_TEST(examined.text("records") == "/nowhere/*.pem names no file");
}

BOOST_AUTO_TEST_CASE(a_cache_that_cannot_be_kept_is_a_warning) {
    const RemoteDesk desk;
    desk.put("cache", "a file where a folder should be");
    const auto examined = desk.examined();
    BOOST_TEST(examined.code == 0);
    EXPECT_CHECK(examined, "cache", "warning");
}

BOOST_AUTO_TEST_SUITE_END()
