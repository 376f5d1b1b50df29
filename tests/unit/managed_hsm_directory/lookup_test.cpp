// What a search finds, and with how many requests.
#include <algorithm>

#include "played_pool.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

using Names = std::vector<std::string>;

Names all_names(std::size_t count) {
    Names names;
    for (std::size_t i = 0; i < count; ++i) names.push_back("key-" + std::to_string(i));
    return names;
}

void check_same_names(Names got, Names wanted) {
    std::sort(got.begin(), got.end());
    std::sort(wanted.begin(), wanted.end());
    BOOST_TEST(got == wanted, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lookup)

BOOST_AUTO_TEST_CASE(a_label_that_is_a_name_is_one_request_for_both_halves) {
    PlayedPool pool(100);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find(labelled("key-7"))) == Names{"key-7"});
    BOOST_TEST(found(directory.find(labelled("key-7", ObjectKind::PublicKey))) == Names{"key-7/public"});
    BOOST_TEST(found(directory.find(labelled("key-7", std::nullopt))) == (Names{"key-7", "key-7/public"}));
    BOOST_TEST(pool.asked() == (Asked{0, 1, 0}));
    const auto refs = directory.find(labelled("key-7"));
    REQUIRE_OK(directory.record(refs->front().id));
    BOOST_TEST(pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(an_id_that_is_a_name_is_one_request) {
    PlayedPool pool(100);
    Directory directory(pool.settings(), pool.ask());
    ObjectQuery query = every(ObjectKind::PrivateKey);
    query.id = copy_of(bytes_of("key-8"));
    BOOST_TEST(found(directory.find(query)) == Names{"key-8"});
    query.label = query.id;
    BOOST_TEST(found(directory.find(query)) == Names{"key-8"});
    BOOST_TEST(pool.asked() == (Asked{0, 1, 0}));
}

BOOST_AUTO_TEST_CASE(a_name_whose_tags_say_otherwise_is_not_the_answer) {
    PlayedPool pool(30);
    pool.add("web", "EC-HSM", {{"p11_pri_label", "Web server"}, {"p11_pub_label", "Web server"}});
    pool.pass(10'000);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find(labelled("web"))) == Names{});
    BOOST_TEST(pool.asked() == (Asked{2, 1, 0}));
    BOOST_TEST(found(directory.find(labelled("Web server"))) == Names{"web"});
    BOOST_TEST(pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(an_exact_name_wins_over_a_label_in_the_tags_of_another_key) {
    PlayedPool pool;
    pool.add("web");
    pool.add("other", "EC-HSM", {{"p11_pri_label", "web"}});
    pool.pass(10'000);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find(every(ObjectKind::PrivateKey))) == (Names{"other", "web"}));
    BOOST_TEST(found(directory.find(labelled("web"))) == Names{"web"});
}

BOOST_AUTO_TEST_CASE(a_label_in_a_tag_is_found_by_the_list_and_one_request) {
    PlayedPool pool(101);
    pool.add("p11-0123456789abcdef", "RSA-HSM", {{"p11_pri_CKA_LABEL", "Web server"}});
    pool.pass(10'000);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find(labelled("Web server"))) == Names{"p11-0123456789abcdef"});
    BOOST_TEST(pool.asked() == (Asked{5, 1, 0}));
}

BOOST_AUTO_TEST_CASE(a_search_for_all_keys_is_the_pages_and_one_request_for_each_only_once) {
    for (const Links links : {Links::Hsm, Links::Vault}) {
        PlayedPool pool(101);
        pool.links = links;
        Directory directory(pool.settings(), pool.ask());
        check_same_names(found(directory.find(every(ObjectKind::PrivateKey))), all_names(101));
        BOOST_TEST(pool.asked() == (Asked{5, 101, 0}));
        const auto refs = directory.find(every(ObjectKind::PublicKey));
        REQUIRE_OK(refs);
        for (const ObjectRef& ref : *refs) REQUIRE_OK(directory.record(ref.id));
        BOOST_TEST(refs->size() == 101U);
        BOOST_TEST(pool.asked() == Asked{});
    }
}

BOOST_AUTO_TEST_CASE(kinds_follow_from_types_and_the_order_is_that_of_creation) {
    PlayedPool pool;
    for (const auto& [name, kty] : std::vector<std::pair<std::string, std::string>>{
             {"z-first", "RSA-HSM"}, {"secret", "oct-HSM"}, {"a-last", "EC"}}) {
        pool.add(name, kty);
        pool.pass(1'000);
    }
    pool.pass(10'000);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find(every(ObjectKind::PrivateKey))) == (Names{"z-first", "a-last"}));
    BOOST_TEST(found(directory.find(every(ObjectKind::SecretKey))) == Names{"secret/secret"});
    BOOST_TEST(found(directory.find({})) ==
               (Names{"z-first", "z-first/public", "secret/secret", "a-last", "a-last/public"}));
    BOOST_TEST(found(directory.find(every(ObjectKind::Record))) == Names{});
    BOOST_TEST(pool.asked() == (Asked{1, 3, 0}));
    ObjectQuery before_login;
    before_login.with_private = false;
    BOOST_TEST(found(directory.find(before_login)) == (Names{"z-first/public", "a-last/public"}));
}

BOOST_AUTO_TEST_CASE(a_key_of_a_kind_that_is_not_known_is_no_object_and_is_asked_for_once) {
    PlayedPool pool(2);
    pool.add("post-quantum", "AKP-HSM");
    pool.pass(10'000);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(directory.find({})->size() == 4U);
    BOOST_TEST(pool.asked() == (Asked{1, 3, 0}));
    pool.pass(400'000);
    BOOST_TEST(directory.find({})->size() == 4U);
    BOOST_TEST(pool.asked() == (Asked{1, 0, 0}));
}

BOOST_AUTO_TEST_CASE(a_key_that_may_not_be_read_is_no_object_until_the_age_is_over) {
    PlayedPool pool(3);
    pool.refused["key-1"] = Errc::AccessDenied;
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find(every(ObjectKind::PrivateKey))) == (Names{"key-0", "key-2"}));
    BOOST_TEST(found(directory.find(every(ObjectKind::PrivateKey))) == (Names{"key-0", "key-2"}));
    BOOST_TEST(pool.asked() == (Asked{1, 3, 0}));
    pool.refused.clear();
    pool.pass(400'000);
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 3U);
    BOOST_TEST(pool.asked() == (Asked{1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_there_is_asked_for_again_after_two_seconds) {
    PlayedPool pool(30);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find(labelled("new-key"))) == Names{});
    BOOST_TEST(pool.asked() == (Asked{2, 1, 0}));
    for (int i = 0; i < 3; ++i) BOOST_TEST(found(directory.find(labelled("new-key"))) == Names{});
    BOOST_TEST(pool.asked() == Asked{});
    pool.pass(2'001);
    pool.add("new-key");
    BOOST_TEST(found(directory.find(labelled("new-key"))) == Names{"new-key"});
    BOOST_TEST(pool.asked() == (Asked{0, 1, 0}));
}

BOOST_AUTO_TEST_CASE(a_label_that_nobody_has_makes_the_list_be_read_again_after_two_seconds) {
    PlayedPool pool(30);
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find(labelled("my label"))) == Names{});
    BOOST_TEST(found(directory.find(labelled("my label"))) == Names{});
    BOOST_TEST(pool.asked() == (Asked{2, 0, 0}));
    pool.pass(2'001);
    pool.add("late", "EC-HSM", {{"p11_pri_label", "my label"}});
    pool.pass(10'000);
    BOOST_TEST(found(directory.find(labelled("my label"))) == Names{"late"});
    BOOST_TEST(pool.asked() == (Asked{2, 1, 0}));
}

BOOST_AUTO_TEST_CASE(names_are_one_whatever_their_case) {
    PlayedPool pool;
    pool.add("Web");
    pool.pass(10'000);
    Directory directory(pool.settings(), pool.ask());
    REQUIRE_OK(directory.record({"WEB", ""}));
    BOOST_TEST(found(directory.find(labelled("Web"))) == Names{"Web"});
    BOOST_TEST(found(directory.find(labelled("web"))) == Names{});
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_empty_pool_is_one_page) {
    PlayedPool pool;
    Directory directory(pool.settings(), pool.ask());
    BOOST_TEST(found(directory.find({})) == Names{});
    BOOST_TEST(found(directory.find(every(ObjectKind::SecretKey))) == Names{});
    BOOST_TEST(pool.asked() == (Asked{1, 0, 0}));
}

BOOST_AUTO_TEST_CASE(a_service_that_does_not_answer_is_an_error_when_nothing_is_known) {
    PlayedPool pool(3);
    pool.is_down = true;
    Directory directory(pool.settings(), pool.ask());
    CHECK_FAILS(directory.find({}), Errc::DeviceError);
    CHECK_FAILS(directory.find(labelled("key-1")), Errc::DeviceError);
    CHECK_FAILS(directory.record({"key-1", ""}), Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(a_list_that_may_not_be_read_is_an_error_but_names_are_found) {
    PlayedPool pool(3);
    const auto answering = pool.ask();
    Directory directory(pool.settings(), [&](const pipeline::Call& call) -> Result<transport::Answer> {
        if (call.path == "/keys") return fail(Errc::AccessDenied, "not at this scope");
        return answering(call);
    });
    BOOST_TEST(found(directory.find(labelled("key-1"))) == Names{"key-1"});
    CHECK_FAILS(directory.find(every(ObjectKind::PrivateKey)), Errc::AccessDenied);
}

BOOST_AUTO_TEST_CASE(a_list_that_has_no_end_is_an_error) {
    PlayedPool pool(60);
    Directory directory(pool.settings(), [&](const pipeline::Call&) -> Result<transport::Answer> {
        return transport::Answer(200, {}, R"({"nextLink":"https://h/keys?$skiptoken=a","value":[]})");
    });
    CHECK_FAILS(directory.find({}), Errc::DeviceError);
}

BOOST_AUTO_TEST_SUITE_END()
