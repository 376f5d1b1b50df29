// RulesFile: rules that follow a file. Has no thread of its own: a timer asks it. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kvp11/result.hpp"
#include "traffic/traffic.hpp"

namespace kvp11::traffic {

class RulesFile {
public:
    /// `profile` holds as the document's member of that name while the document has none; empty: none.
    explicit RulesFile(std::string path, std::string profile = {})
        : path_(std::move(path)), profile_(std::move(profile)) {}

    /// Sets the rules when the file is another one than the last time: true. Fails, once for each change, with
    /// FileUnreadable, also when the file is gone, or ConfigurationInvalid; the rules then stay as they are.
    /// Write a new file and rename it over the old one: half a file may be read otherwise.
    Result<bool> refresh(Traffic& traffic);

private:
    /// What tells a file from another without reading it.
    struct Stamp {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        std::int64_t size = -1;  // there is no file
        std::int64_t modified = 0;
        std::int64_t changed = 0;
        bool operator==(const Stamp&) const = default;
    };
    static Stamp stamp_of(int descriptor);
    Result<std::string> read_if_changed(bool& has_changed);

    std::string path_;
    std::string profile_;
    std::optional<Stamp> seen_;
};

}  // namespace kvp11::traffic
