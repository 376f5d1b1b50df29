#include "credential/azure_cli.hpp"

#include <sys/auxv.h>

#include <algorithm>

#include "credential/authority.hpp"
#include "credential/child_process.hpp"
#include "credential/secret_file.hpp"
#include "credential/token_answer.hpp"
#include "credential/token_time.hpp"
#include "log/log.hpp"

namespace kvp11::credential {
namespace {

bool is_resource(std::string_view text) {
    return text.starts_with("https://") &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

Result<std::vector<std::string>> arguments_for(const Surroundings& surroundings, const TokenRequest& request) {
    if (!is_resource(request.resource)) return fail(Errc::UserNotLoggedIn, "az: the resource is no https:// URL");
    std::vector<std::string> arguments{"az",   "account",    "get-access-token", "--output",
                                       "json", "--resource", request.resource};
    if (!surroundings.settings.tenant.empty() || !request.tenant.empty()) {
        arguments.emplace_back("--tenant");
        arguments.push_back(TRY(tenant_for(surroundings, request)));
    }
    return arguments;
}

/// az explains itself on standard error, the reason on a line that begins with ERROR.
std::string reason_in(std::string_view complaints) {
    constexpr std::string_view mark = "ERROR:";
    const std::size_t at = complaints.find(mark);
    std::string_view line = at == std::string_view::npos ? trimmed(complaints) : complaints.substr(at + mark.size());
    line = line.substr(0, line.find('\n'));
    return trimmed(line).empty() ? "no reason was given" : one_line(line);
}

Failure refusal_of(const ProgramOutput& said) {
    const bool nobody = said.complaints.find("az login") != std::string::npos;
    return fail(nobody ? absent : Errc::UserNotLoggedIn, "az: " + reason_in(said.complaints));
}

Result<Token> token_of(const ProgramOutput& said, std::int64_t now) {
    const Result<IssuerDocument> answer = IssuerDocument::parse(text_of(said.output.expose_bytes()));
    if (!answer) return fail(Errc::DeviceError, "az gave an answer that is " + answer.error().message);
    const std::string_view value = answer->text("accessToken");
    if (!is_bearer_token(value)) return fail(Errc::DeviceError, "az gave an answer without an accessToken");
    // Only newer ones say it without a time zone to guess.
    auto expires = answer->number("expires_on");
    if (!expires) expires = local_epoch_of(answer->text("expiresOn"));
    if (!expires) expires = end_of_jwt(value);
    if (!expires || *expires <= now) return fail(Errc::DeviceError, "az gave a token that has ended, or no end");
    Token token;
    token.value = SecretBytes::copy_of(bytes_of(value));
    set_times(token, now, *expires);
    return token;
}

}  // namespace

Result<Token> AzureCliCredential::acquire(const TokenRequest& request, transport::Clock::time_point deadline) {
    if (!request.claims.empty()) {
        // It cannot be handed to az; a token of a login that came since may still satisfy the service.
        log::write(log::Level::Warn, "the service wants a fresh login (a claims challenge): run az login");
    }
    // The host's user is not whom such a program acts for.
    if (::getauxval(AT_SECURE) != 0) return fail(absent, "az is not run by set-uid programs");
    const std::string path = find_program("az");
    if (path.empty()) return fail(absent, "no az in PATH");
    const std::vector<std::string> arguments = TRY(arguments_for(*surroundings_, request));
    const Result<ProgramOutput> said = run_program(path, arguments, deadline);
    if (!said) return fail(said.code() == Errc::FileUnreadable ? absent : said.code(), said.error().message);
    // Where the host took the exit code, the output has to tell.
    const bool failed = said->exit_code ? *said->exit_code != 0 : said->output.empty();
    if (failed) return refusal_of(*said);
    Result<Token> token = token_of(*said, surroundings_->clock->now());
    if (token) token->source = name();
    return token;
}

}  // namespace kvp11::credential
