#include "abi/output.hpp"

#include <boost/test/unit_test.hpp>

using namespace kvp11;
using namespace kvp11::abi;

namespace {

/// What the rule needs of an operation.
struct Fake {
    bool updated = false;
    std::optional<token::KeptResult> kept = {};
};

/// A call of the C function: an operation that makes `result` out of at most `bound` bytes.
struct Call {
    Fake active;
    Bytes result;
    Bound bound;
    int runs = 0;
    CK_BYTE buffer[16] = {};
    CK_ULONG length = 0;

    Result<Progress> into(std::size_t room, Step step = Step::Whole) {
        length = room;
        return call(buffer, step);
    }
    Result<Progress> size_only(Step step = Step::Whole) { return call(nullptr, step); }
    Result<Progress> call(CK_BYTE_PTR bytes, Step step) {
        return deliver(active, step, bound, {bytes, &length}, [&](MutableBytes out) -> Result<std::size_t> {
            ++runs;
            BOOST_REQUIRE(out.size() >= bound.size);
            std::copy(result.begin(), result.end(), out.begin());
            return result.size();
        });
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(output_rule)

BOOST_AUTO_TEST_CASE(a_size_query_runs_nothing_and_keeps_the_operation) {
    for (const bool exact : {true, false}) {
        Call call{{}, Bytes(5, 7), {8, exact}};
        const auto answer = call.size_only();
        BOOST_REQUIRE(answer.ok());
        BOOST_TEST((*answer == Progress::Continues));
        BOOST_TEST(call.length == 8U);
        BOOST_TEST(call.runs == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_short_buffer_gets_the_length_and_runs_nothing_when_it_is_known) {
    Call call{{}, Bytes(8, 7), {8, true}};
    BOOST_TEST((call.into(7).code() == Errc::BufferTooSmall));
    BOOST_TEST(call.length == 8U);
    BOOST_TEST(call.runs == 0);
    BOOST_TEST((*call.into(8) == Progress::Over));
    BOOST_TEST(call.runs == 1);
}

BOOST_AUTO_TEST_CASE(a_result_of_unknown_length_is_made_once_and_kept_until_it_fits) {
    Call call{{}, Bytes(5, 7), {8, false}};
    BOOST_TEST((call.into(4).code() == Errc::BufferTooSmall));
    BOOST_TEST(call.length == 5U);
    BOOST_TEST((*call.size_only() == Progress::Continues));
    BOOST_TEST(call.length == 5U);
    BOOST_TEST((call.into(1).code() == Errc::BufferTooSmall));
    BOOST_TEST((*call.into(5) == Progress::Over));
    BOOST_TEST(call.length == 5U);
    BOOST_TEST(call.buffer[4] == 7);
    BOOST_TEST(call.runs == 1);
}

BOOST_AUTO_TEST_CASE(a_buffer_below_the_bound_that_fits_all_the_same_is_filled) {
    Call call{{}, Bytes(5, 7), {8, false}};
    BOOST_TEST((*call.into(5) == Progress::Over));
    BOOST_TEST(call.length == 5U);
    BOOST_TEST(call.runs == 1);
}

BOOST_AUTO_TEST_CASE(an_update_goes_on_and_rules_out_the_one_shot) {
    Call call{{}, Bytes(3, 7), {8, false}};
    BOOST_TEST((*call.size_only(Step::Update) == Progress::Continues));
    BOOST_TEST(!call.active.updated);
    BOOST_TEST((*call.into(16, Step::Update) == Progress::Continues));
    BOOST_TEST((call.into(16, Step::Whole).code() == Errc::OperationActive));
    BOOST_TEST((*call.into(16, Step::Final) == Progress::Over));
}

BOOST_AUTO_TEST_CASE(a_kept_result_is_fetched_by_its_own_function_only) {
    Call call{{}, Bytes(5, 7), {8, false}};
    BOOST_TEST((call.into(1, Step::Update).code() == Errc::BufferTooSmall));
    BOOST_TEST((call.into(16, Step::Final).code() == Errc::OperationActive));
}

BOOST_AUTO_TEST_CASE(there_must_be_a_length) {
    Fake active;
    CK_BYTE buffer[8];
    const auto produce = [](MutableBytes) -> Result<std::size_t> { return std::size_t{0}; };
    BOOST_TEST((deliver(active, Step::Whole, {8, true}, {buffer, nullptr}, produce).code() == Errc::ArgumentsBad));
}

BOOST_AUTO_TEST_CASE(lists_follow_the_same_rule) {
    const std::vector<CK_SLOT_ID> ids{3, 5};
    CK_SLOT_ID room[2] = {};
    CK_ULONG count = 0;
    BOOST_TEST((write_list(ids, room, static_cast<CK_ULONG*>(nullptr)).code() == Errc::ArgumentsBad));
    BOOST_TEST(write_list(ids, static_cast<CK_SLOT_ID*>(nullptr), &count).ok());
    BOOST_TEST(count == 2U);
    count = 1;
    BOOST_TEST((write_list(ids, room, &count).code() == Errc::BufferTooSmall));
    BOOST_TEST(count == 2U);
    BOOST_TEST(write_list(ids, room, &count).ok());
    BOOST_TEST(room[1] == 5U);
}

BOOST_AUTO_TEST_SUITE_END()
