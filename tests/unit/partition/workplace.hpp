// What the partition's tests work with: a temporary folder, PINs, partitions with the cheapest KDF, and
// checks that say what was got.
#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "partition/partition.hpp"
#include "support/results.hpp"

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
