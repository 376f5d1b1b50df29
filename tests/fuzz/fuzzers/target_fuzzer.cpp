// URLs: taken apart, matched against the routes, and the texts in their queries read.
#include "grammar.hpp"
#include "request_seeds.hpp"
#include "rest/api_version.hpp"
#include "rest/role_filter.hpp"
#include "rest/router.hpp"
#include "rest/sas_token.hpp"
#include "rest/storage_container.hpp"
#include "rest/target.hpp"
#include "text_mutation.hpp"

using namespace kvp11;
using namespace kvp11::fuzz;

namespace {

std::string invented(std::string text, Dice& dice) {
    static const std::vector<RequestSeed> seeds = request_seeds();
    if (text.empty() || dice.one_in(50)) {
        const RequestSeed& seed = dice.any_of(seeds);
        text = seed.path + "?api-version=7.4&" + seed.query;
    }
    const std::size_t mark = std::min(text.find('?'), text.size());
    const std::string query = mark == text.size() ? "" : text.substr(mark + 1);
    if (dice.one_in(2)) return text.substr(0, mark) + "?" + mutated_query(query, dice);
    return mutated_path(text.substr(0, mark), dice) + "?" + query;
}

void check(const rest::Target& target) {
    static const rest::Router router;
    constexpr rest::Method methods[] = {rest::Method::Get, rest::Method::Post, rest::Method::Put, rest::Method::Patch,
                                        rest::Method::Delete};
    for (const rest::Method method : methods) {
        bool other_method = false;
        const auto match = router.find(method, target, other_method);
        require(!match || match->route->method == method, "a route of another method matches");
    }
    for (const std::string& segment : target.segments) require(!segment.empty(), "a segment is empty");
    (void)rest::api_version_named(target.parameter("api-version").value_or(""));
    (void)rest::RoleFilter::parse(target.parameter("$filter").value_or(""));
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    return change(data, size, most, seed, invented);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = text_of_input(data, size);
    const auto target = rest::parse_target(input);
    if (target.ok()) check(*target);
    (void)rest::RoleFilter::parse(input);
    (void)rest::SasToken::parse(input);
    (void)rest::StorageContainer::named("/nowhere", input);
    const std::string encoded = "/" + rest::percent_encoded(input);
    const auto decoded = rest::parse_target(encoded);
    if (decoded.ok() && !input.empty()) {
        require(decoded->segments.size() == 1 && decoded->segments.front() == input, "encoding and decoding differ");
    }
    return 0;
}
