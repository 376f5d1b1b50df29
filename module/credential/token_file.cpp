#include "credential/token_file.hpp"

#include "credential/secret_file.hpp"
#include "credential/token_answer.hpp"
#include "credential/token_time.hpp"

namespace kvp11::credential {
namespace {

constexpr std::int64_t assumed_life = 300;
constexpr std::int64_t read_again = 60;

}  // namespace

Result<Token> TokenFile::acquire(const TokenRequest&, transport::Clock::time_point) {
    const std::string& path = surroundings_->settings.token_file;
    if (path.empty()) return fail(absent, "not configured: no token_file");
    Result<SecretBytes> content = read_secret_word(path);
    if (!content) return fail(Errc::UserNotLoggedIn, content.error().message);
    const std::string_view text = text_of(content->expose_bytes());
    if (!is_bearer_token(text)) return fail(Errc::UserNotLoggedIn, path + " holds no access token");
    const std::int64_t now = surroundings_->clock->now();
    const std::int64_t expires = end_of_jwt(text).value_or(now + assumed_life);
    if (expires <= now) return fail(Errc::UserNotLoggedIn, "the token in " + path + " has ended");
    Token token;
    set_times(token, now, expires, read_again);
    token.value = *std::move(content);
    token.source = name() + " (" + path + ")";
    return token;
}

}  // namespace kvp11::credential
