// Logs cut short, hashed anew or with another head file, by somebody who has no key.
#include <boost/test/data/test_case.hpp>

#include "audit/log_head.hpp"
#include "audit/log_line.hpp"
#include "tampered_log.hpp"

namespace data = boost::unit_test::data;
using namespace kvp11;
using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(forgery)

BOOST_DATA_TEST_CASE(a_truncated_log_is_named, data::make(std::vector<std::size_t>{1, 2, 17, 42}), first_gone) {
    TamperedLog log;
    while (log.lines.texts.size() >= first_gone) log.lines.remove(log.lines.texts.size() - 1);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.bare_findings(), numbered("truncated", first_gone));
}

BOOST_AUTO_TEST_CASE(a_log_truncated_within_a_record_is_named) {
    TamperedLog log;
    const std::string file = segment_file(log.path, log.lines.segments.back());
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    BOOST_CHECK_EQUAL(log.findings(), "truncated 42");
}

BOOST_AUTO_TEST_CASE(a_truncated_log_with_its_head_made_to_fit_is_shown_by_the_kept_checkpoint) {
    for (const std::size_t kept : {0U, 1U, 16U, 17U, 36U}) {
        TamperedLog log;
        while (log.lines.texts.size() > kept) log.lines.remove(log.lines.texts.size() - 1);
        log.lines.write(log.path);
        write_head(log.path, log.lines);
        BOOST_CHECK_EQUAL(log.findings(), numbered("truncated", kept + 1));
    }
}

BOOST_AUTO_TEST_CASE(an_emptied_folder_is_shown_by_the_kept_checkpoint) {
    TamperedLog log;
    std::filesystem::remove_all(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "truncated 1");
    BOOST_CHECK_EQUAL(log.bare_findings(), "");  // without it nobody can know
}

BOOST_AUTO_TEST_CASE(a_log_hashed_anew_after_a_change_is_caught_by_the_seals) {
    TamperedLog log;
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
    TamperedLog log;
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
    TamperedLog log;
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
    TamperedLog log;
    log.lines.remove(15);
    log.lines.hash_anew(15);
    log.lines.write(log.path);
    write_head(log.path, log.lines);
    BOOST_CHECK_EQUAL(findings_of(verified(log.path, &log.key)), "seal 36");
}

BOOST_AUTO_TEST_CASE(seals_of_a_foreign_key_are_named) {
    TamperedLog log;
    const SecretBytes other = foreign_key();
    BOOST_CHECK_EQUAL(findings_of(verified(log.path, &other)), "seal 16; seal 37");
    BOOST_CHECK_EQUAL(verified(log.path, &other).sealed_records, 0U);
    REQUIRE_OK(log_at(log.path)->checkpoint(other));
    BOOST_CHECK_EQUAL(log.findings(), "seal 43");
}

BOOST_AUTO_TEST_CASE(a_removed_head_file_is_named) {
    TamperedLog log;
    std::filesystem::remove(log.path + "/head");
    BOOST_CHECK_EQUAL(log.findings(), "head 43");
}

BOOST_AUTO_TEST_CASE(a_damaged_head_file_is_named) {
    TamperedLog log;
    const std::string head = text_of_file(log.path + "/head");
    for (const std::string& other : {std::string(), head.substr(0, 40), "x" + head.substr(1), std::string(88, '\0')}) {
        write_file(log.path + "/head", other);
        BOOST_CHECK_EQUAL(log.findings(), "head 43");
    }
}

BOOST_AUTO_TEST_CASE(an_edited_head_file_is_named) {
    TamperedLog log;
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
    TamperedLog log;
    const std::string old = text_of_file(log.path + "/head");
    append(*log_at(log.path), 2);
    write_file(log.path + "/head", old);
    BOOST_CHECK_EQUAL(log.findings(), "head 42");
}

BOOST_AUTO_TEST_CASE(a_log_of_rubble_is_reported_and_not_endlessly) {
    TamperedLog log;
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
