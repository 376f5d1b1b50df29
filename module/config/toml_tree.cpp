#include "config/toml_tree.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_UNDEF_MACROS 1
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace kvp11::config {

namespace {

constexpr std::size_t largest_file = 1024 * 1024;

Place place_of(const toml::source_position& position) {
    return {static_cast<std::uint32_t>(position.line), static_cast<std::uint32_t>(position.column)};
}

NodeType type_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string: return NodeType::Text;
        case toml::node_type::integer: return NodeType::Integer;
        case toml::node_type::floating_point: return NodeType::Float;
        case toml::node_type::boolean: return NodeType::Boolean;
        case toml::node_type::array: return NodeType::List;
        case toml::node_type::table: return NodeType::Table;
        default: return NodeType::Moment;
    }
}

bool before(const Entry& a, const Entry& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
}

Node convert(const toml::node& source) {
    Node node;
    node.type = type_of(source);
    node.place = place_of(source.source().begin);
    if (const auto* text = source.as_string()) node.text = text->get();
    if (const auto* integer = source.as_integer()) {
        node.integer = integer->get();
        node.number = static_cast<double>(node.integer);
    }
    if (const auto* number = source.as_floating_point()) node.number = number->get();
    if (const auto* truth = source.as_boolean()) node.truth = truth->get();
    if (const auto* list = source.as_array())
        for (const auto& item : *list) node.items.push_back(convert(item));
    if (const auto* table = source.as_table()) {
        for (const auto& [key, value] : *table)
            node.entries.push_back({std::string(key.str()), place_of(key.source().begin), convert(value)});
        std::sort(node.entries.begin(), node.entries.end(), before);
    }
    return node;
}

Result<std::string> contents(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored))
        return fail(Errc::FileUnreadable, file.string() + ": is a folder, and must be a file");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return fail(Errc::FileUnreadable, file.string() + ": cannot be read: " + std::strerror(errno));
    std::string text(largest_file + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > largest_file) return fail(Errc::ConfigurationInvalid, file.string() + ": is larger than 1 MiB");
    return text;
}

}  // namespace

Failure mistake(const std::filesystem::path& file, Place place, std::string_view key, std::string_view text) {
    std::string message = file.string() + ':' + std::to_string(place.line) + ':' + std::to_string(place.column) + ": ";
    if (!key.empty()) message.append(key).append(": ");
    return fail(Errc::ConfigurationInvalid, message.append(text));
}

Result<Node> read_toml(const std::filesystem::path& file) {
    const auto text = TRY(contents(file));
    const auto parsed = toml::parse(std::string_view(text));
    if (!parsed) {
        const auto& error = parsed.error();
        return mistake(file, place_of(error.source().begin), {}, "not TOML: " + std::string(error.description()));
    }
    return convert(parsed.table());
}

}  // namespace kvp11::config
