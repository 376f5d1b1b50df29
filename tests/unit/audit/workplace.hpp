// What the audit log's tests work with: a folder of their own, records, and the log's lines as an intruder has them.
#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "audit/audit_log.hpp"

namespace kvp11::test {

/// Removed with everything in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    [[nodiscard]] std::string path(const std::string& name = "audit") const { return root_ / name; }

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

SecretBytes seal_key();
SecretBytes foreign_key();
/// A record that differs from those of other numbers.
audit::AuditRecord record(std::uint64_t number);
std::unique_ptr<audit::AuditLog> log_at(const std::string& folder, std::uint64_t segment_size = 64U << 20U);
/// Appends `count` records, none of which may fail.
void append(audit::AuditLog& log, std::uint64_t count);

std::string segment_file(const std::string& folder, std::size_t number);
std::string text_of_file(const std::string& file);
void write_file(const std::string& file, const std::string& text);

/// The lines of the log with the segment of each, to be done harm to.
struct Lines {
    std::vector<std::string> texts;
    std::vector<std::size_t> segments;

    static Lines of(const std::string& folder);
    void write(const std::string& folder) const;
    void remove(std::size_t index);
    void insert(std::size_t index, const std::string& text);
    /// Makes numbers and hashes fit again from here on, as everybody can who has no key.
    void hash_anew(std::size_t from);
    /// The index of the first line that is a checkpoint.
    [[nodiscard]] std::size_t checkpoint() const;
};
/// Makes the head file say what the lines say, as everybody can.
void write_head(const std::string& folder, const Lines& lines);

audit::Verification verified(const std::string& folder, const SecretBytes* key = nullptr,
                             const std::optional<audit::Checkpoint>& expected = {});
/// "removed 3; changed 7", in order.
std::string findings_of(const audit::Verification& verification);

/// Runs `work` in a child of fork(); its exit code, or minus the signal that ended it.
int in_child(const std::function<int()>& work);

}  // namespace kvp11::test

#define REQUIRE_OK(...) BOOST_REQUIRE(::kvp11::test::succeeds(__VA_ARGS__))
#define CHECK_OK(...) BOOST_CHECK(::kvp11::test::succeeds(__VA_ARGS__))
#define CHECK_FAILS(result, code) BOOST_CHECK(::kvp11::test::fails_with((result), (code)))
