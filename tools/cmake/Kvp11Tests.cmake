# Test programs whose Boost.Test cases CTest knows one by one.
#
#   kvp11_test(crypto_test SOURCES digest_test.cpp … LINKS kvp11::crypto LABELS unit
#              [TIMEOUT 120] [ENVIRONMENT A=b …] [SERIAL])
#
# makes the program crypto_test and, each time it is built, asks it for its cases and registers each
# as the CTest test `crypto_test:suite/case`. A data-driven case counts as one test. A case that
# cannot run here prints a line `SKIPPED: reason` and returns; CTest then counts it as skipped.
# Sources lie beside the calling CMakeLists.txt. They may include "support/x.hpp" (tests/support).

find_package(Boost 1.81 REQUIRED COMPONENTS unit_test_framework)

function(kvp11_test_main)
  add_library(kvp11_test_main STATIC ${CMAKE_SOURCE_DIR}/tests/main.cpp)
  target_compile_definitions(kvp11_test_main PUBLIC BOOST_TEST_DYN_LINK)
  target_link_libraries(kvp11_test_main PUBLIC Boost::unit_test_framework)
  kvp11_compile_rules(kvp11_test_main)
endfunction()

function(kvp11_test name)
  cmake_parse_arguments(TEST "SERIAL" "TIMEOUT" "SOURCES;LINKS;LABELS;ENVIRONMENT" ${ARGN})
  if(TEST_UNPARSED_ARGUMENTS OR NOT TEST_SOURCES)
    message(FATAL_ERROR "kvp11_test(${name}): SOURCES missing, or unknown: ${TEST_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  add_executable(${name} ${TEST_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE kvp11_test_main ${TEST_LINKS})
  kvp11_compile_rules(${name})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False alarms inside std::optional and std::variant of test data when optimising (GCC bug 80635).
    target_compile_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-Wno-maybe-uninitialized>)
  endif()

  set(list ${CMAKE_CURRENT_BINARY_DIR}/${name}_cases.cmake)
  set(arguments -D "PROGRAM=$<TARGET_FILE:${name}>" -D "NAME=${name}" -D "LIST=${list}"
    -D "TIMEOUT=${TEST_TIMEOUT}" -D "SERIAL=${TEST_SERIAL}" -D "LABELS=${TEST_LABELS}"
    -D "ENVIRONMENT=${TEST_ENVIRONMENT}")
  set(script ${CMAKE_SOURCE_DIR}/tools/cmake/list_test_cases.cmake)
  add_custom_command(TARGET ${name} POST_BUILD BYPRODUCTS ${list}
    COMMAND ${CMAKE_COMMAND} ${arguments} -P ${script}
    COMMENT "Listing the test cases of ${name}" VERBATIM)
  # The list does not exist before the first build: CTest then reports one test that says so.
  set(gate ${CMAKE_CURRENT_BINARY_DIR}/${name}_gate.cmake)
  file(WRITE ${gate} "if(EXISTS \"${list}\")\n  include(\"${list}\")\nelse()\n"
    "  add_test([=[${name}:NOT_BUILT]=] [=[${name}_is_not_built]=])\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${gate})
endfunction()
