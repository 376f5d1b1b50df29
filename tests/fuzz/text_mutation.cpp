#include "text_mutation.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace kvp11::fuzz {
namespace {

constexpr std::string_view odd_segments[] = {".",
                                             "..",
                                             "%2e%2e",
                                             "%2F",
                                             "%00",
                                             "%",
                                             "%4",
                                             "%zz",
                                             "%c0%af",
                                             "%ed%a0%80",
                                             "%F0%9F%94%91",
                                             "%25%34%31",
                                             "keys",
                                             "deletedkeys",
                                             "providers",
                                             "Microsoft.Authorization",
                                             "roleDefinitions",
                                             "pending",
                                             "create",
                                             "restore",
                                             "rng",
                                             "a b",
                                             "%0d%0aX: y",
                                             "~",
                                             "{name}",
                                             "*",
                                             "null",
                                             "-",
                                             "_",
                                             "\xff\xfe",
                                             "00000000-0000-0000-0000-000000000000"};

constexpr std::string_view odd_parameters[] = {"api-version=7.4",
                                               "api%2Dversion=7.6",
                                               "API-VERSION=7.0",
                                               "api-version=",
                                               "api-version",
                                               "api-version=1.0",
                                               "api-version=9999-99-99",
                                               "api-version=7.4-preview.1",
                                               "maxresults=0",
                                               "maxresults=-1",
                                               "maxresults=26",
                                               "maxresults=99999999999999999999",
                                               "maxresults=1e1",
                                               "maxresults=%31",
                                               "maxresults=",
                                               "$skiptoken=AAAA",
                                               "$skiptoken=%ff",
                                               "$skiptoken=",
                                               "%24skiptoken=eyJrIjoxfQ",
                                               "$filter=atScope()",
                                               "$filter=principalId%20eq%20",
                                               "$filter=principalId eq '",
                                               "$filter=assignedTo('x')",
                                               "$filter=(((((",
                                               "=",
                                               "&",
                                               "=&=",
                                               "a=b=c",
                                               "%3D=%26",
                                               "x=%",
                                               "+=+",
                                               "includePending=maybe"};

std::vector<std::string> split(const std::string& text, char mark) {
    std::vector<std::string> parts(1);
    for (const char letter : text) {
        if (letter == mark) {
            parts.emplace_back();
        } else {
            parts.back() += letter;
        }
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts, char mark) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) text += (i > 0 ? std::string(1, mark) : std::string()) + parts[i];
    return text;
}

// Percent-encodes letters that need it not.
std::string encoded(const std::string& text, Dice& dice) {
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    std::string result;
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        if (letter != '%' && dice.one_in(3)) {
            result += {'%', digits[code / 16], digits[code % 16]};
        } else {
            result += letter;
        }
    }
    return result;
}

std::string swapped_case(std::string text) {
    for (char& letter : text) {
        if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) letter ^= 0x20;
    }
    return text;
}

void mutate_segment(std::vector<std::string>& segments, std::size_t at, Dice& dice) {
    std::string& segment = segments[at];
    const auto place = segments.begin() + static_cast<std::ptrdiff_t>(at);
    switch (dice.below(9)) {
        case 0: segment = dice.any_of(odd_segments); break;
        case 1: segment = encoded(segment, dice); break;
        case 2: segment = swapped_case(segment); break;
        case 3: segments.erase(place); break;
        case 4: segments.insert(place, std::string(dice.any_of(odd_segments))); break;
        case 5: segments.insert(place, ""); break;
        case 6: segment = mutated_bytes(segment, dice); break;
        case 7: segment = std::string(dice.below(300), 'k'); break;
        default: segment += dice.any_of(odd_segments); break;
    }
}

// Targets are what a reader of HTTP lets through: no blanks, no control characters.
std::string sendable(std::string target) {
    std::replace_if(
        target.begin(), target.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f || c == '#'; }, '+');
    return target;
}

}  // namespace

std::string mutated_bytes(std::string text, Dice& dice) {
    const std::size_t at = dice.below(text.size() + 1);
    switch (dice.below(7)) {
        case 0: text.insert(at, 1, static_cast<char>(dice.below(256))); break;
        case 1: text.erase(at, 1 + dice.below(8)); break;
        case 2: text.insert(at, text.substr(dice.below(text.size() + 1), dice.below(40))); break;
        case 3: text.resize(at); break;
        case 4: text.insert(at, std::string(dice.below(5000), static_cast<char>('0' + dice.below(70)))); break;
        default:
            if (at < text.size()) text[at] = static_cast<char>(dice.below(256));
            break;
    }
    return text;
}

std::string mutated_base64(std::string text, Dice& dice) {
    constexpr std::string_view odd[] = {"=", "==", "===", "+", "/", " ", "\n", ".", "A", "\xc3\xa9", "%3d", "_-", "\t"};
    const std::size_t at = dice.below(text.size() + 1);
    switch (dice.below(6)) {
        case 0: text += dice.any_of(odd); break;
        case 1: text.insert(at, dice.any_of(odd)); break;
        case 2: text.resize(at); break;
        case 3: text += std::string(dice.below(70'000), 'A'); break;
        case 4:
            if (!text.empty()) text.back() = "BCDEFGHghijkl-_9"[dice.below(16)];  // bits that must be zero
            break;
        default:
            if (at < text.size()) text[at] = "ABCDabcd0123-_"[dice.below(14)];
            break;
    }
    return text;
}

std::string mutated_path(std::string path, Dice& dice) {
    std::vector<std::string> segments = split(path, '/');
    mutate_segment(segments, dice.below(segments.size()), dice);
    if (dice.one_in(4) && !segments.empty()) mutate_segment(segments, dice.below(segments.size()), dice);
    path = joined(segments, '/');
    return sendable(path.starts_with('/') ? path : "/" + path);
}

std::string mutated_query(std::string query, Dice& dice) {
    std::vector<std::string> parameters = split(query, '&');
    std::string& one = dice.any_of(parameters);
    switch (dice.below(6)) {
        case 0: one = dice.any_of(odd_parameters); break;
        case 1: one = encoded(one, dice); break;
        case 2: one = mutated_bytes(one, dice); break;
        case 3: one += "&" + one; break;
        case 4: one.clear(); break;
        default: parameters.emplace_back(dice.any_of(odd_parameters)); break;
    }
    return sendable(joined(parameters, '&'));
}

}  // namespace kvp11::fuzz
