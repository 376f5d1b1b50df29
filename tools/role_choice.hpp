// Which role and which principal the words of a command line mean. Thread-safe functions.
#pragma once

#include <string>

#include "partition/partition.hpp"

namespace kvp11::tools {

/// The role with this id (also at the end of a path, as az prints it) or name, without regard to case.
/// RoleDefinitionNotFound with the names that there are.
Result<access::RoleDefinition> role_named(const partition::Partition& partition, const std::string& name_or_id);

/// An object id. The words "user", "so" and "public" are those of the partition's PKCS#11 token.
Result<std::string> principal_named(const partition::Partition& partition, const std::string& word);
/// The way back: the word, or empty for any other object id.
std::string word_of(const std::string& principal, const std::string& serial);

/// A new random GUID.
Result<std::string> new_guid();

}  // namespace kvp11::tools
