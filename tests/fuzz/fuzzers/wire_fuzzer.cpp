// The readers of JSON bodies: whatever is in a body, each reader gives a value or says why not.
#include "grammar.hpp"
#include "json_mutation.hpp"
#include "request_seeds.hpp"
#include "rest/wire_certificate.hpp"
#include "rest/wire_jwk.hpp"
#include "rest/wire_new_key.hpp"
#include "rest/wire_role.hpp"
#include "rest/wire_rotation.hpp"
#include "rest/wire_value.hpp"
#include "traffic/traffic.hpp"

using namespace kvp11;
using namespace kvp11::fuzz;

namespace {

std::string invented(std::string text, Dice& dice) {
    static const std::vector<RequestSeed> seeds = request_seeds();
    if (text.empty() || dice.one_in(50)) text = dice.any_of(seeds).body;
    return mutated_json(text, dice);
}

// One with hundreds of digits is written as what cannot be read. The service writes back none.
bool has_double(const rest::json::value& value) {
    if (const rest::json::object* object = value.if_object()) {
        return std::any_of(object->begin(), object->end(), [](const auto& one) { return has_double(one.value()); });
    }
    const rest::json::array* array = value.if_array();
    return array ? std::any_of(array->begin(), array->end(), has_double) : value.is_double();
}

void read(const rest::json::object& body) {
    (void)rest::new_key_of("name", body);
    (void)rest::key_update_of(body);
    (void)rest::rotation_policy_of(body);
    (void)rest::definition_of("11111111-2222-4333-8444-555555555555", body);
    (void)rest::assignment_of("/keys", "11111111-2222-4333-8444-555555555555", body);
    (void)rest::certificate_of(body, "the certificate");
    (void)rest::imported_key_of(body);
    if (const rest::json::value* key = rest::member(body, "key"); key && key->is_object()) {
        (void)rest::imported_key_of(key->get_object());
    }
    for (const char* name : {"value", "iv", "aad", "tag", "digest", "target"}) {
        const auto bytes = rest::optional_binary(body, name);
        const auto secret = rest::optional_secret(body, name);
        require(bytes.ok() == secret.ok(), "the two readers of base64url do not agree");
    }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    return change(data, size, most, seed, invented);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rest::WipingMemory memory;
    const std::string_view input = text_of_input(data, size);
    const auto body = rest::parse_json(input, &memory);
    if (body.ok()) {
        const bool is_json = rest::parse_json(rest::wire_text(*body)).ok();
        require(is_json || has_double(*body), "what is written is not JSON");
        if (body->is_object()) read(body->get_object());
    }
    static const auto traffic = traffic::Traffic::make();
    if (traffic->set_rules(input).ok()) {
        (void)traffic->plan("KeySign");
        require(traffic->set_rules(traffic->rules()).ok(), "rules that were printed are refused");
    }
    return 0;
}
