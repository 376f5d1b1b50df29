// Keys as `kvp11 keys …` shows them: for people, and for programs in the JSON of the service. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "kvp11/key_life_cycle.hpp"

namespace kvp11::tools {

/// What is shown of a key depends on these beside its record.
struct Showing {
    RecoverySettings recovery;
    std::int64_t now = 0;  // Unix seconds, to tell what is expired
};

/// A row for each fact of one version.
std::string key_table(const KeyRecord& key, const Showing& showing);
/// A line for each key: name, type, state, expiry, version.
std::string key_list(const std::vector<KeyRecordPtr>& keys, const Showing& showing);
/// A line for each version, from old to new: version, state, creation, expiry.
std::string version_list(const std::vector<KeyRecordPtr>& versions, const Showing& showing);
/// A line for each deleted key: name, type, deletion, end of retention.
std::string deleted_list(const std::vector<KeyRecordPtr>& keys);

/// One line of JSON: the service's key bundle, or deleted bundle, with paths in the place of its URLs.
std::string key_json(const KeyRecord& key, const Showing& showing);
/// One line: an array of the service's items.
std::string list_json(const std::vector<KeyRecordPtr>& keys, const Showing& showing);

}  // namespace kvp11::tools
