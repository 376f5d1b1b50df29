// What the audit log's tests work with: a folder of their own, records, and the log's lines as an intruder has them.
#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "audit/audit_log.hpp"
#include "support/results.hpp"

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
