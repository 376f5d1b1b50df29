// No room: a tmpfs of its own when the test runs as root, the process's limit for files otherwise.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <iostream>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

class SmallDisk {
public:
    explicit SmallDisk(const std::string& path) : path_(path) {
        std::filesystem::create_directory(path);
        is_mounted_ = mount("tmpfs", path.c_str(), "tmpfs", 0, "size=1m") == 0;
        if (!is_mounted_) std::cout << "SKIPPED: cannot mount a small tmpfs\n";
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (is_mounted_) umount(path_.c_str());
    }
    [[nodiscard]] bool is_mounted() const { return is_mounted_; }
    /// Takes what is left but for some pages.
    void fill(std::size_t pages_left) const {
        const int file = open((path_ + "/filler").c_str(), O_WRONLY | O_CREAT, 0600);
        const Bytes page(4096, 1);
        while (write(file, page.data(), page.size()) > 0) {
        }
        const auto size = lseek(file, 0, SEEK_END) - static_cast<off_t>(pages_left * page.size());
        BOOST_REQUIRE_EQUAL(ftruncate(file, size), 0);
        close(file);
    }
    void free() const { std::filesystem::remove(path_ + "/filler"); }

private:
    std::string path_;
    bool is_mounted_ = false;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(full_disk)

BOOST_AUTO_TEST_CASE(room_is_reserved_before_anything_is_done) {
    const TemporaryFolder folder;
    const SmallDisk disk(folder.path("disk"));
    if (!disk.is_mounted()) return;
    const std::string path = folder.path("disk/audit");
    const auto log = log_at(path);
    std::uint64_t written = 0;
    while (log->reserve().ok()) {
        REQUIRE_OK(log->append(record(written)));
        BOOST_REQUIRE_LT(++written, 100'000U);
    }
    BOOST_CHECK_GT(written, 1000U);
    CHECK_FAILS(log->reserve(), Errc::StoreFull);
    CHECK_FAILS(log_at(path)->reserve(), Errc::StoreFull);
    for (int i = 0; i < 50; ++i) CHECK_OK(log_at(path)->append(record(written++)));  // what others had begun
    BOOST_CHECK_EQUAL(findings_of(verified(path)), "");
    BOOST_CHECK_EQUAL(verified(path).records, written);
}

BOOST_AUTO_TEST_CASE(a_record_that_does_not_fit_leaves_no_trace) {
    const TemporaryFolder folder;
    const SmallDisk disk(folder.path("disk"));
    if (!disk.is_mounted()) return;
    const std::string path = folder.path("disk/audit");
    append(*log_at(path), 3);
    std::filesystem::resize_file(segment_file(path, 1), std::filesystem::file_size(segment_file(path, 1)));
    disk.fill(0);
    const auto log = log_at(path);
    std::uint64_t written = 3;
    Result<void> last;
    while ((last = log->append(record(written))).ok()) ++written;
    CHECK_FAILS(last, Errc::StoreFull);
    CHECK_FAILS(log->append(record(written)), Errc::StoreFull);
    if (log->checkpoint(seal_key()).ok()) ++written;  // which is shorter
    BOOST_CHECK_EQUAL(findings_of(verified(path)), "");
    BOOST_CHECK_EQUAL(verified(path).records, written);
    disk.free();
    CHECK_OK(log->reserve());
    append(*log, 5);
    BOOST_CHECK_EQUAL(findings_of(verified(path)), "");
    BOOST_CHECK_EQUAL(verified(path).records, written + 5);
}

BOOST_AUTO_TEST_CASE(a_limit_for_files_is_a_full_disk_and_no_signal) {
    const TemporaryFolder folder;
    append(*log_at(folder.path()), 3);
    const int outcome = in_child([&] {
        const rlimit limit{300'000, 300'000};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
        const auto log = log_at(folder.path());
        int written = 0;
        while (log->reserve().ok()) {
            if (!log->append(record(1)).ok()) return 2;
            if (++written > 100'000) return 3;
        }
        if (log->reserve().code() != Errc::StoreFull) return 4;
        Result<void> last;
        while ((last = log->append(record(1))).ok()) {
        }
        return last.code() == Errc::StoreFull && written > 100 ? 0 : 5;
    });
    BOOST_CHECK_EQUAL(outcome, 0);
    BOOST_CHECK_EQUAL(findings_of(verified(folder.path())), "");
    CHECK_OK(log_at(folder.path())->append(record(1)));
}

BOOST_AUTO_TEST_SUITE_END()
