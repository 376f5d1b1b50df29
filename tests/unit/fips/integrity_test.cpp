#include "fips/integrity.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "crypto/checks.hpp"
#include "crypto/sealing.hpp"
#include "support/process.hpp"

namespace kvp11::fips {
namespace {

using namespace kvp11::test;
namespace fs = std::filesystem;

/// A folder that goes away with the test.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "kvp11-fips-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
        path_ = name;
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string operator/(const std::string& name) const { return path_ / name; }

private:
    fs::path path_;
};

void write(const std::string& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }
void append(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary | std::ios::app) << text;
}

/// The child program in a folder of its own, with its sidecar.
std::string copied_child(const Folder& folder) {
    const std::string copy = folder / "child";
    fs::copy_file(KVP11_FIPS_CHILD, copy);
    fs::copy_file(integrity_sidecar(KVP11_FIPS_CHILD), integrity_sidecar(copy));
    return copy;
}

std::string says(const std::string& child, const char* mode) { return run({child, mode}).output; }

BOOST_AUTO_TEST_SUITE(integrity)

// Computed with Python's hmac module over the same key.
BOOST_AUTO_TEST_CASE(the_code_is_an_hmac_of_the_whole_file) {
    const Folder folder;
    const std::string file = folder / "file";
    write(file, "what do ya want for nothing?");
    BOOST_TEST(must(integrity_code(file)) == "4c1ec7a4ba3af6bac832b7e4661614e0f1e75924be357421d222dd0ae9b6f75f");
    write(file, "");
    BOOST_TEST(must(integrity_code(file)) == "096f455710a5946c4e9edf52498401e4068a794b8977c682fb9f4d255b21a3be");
}

// Read in pieces of 64 KiB.
BOOST_AUTO_TEST_CASE(files_around_the_size_of_a_piece_are_read_whole) {
    const Folder folder;
    const std::string file = folder / "file";
    const SecretBytes key = secret(bytes_of("kvp11: damage to this file, not attacks on it"));
    for (const std::size_t size : {65535U, 65536U, 65537U, 131072U, 200000U}) {
        const Bytes content = pattern(size);
        write(file, text_of(content));
        BOOST_TEST(must(integrity_code(file)) == to_hex(must(crypto::authenticate(key, content))));
    }
}

BOOST_AUTO_TEST_CASE(a_file_matches_the_sidecar_that_was_made_for_it) {
    const Folder folder;
    const std::string file = folder / "file";
    write(file, "some code");
    const std::string code = must(integrity_code(file));
    for (const char* end : {"", "\n", "\nand a comment"}) {
        write(file + ".hmac", code + end);
        BOOST_TEST((check_integrity(file).outcome == Integrity::Matches), end);
    }
    BOOST_TEST(check_integrity(file).reason.empty());
}

BOOST_AUTO_TEST_CASE(any_change_of_the_file_or_its_sidecar_is_noticed) {
    const Folder folder;
    const std::string file = folder / "file";
    const std::string sidecar = integrity_sidecar(file);
    write(file, "some code");
    const std::string code = must(integrity_code(file));
    const auto differs = [&] { return check_integrity(file).outcome == Integrity::Differs; };
    write(sidecar, code);
    for (const char* other : {"some codf", "some cod", "some code ", ""}) {
        write(file, other);
        BOOST_TEST(differs(), other);
    }
    write(file, "some code");
    std::string upper = code;
    for (char& digit : upper) digit = static_cast<char>(std::toupper(digit));
    for (const std::string& other :
         {std::string(), code.substr(1), code + "0", "0" + code, std::string(64, '0'), upper}) {
        write(sidecar, other);
        BOOST_TEST(differs(), other);
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_not_checked) {
    const Folder folder;
    const std::string file = folder / "file";
    const auto reason = [&] {
        const IntegrityReport report = check_integrity(file);
        BOOST_TEST((report.outcome == Integrity::NotChecked));
        return report.reason;
    };
    BOOST_TEST(reason() == "it has no sidecar");
    write(integrity_sidecar(file), std::string(64, '0'));
    BOOST_TEST(reason() == "cannot read " + file);
    EXPECT_ERROR(integrity_code(file), Errc::FileUnreadable);
    EXPECT_ERROR(integrity_code(folder / "."), Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(a_pipe_in_the_place_of_a_file_holds_nobody_up) {
    const Folder folder;
    const std::string file = folder / "file";
    BOOST_REQUIRE(mkfifo(file.c_str(), 0600) == 0);
    write(integrity_sidecar(file), std::string(64, '0'));
    BOOST_TEST((check_integrity(file).outcome == Integrity::NotChecked));
    fs::remove(integrity_sidecar(file));
    BOOST_REQUIRE(mkfifo(integrity_sidecar(file).c_str(), 0600) == 0);
    BOOST_TEST(check_integrity(file).reason == "its sidecar cannot be read");
}

// --- of the running program itself

BOOST_AUTO_TEST_CASE(a_program_with_its_sidecar_is_operational_in_both_modes) {
    const Folder folder;
    const std::string child = copied_child(folder);
    BOOST_TEST(says(child, "all") == "state: ok\n");
    BOOST_TEST(says(child, "approved") == "state: ok\n");
}

BOOST_AUTO_TEST_CASE(without_a_sidecar_only_mode_approved_refuses) {
    const Folder folder;
    const std::string child = copied_child(folder);
    fs::remove(integrity_sidecar(child));
    BOOST_TEST(says(child, "all") == "state: ok\n");
    BOOST_TEST(says(child, "approved") ==
               "state: mode approved wants the integrity of " + child + " checked, and it has no sidecar\n");
}

BOOST_AUTO_TEST_CASE(a_damaged_program_is_in_the_error_state) {
    const Folder folder;
    const std::string child = copied_child(folder);
    append(child, "x");
    const std::string refusal = "state: " + child + " is damaged: it is not the file that its sidecar was made for\n";
    BOOST_TEST(says(child, "all") == refusal);
    BOOST_TEST(says(child, "approved") == refusal);
}

BOOST_AUTO_TEST_CASE(a_program_finds_its_file_by_whatever_name_it_was_started) {
    const Folder folder;
    const std::string child = copied_child(folder);
    const std::string there = fs::path(child).parent_path();
    fs::create_symlink(child, folder / "link");
    const auto shell = [](const std::string& command) { return run({"sh", "-c", command}).output; };
    BOOST_TEST(shell("cd " + there + " && ./child approved") == "state: ok\n");
    BOOST_TEST(shell("cd / && PATH=" + there + " && child approved") == "state: ok\n");
    BOOST_TEST(says(folder / "link", "approved") == "state: ok\n");
    append(child, "x");
    BOOST_TEST(shell("cd / && PATH=" + there + " && child all").find("is damaged") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::fips
