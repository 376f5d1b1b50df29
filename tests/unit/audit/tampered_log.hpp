// A log that the tests do harm to, and what they do to its lines.
#pragma once

#include "workplace.hpp"

namespace kvp11::test {

// 40 records and two checkpoints: numbers 1 to 42, of which 16 and 37 are checkpoints; ten segments or so.
struct TamperedLog {
    TemporaryFolder folder;
    std::string path = folder.path();
    SecretBytes key = seal_key();
    audit::Checkpoint expected;
    Lines lines;

    TamperedLog() {
        const auto log = log_at(path, 2000);
        append(*log, 15);
        REQUIRE_OK(log->checkpoint(key));
        append(*log, 20);
        expected = log->checkpoint(key).value();
        append(*log, 5);
        lines = Lines::of(path);
        BOOST_REQUIRE_EQUAL(lines.texts.size(), 42U);
        BOOST_REQUIRE_EQUAL(findings_of(check()), "");
    }
    [[nodiscard]] audit::Verification check() const { return verified(path, &key, expected); }
    [[nodiscard]] std::string findings() const { return findings_of(check()); }
    /// Without key and checkpoint.
    [[nodiscard]] std::string bare_findings() const { return findings_of(verified(path)); }
    /// The first number of the second segment.
    [[nodiscard]] std::size_t border() const {
        std::size_t index = 0;
        while (lines.segments[index] == 1) ++index;
        return index + 1;
    }
};

/// Another year.
inline void alter(std::string& line) { line.replace(line.find("\"time\":\"") + 8, 4, "1999"); }

inline std::string numbered(const std::string& what, std::size_t number) { return what + " " + std::to_string(number); }

}  // namespace kvp11::test
