#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

CredentialSettings by_file(const Stage& stage) {
    CredentialSettings settings;
    settings.kind = Kind::TokenFile;
    settings.token_file = stage.login.folder.path("token");
    return settings;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(token_files)

BOOST_AUTO_TEST_CASE(the_token_in_the_file_is_given_and_read_again_soon) {
    Stage stage;
    const auto credential = stage.open(by_file(stage));
    const std::int64_t now = stage.login.clock->now();
    for (const std::int64_t life : {3'600, 7'200}) {
        const std::string text = signed_token(claims({{"exp", now + life}}));
        write_file(stage.login.folder.path("token"), text + "\n");
        const auto token = credential->acquire({.resource = local_resource}, soon());
        REQUIRE_OK(token);
        BOOST_CHECK_EQUAL(text_of_token(*token), text);
        BOOST_CHECK(token->expires == std::chrono::system_clock::time_point(std::chrono::seconds(now + life)));
        BOOST_CHECK(token->refresh_at == std::chrono::system_clock::time_point(std::chrono::seconds(now + 60)));
    }
}

BOOST_AUTO_TEST_CASE(files_without_a_good_token_say_so) {
    Stage stage;
    const auto credential = stage.open(by_file(stage));
    const std::string file = stage.login.folder.path("token");
    const std::string ended = signed_token(claims({{"exp", stage.login.clock->now() - 1}}));
    const std::pair<std::string, const char*> cases[] = {{"", "it is empty"},
                                                         {"two words", "holds no access token"},
                                                         {"a\r\nX-Evil: 1", "holds no access token"},
                                                         {ended, "has ended"},
                                                         {std::string(70'000, 'x'), "it is larger than"}};
    for (const auto& [content, sentence] : cases) {
        write_file(file, content);
        const auto token = credential->acquire({.resource = local_resource}, soon());
        CHECK_FAILS(token, Errc::UserNotLoggedIn);
        if (!token)
            BOOST_CHECK_MESSAGE(token.error().message.find(sentence) != std::string::npos, token.error().message);
    }
    CHECK_FAILS(stage.acquire({.kind = Kind::TokenFile}), Errc::UserNotLoggedIn);
    CredentialSettings folder = by_file(stage);
    folder.token_file = stage.login.folder.path();
    CHECK_FAILS(stage.acquire(folder), Errc::UserNotLoggedIn);
}

BOOST_AUTO_TEST_SUITE_END()
