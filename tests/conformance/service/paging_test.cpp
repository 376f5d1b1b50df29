// Lists in pages: their order, and that a page goes on where the one before ended.
#include "conformance/service/service_case.hpp"

#include <algorithm>

KVP11_SERVICE_CASES

namespace {

using Names = std::vector<std::string>;

KeyPage page_of(const KeyLifeCycle& keys, const std::string& after, std::size_t limit) {
    auto page = keys.list_keys({.after = after, .limit = limit});
    REQUIRE_OK(page);
    return std::move(page).value();
}

}  // namespace

SERVICE(paging, keys_come_in_the_order_of_their_names_without_case) {
    for (const char* name : {"delta", "Alpha", "charlie", "BRAVO", "0", "a", "a-1", "A0"}) made(subject, aes_key(name));
    const Names wanted{"0", "a", "a-1", "A0", "Alpha", "BRAVO", "charlie", "delta"};
    BOOST_CHECK(all_names(subject.keys()) == wanted);
    for (std::size_t limit = 1; limit <= 9; ++limit) {
        Names got;
        std::string after;
        do {
            const KeyPage page = page_of(subject.keys(), after, limit);
            BOOST_CHECK_LE(page.keys.size(), limit);
            BOOST_CHECK(page.keys.size() == limit || page.next.empty());
            for (const std::string& name : names_of(page)) got.push_back(name);
            after = page.next;
        } while (!after.empty());
        BOOST_CHECK(got == wanted);
    }
}

SERVICE(paging, a_page_is_25_long_unless_said) {
    Names wanted;
    for (int i = 10; i < 61; ++i) wanted.push_back(made(subject, aes_key("k" + std::to_string(i))).id.name);
    const auto first = subject.keys().list_keys({});
    REQUIRE_OK(first);
    BOOST_CHECK_EQUAL((*first).keys.size(), 25U);
    BOOST_CHECK(!(*first).next.empty());
    BOOST_CHECK(all_names(subject.keys()) == wanted);
}

SERVICE(paging, what_comes_and_goes_between_pages_disturbs_nothing) {
    for (const char* name : {"b", "d", "f", "h", "j"}) made(subject, aes_key(name));
    const KeyPage first = page_of(subject.keys(), "", 2);
    BOOST_CHECK((names_of(first) == Names{"b", "d"}));
    made(subject, aes_key("a"));  // before the mark: not seen
    made(subject, aes_key("e"));  // after it: seen
    REQUIRE_OK(subject.keys().remove_key("b"));
    REQUIRE_OK(subject.keys().remove_key("d"));  // the mark itself
    REQUIRE_OK(subject.keys().remove_key("f"));
    const KeyPage second = page_of(subject.keys(), first.next, 2);
    BOOST_CHECK((names_of(second) == Names{"e", "h"}));
    const KeyPage third = page_of(subject.keys(), second.next, 2);
    BOOST_CHECK((names_of(third) == Names{"j"}));
    BOOST_CHECK(third.next.empty());
}

SERVICE(paging, a_list_shows_the_latest_version_of_each_key) {
    NewKey wanted = aes_key("one");
    made(subject, wanted);
    wanted.tags = {{"of", "second"}};
    const KeyId second = made(subject, versioned(wanted)).id;
    made(subject, aes_key("two"));
    const KeyPage page = page_of(subject.keys(), "", 25);
    BOOST_CHECK((names_of(page) == Names{"one", "two"}));
    BOOST_CHECK(page.keys[0]->id == second && page.keys[0]->tags == wanted.tags);
    BOOST_CHECK(page.next.empty());
}

SERVICE(paging, versions_come_from_old_to_new) {
    Names wanted;
    for (int i = 0; i < 12; ++i) {
        wanted.push_back(made(subject, versioned(aes_key("many"))).id.version);
        if (i % 3 == 0) subject.clock().advance(1);  // several in a second
    }
    made(subject, aes_key("many-others"));
    Names got;
    PageRequest request;
    request.limit = 5;
    do {
        auto page = subject.keys().list_versions("MANY", request);
        REQUIRE_OK(page);
        BOOST_CHECK_LE((*page).keys.size(), 5U);
        for (const std::string& version : versions_of(*page)) got.push_back(version);
        if (got.size() == 5) wanted.push_back(made(subject, versioned(aes_key("many"))).id.version);
        request.after = (*page).next;
    } while (!request.after.empty());
    BOOST_CHECK(got == wanted);
    BOOST_CHECK(all_versions(subject.keys(), "none").empty());
}

SERVICE(paging, deleted_keys_are_paged_alike) {
    for (const char* name : {"a", "C", "b", "d"}) {
        made(subject, aes_key(name));
        if (*name != 'd') REQUIRE_OK(subject.keys().remove_key(name));
    }
    auto first = subject.keys().list_deleted_keys({.after = {}, .limit = 2});
    REQUIRE_OK(first);
    BOOST_CHECK((names_of(*first) == Names{"a", "b"}));
    REQUIRE_OK(subject.keys().recover_key("b"));
    auto second = subject.keys().list_deleted_keys({.after = (*first).next, .limit = 2});
    REQUIRE_OK(second);
    BOOST_CHECK((names_of(*second) == Names{"C"}));
    BOOST_CHECK((*second).next.empty());
    BOOST_CHECK((all_names(subject.keys()) == Names{"b", "d"}));
}

SERVICE(paging, an_empty_list_is_one_empty_page) {
    const KeyPage page = page_of(subject.keys(), "", 25);
    BOOST_CHECK(page.keys.empty() && page.next.empty());
    BOOST_CHECK(all_deleted(subject.keys()).empty());
}

KVP11_SERVICE_CASES_END
