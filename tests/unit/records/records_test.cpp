// Records that applications make.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "played_keys.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

using Labels = std::vector<std::string>;

unsigned mode_of(const std::string& path) {
    struct stat facts {};
    BOOST_REQUIRE_EQUAL(stat(path.c_str(), &facts), 0);
    return facts.st_mode & 0777U;
}

int in_child(const std::function<int()>& work) {
    const pid_t child = fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        alarm(60);
        _exit(work());
    }
    int status = 0;
    BOOST_REQUIRE_EQUAL(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kept)

BOOST_AUTO_TEST_CASE(there_is_no_file_before_the_first_record) {
    Workplace place;
    BOOST_TEST(labels(*place.slot, all_records()) == Labels{});
    CHECK_FAILS(place.slot->record(std::string(32, '0')), Errc::KeyNotFound);
    CHECK_FAILS(place.slot->remove({ObjectKind::Record, {std::string(32, '0'), {}}}), Errc::KeyNotFound);
    BOOST_TEST(!std::filesystem::exists(place.path("kept")));
    REQUIRE_OK(place.slot->create_record(data("first")));
    BOOST_TEST(mode_of(place.path("kept")) == 0700U);
    for (const auto& entry : std::filesystem::directory_iterator(place.path("kept"))) {
        BOOST_TEST((mode_of(entry.path()) & 0077U) == 0U);
        BOOST_TEST(entry.path().string().find(".new-") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_record_is_made_found_changed_and_removed) {
    Workplace place;
    const auto generation = place.slot->generation();
    const auto made = place.slot->create_record(data("one"));
    REQUIRE_OK(made);
    BOOST_TEST((*made)->id.size() == 32U);
    BOOST_TEST((*made)->revision == 1U);
    BOOST_TEST(place.slot->generation() > generation);
    REQUIRE_OK(place.slot->create_record(data("two")));
    BOOST_TEST(labels(*place.slot, all_records()) == (Labels{"one", "two"}));
    BOOST_TEST(labels(*place.slot, records_labelled("two")) == Labels{"two"});

    Record changed = **made;
    changed.face.label = copy_of(bytes_of("uno"));
    changed.face.id = {7};
    const auto before_change = place.slot->generation();
    const auto updated = place.slot->update_record(changed);
    REQUIRE_OK(updated);
    BOOST_TEST((*updated)->revision == 2U);
    BOOST_TEST(place.slot->generation() > before_change);
    const auto read = place.slot->record((*made)->id);
    REQUIRE_OK(read);
    BOOST_TEST(((*read)->face == changed.face));
    ObjectQuery by_id = all_records();
    by_id.id = Bytes{7};
    BOOST_TEST(labels(*place.slot, by_id) == Labels{"uno"});
    by_id.record_class = 1;
    BOOST_TEST(labels(*place.slot, by_id) == Labels{});

    REQUIRE_OK(place.slot->remove({ObjectKind::Record, {(*made)->id, {}}}));
    BOOST_TEST(labels(*place.slot, all_records()) == Labels{"two"});
    CHECK_FAILS(place.slot->record((*made)->id), Errc::KeyNotFound);
    CHECK_FAILS(place.slot->update_record(changed), Errc::KeyNotFound);
}

BOOST_AUTO_TEST_CASE(a_private_record_is_refused) {
    Workplace place;
    Record secret = data("secret");
    secret.face.is_private = true;
    CHECK_FAILS(place.slot->create_record(secret), Errc::AttributeValueInvalid);
    const auto made = place.slot->create_record(data("open"));
    REQUIRE_OK(made);
    secret.id = (*made)->id;
    CHECK_FAILS(place.slot->update_record(secret), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(keys_come_from_below_and_records_do_not) {
    Workplace place;
    place.keys->add("web");
    REQUIRE_OK(place.slot->create_record(data("web")));
    BOOST_TEST(labels(*place.slot, {}) == (Labels{"key web", "key web", "web"}));
    ObjectQuery private_keys;
    private_keys.kind = ObjectKind::PrivateKey;
    BOOST_TEST(labels(*place.slot, private_keys) == Labels{"key web"});
    REQUIRE_OK(place.slot->key_record({"web", ""}));
    REQUIRE_OK(place.slot->remove({ObjectKind::PrivateKey, {"web", ""}}));
    BOOST_TEST(place.keys->called == "remove web");
    BOOST_TEST(place.slot->status()->label == "played");
    const auto generation = place.slot->generation();
    place.keys->add("other");
    BOOST_TEST(place.slot->generation() > generation);
}

BOOST_AUTO_TEST_CASE(initialising_the_token_takes_the_records_along) {
    Workplace place;
    REQUIRE_OK(place.slot->create_record(data("one")));
    REQUIRE_OK(place.slot->initialise(SecretBytes(4), "new"));
    BOOST_TEST(place.keys->called == "initialise");
    BOOST_TEST(labels(*place.slot, all_records()) == Labels{});
}

BOOST_AUTO_TEST_CASE(processes_share_them) {
    Workplace place;
    const auto other = place.another();
    BOOST_TEST(labels(*other, all_records()) == Labels{});
    const int result = in_child([&] {
        const auto own = place.another();
        return own->create_record(data("from the child")).ok() ? 0 : 1;
    });
    BOOST_TEST(result == 0);
    BOOST_TEST(labels(*other, all_records()) == Labels{"from the child"});
    const auto generation = other->generation();
    REQUIRE_OK(place.slot->create_record(data("from the parent")));
    BOOST_TEST(other->generation() > generation);
    BOOST_TEST(labels(*other, all_records()) == (Labels{"from the child", "from the parent"}));
    // A child goes on with what its parent has open.
    BOOST_TEST(in_child([&] { return place.slot->create_record(data("third")).ok() ? 0 : 1; }) == 0);
    BOOST_TEST(labels(*place.slot, all_records()).size() == 3U);
}

BOOST_AUTO_TEST_CASE(processes_that_make_the_first_record_together_lose_none) {
    constexpr std::size_t processes = 6;
    Workplace place;
    std::vector<pid_t> children;
    for (std::size_t i = 0; i < processes; ++i) {
        const pid_t child = fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) _exit(place.another()->create_record(data(std::to_string(i))).ok() ? 0 : 1);
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = -1;
        waitpid(child, &status, 0);
        BOOST_TEST(status == 0);
    }
    BOOST_TEST(labels(*place.slot, all_records()).size() == processes);
}

BOOST_AUTO_TEST_CASE(without_a_file_nothing_can_be_made) {
    const auto slot = records::with_records(std::make_unique<PlayedKeys>(), {}).value();
    CHECK_FAILS(slot->create_record(data("one")), Errc::TokenWriteProtected);
    BOOST_TEST(labels(*slot, all_records()) == Labels{});
}

BOOST_AUTO_TEST_SUITE_END()
