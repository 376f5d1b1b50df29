#include "server/files.hpp"

#include <sys/stat.h>

#include <filesystem>

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server/file_stamp.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::server;
using kvp11::test::ScratchFolder;

namespace {

unsigned mode_of(const std::string& path) {
    struct stat about {};
    return stat(path.c_str(), &about) == 0 ? about.st_mode & 0777U : 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(a_file_is_replaced_as_a_whole_and_is_its_owners) {
    const ScratchFolder folder;
    const std::string path = folder / "secret";
    REQUIRE_OK(replace_file(path, "one\n"));
    const FileStamp before = FileStamp::of(path);
    REQUIRE_OK(replace_file(path, "two\n"));
    BOOST_TEST(read_text(path).value() == "two\n");
    BOOST_TEST(mode_of(path) == 0600U);
    BOOST_TEST((FileStamp::of(path) != before));
    BOOST_TEST((FileStamp::of(folder / "none") == FileStamp{}));
    REQUIRE_OK(replace_file(path, "three", Readers::Everybody));
    BOOST_TEST(mode_of(path) == 0644U);
    BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
    CHECK_FAILS(replace_file(folder / "no/such/folder", "x"), Errc::AccessDenied);
}

BOOST_AUTO_TEST_CASE(a_pin_is_the_first_line) {
    const ScratchFolder folder;
    REQUIRE_OK(replace_file(folder / "pin", "1234\r\nmore\n"));
    const auto pin = read_secret_line(folder / "pin");
    REQUIRE_OK(pin);
    BOOST_TEST(text_of(pin->expose_bytes()) == "1234");
    REQUIRE_OK(replace_file(folder / "empty", "\n1234"));
    CHECK_FAILS(read_secret_line(folder / "empty"), Errc::FileUnreadable);
    CHECK_FAILS(read_secret_line(folder / "none"), Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_not_read) {
    const ScratchFolder folder;
    REQUIRE_OK(replace_file(folder / "long", std::string((1U << 20U) + 1, 'x')));
    CHECK_FAILS(read_text(folder / "long"), Errc::FileUnreadable);
    REQUIRE_OK(replace_file(folder / "just", std::string(1U << 20U, 'x')));
    BOOST_TEST(read_text(folder / "just").value().size() == 1U << 20U);
    BOOST_TEST(!read_text("/proc/self/status").value().empty());
}

BOOST_AUTO_TEST_CASE(folders_are_made_with_those_above_them) {
    const ScratchFolder folder;
    REQUIRE_OK(make_private_folder(folder / "a/b/c"));
    REQUIRE_OK(make_private_folder(folder / "a/b/c"));
    BOOST_TEST(mode_of(folder / "a/b/c") == 0700U);
    CHECK_FAILS(make_private_folder("/proc/nobody/can"), Errc::AccessDenied);
}

BOOST_AUTO_TEST_SUITE_END()
