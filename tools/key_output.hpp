// How a command shows keys: a table for people, or the service's JSON with --json. A member of the commands that
// show keys.
#pragma once

#include <functional>
#include <iosfwd>

#include "partition/partition.hpp"
#include "tools/key_text.hpp"

namespace kvp11::tools {

class Options;

/// All keys of a list that comes in pages.
Result<std::vector<KeyRecordPtr>> all_pages(const std::function<Result<KeyPage>(const PageRequest&)>& list);

class KeyOutput {
public:
    void declare(Options& options);  // --json

    using Table = std::function<std::string(const std::vector<KeyRecordPtr>&, const Showing&)>;
    Result<void> one(std::ostream& out, const KeyLifeCycle& keys, const KeyRecord& key) const;
    /// `table` is what people get.
    Result<void> list(std::ostream& out, const KeyLifeCycle& keys, const std::vector<KeyRecordPtr>& found,
                      const Table& table) const;

private:
    bool as_json_ = false;
};

}  // namespace kvp11::tools
