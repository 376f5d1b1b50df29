#include "token/handle_map.hpp"

#include <boost/test/unit_test.hpp>
#include <set>
#include <thread>

using kvp11::token::Handle;
using kvp11::token::HandleMap;

BOOST_AUTO_TEST_SUITE(handle_map)

BOOST_AUTO_TEST_CASE(handles_are_unique_not_zero_and_fit_31_bits) {
    HandleMap<int> first;
    HandleMap<int> second;
    std::set<Handle> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(first.add(std::make_shared<int>(i)));
        seen.insert(second.add(std::make_shared<int>(i)));
    }
    BOOST_TEST(seen.size() == 2000U);
    BOOST_TEST(*seen.begin() > 0U);
    BOOST_TEST(*seen.rbegin() <= 0x7fffffffU);
}

BOOST_AUTO_TEST_CASE(what_was_removed_is_found_no_more_but_lives_while_it_is_held) {
    HandleMap<int> map;
    const Handle handle = map.add(std::make_shared<int>(7));
    const auto held = map.find(handle);
    BOOST_TEST(map.remove(handle) == held);
    BOOST_TEST(map.find(handle) == nullptr);
    BOOST_TEST(map.remove(handle) == nullptr);
    BOOST_TEST(*held == 7);
}

BOOST_AUTO_TEST_CASE(unknown_handles_find_nothing) {
    const HandleMap<int> map;
    for (const Handle handle : {Handle{0}, Handle{1}, ~Handle{0}}) BOOST_TEST(map.find(handle) == nullptr);
}

BOOST_AUTO_TEST_CASE(all_gives_every_item_with_its_handle) {
    HandleMap<int> map;
    std::set<Handle> added;
    for (int i = 0; i < 100; ++i) added.insert(map.add(std::make_shared<int>(i)));
    std::set<Handle> listed;
    for (const auto& [handle, item] : map.all()) listed.insert(handle);
    BOOST_TEST((listed == added));
}

BOOST_AUTO_TEST_CASE(threads_adding_and_removing_do_not_disturb_each_other) {
    HandleMap<int> map;
    const auto work = [&] {
        for (int i = 0; i < 5000; ++i) {
            const Handle handle = map.add(std::make_shared<int>(i));
            const auto found = map.find(handle);
            if (!found || *found != i || !map.remove(handle)) std::abort();
        }
    };
    std::thread one(work);
    std::thread two(work);
    one.join();
    two.join();
    BOOST_TEST(map.all().empty());
}

BOOST_AUTO_TEST_SUITE_END()
