#include "tools/files.hpp"

#include <sys/stat.h>

#include <fstream>

#include <boost/test/unit_test.hpp>

#include "tools/pin_entry.hpp"
#include "unit/tools/temporary_folder.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::tools;
using test::TemporaryFolder;

void put(const std::string& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

std::string pin_in(const std::string& file) {
    auto pin = enter_pin({.file = file, .environment = "KVP11_TEST_PIN", .prompt = "PIN"});
    BOOST_REQUIRE(pin.ok());
    return std::string(text_of(pin->expose_bytes()));
}

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(a_new_file_is_written_for_its_owner_only) {
    const TemporaryFolder folder;
    BOOST_REQUIRE(write_new_file(folder / "new", "content").ok());
    BOOST_CHECK_EQUAL(read_text(folder / "new").value(), "content");
    struct stat status {};
    BOOST_REQUIRE_EQUAL(stat((folder / "new").c_str(), &status), 0);
    BOOST_CHECK_EQUAL(status.st_mode & 0777, 0600u);
}

BOOST_AUTO_TEST_CASE(a_file_that_exists_is_never_overwritten) {
    const TemporaryFolder folder;
    put(folder / "old", "before");
    const auto written = write_new_file(folder / "old", "after");
    BOOST_REQUIRE(!written.ok());
    BOOST_CHECK(written.code() == Errc::ArgumentsBad);
    BOOST_CHECK_EQUAL(written.error().message,
                      (folder / "old") + " exists already and is not overwritten: name another file");
    BOOST_CHECK(check_new_file(folder / "old").code() == Errc::ArgumentsBad);
    BOOST_CHECK_EQUAL(read_text(folder / "old").value(), "before");
}

BOOST_AUTO_TEST_CASE(a_dangling_link_counts_as_existing) {
    const TemporaryFolder folder;
    std::filesystem::create_symlink("/nonexistent/target", folder / "link");
    BOOST_CHECK(check_new_file(folder / "link").code() == Errc::ArgumentsBad);
    BOOST_CHECK(write_new_file(folder / "link", "x").code() == Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(a_new_file_in_a_missing_folder_is_refused_before_the_work) {
    const TemporaryFolder folder;
    BOOST_CHECK(check_new_file(folder / "missing/file").code() == Errc::ArgumentsBad);
    BOOST_CHECK(check_new_file(folder / "file").ok());
}

BOOST_AUTO_TEST_CASE(reading_says_which_file_and_why_not) {
    const TemporaryFolder folder;
    const auto text = read_text(folder / "none");
    BOOST_CHECK(text.code() == Errc::FileUnreadable);
    BOOST_CHECK_EQUAL(text.error().message, "cannot read " + (folder / "none") + ": No such file or directory");
    BOOST_CHECK(read_secret(folder / "").code() == Errc::FileUnreadable);
    put(folder / "large", std::string(200000, 'x'));
    BOOST_CHECK(read_text(folder / "large", 199999).code() == Errc::FileUnreadable);
    BOOST_CHECK_EQUAL(read_text(folder / "large", 200000).value().size(), 200000u);
    BOOST_CHECK(read_secret(folder / "large").code() == Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(a_pin_is_the_first_line_of_its_file) {
    const TemporaryFolder folder;
    for (const char* content : {"1234", "1234\n", "1234\r\n", "1234\nsecond line\n"}) {
        put(folder / "pin", content);
        BOOST_CHECK_EQUAL(pin_in(folder / "pin"), "1234");
    }
}

BOOST_AUTO_TEST_CASE(a_file_goes_before_the_environment) {
    const TemporaryFolder folder;
    put(folder / "pin", "from-file");
    setenv("KVP11_TEST_PIN", "from-environment", 1);
    BOOST_CHECK_EQUAL(pin_in(folder / "pin"), "from-file");
    BOOST_CHECK_EQUAL(pin_in({}), "from-environment");
    unsetenv("KVP11_TEST_PIN");
}

BOOST_AUTO_TEST_CASE(an_empty_pin_is_refused) {
    const TemporaryFolder folder;
    put(folder / "pin", "\n");
    BOOST_CHECK(enter_pin({.file = folder / "pin", .environment = {}, .prompt = "PIN"}).code() == Errc::PinInvalid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
