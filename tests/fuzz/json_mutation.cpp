#include "json_mutation.hpp"

#include <algorithm>
#include <vector>

#include <boost/json.hpp>

#include "text_mutation.hpp"

namespace kvp11::fuzz {
namespace {

namespace json = boost::json;

std::string nested(std::size_t depth, char open, char close) {
    return std::string(depth, open) + std::string(depth, close);
}

// Texts that Boost.JSON would not write, or not so. A mark stands for them until the document is text.
const std::vector<std::string>& raw_texts() {
    static const std::vector<std::string> texts = {"1e999",
                                                   "-1e999",
                                                   "1e-999",
                                                   "123456789012345678901234567890",
                                                   "-0",
                                                   "01",
                                                   "+1",
                                                   ".5",
                                                   "1.",
                                                   "0x10",
                                                   "NaN",
                                                   "9223372036854775807",
                                                   "9223372036854775808",
                                                   "-9223372036854775808",
                                                   "-9223372036854775809",
                                                   "18446744073709551615",
                                                   "4294967296",
                                                   "2147483648",
                                                   "-1",
                                                   "1.5",
                                                   "1e3",
                                                   "\"\\ud800\"",
                                                   "\"\\udc00\\ud800\"",
                                                   "\"\\u0000\"",
                                                   "\"a\\u0000b\"",
                                                   "\"\\u000d\\u000aX: y\"",
                                                   "\"\xff\xfe\"",
                                                   "\"\xc0\xaf\"",
                                                   "\"\n\"",
                                                   "'x'",
                                                   R"({"a":1,"a":2})",
                                                   R"({"":{}})",
                                                   "undefined",
                                                   "",
                                                   ",",
                                                   "[,]",
                                                   nested(31, '[', ']'),
                                                   nested(33, '[', ']'),
                                                   nested(4000, '[', ']'),
                                                   std::string(20'000, '['),
                                                   "\"" + std::string(100'000, 'x') + "\""};
    return texts;
}

const std::vector<json::value>& odd_values() {
    static const std::vector<json::value> values = {nullptr,
                                                    true,
                                                    false,
                                                    0,
                                                    1,
                                                    -1,
                                                    128,
                                                    129,
                                                    2048,
                                                    4096,
                                                    "",
                                                    "x",
                                                    "RSA",
                                                    "EC-HSM",
                                                    "oct-HSM",
                                                    "P-256",
                                                    "A256GCM",
                                                    "RSA-OAEP",
                                                    "ES256K",
                                                    "AAAA",
                                                    "AA==",
                                                    "2026-01-01T00:00:00Z",
                                                    "P28D",
                                                    "P-1D",
                                                    json::array(),
                                                    json::object(),
                                                    json::array{nullptr},
                                                    json::array{json::array()},
                                                    json::object{{"kty", "EC"}},
                                                    json::array{"sign", "sign"},
                                                    "https://lab.managedhsm.localhost:8443/keys/ec",
                                                    "\xf0\x9f\x94\x91"};
    return values;
}

std::string mark_of(std::size_t index) { return "@raw" + std::to_string(index) + "@"; }

// Every value in the document, the document itself too.
void collect(json::value& value, std::vector<json::value*>& all) {
    all.push_back(&value);
    if (json::object* object = value.if_object()) {
        for (auto& member : *object) collect(member.value(), all);
    } else if (json::array* array = value.if_array()) {
        for (json::value& one : *array) collect(one, all);
    }
}

void mutate_object(json::object& object, Dice& dice) {
    if (object.empty() || dice.one_in(4)) {
        object["unknown" + std::to_string(dice.below(3))] = dice.any_of(odd_values());
        return;
    }
    const auto member = object.begin() + static_cast<std::ptrdiff_t>(dice.below(object.size()));
    const std::string name(member->key());
    json::value value = member->value();
    object.erase(member);
    if (dice.one_in(3)) object[mutated_bytes(name, dice)] = std::move(value);
}

void mutate_value(json::value& value, Dice& dice) {
    switch (dice.below(5)) {
        case 0: value = dice.any_of(odd_values()); return;
        case 1: value = mark_of(dice.below(raw_texts().size())); return;
        default: break;
    }
    if (json::string* text = value.if_string()) {
        const std::string plain(*text);
        value = dice.one_in(3) ? mutated_bytes(plain, dice) : mutated_base64(plain, dice);
    } else if (json::object* object = value.if_object()) {
        mutate_object(*object, dice);
    } else if (json::array* array = value.if_array()) {
        const json::value one = array->empty() ? dice.any_of(odd_values()) : dice.any_of(*array);
        array->push_back(one);
        if (dice.one_in(8)) array->resize(dice.below(2000), one);
    } else {
        value = dice.any_of(odd_values());
    }
}

// {"a":1} becomes {"a":1,"a":2}: a reader that takes the first and one that takes the last must both be safe.
std::string with_double_member(const std::string& text, Dice& dice) {
    const std::size_t comma = text.find(',');
    const std::size_t end = comma == text.npos ? text.rfind('}') : comma;
    if (!text.starts_with('{') || end == text.npos) return text;
    const std::string first = text.substr(1, end - 1);
    const std::size_t colon = first.find(':');
    if (colon == first.npos || dice.one_in(2)) return "{" + first + "," + text.substr(1);
    return "{" + first.substr(0, colon) + ":" + dice.any_of(raw_texts()) + "," + text.substr(1);
}

std::string with_raw_texts(std::string text) {
    for (std::size_t i = 0; i < raw_texts().size(); ++i) {
        const std::string mark = "\"" + mark_of(i) + "\"";
        for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) {
            text.replace(at, mark.size(), raw_texts()[i]);
        }
    }
    return text;
}

}  // namespace

std::string mutated_json(std::string_view text, Dice& dice) {
    boost::system::error_code problem;
    json::value document = json::parse(text, problem);
    if (problem) return mutated_bytes(std::string(text), dice);
    for (std::size_t rounds = 1 + (dice.one_in(3) ? dice.below(5) : 0); rounds > 0; --rounds) {
        std::vector<json::value*> all;
        collect(document, all);
        mutate_value(*dice.any_of(all), dice);
    }
    std::string result = with_raw_texts(json::serialize(document));
    if (dice.one_in(10)) result = with_double_member(result, dice);
    if (dice.one_in(12)) result = mutated_bytes(std::move(result), dice);
    return result;
}

}  // namespace kvp11::fuzz
