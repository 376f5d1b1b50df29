#include "managed_hsm/listed_type.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "managed_hsm/mapping.hpp"
#include "managed_hsm/mapping_tags.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::string_view mark = "listed-";

struct TypeWord {
    KeyType type;
    std::string_view word;
};
constexpr auto type_words = std::to_array<TypeWord>({
    {KeyType::Rsa, "RSA"},
    {KeyType::Ec, "EC"},
    {KeyType::Aes, "AES"},
    {KeyType::GenericSecret, "HMAC"},
});

std::optional<KeyType> type_of(std::string_view word) {
    const auto row =
        std::find_if(type_words.begin(), type_words.end(), [&](const auto& one) { return one.word == word; });
    return row == type_words.end() ? std::nullopt : std::optional(row->type);
}

}  // namespace

std::string_view type_word(KeyType type) noexcept {
    const auto row =
        std::find_if(type_words.begin(), type_words.end(), [&](const auto& one) { return one.type == type; });
    return row == type_words.end() ? std::string_view() : row->word;
}

std::optional<KeyType> listed_type(const Tags& tags) {
    const auto at = tags.find(type_tag);
    return at == tags.end() ? std::nullopt : type_of(at->second);
}

std::string version_as_listed(const ListedVersion& listed) {
    return std::string(mark) + std::string(type_word(listed.type)) + "-" + std::to_string(listed.created);
}

std::optional<ListedVersion> listed_version(std::string_view version) {
    if (!version.starts_with(mark)) return std::nullopt;
    version.remove_prefix(mark.size());
    const std::size_t dash = version.find('-');
    const auto type = type_of(version.substr(0, dash));
    if (!type) return std::nullopt;
    ListedVersion listed{*type, 0};
    const char* end = version.data() + version.size();
    const auto read = std::from_chars(version.data() + dash + 1, end, listed.created);
    return read.ec == std::errc() && read.ptr == end ? std::optional(listed) : std::nullopt;
}

std::optional<KeyRecord> sketch_of(const ListedKey& latest) {
    const auto type = listed_type(latest.tags);
    if (!type) return std::nullopt;
    KeyRecord record;
    record.id = {latest.id.name, version_as_listed({*type, latest.created})};
    record.spec.type = *type;
    record.enabled = latest.enabled;
    record.not_before = latest.not_before;
    record.expires = latest.expires;
    record.created = latest.created;
    record.updated = latest.updated;
    record.tags = latest.tags;
    complete(record, true);
    return record;
}

}  // namespace kvp11::managed_hsm
