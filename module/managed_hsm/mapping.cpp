#include "managed_hsm/mapping.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/digest.hpp"
#include "managed_hsm/extra_tags.hpp"
#include "managed_hsm/mapping_tags.hpp"
#include "managed_hsm/tag_value.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::size_t longest_id = 32;
constexpr std::size_t hashed_id = 16;
constexpr std::uint32_t assumed_secret_bits = 256;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string folded(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

bool is_name_character(std::uint8_t c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

Bytes hashed(std::string_view text) {
    Bytes digest = crypto::hash(Digest::Sha256, bytes_of(text));
    digest.resize(hashed_id);
    return digest;
}

/// Label and id from one half's entries, where there are any. Ours are exact; those of Microsoft's library are known
/// by a part of their names.
void read_entries(const Tags& tags, const HalfTags& half, Face& face) {
    for (const auto& [name, value] : tags) {
        const std::string lowered = folded(name);
        if (!lowered.starts_with(half.prefix) || name == half.extras) continue;
        const std::string_view suffix = std::string_view(lowered).substr(half.prefix.size());
        if (suffix.find("label") != std::string_view::npos) {
            if (!tags.contains(half.label)) face.label = label_of_foreign_tag(value);
        } else if (suffix.find("id") != std::string_view::npos) {
            if (!tags.contains(half.id)) face.id = id_of_foreign_tag(value);
        }
    }
    if (const auto at = tags.find(half.label); at != tags.end()) face.label = bytes_of_tag(at->second);
    if (const auto at = tags.find(half.id); at != tags.end()) face.id = bytes_of_tag(at->second);
}

void read_extras(const Tags& tags, const HalfTags& half, Face& face) {
    if (const auto at = tags.find(half.extras); at != tags.end()) unpack_extras(at->second, face);
}

std::uint32_t said_bits(const Tags& tags) {
    std::uint32_t bits = 0;
    if (const auto at = tags.find(bits_tag); at != tags.end()) {
        std::from_chars(at->second.data(), at->second.data() + at->second.size(), bits);
    }
    return bits;
}

/// What follows from the name alone.
Face plain_face(const std::string& name) {
    Face face;
    face.label = copy_of(bytes_of(name));
    face.id = name.size() <= longest_id ? face.label : hashed(folded(name));
    return face;
}

}  // namespace

Faces faces_of(const KeyId& id, bool is_latest, const Tags& tags) {
    Faces faces;
    faces.face = plain_face(id.name);
    if (is_latest) {
        read_entries(tags, private_tags, faces.face);
    } else {
        const std::string whole = id.name + "/" + id.version;
        faces.face.label = copy_of(bytes_of(whole));
        faces.face.id = hashed(whole);
    }
    if (!tags.contains(no_public_tag)) {
        Face& half = faces.public_face.emplace(faces.face);
        half.is_private = false;
        if (is_latest) read_entries(tags, public_tags, half);
        read_extras(tags, public_tags, half);
    }
    read_extras(tags, private_tags, faces.face);
    return faces;
}

void complete(KeyRecord& record, bool is_latest) {
    Faces faces = faces_of(record.id, is_latest, record.tags);
    const bool is_pair = record.spec.type == KeyType::Rsa || record.spec.type == KeyType::Ec;
    record.face = std::move(faces.face);
    record.public_face = is_pair ? std::move(faces.public_face) : std::nullopt;
    record.protection = Protection{.sensitive = true, .extractable = false};
    record.generated = record.tags.contains(local_tag);
    record.is_latest = is_latest;
    record.has_material = true;
    if (is_pair || record.spec.bits != 0) return;
    const std::uint32_t bits = said_bits(record.tags);
    record.spec.bits = bits != 0 ? bits : assumed_secret_bits;
}

// Sizes that the service told are in no tag, so that a told 256 is taken for assumed: that costs nothing.
bool is_size_assumed(const KeyRecord& record) {
    const bool is_pair = record.spec.type == KeyType::Rsa || record.spec.type == KeyType::Ec;
    return !is_pair && record.spec.bits == assumed_secret_bits && said_bits(record.tags) == 0;
}

std::optional<std::string> name_in(ByteView text) {
    constexpr std::size_t longest_name = 127;
    const bool is_name =
        !text.empty() && text.size() <= longest_name && std::all_of(text.begin(), text.end(), is_name_character);
    return is_name ? std::optional(std::string(text_of(text))) : std::nullopt;
}

}  // namespace kvp11::managed_hsm
