// The requests of a directory: one key, the list, the versions of a key. Functions; thread-safe as what they ask is.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "managed_hsm/wire.hpp"
#include "pipeline/pipeline.hpp"

namespace kvp11::managed_hsm {

/// Pipeline::call, or what a test plays instead.
using Ask = std::function<Result<transport::Answer>(const pipeline::Call&)>;
/// Pipeline::call_many, likewise.
using AskMany = std::function<std::vector<Result<transport::Answer>>(std::span<const pipeline::Call>)>;

/// The latest version when id.version is empty. KeyNotFound, AlgorithmNotSupported for kinds that we do not know.
Result<KeyRecord> read_key(const Ask& ask, const KeyId& id);
/// Each as read_key() would have it, in the order of the ids.
std::vector<Result<KeyRecord>> read_keys(const AskMany& ask, std::span<const KeyId> ids);
/// Every key, page by page.
Result<std::vector<ListedKey>> read_list(const Ask& ask);
/// Every version of a key; none when there is no such key.
Result<std::vector<ListedKey>> read_versions(const Ask& ask, const std::string& name);

}  // namespace kvp11::managed_hsm
