// FileStamp: tells a file from another one of the same name without reading it. A value.
#pragma once

#include <cstdint>
#include <string>

namespace kvp11::server {

struct FileStamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = -1;  // there is no file
    std::int64_t modified_ns = 0;
    bool operator==(const FileStamp&) const = default;

    static FileStamp of(const std::string& path);
};

}  // namespace kvp11::server
