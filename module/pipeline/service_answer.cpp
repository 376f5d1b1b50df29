#include "pipeline/service_answer.hpp"

#include <boost/json.hpp>

namespace kvp11::pipeline {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_error = 64U << 10U;
constexpr std::size_t longest_code = 80;
constexpr std::size_t deepest_inner = 5;
constexpr std::size_t longest_word = 140;  // key names have up to 127 characters, a JWT several hundreds

bool is_word_letter(unsigned char letter) noexcept {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           letter == '-' || letter == '_' || letter == '.' || letter == '+' || letter == '=';
}

std::string text_of_member(const json::object& object, std::string_view name, std::size_t most) {
    const json::value* member = object.if_contains({name.data(), name.size()});
    const json::string* text = member ? member->if_string() : nullptr;
    return text ? fit_for_log({text->data(), text->size()}, most) : std::string{};
}

std::string innermost_code(const json::object& error) {
    std::string code;
    const json::object* at = &error;
    for (std::size_t depth = 0; at && depth < deepest_inner; ++depth) {
        const json::value* inner = at->if_contains("innererror");
        at = inner ? inner->if_object() : nullptr;
        if (!at) break;
        std::string found = text_of_member(*at, "code", longest_code);
        if (!found.empty()) code = std::move(found);
    }
    return code;
}

/// Azure's {"error":{"code","message"}}, and OAuth's {"error":"…","error_description":"…"} of what stands before it.
bool read_error(std::string_view body, ServiceAnswer& answer) {
    if (body.size() > largest_error) return false;
    boost::system::error_code failed;
    const json::value value = json::parse({body.data(), body.size()}, failed);
    const json::object* object = failed ? nullptr : value.if_object();
    const json::value* error = object ? object->if_contains("error") : nullptr;
    if (!error) return false;
    if (const json::object* inside = error->if_object()) {
        answer.code = text_of_member(*inside, "code", longest_code);
        answer.message = text_of_member(*inside, "message", 400);
        answer.inner_code = innermost_code(*inside);
        return !answer.code.empty() || !answer.message.empty();
    }
    answer.code = text_of_member(*object, "error", longest_code);
    answer.message = text_of_member(*object, "error_description", 400);
    return !answer.code.empty();
}

}  // namespace

std::string fit_for_log(std::string_view text, std::size_t most) {
    std::string line;
    for (std::size_t at = 0; at < text.size() && line.size() <= most;) {
        std::size_t end = at;
        while (end < text.size() && is_word_letter(static_cast<unsigned char>(text[end]))) ++end;
        if (end - at > longest_word) {
            line += "…";
            at = end;
        } else if (end > at) {
            line += text.substr(at, end - at);
            at = end;
        } else {
            const auto letter = static_cast<unsigned char>(text[at++]);
            line += letter < ' ' || letter == 127 ? ' ' : static_cast<char>(letter);
        }
    }
    if (line.size() <= most) return line;
    std::size_t size = most;
    while (size > 0 && (static_cast<unsigned char>(line[size]) & 0xC0U) == 0x80U) --size;
    line.resize(size);
    return line + "…";
}

ServiceAnswer read_service_answer(const transport::Answer& answer) {
    ServiceAnswer read;
    read.status = answer.status();
    read.request_id = fit_for_log(answer.header("x-ms-request-id").value_or(""), longest_code);
    const std::string_view body = answer.expose_body();
    if (!body.empty() && !read_error(body, read)) {
        const std::string_view type = answer.header("Content-Type").value_or("no type");
        read.body_kind =
            fit_for_log(type.substr(0, type.find(';')), longest_code) + ", " + std::to_string(body.size()) + " bytes";
    }
    return read;
}

}  // namespace kvp11::pipeline
