#include "server/file_stamp.hpp"

#include <sys/stat.h>

namespace kvp11::server {

FileStamp FileStamp::of(const std::string& path) {
    struct stat about {};
    if (stat(path.c_str(), &about) != 0) return {};
    return {about.st_dev, about.st_ino, about.st_size,
            static_cast<std::int64_t>(about.st_mtim.tv_sec) * 1'000'000'000 + about.st_mtim.tv_nsec};
}

}  // namespace kvp11::server
