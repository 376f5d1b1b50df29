#include "pipeline/challenge.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "crypto/jose.hpp"
#include "transport/transport.hpp"

namespace kvp11::pipeline {
namespace {

constexpr std::size_t longest_header = 16U << 10U;
constexpr std::size_t longest_claims = 4U << 10U;

char lower(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lowered(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(), lower);
    return small;
}

bool is_space(char letter) noexcept { return letter == ' ' || letter == '\t' || letter == ','; }

bool is_token_letter(char letter) noexcept {
    return letter > ' ' && letter < 127 && std::string_view("\"(),/:;<=>?@[\\]{}").find(letter) == std::string::npos;
}

/// Reads a header's value from left to right: schemes, and parameters name=value or name="value".
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        return at_ == text_.size();
    }
    std::string_view word() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_token_letter(text_[at_])) ++at_;
        return text_.substr(begin, at_ - begin);
    }
    /// A word with "=" behind it is a parameter's name; the padding of a token68 is not.
    bool take_equals() {
        std::size_t next = at_;
        while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t')) ++next;
        if (next == text_.size() || text_[next] != '=') return false;
        at_ = next + 1;
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
        return true;
    }
    std::string value() {
        if (at_ == text_.size() || text_[at_] != '"') return unquoted();
        std::string value;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            value += text_[at_];
        }
        skip();
        return value;
    }
    void skip() {
        if (at_ < text_.size()) ++at_;
    }

private:
    std::string unquoted() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && !is_space(text_[at_])) ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string without_end(std::string text, std::string_view end) {
    if (text.ends_with(end)) text.resize(text.size() - end.size());
    return text;
}

std::string tenant_of(std::string_view authorization) {
    const auto parsed = transport::parse_url(authorization);
    if (!parsed.ok()) return {};
    std::string_view path = parsed->target;
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    std::string tenant(path.substr(0, path.find_first_of("/?#")));
    const bool legal = std::all_of(tenant.begin(), tenant.end(), [](char letter) {
        const char small = lower(letter);
        return (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') || small == '-' || small == '.';
    });
    return legal ? tenant : std::string{};
}

/// Sent as base64 or base64url, with padding or without. What is no JSON object is not handed on.
std::string claims_of(std::string encoded) {
    if (encoded.size() > longest_claims) return {};
    while (encoded.ends_with('=')) encoded.pop_back();
    std::replace(encoded.begin(), encoded.end(), '+', '-');
    std::replace(encoded.begin(), encoded.end(), '/', '_');
    const auto bytes = crypto::from_base64url(encoded);
    if (!bytes.ok()) return {};
    boost::system::error_code error;
    const auto json = boost::json::parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, error);
    return !error && json.is_object() ? std::string(text_of(*bytes)) : std::string{};
}

struct Member {
    std::string_view name;
    void (*set)(Challenge&, std::string value);
};
void set_authority(Challenge& challenge, std::string value) {
    challenge.tenant = tenant_of(value);
    challenge.authority = std::move(value);
}

constexpr auto members = std::to_array<Member>({
    {"authorization", set_authority},
    {"authorization_uri", set_authority},
    {"resource", [](Challenge& to, std::string value) { to.resource = without_end(std::move(value), "/"); }},
    {"scope", [](Challenge& to, std::string value) { to.resource = without_end(std::move(value), "/.default"); }},
    {"error", [](Challenge& to, std::string value) { to.error = std::move(value); }},
    {"claims", [](Challenge& to, std::string value) { to.claims = claims_of(std::move(value)); }},
});

}  // namespace

std::optional<Challenge> parse_challenge(std::string_view header) {
    std::optional<Challenge> challenge;
    bool in_bearer = false;
    Reader reader(header.substr(0, longest_header));
    while (!reader.at_end()) {
        const std::string_view word = reader.word();
        if (word.empty()) {
            reader.skip();
        } else if (!reader.take_equals()) {
            if (challenge && in_bearer) return challenge;  // the next scheme
            in_bearer = lowered(word) == "bearer";
            if (in_bearer) challenge.emplace();
        } else {
            std::string value = reader.value();
            const std::string name = lowered(word);
            const auto row =
                std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.name == name; });
            if (in_bearer && row != members.end()) row->set(*challenge, std::move(value));
        }
    }
    return challenge;
}

std::optional<Challenge> read_challenge(const transport::Answer& answer) {
    for (const auto& header : answer.headers()) {
        if (lowered(header.name) != "www-authenticate") continue;
        if (auto challenge = parse_challenge(header.value)) return challenge;
    }
    return {};
}

Result<void> check_resource(std::string_view resource, const transport::Endpoint& endpoint) {
    const auto refused = [&](const char* why) {
        return fail(Errc::AccessDenied, "the server " + endpoint.host + " asks for a token for '" +
                                            std::string(resource.substr(0, 200)) + "', " + why +
                                            ": no token is sent; is the slot's url right?");
    };
    const auto parsed = transport::parse_url(resource);
    if (!parsed.ok() || !parsed->endpoint.tls) return refused("which is no https URL");
    const std::string of_resource = lowered(parsed->endpoint.host), of_server = lowered(endpoint.host);
    if (of_resource.empty() || !of_server.ends_with("." + of_resource)) return refused("which is none of its own");
    const std::string_view authority = resource.substr(std::min(resource.find("://") + 3, resource.size()));
    const bool names_port = authority.substr(0, authority.find('/')).find(':') != std::string_view::npos;
    if (names_port && parsed->endpoint.port != endpoint.port) return refused("which is on another port");
    return {};
}

}  // namespace kvp11::pipeline
