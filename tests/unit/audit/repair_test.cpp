// Writers that come to a log which is not as its writers left it: they go on, and what happened stays to be seen.
#include <boost/test/data/test_case.hpp>

#include "audit/log_head.hpp"
#include "workplace.hpp"

namespace data = boost::unit_test::data;
using namespace kvp11;
using namespace kvp11::test;

namespace {

struct Log {
    TemporaryFolder folder;
    std::string path = folder.path();
    SecretBytes key = seal_key();

    explicit Log(std::uint64_t records = 20) { append(*log_at(path), records); }
    [[nodiscard]] std::string findings() const { return findings_of(verified(path, &key)); }
    [[nodiscard]] std::string file() const { return segment_file(path, 1); }
    void keep_lines(std::size_t count) const {
        Lines lines = Lines::of(path);
        while (lines.texts.size() > count) lines.remove(lines.texts.size() - 1);
        lines.write(path);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(repair)

BOOST_AUTO_TEST_CASE(a_torn_line_is_cut_off) {
    Log log;
    const std::string whole = text_of_file(log.file());
    write_file(log.file(), whole + whole.substr(0, 200));
    BOOST_CHECK_EQUAL(log.findings(), "");
    append(*log_at(log.path), 2);
    BOOST_CHECK_EQUAL(log.findings(), "");
    BOOST_CHECK_EQUAL(verified(log.path).records, 22U);
    BOOST_CHECK_EQUAL(text_of_file(log.file()).substr(0, whole.size()), whole);
}

BOOST_AUTO_TEST_CASE(whole_lines_behind_an_old_head_are_taken_over) {
    Log log(5);
    const std::string old = text_of_file(log.path + "/head");
    append(*log_at(log.path, 3000), 30);
    REQUIRE_OK(log_at(log.path, 3000)->checkpoint(log.key));
    append(*log_at(log.path, 3000), 30);
    BOOST_REQUIRE(std::filesystem::exists(segment_file(log.path, 4)));
    write_file(log.path + "/head", old);
    append(*log_at(log.path, 3000), 1);
    BOOST_CHECK_EQUAL(log.findings(), "");
    BOOST_CHECK_EQUAL(verified(log.path).records, 67U);
}

BOOST_AUTO_TEST_CASE(records_cut_off_the_end_stay_missing) {
    Log log;
    log.keep_lines(15);
    append(*log_at(log.path), 3);
    BOOST_CHECK_EQUAL(log.findings(), "removed 16; repaired 21");
    BOOST_CHECK_NE(verified(log.path).findings[1].sentence.find("its last records were missing"), std::string::npos);
    append(*log_at(log.path), 3);
    REQUIRE_OK(log_at(log.path)->checkpoint(log.key));
    BOOST_CHECK_EQUAL(log.findings(), "removed 16; repaired 21");
}

BOOST_AUTO_TEST_CASE(a_record_cut_in_two_stays_as_evidence) {
    Log log;
    const std::string whole = text_of_file(log.file());
    write_file(log.file(), whole.substr(0, whole.size() - 100));
    append(*log_at(log.path), 3);
    BOOST_CHECK_EQUAL(log.findings(), "changed 20; repaired 21");
}

BOOST_AUTO_TEST_CASE(a_lost_head_file_leaves_a_trace) {
    Log log;
    std::filesystem::remove(log.path + "/head");
    append(*log_at(log.path), 3);
    BOOST_CHECK_EQUAL(log.findings(), "repaired 21");
    BOOST_CHECK(log_at(log.path)->verify(nullptr, {}).value().records == 24);
}

BOOST_DATA_TEST_CASE(a_damaged_head_file_leaves_a_trace, data::make({0, 10, 87, 88, 200}), size) {
    Log log;
    write_file(log.path + "/head", std::string(static_cast<std::size_t>(size), '\0'));
    append(*log_at(log.path), 3);
    BOOST_CHECK_EQUAL(log.findings(), "repaired 21");
}

BOOST_AUTO_TEST_CASE(a_head_that_hides_records_does_not_make_a_writer_remove_them) {
    Log log;
    const Lines lines = Lines::of(log.path);
    Lines fewer = lines;
    while (fewer.texts.size() > 10) fewer.remove(fewer.texts.size() - 1);
    write_head(log.path, fewer);
    std::string text = text_of_file(log.file());
    text.replace(text.find(lines.texts[12]) + 20, 1, "X");
    write_file(log.file(), text);
    append(*log_at(log.path), 3);
    BOOST_CHECK_EQUAL(log.findings(), "changed 13; repaired 21");
    BOOST_CHECK_EQUAL(text_of_file(log.file()).substr(0, text.size()), text);
}

BOOST_AUTO_TEST_CASE(a_changed_last_record_is_not_built_upon_unseen) {
    Log log;
    std::string text = text_of_file(log.file());
    text[text.size() - 20] = text[text.size() - 20] == '0' ? '1' : '0';
    write_file(log.file(), text);
    append(*log_at(log.path), 3);
    BOOST_CHECK_EQUAL(log.findings(), "changed 20; repaired 21");
}

BOOST_AUTO_TEST_CASE(a_log_turned_back_under_a_living_writer_is_noticed) {
    Log log;
    const auto writer = log_at(log.path);
    append(*writer, 10);
    log.keep_lines(20);
    write_head(log.path, Lines::of(log.path));
    BOOST_CHECK_EQUAL(log.findings(), "");
    append(*writer, 2);
    BOOST_CHECK_EQUAL(log.findings(), "removed 21; repaired 31");
}

BOOST_AUTO_TEST_CASE(a_folder_removed_under_a_living_writer_is_noticed) {
    Log log;
    const auto writer = log_at(log.path);
    append(*writer, 10);
    std::filesystem::remove_all(log.path);
    append(*writer, 300);
    BOOST_CHECK(log.findings().starts_with("removed 1; repaired "));
    REQUIRE_OK(writer->checkpoint(log.key));
    BOOST_CHECK_GE(verified(log.path).records, 40U);
}

BOOST_AUTO_TEST_CASE(a_segment_removed_under_a_living_writer_is_noticed_at_the_checkpoint) {
    Log log;
    const auto writer = log_at(log.path);
    append(*writer, 10);
    std::filesystem::remove(log.file());
    REQUIRE_OK(writer->checkpoint(log.key));
    append(*writer, 3);
    BOOST_CHECK_EQUAL(log.findings(), "removed 1; repaired 31");
}

BOOST_AUTO_TEST_CASE(many_writers_repair_a_log_once) {
    Log log;
    log.keep_lines(15);
    const auto one = log_at(log.path);
    const auto other = log_at(log.path);
    append(*one, 3);
    append(*other, 3);
    append(*one, 3);
    BOOST_CHECK_EQUAL(log.findings(), "removed 16; repaired 21");
    BOOST_CHECK(one->needs_checkpoint() == false);
}

BOOST_AUTO_TEST_CASE(a_planted_next_segment_stops_nobody_who_is_writing) {
    Log log;
    write_file(segment_file(log.path, 2), "planted\n");
    const auto writer = log_at(log.path, 1000);
    append(*writer, 5);
    BOOST_CHECK(findings_of(verified(log.path)).find("inserted") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
