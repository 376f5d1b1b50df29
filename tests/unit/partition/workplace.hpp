// What the partition's tests work with: a temporary folder, PINs, partitions with the cheapest KDF, and
// checks that say what was got.
#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "partition/partition.hpp"

namespace kvp11::test {

/// Removed with everything in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    [[nodiscard]] std::string path(const std::string& name = "token") const { return root_ / name; }

private:
    std::filesystem::path root_;
};

template <class T>
boost::test_tools::predicate_result succeeds(const Result<T>& result) {
    if (result.ok()) return true;
    boost::test_tools::predicate_result failed(false);
    failed.message() << "got error " << static_cast<int>(result.code()) << ": " << result.error().message;
    return failed;
}

template <class T>
boost::test_tools::predicate_result fails_with(const Result<T>& result, Errc wanted) {
    if (!result.ok() && result.code() == wanted) return true;
    boost::test_tools::predicate_result other(false);
    if (result.ok()) {
        other.message() << "got success, want error " << static_cast<int>(wanted);
    } else {
        other.message() << "got error " << static_cast<int>(result.code()) << " (" << result.error().message
                        << "), want " << static_cast<int>(wanted);
    }
    return other;
}

SecretBytes pin(std::string_view text);
inline constexpr const char* so_pin = "officer-pin";
inline constexpr const char* user_pin = "user-pin";

/// A Partition over `path`, whatever is there.
std::unique_ptr<partition::Partition> partition_at(const std::string& path);
/// Initialises one with both PINs; nobody is logged in after it.
std::unique_ptr<partition::Partition> fresh_token(const std::string& path);
/// The same with the user logged in.
std::unique_ptr<partition::Partition> user_token(const std::string& path);
/// `kvp11 hsm create`: awaits its security domain.
std::unique_ptr<partition::Partition> provisioned(const std::string& path);

NewKey new_key(KeyType type, std::uint32_t bits, const std::string& label);
/// Signs 32 bytes with the key and checks the signature with it.
void check_signs(Backend& backend, const KeyId& id);

/// Runs `work` in a child of fork(); its exit code, or minus the signal that ended it.
int in_child(const std::function<int()>& work);

/// Runs statements on a database with SQLite itself, as an intruder would.
void tamper(const std::string& database, const std::string& sql);

}  // namespace kvp11::test

#define REQUIRE_OK(...) BOOST_REQUIRE(::kvp11::test::succeeds(__VA_ARGS__))
#define CHECK_OK(...) BOOST_CHECK(::kvp11::test::succeeds(__VA_ARGS__))
#define CHECK_FAILS(result, code) BOOST_CHECK(::kvp11::test::fails_with((result), (code)))
