// Damaged store files: a clear code at every step, never a crash, and no further damage done by looking.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

namespace fs = std::filesystem;

Bytes contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_contents(const fs::path& file, const Bytes& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// A token with three pairs whose folder the case may spoil; nobody has it open.
struct DamagedToken {
    Subject subject{Kind::Kvp11};
    fs::path folder = subject.partition();
    fs::path spare = subject.folder() / "spare";

    DamagedToken() {
        prepare_token(subject, 3);
        fs::copy(folder, spare, fs::copy_options::recursive);
    }

    void restore() const {
        fs::remove_all(folder);
        fs::copy(spare, folder, fs::copy_options::recursive);
    }

    /// Uses the token as far as it goes, in a process of its own.
    Ended probe() const { return run_child({"probe"}); }

    /// Every step has an understandable answer, and the process lives.
    void expect_clear_answers(const Ended& ended) const {
        static const std::set<std::string> clear = {"CKR_OK",
                                                    "CKR_DEVICE_ERROR",
                                                    "CKR_TOKEN_NOT_RECOGNIZED",
                                                    "CKR_PIN_INCORRECT",
                                                    "CKR_USER_NOT_LOGGED_IN",
                                                    "CKR_USER_PIN_NOT_INITIALIZED",
                                                    "CKR_KEY_HANDLE_INVALID",
                                                    "CKR_PIN_LOCKED",
                                                    "CKR_TOKEN_NOT_PRESENT"};
        BOOST_TEST(ended.is_clean(), "signal " << ended.signal << "\n" << ended.output);
        for (const std::string& line : ended.lines("step ")) {
            BOOST_TEST(clear.count(line.substr(line.find(' ') + 1)) == 1u, line);
        }
    }

    void expect_all_is_well() const {
        const Ended ended = probe();
        BOOST_TEST(ended.is_clean(), ended.output);
        BOOST_TEST(ended.output.find("signs 3") != std::string::npos, ended.output);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(damage, DamagedToken)

BOOST_AUTO_TEST_CASE(an_undamaged_copy_works) {
    restore();
    expect_all_is_well();
}

BOOST_AUTO_TEST_CASE(truncated_stores_are_refused_clearly) {
    const Bytes whole = contents(folder / "token.db");
    BOOST_REQUIRE(whole.size() > 4096);
    for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{15}, std::size_t{100}, std::size_t{512},
                             std::size_t{4096}, whole.size() / 2, whole.size() - 4096, whole.size() - 1}) {
        BOOST_TEST_CONTEXT("token.db of " << size << " bytes") {
            restore();
            fs::remove(folder / "token.db-wal");
            fs::remove(folder / "token.db-shm");
            fs::resize_file(folder / "token.db", size);
            const Ended ended = probe();
            expect_clear_answers(ended);
            // The last page may be one that no signature needs.
            if (size <= whole.size() / 2) BOOST_TEST(ended.output.find("signs 3") == std::string::npos);
        }
    }
    restore();
    expect_all_is_well();
}

BOOST_AUTO_TEST_CASE(flipped_bits_in_the_store_lose_at_most_what_they_hit) {
    const Bytes whole = contents(folder / "token.db");
    // Spread over the file, the header and the schema more densely.
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < 20; ++i) places.push_back(i * 5 % 100);
    for (std::size_t i = 0; i < 40; ++i) places.push_back(i * (whole.size() / 40) + i * 97 % 89);
    for (std::size_t place : places) {
        if (place >= whole.size()) continue;
        BOOST_TEST_CONTEXT("byte " << place) {
            Bytes spoilt = whole;
            spoilt[place] ^= static_cast<std::uint8_t>(1U << (place % 8));
            write_contents(folder / "token.db", spoilt);
            expect_clear_answers(probe());
            restore();
        }
    }
    expect_all_is_well();
}

BOOST_AUTO_TEST_CASE(looking_at_a_damaged_store_destroys_nothing) {
    const Bytes whole = contents(folder / "token.db");
    for (std::size_t place : {std::size_t{3}, whole.size() / 3, whole.size() / 2, whole.size() - 200}) {
        BOOST_TEST_CONTEXT("byte " << place) {
            restore();
            Bytes spoilt = contents(folder / "token.db");
            spoilt[place] ^= 0x40;
            write_contents(folder / "token.db", spoilt);
            expect_clear_answers(probe());
            Bytes healed = contents(folder / "token.db");
            BOOST_REQUIRE(healed.size() >= whole.size());
            healed[place] ^= 0x40;
            write_contents(folder / "token.db", healed);
            fs::remove(folder / "token.db-wal");
            fs::remove(folder / "token.db-shm");
            expect_all_is_well();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_spoilt_or_missing_root_key_opens_nothing) {
    const Bytes root = contents(folder / "root.key");
    BOOST_REQUIRE(!root.empty());
    for (std::size_t place : {std::size_t{0}, root.size() - 1}) {
        Bytes spoilt = root;
        spoilt[place] ^= 1;
        write_contents(folder / "root.key", spoilt);
        const Ended ended = probe();
        expect_clear_answers(ended);
        BOOST_TEST(ended.output.find("signs 3") == std::string::npos);
    }
    for (std::size_t size : {std::size_t{0}, std::size_t{5}, root.size() - 1}) {
        write_contents(folder / "root.key", Bytes(root.begin(), root.begin() + static_cast<long>(size)));
        expect_clear_answers(probe());
    }
    fs::remove(folder / "root.key");
    expect_clear_answers(probe());
    restore();
    expect_all_is_well();
}

BOOST_AUTO_TEST_CASE(a_spoilt_or_missing_generation_file_is_no_harm) {
    for (const Bytes& bytes : {Bytes{}, Bytes(3, 0xFF), Bytes(8, 0xFF), Bytes(100, 0x55)}) {
        write_contents(folder / "generation", bytes);
        expect_all_is_well();
    }
    fs::remove(folder / "generation");
    expect_all_is_well();
}

BOOST_AUTO_TEST_CASE(a_spoilt_log_is_refused_or_ignored) {
    for (const Bytes& bytes : {Bytes(32, 0xFF), pattern(4096), Bytes(5, 1)}) {
        restore();
        write_contents(folder / "token.db-wal", bytes);
        fs::remove(folder / "token.db-shm");
        expect_clear_answers(probe());
    }
    restore();
    expect_all_is_well();
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_gone_or_a_file_is_answered_clearly) {
    fs::remove_all(folder);
    write_contents(folder, pattern(10));
    expect_clear_answers(probe());
    fs::remove(folder);
    restore();
    expect_all_is_well();
}

BOOST_AUTO_TEST_CASE(a_pin_without_the_folders_secret_and_a_store_without_a_pin_yield_nothing) {
    // The value of a sensitive key must not lie in the files.
    subject.initialise();
    const Bytes telltale = text_bytes("0123456789abcdefTELLTALE!!!!!!!!");
    {
        Session session(subject);
        session.create(aes_key(telltale).flag(CKA_TOKEN, true).flag(CKA_SENSITIVE, true));
        session.create(generic_secret(telltale).flag(CKA_TOKEN, true));
    }
    subject.finalise();
    for (const auto& file : fs::recursive_directory_iterator(folder)) {
        if (!file.is_regular_file()) continue;
        const Bytes bytes = contents(file.path());
        const auto found = std::search(bytes.begin(), bytes.end(), telltale.begin(), telltale.end());
        BOOST_TEST((found == bytes.end()), file.path());
        const Bytes pin = text_bytes(user_pin);
        BOOST_TEST((std::search(bytes.begin(), bytes.end(), pin.begin(), pin.end()) == bytes.end()), file.path());
    }
}

BOOST_AUTO_TEST_CASE(folder_and_files_are_the_owners_alone) {
    const auto others = fs::perms::group_all | fs::perms::others_all;
    BOOST_TEST(((fs::status(folder).permissions() & others) == fs::perms::none));
    for (const auto& file : fs::recursive_directory_iterator(folder)) {
        BOOST_TEST(((file.status().permissions() & others) == fs::perms::none), file.path());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
