// The folder that stands for storage accounts, and the tokens for it.
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "administration.hpp"
#include "rest/sas_token.hpp"
#include "rest/storage_container.hpp"
#include "support/process.hpp"

using namespace kvp11;
using namespace kvp11::test;
using rest::SasToken;
using rest::StorageContainer;

namespace {

namespace fs = std::filesystem;

struct Storage {
    Storage() {
        std::string name = (fs::temp_directory_path() / "kvp11-storage.XXXXXX").string();
        BOOST_REQUIRE(mkdtemp(name.data()));
        root = name;
    }
    ~Storage() { fs::remove_all(root); }
    [[nodiscard]] std::string folder() const { return (root / "storage").string(); }
    [[nodiscard]] StorageContainer container(const std::string& path = "/backups") const {
        return StorageContainer::named(folder(), "https://contoso.blob.core.windows.net" + path).value();
    }
    fs::path root;
};

/// Every file and folder below, without the root itself.
std::vector<std::string> everything(const fs::path& root) {
    std::vector<std::string> all;
    if (!fs::exists(root)) return all;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        all.push_back(fs::relative(entry.path(), root).string());
    }
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(storage)

BOOST_AUTO_TEST_CASE(a_container_is_a_folder) {
    const Storage storage;
    const StorageContainer container = storage.container();
    REQUIRE_OK(container.put_backup("mhsm-lab-1", "content"));
    BOOST_TEST(everything(storage.folder()) ==
                   (std::vector<std::string>{"contoso", "contoso/backups", "contoso/backups/mhsm-lab-1",
                                             "contoso/backups/mhsm-lab-1/partition.backup"}),
               boost::test_tools::per_element());
    const auto folder = container.in_folder("mhsm-lab-1");
    REQUIRE_OK(folder);
    BOOST_TEST(folder->backup().value() == "content");
    BOOST_TEST(folder->uri() == "https://contoso.blob.core.windows.net/backups/mhsm-lab-1");
    CHECK_FAILS(container.put_backup("mhsm-lab-1", "other"), Errc::KeyExists);
    BOOST_TEST(folder->backup().value() == "content");
    BOOST_TEST(everything(storage.folder()).size() == 4U);
    struct stat about {};
    const std::string file = storage.folder() + "/contoso/backups/mhsm-lab-1/partition.backup";
    BOOST_REQUIRE(stat(file.c_str(), &about) == 0);
    BOOST_TEST((about.st_mode & 0777U) == 0600U);
}

BOOST_AUTO_TEST_CASE(uris_of_every_cloud_are_taken) {
    for (const char* uri : {"https://acct.blob.core.windows.net/c", "HTTPS://ACCT.BLOB.CORE.WINDOWS.NET/c/",
                            "https://acct.blob.core.chinacloudapi.cn/c", "https://acct.blob.localhost:10000/c",
                            "https://myaccount.blob.core.windows.net/sascontainer/sasContainer"}) {
        CHECK_OK(StorageContainer::named("/nowhere", uri));
    }
}

BOOST_AUTO_TEST_CASE(names_that_lead_elsewhere_are_refused) {
    const Storage storage;
    for (const char* uri : {"",
                            "https://",
                            "https://acct",
                            "https://acct.blob.core.windows.net",
                            "https://acct.blob.core.windows.net/",
                            "http://acct.blob.core.windows.net/c",
                            "https://acct.file.core.windows.net/c",
                            "https://../c",
                            "https://...blob.x/c",
                            "https://ac/../blob.x/c",
                            "https://acct.blob.core.windows.net/..",
                            "https://acct.blob.core.windows.net/../..",
                            "https://acct.blob.core.windows.net/c/../../x",
                            "https://acct.blob.core.windows.net/c//x",
                            "https://acct.blob.core.windows.net/.hidden",
                            "https://acct.blob.core.windows.net/c%2f..%2f..",
                            "https://acct.blob.core.windows.net/c?se=1",
                            "https://acct.blob.core.windows.net/c\\..",
                            "https://u:p@acct.blob.core.windows.net/c",
                            "https://a_b.blob.core.windows.net/c",
                            "https://acct.blob.core.windows.net/c\nd",
                            "file:///etc/passwd",
                            "https://acct.blob.core.windows.net/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q"}) {
        CHECK_FAILS(StorageContainer::named(storage.folder(), uri), Errc::ArgumentsBad);
    }
    CHECK_FAILS(StorageContainer::named("", "https://acct.blob.core.windows.net/c"), Errc::ArgumentsBad);
    const StorageContainer container = storage.container();
    for (const char* folder : {"", "/", "..", "../x", "a/../../b", "/a", "a//b", ".unfinished-1", "a b", "%2e%2e"}) {
        CHECK_FAILS(container.in_folder(folder), Errc::ArgumentsBad);
    }
    CHECK_FAILS(container.in_folder(std::string(300, 'a')), Errc::ArgumentsBad);
    CHECK_FAILS(container.in_folder(std::string("a\0b", 3)), Errc::ArgumentsBad);
    BOOST_TEST(everything(storage.root).empty());
}

BOOST_AUTO_TEST_CASE(links_below_the_storage_folder_are_not_followed) {
    const Storage storage;
    const fs::path outside = storage.root / "outside";
    fs::create_directories(outside / "folder");
    std::ofstream(outside / "folder" / "partition.backup") << "secret";
    REQUIRE_OK(storage.container().put_backup("mine", "content"));
    const fs::path inside = fs::path(storage.folder()) / "contoso" / "backups";
    fs::create_directory_symlink(outside / "folder", inside / "linked");
    fs::create_directory(inside / "half");
    fs::create_symlink(outside / "folder" / "partition.backup", inside / "half" / "partition.backup");
    fs::create_directory_symlink(outside, fs::path(storage.folder()) / "evil");
    BOOST_TEST(!storage.container().in_folder("linked")->backup().ok());
    BOOST_TEST(!storage.container().in_folder("half")->backup().ok());
    const auto evil = StorageContainer::named(storage.folder(), "https://evil.blob.core.windows.net/folder");
    REQUIRE_OK(evil);
    BOOST_TEST(!evil->backup().ok());
    BOOST_TEST(!evil->put_backup("new", "content").ok());
    BOOST_TEST(everything(outside).size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_or_no_backup_is_said) {
    const Storage storage;
    CHECK_FAILS(storage.container().backup(), Errc::DeviceError);  // no storage folder at all
    REQUIRE_OK(storage.container().put_backup("one", "content"));
    CHECK_FAILS(storage.container().in_folder("two")->backup(), Errc::FileUnreadable);
    CHECK_FAILS(storage.container("/other").backup(), Errc::FileUnreadable);
    CHECK_FAILS(storage.container().backup(), Errc::FileUnreadable);
    fs::create_directories(fs::path(storage.folder()) / "contoso/backups/three/partition.backup");
    CHECK_FAILS(storage.container().in_folder("three")->backup(), Errc::BackupInvalid);
    CHECK_OK(storage.container("/fresh").check_writable());
}

BOOST_AUTO_TEST_CASE(a_process_that_dies_leaves_no_backup_of_that_name) {
    for (const char* point : {"backup-in-file:1", "backup-before-name:1"}) {
        const Storage storage;
        REQUIRE_OK(storage.container().put_backup("before", "content"));
        const Ended ended = test::run({"/proc/self/exe", "--run_test=storage/writes_one_backup"},
                                      {{"KVP11_TEST_KILL", point}, {"KVP11_TEST_STORAGE", storage.folder()}});
        BOOST_TEST(ended.signal == SIGKILL, ended.output);
        CHECK_FAILS(storage.container().in_folder("during")->backup(), Errc::FileUnreadable);
        const fs::path container = fs::path(storage.folder()) / "contoso" / "backups";
        std::vector<fs::path> left;
        for (const auto& entry : fs::directory_iterator(container)) {
            if (entry.path().filename().string().starts_with(".unfinished-")) left.push_back(entry.path());
        }
        BOOST_REQUIRE_EQUAL(left.size(), 1U);
        CHECK_FAILS(storage.container().in_folder(left[0].filename().string()), Errc::ArgumentsBad);
        REQUIRE_OK(storage.container().put_backup("soon-after", "content"));
        BOOST_TEST(fs::exists(left[0]));  // it might be somebody's who lives
        fs::last_write_time(left[0], fs::file_time_type::clock::now() - std::chrono::hours(2));
        REQUIRE_OK(storage.container().put_backup("long-after", "content"));
        BOOST_TEST(!fs::exists(left[0]));
        BOOST_TEST(storage.container().in_folder("before")->backup().value() == "content");
    }
}

// Run by the case above, in a process of its own.
BOOST_AUTO_TEST_CASE(writes_one_backup) {
    const char* folder = std::getenv("KVP11_TEST_STORAGE");
    if (!folder) return;
    const auto container = StorageContainer::named(folder, "https://contoso.blob.core.windows.net/backups");
    REQUIRE_OK(container->put_backup("during", std::string(1U << 20U, 'x')));
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_written_is_an_error_and_leaves_nothing) {
    const Storage storage;
    fs::create_directories(storage.root);
    std::ofstream(storage.folder()) << "a file";
    CHECK_FAILS(storage.container().put_backup("x", "content"), Errc::DeviceError);
    CHECK_FAILS(storage.container().check_writable(), Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(tokens_are_read_as_storage_accounts_do) {
    constexpr std::int64_t new_year_2030 = 1'893'456'000;
    for (const char* expiry :
         {"2030-01-01", "2030-01-01T00:00Z", "2030-01-01T00%3A00%3A00Z", "2030-01-01T00:00:00.0000000Z"}) {
        const auto token = SasToken::parse("?sv=2023-01-03&se=" + std::string(expiry) + "&sig=x%2By%3D");
        REQUIRE_OK(token);
        CHECK_OK(token->permits('w', new_year_2030 - 1));
        CHECK_FAILS(token->permits('w', new_year_2030), Errc::AccessDenied);
    }
    const auto reads = SasToken::parse("se=2030-01-01T12:30Z&sp=rl");
    REQUIRE_OK(reads);
    CHECK_OK(reads->permits('r', new_year_2030 + 12 * 3600 + 29 * 60));
    CHECK_FAILS(reads->permits('r', new_year_2030 + 12 * 3600 + 30 * 60), Errc::AccessDenied);
    CHECK_FAILS(reads->permits('w', 0), Errc::AccessDenied);
}

BOOST_AUTO_TEST_CASE(tokens_without_a_time_are_malformed) {
    for (const char* text : {"", "?", "sig=x", "se=", "se=soon", "se=2030", "se=2030-13-01", "se=2030-02-30",
                             "se=2030-1-1", "se=2030-01-01T", "se=2030-01-01T24:00Z", "se=2030-01-01T00:61Z",
                             "se=2030-01-01T00:00Q", "se=2030-01-01T00:00:00Zx", "se=%zz", "se=-030-01-01"}) {
        const auto token = SasToken::parse(text);
        CHECK_FAILS(token, Errc::ArgumentsBad);
        BOOST_TEST(token.error().message.starts_with("The customer provided SAS token is malformed. "));
    }
    BOOST_TEST(SasToken::parse("sig=x").error().message ==
               "The customer provided SAS token is malformed. The SAS token does not contain the expiry field");
}

BOOST_AUTO_TEST_SUITE_END()
