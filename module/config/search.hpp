// Where the configuration and the user's data lie, by the environment.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "kvp11/result.hpp"

namespace kvp11::config {

/// The file to read, absolute; nothing if nobody named one and none is in the usual places.
/// A file that was named (by `reserved` or KVP11_CONFIG) and is not there is an error.
[[nodiscard]] Result<std::optional<std::filesystem::path>> find_file(std::string_view reserved);

/// The folder of the partition that is used without any configuration.
[[nodiscard]] Result<std::filesystem::path> default_partition();

/// The file for certificates and data objects of a slot on this host, when the configuration names none.
[[nodiscard]] Result<std::filesystem::path> default_records(std::string_view host);

}  // namespace kvp11::config
