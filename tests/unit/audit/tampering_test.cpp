// Everything that somebody with write access to the folder can do to single records and segments.
#include <boost/test/data/test_case.hpp>

#include "tampered_log.hpp"

namespace data = boost::unit_test::data;
using namespace kvp11;
using namespace kvp11::test;

namespace {

// 0 stands for the border between two segments, 16 is a checkpoint, 42 the last.
const std::vector<std::size_t> places = {1, 2, 0, 15, 16, 17, 30, 37, 41, 42};

}  // namespace

BOOST_AUTO_TEST_SUITE(tampering)

BOOST_DATA_TEST_CASE(a_removed_record_is_named, data::make(places), place) {
    TamperedLog log;
    const std::size_t number = place == 0 ? log.border() : place;
    log.lines.remove(number - 1);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered(number == 42 ? "truncated" : "removed", number));
}

BOOST_DATA_TEST_CASE(a_changed_record_is_named, data::make(places), place) {
    TamperedLog log;
    const std::size_t number = place == 0 ? log.border() : place;
    alter(log.lines.texts[number - 1]);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("changed", number));
}

BOOST_DATA_TEST_CASE(a_record_with_another_length_is_named, data::make(places), place) {
    TamperedLog log;
    const std::size_t number = place == 0 ? log.border() : place;
    log.lines.texts[number - 1].insert(log.lines.texts[number - 1].find("\"time\""), "\"x\":0,");
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("changed", number));
}

BOOST_DATA_TEST_CASE(a_changed_hash_is_named, data::make(places), place) {
    TamperedLog log;
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
    TamperedLog log;
    const std::size_t number = place == 0 ? log.border() : place;
    const std::string old = ",\"number\":" + std::to_string(number) + ",";
    std::string& text = log.lines.texts[number - 1];
    text.replace(text.find(old), old.size(), ",\"number\":" + std::to_string(other) + ",");
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.bare_findings(), numbered("changed", number));
}

BOOST_DATA_TEST_CASE(an_unreadable_record_is_named, data::make(places), place) {
    TamperedLog log;
    const std::size_t number = place == 0 ? log.border() : place;
    log.lines.texts[number - 1] = std::string(300, 'x');
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("changed", number));
}

BOOST_DATA_TEST_CASE(two_exchanged_records_are_named, data::make(std::vector<std::size_t>{1, 0, 15, 16, 30, 41}),
                     place) {
    TamperedLog log;
    const std::size_t number = place == 0 ? log.border() - 1 : place;
    std::swap(log.lines.texts[number - 1], log.lines.texts[number]);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("reordered", number + 1));
}

BOOST_AUTO_TEST_CASE(a_moved_record_is_named) {
    TamperedLog log;
    const std::string text = log.lines.texts[29];
    log.lines.remove(29);
    log.lines.insert(4, text);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "reordered 30");
}

BOOST_DATA_TEST_CASE(a_repeated_record_is_named, data::make(places), place) {
    TamperedLog log;
    const std::size_t index = place == 0 ? log.border() - 1 : place - 1;
    log.lines.insert(index, log.lines.texts[20]);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "inserted 21");
}

BOOST_DATA_TEST_CASE(an_invented_record_is_named, data::make(places), place) {
    TamperedLog log;
    const std::size_t number = place == 0 ? log.border() : place;
    std::string text = log.lines.texts[number - 1];
    alter(text);
    log.lines.insert(number - 1, text);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("inserted", number));
}

BOOST_DATA_TEST_CASE(an_invented_record_with_the_right_hash_is_named, data::make(places), place) {
    TamperedLog log;
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
    TamperedLog log;
    const std::size_t number = place == 0 ? log.border() : place;
    log.lines.insert(number - 1, place % 2 == 0 ? "" : "nonsense");
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), numbered("inserted", number));
}

BOOST_AUTO_TEST_CASE(nonsense_behind_the_last_record_is_named) {
    TamperedLog log;
    log.lines.insert(42, "nonsense");
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "inserted 43");
}

BOOST_AUTO_TEST_CASE(several_things_at_once_are_all_named) {
    TamperedLog log;
    alter(log.lines.texts[39]);
    std::swap(log.lines.texts[25], log.lines.texts[26]);
    log.lines.remove(11);
    log.lines.remove(10);
    alter(log.lines.texts[4]);
    log.lines.write(log.path);
    BOOST_CHECK_EQUAL(log.findings(), "changed 5; removed 11; reordered 27; changed 40");
}

BOOST_DATA_TEST_CASE(a_removed_segment_is_named, data::make({1, 2, 5}), segment) {
    TamperedLog log;
    std::size_t first = 1;
    while (log.lines.segments[first - 1] != static_cast<std::size_t>(segment)) ++first;
    std::filesystem::remove(segment_file(log.path, static_cast<std::size_t>(segment)));
    BOOST_CHECK_EQUAL(log.findings(), numbered("removed", first));
    BOOST_CHECK_NE(log.check().findings[0].sentence.find(" are missing"), std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_removed_last_segment_is_named) {
    TamperedLog log;
    const std::size_t last = log.lines.segments.back();
    std::size_t first = 1;
    while (log.lines.segments[first - 1] != last) ++first;
    std::filesystem::remove(segment_file(log.path, last));
    BOOST_CHECK_EQUAL(log.findings(), numbered("truncated", first));
    BOOST_CHECK_EQUAL(log.bare_findings(), numbered("truncated", first));
}

BOOST_AUTO_TEST_SUITE_END()
