#include "identity/attestation_validator.hpp"

#include <deque>

#include "identity/compact_jws.hpp"
#include "identity/key_ring.hpp"
#include "identity/strict_json.hpp"
#include "identity/token_time.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_target = 64 * 1024;
/// Callers have time, and the first of them finds no keys at all.
constexpr std::chrono::milliseconds patience{15'000};

Failure refused(const std::string& why) { return fail(Errc::AccessDenied, "the attestation token " + why); }
Failure invalid(const std::string& why) { return fail(Errc::DataInvalid, "the attestation token " + why); }

std::string_view without_slash(std::string_view url) {
    return url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
}

/// Keys say by `use` or by `key_ops` that one may encrypt for them; one that says neither will do as well.
bool is_for_encryption(const json::object& jwk) {
    if (const std::string_view use = text_in(jwk, "use"); !use.empty()) return use == "enc";
    const json::array* operations = array_in(jwk, "key_ops");
    if (!operations) return true;
    for (const json::value& operation : *operations) {
        if (operation == "encrypt" || operation == "wrapKey") return true;
    }
    return false;
}

Result<void> find_recipient(const json::object& claims, Attestation& attestation) {
    const json::object* runtime = object_in(claims, "x-ms-runtime");
    const json::array* keys = runtime ? array_in(*runtime, "keys") : nullptr;
    if (!keys) return invalid("names no keys in x-ms-runtime.keys");
    for (const json::value& member : *keys) {
        const json::object* jwk = member.if_object();
        if (!jwk || !is_for_encryption(*jwk)) continue;
        Result<PublicKey> key = public_key_of(*jwk);
        if (!key) continue;
        attestation.environment.recipient = *std::move(key);
        attestation.recipient_id = text_in(*jwk, "kid");
        return {};
    }
    return invalid("names no RSA key of 2048 bits or more to encrypt for in x-ms-runtime.keys");
}

class Validator final : public AttestationValidator {
public:
    explicit Validator(AttestationValidatorSettings settings) : leeway_(settings.leeway), clock_(settings.clock) {
        for (TrustedAuthority& authority : settings.authorities) {
            authorities_.emplace_back(std::move(authority.issuer), std::move(authority.keys), clock_);
        }
    }

    Result<Attestation> verify(std::string_view target) override;

private:
    struct Authority {
        Authority(std::string name, KeyRing::Source source, const std::shared_ptr<const host::Clock>& clock)
            : issuer(std::move(name)), keys(std::move(source), clock, patience) {}
        std::string issuer;
        KeyRing keys;
    };
    Result<void> check_signature(const CompactJws& token);
    [[nodiscard]] Result<void> check_times(const json::object& claims) const;

    std::int64_t leeway_;
    std::shared_ptr<const host::Clock> clock_;
    std::deque<Authority> authorities_;  // which stay where they are
};

Result<void> Validator::check_signature(const CompactJws& token) {
    if (token.algorithm() != JwsAlgorithm::Rs256) {
        return refused("is signed with " + quoted(text_in(token.header, "alg")) + ", want RS256");
    }
    const std::string_view issuer = text_in(token.claims, "iss");
    for (Authority& authority : authorities_) {
        if (issuer.empty() || without_slash(authority.issuer) != without_slash(issuer)) continue;
        const auto key = authority.keys.find(text_in(token.header, "kid"));
        if (!key) return refused("is signed with a key that its authority does not name");
        if (!token.is_signed_by(*key)) return refused("has a signature that is not valid");
        return {};
    }
    return refused("is of the authority " + quoted(issuer) + ", which is not trusted here");
}

Result<void> Validator::check_times(const json::object& claims) const {
    const Result<TokenTime> time = token_time_of(claims);
    if (!time) return invalid(time.error().message);
    const Result<void> in_time = check_time(*time, clock_->now(), leeway_);
    if (!in_time) return refused(in_time.error().message);
    return {};
}

Result<Attestation> Validator::verify(std::string_view target) {
    Result<CompactJws> token = CompactJws::parse(target, longest_target);
    if (!token) return invalid("is " + token.error().message);
    TRY(check_signature(*token));
    TRY(check_times(token->claims));
    Attestation attestation;
    TRY(find_recipient(token->claims, attestation));
    attestation.environment.authority = text_in(token->claims, "iss");
    attestation.environment.claims = std::move(token->claims_text);
    return attestation;
}

}  // namespace

std::unique_ptr<AttestationValidator> AttestationValidator::make(AttestationValidatorSettings settings) {
    return std::make_unique<Validator>(std::move(settings));
}

}  // namespace kvp11::identity
