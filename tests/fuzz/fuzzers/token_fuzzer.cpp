// The validator of access tokens. The input is a token; or, after a '{', claims that a trusted issuer signed.
#include "crypto/jose.hpp"
#include "grammar.hpp"
#include "json_mutation.hpp"
#include "text_mutation.hpp"
#include "token_maker.hpp"

using namespace kvp11;
using namespace kvp11::fuzz;

namespace {

const std::string& good_token() {
    static const std::string token = signed_token({{"typ", "JWT"}, {"kid", "key-1"}}, good_claims());
    return token;
}

std::string invented(std::string text, Dice& dice) {
    if (text.empty() || dice.one_in(50)) return dice.one_in(2) ? good_token() : boost::json::serialize(good_claims());
    if (text.front() == '{') return mutated_json(text, dice);
    const std::size_t dot = text.find('.');
    if (dot == text.npos || dice.one_in(3)) return mutated_base64(std::move(text), dice);
    const auto header = crypto::from_base64url(text.substr(0, dot));
    if (!header.ok()) return mutated_bytes(std::move(text), dice);
    const std::string changed = mutated_json(std::string(header->begin(), header->end()), dice);
    const auto* begin = reinterpret_cast<const std::uint8_t*>(changed.data());
    return crypto::base64url(ByteView(begin, changed.size())) + text.substr(dot);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    return change(data, size, most, seed, invented);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto checker = validator();
    const std::string_view input = text_of_input(data, size);
    if (!input.starts_with('{')) {
        const auto principal = checker->authenticate(input);
        require(!principal.ok() || input == good_token(), "a token that nobody signed is taken");
        return 0;
    }
    boost::system::error_code problem;
    const boost::json::value claims = boost::json::parse({input.data(), input.size()}, problem);
    if (problem) return 0;
    const auto principal = checker->authenticate(signed_token({{"kid", "key-1"}}, claims.get_object()));
    if (!principal.ok()) return 0;
    require(claims.at("iss") == good_claims().at("iss"), "a token of another issuer is taken");
    require(!(*principal)->object_id.empty(), "a token of nobody is taken");
    return 0;
}
