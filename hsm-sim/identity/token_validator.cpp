#include "identity/token_validator.hpp"

#include "identity/compact_jws.hpp"
#include "identity/key_ring.hpp"
#include "identity/strict_json.hpp"
#include "identity/token_cache.hpp"
#include "identity/token_time.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t most_groups = 1000;

Failure refused(const std::string& why) { return fail(Errc::UserNotLoggedIn, "the token " + why); }

std::string_view without_slash(std::string_view audience) {
    if (audience.ends_with('/')) audience.remove_suffix(1);
    return audience;
}

std::string first_text(const json::object& claims, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const std::string_view text = text_in(claims, name); !text.empty()) return std::string(text);
    }
    return {};
}

std::vector<std::string> texts_of(const json::array& array) {
    std::vector<std::string> texts;
    for (const json::value& element : array) {
        if (!element.is_string() || texts.size() == most_groups) continue;
        texts.emplace_back(element.get_string().data(), element.get_string().size());
    }
    return texts;
}

class Validator final : public TokenValidator {
public:
    explicit Validator(ValidatorSettings settings)
        : settings_(std::move(settings)),
          keys_(settings_.keys, settings_.clock, settings_.patience),
          cache_(settings_.cached_tokens) {}

    Result<void> load() { return keys_.load(); }
    Result<PrincipalPtr> authenticate(std::string_view token) override;

private:
    [[nodiscard]] Result<void> check_signature(const CompactJws& token);
    [[nodiscard]] Result<void> check_issuer(const json::object& claims) const;
    [[nodiscard]] Result<void> check_audience(const json::object& claims) const;
    [[nodiscard]] bool is_ours(std::string_view audience) const;

    ValidatorSettings settings_;
    KeyRing keys_;
    TokenCache cache_;
};

Result<void> Validator::check_signature(const CompactJws& token) {
    if (token.algorithm() != JwsAlgorithm::Rs256) {
        return refused("is signed with " + quoted(text_in(token.header, "alg")) + ", want RS256");
    }
    const std::string_view kid = text_in(token.header, "kid");
    const std::shared_ptr<const crypto::PublicHalf> key = keys_.find(kid);
    if (!key && kid.empty()) return refused("does not say which key signed it (kid)");
    if (!key) return refused("is signed with the key " + quoted(kid) + ", which its issuer does not name");
    if (!token.is_signed_by(*key)) return refused("has a signature that is not valid");
    return {};
}

Result<void> Validator::check_issuer(const json::object& claims) const {
    const std::string_view issuer = text_in(claims, "iss");
    for (const std::string& known : settings_.issuers) {
        if (issuer == known) return {};
    }
    return refused("is of the issuer " + quoted(issuer) + ", which is not trusted here");
}

bool Validator::is_ours(std::string_view audience) const {
    for (const std::string& ours : settings_.audiences) {
        if (!audience.empty() && without_slash(audience) == without_slash(ours)) return true;
    }
    return false;
}

Result<void> Validator::check_audience(const json::object& claims) const {
    std::string others = quoted(text_in(claims, "aud"));
    if (is_ours(text_in(claims, "aud"))) return {};
    if (const json::array* list = array_in(claims, "aud")) {
        others = "a list of others";
        for (const std::string& audience : texts_of(*list)) {
            if (is_ours(audience)) return {};
        }
    }
    const std::string ours = settings_.audiences.empty() ? "''" : quoted(settings_.audiences.front());
    return refused("is for the audience " + others + ", want " + ours);
}

Result<std::shared_ptr<Principal>> principal_of(const json::object& claims, std::int64_t expires) {
    auto principal = std::make_shared<Principal>();
    principal->object_id = first_text(claims, {"oid"});
    if (principal->object_id.empty()) return refused("does not say whom it speaks for (oid)");
    principal->application = first_text(claims, {"appid", "azp"});
    principal->user_name = first_text(claims, {"upn", "preferred_username"});
    principal->tenant = first_text(claims, {"tid"});
    if (const json::array* groups = array_in(claims, "groups")) principal->groups = texts_of(*groups);
    principal->expires = expires;
    return principal;
}

/// The sentence of a part goes on after "the token".
template <class T>
Result<T> as_refusal(Result<T> result, std::string_view verb = {}) {
    if (result.ok()) return result;
    return refused(std::string(verb) + result.error().message);
}

Result<PrincipalPtr> Validator::authenticate(std::string_view token) {
    if (token.size() > longest_jws) return refused("is longer than 16 KiB");
    const std::int64_t now = settings_.clock->now();
    const std::uint64_t generation = keys_.generation();
    if (PrincipalPtr known = cache_.find(token, now, generation)) return known;
    const CompactJws parsed = TRY(as_refusal(CompactJws::parse(token), "is "));
    TRY(check_signature(parsed));
    TRY(check_issuer(parsed.claims));
    TRY(check_audience(parsed.claims));
    const TokenTime time = TRY(as_refusal(token_time_of(parsed.claims)));
    TRY(as_refusal(check_time(time, now, settings_.leeway)));
    const PrincipalPtr principal = TRY(principal_of(parsed.claims, time.expires));
    const Validity validity{time.not_before - settings_.leeway, time.expires + settings_.leeway, generation};
    cache_.keep(token, validity, principal, now);
    return principal;
}

}  // namespace

Result<std::unique_ptr<TokenValidator>> TokenValidator::make(ValidatorSettings settings) {
    if (!settings.keys || !settings.clock) return fail(Errc::ConfigurationInvalid, "tokens need signing keys");
    auto validator = std::make_unique<Validator>(std::move(settings));
    TRY(validator->load());
    return validator;
}

}  // namespace kvp11::identity
