#include "credential/token_answer.hpp"

#include <algorithm>
#include <array>

#include "credential/secret_file.hpp"
#include "credential/token_time.hpp"

namespace kvp11::credential {
namespace {

constexpr std::size_t longest_token = 64U << 10U;
constexpr std::size_t longest_line = 300;

/// What people can do about the numbers that they meet most.
struct Advice {
    std::int64_t number;
    const char* sentence;
};
constexpr std::array advices{
    Advice{7000215, "want the secret's value, not its id, of this application"},
    Advice{7000222, "the secret has expired: add a new one to the application"},
    Advice{7000218, "the application wants a secret or a certificate"},
    Advice{700016, "no application of this client id is in this tenant"},
    Advice{90002, "no such tenant at this login server: look at tenant and authority_host"},
    Advice{900023, "the tenant's name is not valid"},
    Advice{700027, "the certificate is not one of the application's: upload it there"},
    Advice{700024, "look at this machine's clock"},
    Advice{70021, "no federated credential of the application matches issuer, subject and audience of the token"},
    Advice{700211, "no federated credential of the application has this issuer"},
    Advice{700212, "the federated credential has another audience"},
    Advice{700213, "the federated credential has another subject"},
    Advice{500011, "the tenant does not know the service: look at tenant and cloud"},
    Advice{53003, "a policy for conditional access is in the way"},
};

std::string_view first_of(std::initializer_list<std::string_view> texts) noexcept {
    for (const std::string_view text : texts) {
        if (!text.empty()) return text;
    }
    return {};
}

/// Entra puts trace ids behind its sentence, on lines of their own or not.
std::string_view without_trace(std::string_view text) noexcept {
    const std::size_t end = std::min({text.find('\r'), text.find('\n'), text.find(" Trace ID:"), text.size()});
    return trimmed(text.substr(0, end));
}

std::int64_t number_in(std::string_view description) noexcept {
    constexpr std::string_view prefix = "AADSTS";
    const std::size_t at = description.find(prefix);
    if (at == std::string_view::npos) return 0;
    std::int64_t number = 0;
    for (const char c : description.substr(at + prefix.size(), 9)) {
        if (c < '0' || c > '9') break;
        number = number * 10 + (c - '0');
    }
    return number;
}

std::optional<std::int64_t> end_in(const IssuerDocument& answer, std::string_view token, std::int64_t now) {
    // A duration counts from this machine's now, whatever its clock says; a time would need the clocks to agree.
    if (const auto seconds = answer.number("expires_in"); seconds && *seconds > 0 && *seconds < 400 * 86'400) {
        return now + *seconds;
    }
    if (const auto seconds = answer.number("expires_on")) return epoch_of(std::to_string(*seconds));
    if (const auto time = epoch_of(answer.text("expires_on"))) return time;
    return end_of_jwt(token);
}

}  // namespace

bool is_bearer_token(std::string_view text) noexcept {
    return !text.empty() && text.size() <= longest_token && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || c == '~' || c == '+' || c == '/' || c == '=';
    });
}

Result<Token> token_in(std::string_view json, std::int64_t now) {
    const Result<IssuerDocument> answer = IssuerDocument::parse(json);
    if (!answer) return fail(Errc::DeviceError, "gave an answer that is " + answer.error().message);
    const std::string_view value = answer->text("access_token");
    if (value.empty()) return fail(Errc::DeviceError, "gave an answer without an access_token");
    if (!is_bearer_token(value)) return fail(Errc::DeviceError, "gave an access_token that is none");
    const std::optional<std::int64_t> expires = end_in(*answer, value, now);
    if (!expires) return fail(Errc::DeviceError, "gave a token and did not say when it ends");
    if (*expires <= now) {
        return fail(Errc::DeviceError, "gave a token that has already ended: look at this machine's clock");
    }
    Token token;
    token.value = SecretBytes::copy_of(bytes_of(value));
    set_times(token, now, *expires, answer->number("refresh_in").value_or(0));
    return token;
}

IssuerRefusal refusal_in(std::string_view json, std::string_view secret) {
    const Result<IssuerDocument> answer = IssuerDocument::parse(json);
    if (!answer) return {};
    IssuerRefusal refusal;
    refusal.code = one_line(first_of({answer->text("error"), answer->inner_text("error", "code")}));
    const std::string_view description = without_trace(
        first_of({answer->text("error_description"), answer->inner_text("error", "message"), answer->text("message")}));
    refusal.number = answer->first_number("error_codes").value_or(number_in(description));
    const bool repeats_secret = !secret.empty() && description.find(secret) != std::string_view::npos;
    if (!repeats_secret) refusal.description = one_line(description);
    refusal.correlation_id = one_line(answer->text("correlation_id"));
    return refusal;
}

std::string sentence_of(const IssuerRefusal& refusal) {
    std::string sentence = refusal.description;
    if (sentence.empty() && refusal.number != 0) sentence = "AADSTS" + std::to_string(refusal.number);
    if (sentence.empty()) sentence = refusal.code;
    if (sentence.empty()) sentence = "no reason was given";
    if (!refusal.correlation_id.empty()) sentence += " (correlation id " + refusal.correlation_id + ")";
    for (const Advice& advice : advices) {
        if (advice.number == refusal.number) sentence += std::string("; ") + advice.sentence;
    }
    return sentence;
}

std::string one_line(std::string_view text) {
    std::string line(trimmed(text).substr(0, longest_line));
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
    }
    return line;
}

}  // namespace kvp11::credential
