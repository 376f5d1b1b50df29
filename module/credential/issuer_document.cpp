#include <cstdlib>
#include <new>

#include <boost/json.hpp>

#include "credential/token_answer.hpp"

namespace kvp11::credential {
namespace {

namespace json = boost::json;

/// Memory that is wiped when it is given back. Boost.JSON asks for no alignment beyond the usual one, and gives some
/// places back with another than it asked for.
class WipingMemory final : public json::memory_resource {
    void* do_allocate(std::size_t bytes, std::size_t /*alignment*/) override { return ::operator new(bytes); }
    void do_deallocate(void* place, std::size_t bytes, std::size_t /*alignment*/) override {
        explicit_bzero(place, bytes);
        ::operator delete(place);
    }
    [[nodiscard]] bool do_is_equal(const json::memory_resource& other) const noexcept override {
        return this == &other;
    }
};

Failure no_answer(const char* what) { return fail(Errc::DataInvalid, what); }

json::string_view key_of(std::string_view name) { return {name.data(), name.size()}; }

std::string_view text_of_value(const json::value* value) noexcept {
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

std::optional<std::int64_t> number_of(const json::value* value) noexcept {
    if (value == nullptr) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    if (value->is_double()) {
        const double number = value->get_double();
        if (number > -1e15 && number < 1e15) return static_cast<std::int64_t>(number);
        return std::nullopt;
    }
    const std::string_view text = text_of_value(value);
    if (text.empty() || text.size() > 15) return std::nullopt;
    std::int64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

}  // namespace

struct IssuerDocument::State {
    WipingMemory memory;
    json::value value = json::value(json::storage_ptr(&memory));

    [[nodiscard]] const json::value* find(std::string_view name) const noexcept {
        return value.get_object().if_contains(key_of(name));
    }
};

IssuerDocument::IssuerDocument(std::unique_ptr<State> state) : state_(std::move(state)) {}
IssuerDocument::IssuerDocument(IssuerDocument&&) noexcept = default;
IssuerDocument& IssuerDocument::operator=(IssuerDocument&&) noexcept = default;
IssuerDocument::~IssuerDocument() = default;

Result<IssuerDocument> IssuerDocument::parse(std::string_view text) {
    if (text.empty()) return no_answer("empty");
    auto state = std::make_unique<State>();
    json::parse_options options;
    options.max_depth = 16;
    json::parser parser(json::storage_ptr(&state->memory), options);
    parser.reset(json::storage_ptr(&state->memory));
    json::error_code error;
    parser.write(text.data(), text.size(), error);
    if (error) return no_answer("no JSON");
    json::value value = parser.release();
    if (!value.is_object()) return no_answer("no JSON object");
    state->value = std::move(value);
    return IssuerDocument(std::move(state));
}

std::string_view IssuerDocument::text(std::string_view name) const noexcept {
    return text_of_value(state_->find(name));
}

std::optional<std::int64_t> IssuerDocument::number(std::string_view name) const noexcept {
    return number_of(state_->find(name));
}

std::optional<std::int64_t> IssuerDocument::first_number(std::string_view name) const noexcept {
    const json::value* list = state_->find(name);
    if (list == nullptr || !list->is_array() || list->get_array().empty()) return std::nullopt;
    return number_of(&list->get_array().front());
}

std::string_view IssuerDocument::inner_text(std::string_view object, std::string_view name) const noexcept {
    const json::value* inner = state_->find(object);
    if (inner == nullptr || !inner->is_object()) return {};
    return text_of_value(inner->get_object().if_contains(key_of(name)));
}

}  // namespace kvp11::credential
