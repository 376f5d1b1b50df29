// What issuers and identity endpoints answer: a token, or why there is none. Whatever comes is taken as a stranger's:
// no JSON, other types and missing members end in a sentence. Thread-safe functions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "credential/token.hpp"
#include "kvp11/result.hpp"

namespace kvp11::credential {

/// A JSON object whose memory is wiped: it may hold a token. One caller's at a time.
class IssuerDocument {
public:
    /// DataInvalid with a sentence that goes on after "the answer is", and holds nothing of it.
    static Result<IssuerDocument> parse(std::string_view json);
    IssuerDocument(IssuerDocument&&) noexcept;
    IssuerDocument& operator=(IssuerDocument&&) noexcept;
    ~IssuerDocument();

    /// A string; empty when there is none of this name and type. Valid as long as the document.
    [[nodiscard]] std::string_view text(std::string_view name) const noexcept;
    /// A whole number, or a string of digits.
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const noexcept;
    /// The first number in an array of this name.
    [[nodiscard]] std::optional<std::int64_t> first_number(std::string_view name) const noexcept;
    /// A string in an object of this name.
    [[nodiscard]] std::string_view inner_text(std::string_view object, std::string_view name) const noexcept;

private:
    struct State;
    explicit IssuerDocument(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// {"access_token":…, "expires_in" or "expires_on":…}. DeviceError with a sentence that goes on after the issuer's
/// name.
Result<Token> token_in(std::string_view json, std::int64_t now);

/// What may be written behind "Authorization: Bearer " (token68 of RFC 9110), and no longer than 64 KiB.
[[nodiscard]] bool is_bearer_token(std::string_view text) noexcept;

/// Why an issuer gives no token.
struct IssuerRefusal {
    std::string code;            // "invalid_client"
    std::int64_t number = 0;     // 7000215 of AADSTS7000215
    std::string description;     // one line, without trace ids
    std::string correlation_id;  // for Microsoft's support
};
/// Empty members where the answer says nothing. `secret` is never repeated from it.
IssuerRefusal refusal_in(std::string_view json, std::string_view secret = {});
/// "AADSTS7000215: Invalid client secret provided. (correlation id …); the secret's value is needed, not its id"
std::string sentence_of(const IssuerRefusal& refusal);

/// For sentences: one line of no more than 300 characters, without control characters.
std::string one_line(std::string_view text);

}  // namespace kvp11::credential
