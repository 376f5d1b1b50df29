// What the log does when nobody does it harm.
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "audit/audit_record.hpp"
#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

unsigned mode_of(const std::string& path) {
    struct stat facts {};
    BOOST_REQUIRE_EQUAL(stat(path.c_str(), &facts), 0);
    return facts.st_mode & 07777;
}

std::vector<std::uint64_t> numbers_in(const audit::AuditLog& log, std::uint64_t after = 0) {
    std::vector<std::uint64_t> numbers;
    REQUIRE_OK(log.read(after, [&](std::uint64_t number, const audit::AuditRecord&) {
        numbers.push_back(number);
        return true;
    }));
    return numbers;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_log)

BOOST_AUTO_TEST_CASE(levels_have_names) {
    using audit::Level;
    for (const Level level : {Level::Off, Level::Management, Level::All}) {
        BOOST_CHECK(audit::level_named(audit::name_of(level)) == level);
    }
    BOOST_CHECK_EQUAL(audit::name_of(Level::Management), "management");
    for (const char* name : {"", "All", "none", "all "}) BOOST_CHECK(!audit::level_named(name));
}

BOOST_AUTO_TEST_CASE(a_record_comes_back_as_it_was) {
    const TemporaryFolder folder;
    const auto log = log_at(folder.path());
    audit::AuditRecord made = record(5);
    made.request_uri = "https://contoso.example/keys/a/sign?api-version=7.5";
    made.result = "KeyNotFound";
    made.http_status = 404;
    made.application = "app";
    made.user_name = "so";
    made.client_info = "a\tb\n\"c\"\\ \xff";
    made.correlation_id = "8806614c-ebc3-11ea-9e9b-00155db778ad";
    REQUIRE_OK(log->append(made));
    REQUIRE_OK(log->read(0, [&](std::uint64_t number, const audit::AuditRecord& got) {
        BOOST_CHECK_EQUAL(number, 1U);
        BOOST_CHECK_EQUAL(got.time_us, made.time_us);
        BOOST_CHECK_EQUAL(got.operation, made.operation);
        BOOST_CHECK_EQUAL(got.operation_version, made.operation_version);
        BOOST_CHECK_EQUAL(got.key, made.key);
        BOOST_CHECK_EQUAL(got.request_uri, made.request_uri);
        BOOST_CHECK_EQUAL(got.result, made.result);
        BOOST_CHECK_EQUAL(got.http_status, 404U);
        BOOST_CHECK_EQUAL(got.duration_us, made.duration_us);
        BOOST_CHECK_EQUAL(got.principal, made.principal);
        BOOST_CHECK_EQUAL(got.application, made.application);
        BOOST_CHECK_EQUAL(got.user_name, made.user_name);
        BOOST_CHECK_EQUAL(got.caller_address, made.caller_address);
        BOOST_CHECK_EQUAL(got.client_info, "a\tb\n\"c\"\\ \xef\xbf\xbd");
        BOOST_CHECK_EQUAL(got.correlation_id, made.correlation_id);
        BOOST_CHECK(got.approved);
        return true;
    }));
}

BOOST_AUTO_TEST_CASE(records_without_a_correlation_get_one_each) {
    const TemporaryFolder folder;
    append(*log_at(folder.path()), 50);
    append(*log_at(folder.path()), 50);
    std::set<std::string> names;
    REQUIRE_OK(log_at(folder.path())->read(0, [&](std::uint64_t, const audit::AuditRecord& got) {
        BOOST_CHECK_EQUAL(got.correlation_id.size(), 36U);
        names.insert(got.correlation_id);
        return true;
    }));
    BOOST_CHECK_EQUAL(names.size(), 100U);
}

BOOST_AUTO_TEST_CASE(a_log_that_nobody_wrote_is_empty_and_makes_no_folder) {
    const TemporaryFolder folder;
    const auto log = log_at(folder.path());
    BOOST_CHECK(numbers_in(*log).empty());
    const auto verification = verified(folder.path());
    BOOST_CHECK_EQUAL(verification.records, 0U);
    BOOST_CHECK_EQUAL(findings_of(verification), "");
    BOOST_CHECK(!log->needs_checkpoint());
    BOOST_CHECK(!std::filesystem::exists(folder.path()));
}

BOOST_AUTO_TEST_CASE(reading_begins_after_a_record_and_stops_when_told) {
    const TemporaryFolder folder;
    const auto log = log_at(folder.path());
    append(*log, 10);
    const std::vector<std::uint64_t> wanted = {8, 9, 10};
    BOOST_TEST(numbers_in(*log, 7) == wanted, boost::test_tools::per_element());
    int seen = 0;
    REQUIRE_OK(log->read(0, [&](std::uint64_t, const audit::AuditRecord&) { return ++seen < 4; }));
    BOOST_CHECK_EQUAL(seen, 4);
    BOOST_CHECK(numbers_in(*log, 10).empty());
}

BOOST_AUTO_TEST_CASE(the_chain_goes_on_over_segments_and_openings) {
    const TemporaryFolder folder;
    for (int i = 0; i < 5; ++i) append(*log_at(folder.path(), 2000), 10);
    BOOST_CHECK(std::filesystem::exists(segment_file(folder.path(), 8)));
    BOOST_CHECK_LT(text_of_file(segment_file(folder.path(), 1)).size(), 2600U);
    BOOST_CHECK_EQUAL(numbers_in(*log_at(folder.path())).size(), 50U);
    const auto verification = verified(folder.path());
    BOOST_CHECK_EQUAL(verification.records, 50U);
    BOOST_CHECK_EQUAL(findings_of(verification), "");
    BOOST_CHECK(!verification.seals_checked);
}

BOOST_AUTO_TEST_CASE(checkpoints_are_sealed_records_that_readers_do_not_see) {
    const TemporaryFolder folder;
    const auto log = log_at(folder.path(), 2000);
    const SecretBytes key = seal_key();
    BOOST_CHECK_EQUAL(log->checkpoint(key).value().records, 0U);
    append(*log, 12);
    const auto first = log->checkpoint(key);
    REQUIRE_OK(first);
    BOOST_CHECK_EQUAL(first.value().records, 13U);
    BOOST_CHECK_EQUAL(log->checkpoint(key).value().records, 13U);
    append(*log, 2);
    const auto second = log_at(folder.path())->checkpoint(key);
    REQUIRE_OK(second);
    BOOST_CHECK_EQUAL(second.value().records, 16U);
    BOOST_CHECK_EQUAL(numbers_in(*log).size(), 14U);
    append(*log, 1);
    for (const auto& expected : {first.value(), second.value()}) {
        const auto verification = verified(folder.path(), &key, expected);
        BOOST_CHECK_EQUAL(findings_of(verification), "");
        BOOST_CHECK_EQUAL(verification.records, 17U);
        BOOST_CHECK_EQUAL(verification.sealed_records, std::max<std::uint64_t>(15, expected.records));
        BOOST_CHECK(verification.seals_checked);
    }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_is_due_after_some_thousand_records) {
    const TemporaryFolder folder;
    const auto log = log_at(folder.path());
    append(*log, 4095);
    BOOST_CHECK(!log->needs_checkpoint());
    append(*log, 1);
    BOOST_CHECK(log->needs_checkpoint());
    REQUIRE_OK(log->checkpoint(seal_key()));
    BOOST_CHECK(!log->needs_checkpoint());
}

BOOST_AUTO_TEST_CASE(files_are_for_the_user_alone) {
    const TemporaryFolder folder;
    const mode_t old = umask(0);
    append(*log_at(folder.path(), 500), 3);
    umask(old);
    BOOST_CHECK_EQUAL(mode_of(folder.path()), 0700U);
    BOOST_CHECK_EQUAL(mode_of(folder.path() + "/head"), 0600U);
    BOOST_CHECK_EQUAL(mode_of(segment_file(folder.path(), 1)), 0600U);
    BOOST_CHECK_EQUAL(mode_of(segment_file(folder.path(), 2)), 0600U);
}

BOOST_AUTO_TEST_CASE(files_of_a_group_are_for_the_group) {
    const TemporaryFolder folder;
    audit::LogSettings settings;
    settings.folder = folder.path();
    settings.file_mode = 0660;
    settings.group = getgrgid(getegid())->gr_name;
    settings.segment_size = 500;
    const mode_t old = umask(077);
    append(*audit::AuditLog::open(settings), 3);
    umask(old);
    BOOST_CHECK_EQUAL(mode_of(folder.path()), 02770U);
    BOOST_CHECK_EQUAL(mode_of(folder.path() + "/head"), 0660U);
    BOOST_CHECK_EQUAL(mode_of(segment_file(folder.path(), 2)), 0660U);
    settings.folder = folder.path("other");
    settings.group = "no-such-group-here";
    CHECK_FAILS(audit::AuditLog::open(settings)->append(record(1)), Errc::ArgumentsBad);
}

// `kvp11 --path` knows no group, and must not shut the others out of the log.
BOOST_AUTO_TEST_CASE(a_log_in_a_groups_folder_is_for_the_group_unsaid) {
    const TemporaryFolder folder;
    const std::string above = std::filesystem::path(folder.path()).parent_path();
    BOOST_REQUIRE_EQUAL(chmod(above.c_str(), 02770), 0);
    append(*log_at(folder.path()), 1);
    BOOST_CHECK_EQUAL(mode_of(folder.path()), 02770U);
    BOOST_CHECK_EQUAL(mode_of(folder.path() + "/head"), 0660U);
    BOOST_CHECK_EQUAL(mode_of(segment_file(folder.path(), 1)), 0660U);
}

BOOST_AUTO_TEST_CASE(symbolic_links_and_pipes_are_refused) {
    for (const std::string name : {"head", "000001.jsonl"}) {
        const TemporaryFolder folder;
        append(*log_at(folder.path()), 1);
        const std::string target = folder.path("elsewhere");
        std::filesystem::rename(folder.path() + "/" + name, target);
        std::filesystem::create_symlink(target, folder.path() + "/" + name);
        CHECK_FAILS(log_at(folder.path())->append(record(2)), Errc::DeviceError);
        CHECK_FAILS(log_at(folder.path())->verify(nullptr, {}), Errc::DeviceError);
        std::filesystem::remove(folder.path() + "/" + name);
        BOOST_REQUIRE_EQUAL(mkfifo((folder.path() + "/" + name).c_str(), 0600), 0);
        CHECK_FAILS(log_at(folder.path())->append(record(2)), Errc::DeviceError);
    }
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path("elsewhere"));
    std::filesystem::create_directory_symlink(folder.path("elsewhere"), folder.path());
    BOOST_CHECK(!log_at(folder.path())->append(record(1)).ok());
    BOOST_CHECK(std::filesystem::is_empty(folder.path("elsewhere")));
}

BOOST_AUTO_TEST_CASE(a_log_in_a_folder_that_is_not_there_says_so) {
    const TemporaryFolder folder;
    CHECK_FAILS(log_at(folder.path("not/there"))->append(record(1)), Errc::StoreNotFound);
    CHECK_FAILS(log_at(folder.path("not/there"))->reserve(), Errc::StoreNotFound);
}

BOOST_AUTO_TEST_SUITE_END()
