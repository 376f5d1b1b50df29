// What a list tells of a key whose tag p11_type tells its type: enough for an object that is looked at and not used, so
// that a program which enumerates thousands of keys asks for none of them. A list does not tell the version; until
// somebody asks for the key, it is named by when it was created and by its type. Functions over values; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "managed_hsm/wire.hpp"

namespace kvp11::managed_hsm {

/// "RSA", "EC", "AES", "HMAC", as the tag says it; empty for types that the service does not have.
std::string_view type_word(KeyType type) noexcept;
/// By the tag; nothing without one, or with a word that is none of these.
std::optional<KeyType> listed_type(const Tags& tags);

/// The latest version as a list showed it.
struct ListedVersion {
    KeyType type = KeyType::Rsa;
    std::int64_t created = 0;
};
/// In the place of a version: "listed-EC-1763800000", which no version of the service looks like.
std::string version_as_listed(const ListedVersion& listed);
std::optional<ListedVersion> listed_version(std::string_view version);

/// The key as far as the list tells: id (with version_as_listed), faces, type, protection, origin, dates and times.
/// Nothing without a tag.
std::optional<KeyRecord> sketch_of(const ListedKey& latest);

}  // namespace kvp11::managed_hsm
