// A service case: one function over a ServiceSubject, registered for each subject that can run it, as
// folder/<chapter>/<name>, memory/<chapter>/<name> and principal/<chapter>/<name>.
//
//   SERVICE(soft_delete, a_deleted_key_keeps_its_name) { … subject … }
//   SERVICE(soft_delete, retention_ends, .needs = Ability::Clock | Ability::Protection, .retention_days = 7) { … }
#pragma once

#include <boost/test/unit_test.hpp>

#include "conformance/service/service_keys.hpp"
#include "conformance/service/service_subject.hpp"
#include "support/results.hpp"

#define KVP11_SERVICE_CASES                                                                                            \
    namespace service {                                                                                                \
    using namespace ::kvp11;                                                                                           \
    using namespace ::kvp11::test;
#define KVP11_SERVICE_CASES_END }

#define KVP11_SERVICE_ON(suite, kind, chapter, name)                                                                   \
    BOOST_AUTO_TEST_SUITE(suite)                                                                                       \
    BOOST_AUTO_TEST_SUITE(chapter)                                                                                     \
    BOOST_AUTO_TEST_CASE(                                                                                              \
        name, *boost::unit_test::enable_if<has_all(abilities_of(SubjectKind::kind), name##_wanted.needs)>()) {         \
        if constexpr (!has_all(abilities_of(SubjectKind::kind), name##_wanted.needs)) return;                          \
        const auto subject = make_subject(SubjectKind::kind, name##_wanted);                                           \
        name##_on(*subject);                                                                                           \
    }                                                                                                                  \
    BOOST_AUTO_TEST_SUITE_END()                                                                                        \
    BOOST_AUTO_TEST_SUITE_END()

#define SERVICE(chapter, name, ...)                                                                                    \
    static void name##_on(ServiceSubject& subject);                                                                    \
    static constexpr Wanted name##_wanted{__VA_ARGS__};                                                                \
    KVP11_SERVICE_ON(folder, Folder, chapter, name)                                                                    \
    KVP11_SERVICE_ON(memory, Memory, chapter, name)                                                                    \
    KVP11_SERVICE_ON(principal, Principal, chapter, name)                                                              \
    static void name##_on([[maybe_unused]] ServiceSubject& subject)
