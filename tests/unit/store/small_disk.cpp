#include "small_disk.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace kvp11::test {

SmallDisk::SmallDisk(unsigned kibibytes) {
    const std::string target = folder_.path("disk");
    std::filesystem::create_directory(target);
    const std::string options = "mode=0755,size=" + std::to_string(kibibytes) + "k";
    if (mount("tmpfs", target.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options.c_str()) != 0) {
        why_not_ = std::string("no file system can be mounted here: ") + std::strerror(errno);
    }
}

SmallDisk::~SmallDisk() {
    if (why_not_.empty()) umount2(folder_.path("disk").c_str(), MNT_DETACH);
}

void SmallDisk::make_read_only() {
    BOOST_REQUIRE_EQUAL(mount(nullptr, folder_.path("disk").c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
}

void SmallDisk::fill() const {
    const int file = open(path("ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    BOOST_REQUIRE(file >= 0);
    const Bytes block(4096, 0x55);
    while (write(file, block.data(), block.size()) > 0) {
    }
    close(file);
}

void SmallDisk::make_room() const { std::filesystem::remove(path("ballast")); }

}  // namespace kvp11::test
