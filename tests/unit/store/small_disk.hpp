// A file system of its own, in memory, that is small or cannot be written. Needs the right to mount.
#pragma once

#include <string>

#include "workplace.hpp"

namespace kvp11::test {

class SmallDisk {
public:
    explicit SmallDisk(unsigned kibibytes);
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk();

    /// Empty when the disk is there, else why not; a test then prints it as SKIPPED and returns.
    [[nodiscard]] const std::string& why_not() const { return why_not_; }
    [[nodiscard]] std::string path(const std::string& name) const { return folder_.path("disk/" + name); }
    void make_read_only();
    /// Fills what is left with a file, and takes it away again.
    void fill() const;
    void make_room() const;

private:
    TemporaryFolder folder_;
    std::string why_not_;
};

}  // namespace kvp11::test
