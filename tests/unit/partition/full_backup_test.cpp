#include "partition/full_backup.hpp"

#include <boost/json.hpp>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

namespace json = boost::json;

SecretBytes domain_key(std::uint8_t fill) { return SecretBytes::copy_of(Bytes(32, fill)); }

partition::PortableItem portable(const std::string& name, std::size_t secret_size) {
    partition::PortableItem item;
    item.item.id = {name, std::string(32, 'a')};
    item.item.metadata = {1, 2, 3};
    item.plain = SecretBytes(secret_size);
    return item;
}

partition::FullBackupHead head() {
    return {"contoso", 1'800'000'000, partition::FullBackupHead::Settings{"0011223344556677", 30, true, {9, 8}}};
}

/// The whole of it in one go; large items fill a segment each.
std::string made(const SecretBytes& key, std::vector<partition::PortableItem> items) {
    auto writer = partition::FullBackupWriter::begin(key, head());
    REQUIRE_OK(writer);
    for (partition::PortableItem& item : items) REQUIRE_OK(writer->add(std::move(item)));
    auto text = writer->finish();
    REQUIRE_OK(text);
    return std::move(text).value();
}
std::string made_of(const SecretBytes& key, const std::vector<std::pair<std::string, std::size_t>>& sizes) {
    std::vector<partition::PortableItem> items;
    for (const auto& [name, size] : sizes) items.push_back(portable(name, size));
    return made(key, std::move(items));
}

struct Read {
    Result<partition::FullBackupHead> head;
    std::vector<std::string> names;
};
Read read(const SecretBytes& key, const std::string& text) {
    std::vector<std::string> names;
    auto head = partition::read_full_backup(key, text, [&](partition::PortableItem item) -> Result<void> {
        names.push_back(item.item.id.name);
        return {};
    });
    return {std::move(head), std::move(names)};
}

bool is_refused(const std::string& text) {
    const Read outcome = read(domain_key(1), text);
    return !outcome.head.ok() && outcome.head.code() == Errc::BackupInvalid;
}

std::string with_member(const std::string& text, const char* name, const json::value& value) {
    json::object file = json::parse(text).as_object();
    file[name] = value;
    return json::serialize(file);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(full_backup)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_in_order) {
    const std::string text = made_of(domain_key(1), {{"a", 5}, {"b", 2'000'000}, {"c", 0}, {"d", 2'000'000}});
    BOOST_TEST(json::parse(text).at("version").as_int64() == 2);
    BOOST_TEST(json::parse(text).at("segments").as_array().size() == 3U);
    const Read outcome = read(domain_key(1), text);
    REQUIRE_OK(outcome.head);
    BOOST_TEST(outcome.names == std::vector<std::string>({"a", "b", "c", "d"}));
    BOOST_TEST(outcome.head->partition_name == "contoso");
    BOOST_REQUIRE(outcome.head->settings.has_value());
    BOOST_TEST(outcome.head->settings->serial == "0011223344556677");
    BOOST_TEST(outcome.head->settings->retention_days == 30U);
    BOOST_TEST(outcome.head->settings->purge_protection);
    BOOST_TEST(outcome.head->settings->access_table == Bytes({9, 8}));
    REQUIRE_OK(read(domain_key(1), made_of(domain_key(1), {})).head);
}

BOOST_AUTO_TEST_CASE(another_domain_is_named_and_not_taken_for_damage) {
    const std::string text = made_of(domain_key(1), {{"a", 5}});
    CHECK_FAILS(read(domain_key(2), text).head, Errc::BackupForeign);
}

// But for what is shown to people without authentication: the partition's name and the time.
BOOST_AUTO_TEST_CASE(every_changed_byte_and_every_cut_is_refused) {
    const std::string text = made_of(domain_key(1), {{"a", 5}});
    const std::size_t shown = text.find("\"partition\"");
    const std::size_t shown_end = text.find("\"domain\"");
    BOOST_REQUIRE(shown < shown_end);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_refused(text.substr(0, i))) BOOST_ERROR("a backup of " << i << " bytes was taken");
        if (i >= shown && i < shown_end) continue;
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        if (!is_refused(changed)) BOOST_ERROR("byte " << i << " was changed unnoticed: " << text.substr(i, 12));
    }
}

BOOST_AUTO_TEST_CASE(segments_cannot_be_left_out_moved_or_mixed) {
    const std::string text = made_of(domain_key(1), {{"a", 2'000'000}, {"b", 2'000'000}, {"c", 5}});
    const std::string other = made_of(domain_key(1), {{"a", 2'000'000}, {"x", 2'000'000}, {"c", 5}});
    const json::array segments = json::parse(text).at("segments").as_array();
    const json::array foreign = json::parse(other).at("segments").as_array();
    BOOST_REQUIRE_EQUAL(segments.size(), 3U);
    const json::array wrong[] = {
        {},
        {segments[0]},
        {segments[0], segments[1]},
        {segments[0], segments[2]},
        {segments[1], segments[2]},
        {segments[1], segments[0], segments[2]},
        {segments[0], segments[1], segments[1], segments[2]},
        {segments[0], segments[1], segments[2], segments[2]},
        {segments[0], foreign[1], segments[2]},
        {segments[0], segments[1], 7},
    };
    for (const json::array& list : wrong) BOOST_TEST(is_refused(with_member(text, "segments", list)));
    BOOST_TEST(!is_refused(with_member(text, "segments", segments)));
    BOOST_TEST(is_refused(with_member(text, "version", 1)));
    BOOST_TEST(is_refused(with_member(text, "version", 3)));
    BOOST_TEST(is_refused(with_member(text, "version", "2")));
    BOOST_TEST(is_refused(with_member(text, "domain", "")));
}

BOOST_AUTO_TEST_SUITE_END()
