# A room is a folder, a layer and a static library at once.
#
#   kvp11_room(crypto FOLDER hsm-sim/crypto SOURCES digest.cpp … LINKS kvp11::include kvp11::openssl)
#
# makes the target kvp11_crypto (alias kvp11::crypto). Sources are listed, never globbed. The arrows
# between rooms are written once, in check_arrows.cmake, and checked at every build.

set(KVP11_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 optimises std::vector's insert and comparison into code that it then finds faults in.
  list(APPEND KVP11_WARNINGS $<$<NOT:$<CONFIG:Debug>>:-Wno-array-bounds>
    $<$<NOT:$<CONFIG:Debug>>:-Wno-stringop-overflow> $<$<NOT:$<CONFIG:Debug>>:-Wno-stringop-overread>)
endif()

# Flags that every translation unit of ours is compiled with.
function(kvp11_compile_rules target)
  target_compile_options(${target} PRIVATE ${KVP11_WARNINGS})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # A forgotten designated initialiser is g++'s to find; clang 14 warns about correct code here.
    target_compile_options(${target} PRIVATE -Wno-missing-field-initializers -Wno-gnu-statement-expression)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False alarm on "text" + std::string when optimising (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  target_include_directories(${target} PRIVATE
    ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/module ${CMAKE_SOURCE_DIR}/hsm-sim)
  add_dependencies(${target} kvp11_arrows)
endfunction()

# What users get is optimised as a whole. The rooms' libraries hold ordinary code besides, for everything else that links
# them: to optimise each test as a whole would take longer than it saves.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT KVP11_SANITIZE)
  set(KVP11_ROOM_OPTIONS $<$<CONFIG:Release>:-flto=auto> $<$<CONFIG:Release>:-ffat-lto-objects>)
  set(is_whole $<BOOL:$<TARGET_PROPERTY:KVP11_OPTIMISED_AS_A_WHOLE>>)
  add_link_options($<$<AND:$<CONFIG:Release>,$<NOT:${is_whole}>>:-fno-lto>)
  # The warnings were given when the rooms were compiled.
  add_link_options($<$<AND:$<CONFIG:Release>,${is_whole}>:-flto=auto> $<$<AND:$<CONFIG:Release>,${is_whole}>:-w>)
endif()

function(kvp11_room name)
  cmake_parse_arguments(ROOM "" "FOLDER" "SOURCES;LINKS" ${ARGN})
  list(TRANSFORM ROOM_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/${ROOM_FOLDER}/)
  add_library(kvp11_${name} STATIC ${ROOM_SOURCES})
  add_library(kvp11::${name} ALIAS kvp11_${name})
  target_link_libraries(kvp11_${name} PUBLIC ${ROOM_LINKS})
  kvp11_compile_rules(kvp11_${name})
  target_compile_options(kvp11_${name} PRIVATE ${KVP11_ROOM_OPTIONS})
endfunction()

if(KVP11_SANITIZE)
  add_compile_options(-fsanitize=${KVP11_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${KVP11_SANITIZE})
endif()
add_compile_options($<$<CONFIG:Release>:-fstack-protector-strong>)

add_custom_target(kvp11_arrows
  COMMAND ${CMAKE_COMMAND} -D SOURCE_DIR=${CMAKE_SOURCE_DIR}
          -P ${CMAKE_SOURCE_DIR}/tools/cmake/check_arrows.cmake
  COMMENT "Checking which layer includes which" VERBATIM)
