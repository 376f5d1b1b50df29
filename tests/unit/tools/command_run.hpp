// Runs commands of kvp11 as main() does, and a partition for them to work on.
#pragma once

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "partition/partition.hpp"
#include "tools/command_line.hpp"
#include "tools/commands.hpp"
#include "unit/tools/temporary_folder.hpp"

namespace kvp11::test {

using Words = std::vector<std::string>;

struct Outcome {
    int code;
    std::string out;
    std::string err;
};

inline Outcome kvp11(const Words& words) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = tools::run_command_line(tools::all_commands(), words, out, err);
    return {code, out.str(), err.str()};
}

inline std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A folder with PIN files and an active partition without a security domain.
struct Desk {
    TemporaryFolder folder;
    std::string path = folder / "partition";

    Desk() {
        std::ofstream(folder / "so-pin") << "so-pin-1\n";
        std::ofstream(folder / "pin") << "user-pin-1\n";
        partition::PartitionSettings settings;
        settings.path = path;
        settings.kdf_cost = 10;
        const auto partition = partition::Partition::open(settings).value();
        BOOST_REQUIRE(partition->initialise(secret("so-pin-1"), "desk").ok());
        BOOST_REQUIRE(partition->login(Role::SecurityOfficer, secret("so-pin-1")).ok());
        BOOST_REQUIRE(partition->initialise_user_pin(secret("user-pin-1")).ok());
    }

    static SecretBytes secret(const char* text) { return SecretBytes::copy_of(bytes_of(text)); }

    void put(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }

    /// The command on this partition, with both PINs at hand.
    [[nodiscard]] Outcome run(Words words) const {
        for (const std::string& word : {std::string("--path"), path, std::string("--so-pin-file"), folder / "so-pin",
                                        std::string("--pin-file"), folder / "pin"}) {
            words.push_back(word);
        }
        return kvp11(words);
    }
    /// The same, and what it printed, as JSON; it must succeed.
    [[nodiscard]] boost::json::value json(Words words) const {
        words.emplace_back("--json");
        const Outcome outcome = run(words);
        BOOST_REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
        return boost::json::parse(outcome.out);
    }
    /// The same for what needs no PIN.
    [[nodiscard]] Outcome run_without_pin(Words words) const {
        words.emplace_back("--path");
        words.push_back(path);
        return kvp11(words);
    }
};

}  // namespace kvp11::test

#define EXPECT_DONE(outcome)                                                                                           \
    do {                                                                                                               \
        const ::kvp11::test::Outcome done_ = (outcome);                                                                \
        BOOST_REQUIRE_MESSAGE(done_.code == 0, done_.err);                                                             \
    } while (false)
