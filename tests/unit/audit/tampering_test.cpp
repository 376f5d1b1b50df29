// Everything that somebody with write access to the folder, but without the key, can do to a log.
#include <boost/test/data/test_case.hpp>

#include "audit/log_head.hpp"
#include "audit/log_line.hpp"
#include "workplace.hpp"

namespace data = boost::unit_test::data;
using namespace kvp11;
using namespace kvp11::test;

namespace {

// 40 records and two checkpoints: numbers 1 to 42, of which 16 and 37 are checkpoints; ten segments or so.
struct Log {
    TemporaryFolder folder;
    std::string path = folder.path();
    SecretBytes key = seal_key();
    audit::Checkpoint expected;
    Lines lines;

    Log() {
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

// 0 stands for the border between two segments, 16 is a checkpoint, 42 the last.
const std::vector<std::size_t> places = {1, 2, 0, 15, 16, 17, 30, 37, 41, 42};

/// Another year.
void alter(std::string& line) { line.replace(line.find("\"time\":\"") + 8, 4, "1999"); }

std::string numbered(const std::string& what, std::size_t number) { return what + " " + std::to_string(number); }

}  // namespace

BOOST_AUTO_TEST_SUITE(tampering)

BOOST_DATA_TEST_CASE(a_removed_record_is_named, data::make(places), place) {
    Log log;
    const std::size_t number = place == 0 ? log.border() : place;
    log.lines.remove(number - 1);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered(number == 42 ? "truncated" : "removed", number));
}

BOOST_DATA_TEST_CASE(a_changed_record_is_named, data::make(places), place) {
    Log log;
    const std::size_t number = place == 0 ? log.border() : place;
    alter(log.lines.texts[number - 1]);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("changed", number));
}

BOOST_DATA_TEST_CASE(a_record_with_another_length_is_named, data::make(places), place) {
    Log log;
    const std::size_t number = place == 0 ? log.border() : place;
    log.lines.texts[number - 1].insert(log.lines.texts[number - 1].find("\"time\""), "\"x\":0,");
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("changed", number));
}

BOOST_DATA_TEST_CASE(a_changed_hash_is_named, data::make(places), place) {
    Log log;
    const std::size_t number = place == 0 ? log.border() : place;
    std::string& text = log.lines.texts[number - 1];
    char& digit = text[text.size() - 10];
    digit = digit == '0' ? '1' : '0';
    log.lines.write(log.path);
    // The kept checkpoint is over the hash of record 37.
    const std::string wanted = number == 37 ? "changed 37; seal 37" : numbered("changed", number);
    BOOST_CHECK_EQUAL(log.findings(), wanted);
}

BOOST_DATA_TEST_CASE(a_changed_number_is_named, data::make(places) * data::make({3, 7000}), place, other) {
    Log log;
    const std::size_t number = place == 0 ? log.border() : place;
    const std::string old = ",\"number\":" + std::to_string(number) + ",";
    std::string& text = log.lines.texts[number - 1];
    text.replace(text.find(old), old.size(), ",\"number\":" + std::to_string(other) + ",");
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.bare_findings(), numbered("changed", number));
}

BOOST_DATA_TEST_CASE(an_unreadable_record_is_named, data::make(places), place) {
    Log log;
    const std::size_t number = place == 0 ? log.border() : place;
    log.lines.texts[number - 1] = std::string(300, 'x');
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("changed", number));
}

BOOST_DATA_TEST_CASE(two_exchanged_records_are_named, data::make(std::vector<std::size_t>{1, 0, 15, 16, 30, 41}),
                     place) {
    Log log;
    const std::size_t number = place == 0 ? log.border() - 1 : place;
    std::swap(log.lines.texts[number - 1], log.lines.texts[number]);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("reordered", number + 1));
}

BOOST_AUTO_TEST_CASE(a_moved_record_is_named) {
    Log log;
    const std::string text = log.lines.texts[29];
    log.lines.remove(29);
    log.lines.insert(4, text);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "reordered 30");
}

BOOST_DATA_TEST_CASE(a_repeated_record_is_named, data::make(places), place) {
    Log log;
    const std::size_t index = place == 0 ? log.border() - 1 : place - 1;
    log.lines.insert(index, log.lines.texts[20]);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "inserted 21");
}

BOOST_DATA_TEST_CASE(an_invented_record_is_named, data::make(places), place) {
    Log log;
    const std::size_t number = place == 0 ? log.border() : place;
    std::string text = log.lines.texts[number - 1];
    alter(text);
    log.lines.insert(number - 1, text);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("inserted", number));
}

BOOST_DATA_TEST_CASE(an_invented_record_with_the_right_hash_is_named, data::make(places), place) {
    Log log;
    const std::size_t number = place == 0 ? log.border() : place;
    Lines forged = log.lines;
    alter(forged.texts[number - 1]);
    forged.hash_anew(number - 1);
    log.lines.insert(number - 1, forged.texts[number - 1]);
    log.lines.write(log.path);
    const std::string found = log.bare_findings();
    BOOST_CHECK_MESSAGE(found == numbered("inserted", number), found);
}

BOOST_DATA_TEST_CASE(a_line_of_nonsense_is_named, data::make(places), place) {
    Log log;
    const std::size_t number = place == 0 ? log.border() : place;
    log.lines.insert(number - 1, place % 2 == 0 ? "" : "nonsense");
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("inserted", number));
}

BOOST_AUTO_TEST_CASE(nonsense_behind_the_last_record_is_named) {
    Log log;
    log.lines.insert(42, "nonsense");
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "inserted 43");
}

BOOST_AUTO_TEST_CASE(several_things_at_once_are_all_named) {
    Log log;
    alter(log.lines.texts[39]);
    std::swap(log.lines.texts[25], log.lines.texts[26]);
    log.lines.remove(11);
    log.lines.remove(10);
    alter(log.lines.texts[4]);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "changed 5; removed 11; reordered 27; changed 40");
}

BOOST_DATA_TEST_CASE(a_removed_segment_is_named, data::make({1, 2, 5}), segment) {
    Log log;
    std::size_t first = 1;
    while (log.lines.segments[first - 1] != static_cast<std::size_t>(segment)) ++first;
    std::filesystem::remove(segment_file(log.path, static_cast<std::size_t>(segment)));
    BOOST_CHECK_EQUAL(log.findings(), numbered("removed", first));
    BOOST_CHECK_NE(log.check().findings[0].sentence.find(" are missing"), std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_removed_last_segment_is_named) {
    Log log;
    const std::size_t last = log.lines.segments.back();
    std::size_t first = 1;
    while (log.lines.segments[first - 1] != last) ++first;
    std::filesystem::remove(segment_file(log.path, last));
    BOOST_CHECK_EQUAL(log.findings(), numbered("truncated", first));
    BOOST_CHECK_EQUAL(log.bare_findings(), numbered("truncated", first));
}

BOOST_DATA_TEST_CASE(a_truncated_log_is_named, data::make(std::vector<std::size_t>{1, 2, 17, 42}), first_gone) {
    Log log;
    while (log.lines.texts.size() >= first_gone) log.lines.remove(log.lines.texts.size() - 1);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.bare_findings(), numbered("truncated", first_gone));
}

BOOST_AUTO_TEST_CASE(a_log_truncated_within_a_record_is_named) {
    Log log;
    const std::string file = segment_file(log.path, log.lines.segments.back());
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    BOOST_CHECK_EQUAL(log.findings(), "truncated 42");
}

BOOST_AUTO_TEST_CASE(a_truncated_log_with_its_head_made_to_fit_is_shown_by_the_kept_checkpoint) {
    for (const std::size_t kept : {0U, 1U, 16U, 17U, 36U}) {
        Log log;
        while (log.lines.texts.size() > kept) log.lines.remove(log.lines.texts.size() - 1);
        log.lines.write(log.path);
        write_head(log.path, log.lines);
        BOOST_CHECK_EQUAL(log.findings(), numbered("truncated", kept + 1));
    }
}

BOOST_AUTO_TEST_CASE(an_emptied_folder_is_shown_by_the_kept_checkpoint) {
    Log log;
    std::filesystem::remove_all(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "truncated 1");
    BOOST_CHECK_EQUAL(log.bare_findings(), "");  // without it nobody can know
}

BOOST_AUTO_TEST_CASE(a_log_hashed_anew_after_a_change_is_caught_by_the_seals) {
    Log log;
    alter(log.lines.texts[20]);
    log.lines.hash_anew(20);
    log.lines.write(log.path);
    write_head(log.path, log.lines);
    BOOST_CHECK_EQUAL(findings_of(verified(log.path, &log.key)), "seal 37");
    BOOST_CHECK_EQUAL(verified(log.path, &log.key).sealed_records, 15U);
    BOOST_CHECK_EQUAL(log.findings(), "seal 37; seal 37");
    BOOST_CHECK_EQUAL(log.bare_findings(), "seal 37");  // the checkpoint names the chain that it seals
}

BOOST_AUTO_TEST_CASE(a_log_hashed_anew_with_its_checkpoints_adapted_is_caught_by_the_seals) {
    Log log;
    alter(log.lines.texts[2]);
    log.lines.hash_anew(2);
    for (const std::size_t checkpoint : {15U, 36U}) {
        const auto before = audit::LogLine::parse(log.lines.texts[checkpoint - 1]);
        log.lines.texts[checkpoint].replace(15, 64, audit::hex(before->hash));
        log.lines.hash_anew(checkpoint);
    }
    log.lines.write(log.path);
    write_head(log.path, log.lines);
    BOOST_CHECK_EQUAL(log.bare_findings(), "");
    BOOST_CHECK_EQUAL(findings_of(verified(log.path, &log.key)), "seal 16; seal 37");
    BOOST_CHECK_EQUAL(findings_of(verified(log.path, nullptr, log.expected)), "seal 37");
}

BOOST_AUTO_TEST_CASE(a_log_hashed_anew_without_its_checkpoints_is_caught_by_the_kept_one) {
    Log log;
    alter(log.lines.texts[2]);
    log.lines.remove(36);
    log.lines.remove(15);
    log.lines.hash_anew(2);
    log.lines.write(log.path);
    write_head(log.path, log.lines);
    BOOST_CHECK_EQUAL(log.findings(), "seal 37");
    BOOST_CHECK_EQUAL(log.check().sealed_records, 0U);
}

BOOST_AUTO_TEST_CASE(a_removed_checkpoint_with_the_rest_hashed_anew_is_caught) {
    Log log;
    log.lines.remove(15);
    log.lines.hash_anew(15);
    log.lines.write(log.path);
    write_head(log.path, log.lines);
    BOOST_CHECK_EQUAL(findings_of(verified(log.path, &log.key)), "seal 36");
}

BOOST_AUTO_TEST_CASE(seals_of_a_foreign_key_are_named) {
    Log log;
    const SecretBytes other = foreign_key();
    BOOST_CHECK_EQUAL(findings_of(verified(log.path, &other)), "seal 16; seal 37");
    BOOST_CHECK_EQUAL(verified(log.path, &other).sealed_records, 0U);
    REQUIRE_OK(log_at(log.path)->checkpoint(other));
    BOOST_CHECK_EQUAL(log.findings(), "seal 43");
}

BOOST_AUTO_TEST_CASE(a_removed_head_file_is_named) {
    Log log;
    std::filesystem::remove(log.path + "/head");
    BOOST_CHECK_EQUAL(log.findings(), "head 43");
}

BOOST_AUTO_TEST_CASE(a_damaged_head_file_is_named) {
    Log log;
    const std::string head = text_of_file(log.path + "/head");
    for (const std::string& other : {std::string(), head.substr(0, 40), "x" + head.substr(1), std::string(88, '\0')}) {
        write_file(log.path + "/head", other);
        BOOST_CHECK_EQUAL(log.findings(), "head 43");
    }
}

BOOST_AUTO_TEST_CASE(an_edited_head_file_is_named) {
    Log log;
    const std::string whole = text_of_file(log.path + "/head");
    const auto head = audit::LogHead::decode(bytes_of(whole));
    BOOST_REQUIRE(head);
    const auto findings = [&](const audit::LogHead& other) {
        const auto bytes = other.encode();
        write_file(log.path + "/head", std::string(text_of(bytes)));
        return log.findings();
    };
    audit::LogHead other = *head;
    other.end.records = 40;
    BOOST_CHECK_EQUAL(findings(other), "head 40");
    other.end.records = 41;
    BOOST_CHECK_EQUAL(findings(other), "head 41");
    other.end.records = 50;
    BOOST_CHECK_EQUAL(findings(other), "truncated 43");
    other = *head;
    other.end.hash[0] ^= 1;
    BOOST_CHECK_EQUAL(findings(other), "head 42");
    other = *head;
    ++other.offset;
    BOOST_CHECK_EQUAL(findings(other), "head 42");
    other = *head;
    --other.segment;
    BOOST_CHECK_EQUAL(findings(other), "head 42");
    other = *head;
    other.checkpoint = 42;
    BOOST_CHECK_EQUAL(findings(other), "head 42");
    BOOST_CHECK_EQUAL(findings(*head), "");
}

BOOST_AUTO_TEST_CASE(an_older_head_file_is_named) {
    Log log;
    const std::string old = text_of_file(log.path + "/head");
    append(*log_at(log.path), 2);
    write_file(log.path + "/head", old);
    BOOST_CHECK_EQUAL(log.findings(), "head 42");
}

BOOST_AUTO_TEST_CASE(a_log_of_rubble_is_reported_and_not_endlessly) {
    Log log;
    for (std::size_t i = 0; i < log.lines.texts.size(); i += 2) log.lines.texts[i] = "x";
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.check().findings.front().what, "changed");
    std::string text;
    for (int i = 0; i < 30'000; ++i) text += "x\n" + log.lines.texts[5] + "\n";
    write_file(segment_file(log.path, 1), text);
    const auto verification = log.check();
    BOOST_CHECK_LE(verification.findings.size(), 100U);
    BOOST_CHECK_GT(verification.findings.size(), 1U);
    CHECK_FAILS(log_at(log.path)->read(0, [](std::uint64_t, const audit::AuditRecord&) { return true; }),
                Errc::AuditBroken);
}

BOOST_AUTO_TEST_SUITE_END()
