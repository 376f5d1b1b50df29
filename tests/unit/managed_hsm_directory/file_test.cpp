// The file that keeps what is known.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "played_pool.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

using Names = std::vector<std::string>;
constexpr Moment age = 300'000;

unsigned mode_of(const std::string& path) {
    struct stat facts {};
    BOOST_REQUIRE_EQUAL(stat(path.c_str(), &facts), 0);
    return facts.st_mode & 0777U;
}

/// A pool whose keys a first directory has listed into the file.
struct Listed {
    explicit Listed(std::size_t keys) : pool(keys), settings(with_file(pool, folder)) {
        Directory first(settings, pool.ask());
        REQUIRE_OK(first.find({}));
        (void)pool.asked();
    }
    [[nodiscard]] std::size_t found_by_another() {
        Directory another(settings, pool.ask());
        const auto refs = another.find(every(ObjectKind::PrivateKey));
        REQUIRE_OK(refs);
        return refs->size();
    }
    PlayedPool pool;
    Folder folder;
    DirectorySettings settings;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(file)

BOOST_AUTO_TEST_CASE(five_thousand_keys_of_a_fresh_file_are_no_request) {
    PlayedPool pool(4'900);
    for (int i = 0; i < 99; ++i) pool.add("rsa-" + std::to_string(i), "RSA-HSM");
    pool.add("p11-tagged", "RSA-HSM", {{"p11_pri_label", "Web server"}, {"p11_pri_id", "0x0102"}});
    pool.pass(10'000);
    const Folder folder;
    auto settings = with_file(pool, folder);
    settings.age = 10 * age;
    {
        Directory first(settings, pool.ask());
        BOOST_TEST(first.find(every(ObjectKind::PrivateKey))->size() == 5'000U);
        BOOST_TEST(pool.asked() == (Asked{200, 5'000, 0}));
    }
    const auto begun = std::chrono::steady_clock::now();
    Directory second(settings, pool.ask());
    const auto refs = second.find(every(ObjectKind::PrivateKey));
    REQUIRE_OK(refs);
    BOOST_TEST(refs->size() == 5'000U);
    for (const ObjectRef& ref : *refs) REQUIRE_OK(second.record(ref.id));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    BOOST_TEST_MESSAGE("5,000 keys from the file: " << took.count() << " ms, " << whole_file(settings.file).size()
                                                    << " bytes");
    BOOST_TEST(found(second.find(labelled("Web server"))) == Names{"p11-tagged"});
    BOOST_TEST(found(second.find(labelled("key-77"))) == Names{"key-77"});
    BOOST_TEST(pool.asked() == Asked{});
    pool.pass(10 * age);
    Directory third(settings, pool.ask());
    BOOST_TEST(third.find(every(ObjectKind::PrivateKey))->size() == 5'000U);
    BOOST_TEST(pool.asked() == (Asked{200, 0, 0}));
}

BOOST_AUTO_TEST_CASE(many_answers_in_one_millisecond_are_none_from_the_future) {
    PlayedPool pool(3'000);
    pool.before = [&](const std::string&) { pool.pass(-1); };  // requests take no time
    const Folder folder;
    {
        Directory first(with_file(pool, folder), pool.ask());
        BOOST_TEST(first.find(every(ObjectKind::PrivateKey))->size() == 3'000U);
        (void)pool.asked();
    }
    Directory second(with_file(pool, folder), pool.ask());
    BOOST_TEST(second.find(every(ObjectKind::PrivateKey))->size() == 3'000U);
    BOOST_TEST(pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(it_is_for_the_user_alone_and_holds_no_secret) {
    Listed listed(3);
    BOOST_TEST(mode_of(listed.settings.file) == 0600U);
    BOOST_TEST(mode_of(listed.folder.path("cache")) == 0700U);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(listed.folder.path("cache"))) {
        BOOST_TEST((mode_of(entry.path()) & 0077U) == 0U);
        ++files;
    }
    BOOST_TEST(files == 2U);  // the lock is beside it; nothing unfinished is left
}

BOOST_AUTO_TEST_CASE(what_comes_from_it_is_what_the_service_said) {
    PlayedPool pool(1, "RSA-HSM");
    pool.add("curve", "EC-HSM", {{"owner", "me \"and\" you"}, {"p11_pub_id", "0xff"}});
    pool.add("secret", "oct-HSM");
    pool.pass(10'000);
    const Folder folder;
    const auto settings = with_file(pool, folder);
    Directory first(settings, pool.ask());
    REQUIRE_OK(first.find({}));
    (void)pool.asked();
    Directory second(settings, pool.ask());
    for (const char* name : {"key-0", "curve", "secret"}) {
        const auto a = first.record({name, ""});
        const auto b = second.record({name, ""});
        REQUIRE_OK(a);
        REQUIRE_OK(b);
        BOOST_TEST(((*a)->public_key == (*b)->public_key));
        BOOST_TEST(((*a)->spec == (*b)->spec));
        BOOST_TEST(((*a)->ops == (*b)->ops));
        BOOST_TEST(((*a)->face == (*b)->face));
        BOOST_TEST(((*a)->public_face == (*b)->public_face));
        BOOST_TEST((*a)->tags == (*b)->tags);
        BOOST_TEST((*a)->created == (*b)->created);
        BOOST_TEST((*a)->updated == (*b)->updated);
        BOOST_TEST((*a)->revision == (*b)->revision);
        BOOST_TEST((*a)->enabled == (*b)->enabled);
        BOOST_TEST((*a)->is_latest == (*b)->is_latest);
    }
    BOOST_TEST(pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(damage_costs_what_was_damaged_and_no_more) {
    Listed listed(30);
    const std::string whole = whole_file(listed.settings.file);
    // A damaged line of a record is one request.
    std::string damaged = whole;
    damaged[whole.rfind("\"point\"")] = '\x01';
    write_file(listed.settings.file, damaged);
    BOOST_TEST(listed.found_by_another() == 30U);
    BOOST_TEST(listed.pool.asked().keys == 1U);
    // Without a line of the list it is no list, but keys that are known are.
    std::string shorter = whole;
    shorter.erase(shorter.find("{\"list\""),
                  shorter.find('\n', shorter.find("{\"list\"")) + 1 - shorter.find("{\"list\""));
    write_file(listed.settings.file, shorter);
    BOOST_TEST(listed.found_by_another() == 30U);
    BOOST_TEST(listed.pool.asked() == (Asked{2, 0, 0}));
    // Without its header it is as none, and is written anew.
    for (const std::string& text :
         {std::string("garbage"), std::string(), whole.substr(whole.find('\n') + 1), std::string("\0\n\0\n", 4)}) {
        write_file(listed.settings.file, text);
        BOOST_TEST(listed.found_by_another() == 30U);
        BOOST_TEST(listed.pool.asked() == (Asked{2, 30, 0}));
        BOOST_TEST(listed.found_by_another() == 30U);
        BOOST_TEST(listed.pool.asked() == Asked{});
    }
}

BOOST_AUTO_TEST_CASE(every_end_of_it_is_read_without_harm) {
    Listed listed(3);
    const std::string whole = whole_file(listed.settings.file);
    for (std::size_t size = 0; size < whole.size(); size += 7) {
        write_file(listed.settings.file, whole.substr(0, size));
        Directory another(listed.settings, listed.pool.ask());
        const auto refs = another.find(labelled("key-1"));
        REQUIRE_OK(refs);
        BOOST_TEST(refs->size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(what_others_may_have_written_is_not_read) {
    Listed listed(3);
    BOOST_REQUIRE_EQUAL(chmod(listed.settings.file.c_str(), 0666), 0);
    BOOST_TEST(listed.found_by_another() == 3U);
    BOOST_TEST(listed.pool.asked() == (Asked{1, 3, 0}));
    BOOST_TEST(mode_of(listed.settings.file) == 0600U);
    // A link is not followed.
    const std::string aside = listed.folder.path("aside");
    std::filesystem::rename(listed.settings.file, aside);
    std::filesystem::create_symlink(aside, listed.settings.file);
    BOOST_TEST(listed.found_by_another() == 3U);
    BOOST_TEST(listed.pool.asked() == (Asked{1, 3, 0}));
    BOOST_TEST(!std::filesystem::is_symlink(listed.settings.file));
}

BOOST_AUTO_TEST_CASE(a_file_of_another_host_or_from_the_future_is_not_read) {
    Listed listed(3);
    auto other = listed.settings;
    other.host = "other.managedhsm.azure.net";
    Directory directory(other, listed.pool.ask());
    REQUIRE_OK(directory.find({}));
    BOOST_TEST(listed.pool.asked() == (Asked{1, 3, 0}));
    Listed early(3);
    early.pool.pass(-3'600'000);
    BOOST_TEST(early.found_by_another() == 3U);
    BOOST_TEST(early.pool.asked() == (Asked{1, 3, 0}));
}

BOOST_AUTO_TEST_CASE(without_a_place_for_it_everything_works) {
    PlayedPool pool(3);
    auto settings = pool.settings();
    settings.file = "/proc/kvp11-nowhere/played.json";
    Directory directory(settings, pool.ask());
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 3U);
    directory.learn(pool.record("key-1"));
    directory.forget("key-1");
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_one_learns_and_forgets_another_knows_after_a_second) {
    Listed listed(3);
    Directory one(listed.settings, listed.pool.ask());
    Directory other(listed.settings, listed.pool.ask());
    BOOST_TEST(other.find(every(ObjectKind::PrivateKey))->size() == 3U);
    const auto generation = other.generation();
    listed.pool.add("mine", "RSA-HSM");
    one.learn(listed.pool.record("mine"));
    one.forget("key-1");
    listed.pool.pass(1'001);
    BOOST_TEST(found(other.find(every(ObjectKind::PrivateKey))) == (Names{"key-0", "key-2", "mine"}));
    BOOST_TEST(other.generation() > generation);
    BOOST_TEST(listed.pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(a_list_of_one_is_the_list_of_another) {
    Listed listed(30);
    Directory one(listed.settings, listed.pool.ask());
    Directory other(listed.settings, listed.pool.ask());
    REQUIRE_OK(other.find({}));
    listed.pool.pass(age);
    listed.pool.remove("key-7");
    BOOST_TEST(one.find(every(ObjectKind::PrivateKey))->size() == 29U);
    BOOST_TEST(listed.pool.asked() == (Asked{2, 0, 0}));
    BOOST_TEST(other.find(every(ObjectKind::PrivateKey))->size() == 29U);
    BOOST_TEST(listed.pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(it_does_not_grow_for_ever) {
    Listed listed(3);
    Directory directory(listed.settings, listed.pool.ask());
    std::uintmax_t largest = 0;
    for (int i = 0; i < 5'000; ++i) {
        listed.pool.pass(1'500);
        directory.learn(listed.pool.record("key-1"));
        largest = std::max(largest, std::filesystem::file_size(listed.settings.file));
    }
    BOOST_TEST(largest < 400'000U);
    BOOST_TEST(largest > 200'000U);
}

BOOST_AUTO_TEST_CASE(a_pool_with_too_many_keys_is_listed_by_each) {
    PlayedPool pool;
    for (int i = 0; i < 20'010; ++i) pool.add("key-" + std::to_string(i));
    pool.pass(10'000);
    const Folder folder;
    auto settings = with_file(pool, folder);
    settings.age = 100 * age;
    Directory first(settings, pool.ask());
    REQUIRE_OK(first.find(labelled("my label")));
    BOOST_TEST(pool.asked() == (Asked{801, 0, 0}));
    Directory second(settings, pool.ask());
    REQUIRE_OK(second.find(labelled("my label")));
    BOOST_TEST(pool.asked() == (Asked{801, 0, 0}));
}

BOOST_AUTO_TEST_CASE(its_place_is_the_users_cache_and_of_one_identity) {
    setenv("XDG_CACHE_HOME", "/somewhere/cache", 1);
    const auto path = managed_hsm::directory_file_path("", "contoso.managedhsm.azure.net", "one");
    BOOST_TEST(path.starts_with("/somewhere/cache/kvp11/contoso.managedhsm.azure.net-"));
    BOOST_TEST(path.ends_with(".json"));
    BOOST_TEST(path != managed_hsm::directory_file_path("", "contoso.managedhsm.azure.net", "two"));
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", "/somewhere/home", 1);
    BOOST_TEST(managed_hsm::directory_file_path("", "h", "").starts_with("/somewhere/home/.cache/kvp11/h-"));
    unsetenv("HOME");
    BOOST_TEST(managed_hsm::directory_file_path("", "h", "") == "");
    BOOST_TEST(managed_hsm::directory_file_path("/cache", "../h", "").starts_with("/cache/.._h-"));
}

BOOST_AUTO_TEST_SUITE_END()
