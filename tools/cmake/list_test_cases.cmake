# Writes LIST, a file of add_test calls, from the cases that PROGRAM says it has (see Kvp11Tests.cmake).
#
# `--list_content` prints one node per line, four spaces deeper for each level, `*` after an enabled
# one. What is followed by a deeper line is a suite.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND ${PROGRAM} --list_content=HRF --color_output=no
  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE error TIMEOUT 60)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} --list_content failed (${code}):\n${output}${error}")
endif()
string(REGEX MATCHALL "[^\n]+" lines "${output}${error}")

set(cases "")
set(path "")
set(last "")
set(last_depth -1)

# A row of a data-driven case is called _0, _1, …: its parent is the test.
macro(remember_case)
  if(last MATCHES "^(.*)/_[0-9]+$")
    list(APPEND cases "${CMAKE_MATCH_1}")
  elseif(NOT last STREQUAL "")
    list(APPEND cases "${last}")
  endif()
endmacro()

foreach(line IN LISTS lines)
  if(NOT line MATCHES "^( *)([A-Za-z_][A-Za-z0-9_<>:, ]*)\\*")
    continue()
  endif()
  set(node "${CMAKE_MATCH_2}")
  string(LENGTH "${CMAKE_MATCH_1}" depth)
  math(EXPR depth "${depth} / 4")
  if(depth LESS_EQUAL last_depth)
    remember_case()
  endif()
  list(SUBLIST path 0 ${depth} path)
  list(APPEND path "${node}")
  list(JOIN path "/" last)
  set(last_depth ${depth})
endforeach()
remember_case()
list(REMOVE_DUPLICATES cases)

set(text "")
foreach(case IN LISTS cases)
  set(test "${NAME}:${case}")
  string(APPEND text "add_test([=[${test}]=] [=[${PROGRAM}]=] [=[--run_test=${case}]=] --color_output=no)\n"
    "set_tests_properties([=[${test}]=] PROPERTIES TIMEOUT ${TIMEOUT} LABELS [=[${LABELS}]=]\n"
    "  SKIP_REGULAR_EXPRESSION [=[SKIPPED: ]=] ENVIRONMENT [=[${ENVIRONMENT}]=]")
  if(SERIAL)
    string(APPEND text " RUN_SERIAL TRUE")
  endif()
  string(APPEND text ")\n")
endforeach()
file(WRITE ${LIST} "${text}")
