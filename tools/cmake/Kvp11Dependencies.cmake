# Third-party libraries as targets of our own names, so that how they are linked is decided here only.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)

add_library(kvp11_openssl INTERFACE)
add_library(kvp11::openssl ALIAS kvp11_openssl)
find_path(KVP11_OPENSSL_INCLUDE openssl/evp.h REQUIRED)
target_include_directories(kvp11_openssl SYSTEM INTERFACE ${KVP11_OPENSSL_INCLUDE})
if(KVP11_OPENSSL STREQUAL "static")
  find_library(KVP11_LIBCRYPTO_STATIC libcrypto.a REQUIRED)
  target_link_libraries(kvp11_openssl INTERFACE ${KVP11_LIBCRYPTO_STATIC} Threads::Threads ${CMAKE_DL_LIBS})
  target_compile_definitions(kvp11_openssl INTERFACE KVP11_OPENSSL_STATIC=1)
elseif(KVP11_OPENSSL STREQUAL "shared")
  find_library(KVP11_LIBCRYPTO_SHARED libcrypto.so REQUIRED)
  target_link_libraries(kvp11_openssl INTERFACE ${KVP11_LIBCRYPTO_SHARED} Threads::Threads)
else()
  message(FATAL_ERROR "KVP11_OPENSSL is static or shared, got '${KVP11_OPENSSL}'")
endif()

# TLS, for the server's side of HTTP: the same libcrypto as above.
add_library(kvp11_openssl_tls INTERFACE)
add_library(kvp11::openssl_tls ALIAS kvp11_openssl_tls)
if(KVP11_OPENSSL STREQUAL "static")
  find_library(KVP11_LIBSSL libssl.a REQUIRED)
else()
  find_library(KVP11_LIBSSL libssl.so REQUIRED)
endif()
# A target of its own, so that the linker is given libcrypto after it.
add_library(kvp11_libssl UNKNOWN IMPORTED)
set_target_properties(kvp11_libssl PROPERTIES IMPORTED_LOCATION ${KVP11_LIBSSL}
  INTERFACE_LINK_LIBRARIES kvp11::openssl)
target_link_libraries(kvp11_openssl_tls INTERFACE kvp11_libssl)

# Debian's libsqlite3.so has unversioned symbols, so a host that bundles its own would interpose: static.
add_library(kvp11_sqlite INTERFACE)
add_library(kvp11::sqlite ALIAS kvp11_sqlite)
find_path(KVP11_SQLITE_INCLUDE sqlite3.h REQUIRED)
find_library(KVP11_LIBSQLITE libsqlite3.a REQUIRED)
target_include_directories(kvp11_sqlite SYSTEM INTERFACE ${KVP11_SQLITE_INCLUDE})
target_link_libraries(kvp11_sqlite INTERFACE ${KVP11_LIBSQLITE} m Threads::Threads ${CMAKE_DL_LIBS})

# Boost.JSON (compiled into one translation unit of ours), Beast and Asio are used as headers.
add_library(kvp11_boost INTERFACE)
add_library(kvp11::boost ALIAS kvp11_boost)
target_include_directories(kvp11_boost SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})

find_path(KVP11_TOMLPP_INCLUDE toml++/toml.h REQUIRED)
add_library(kvp11_tomlpp INTERFACE)
add_library(kvp11::tomlpp ALIAS kvp11_tomlpp)
target_include_directories(kvp11_tomlpp SYSTEM INTERFACE ${KVP11_TOMLPP_INCLUDE})

find_path(KVP11_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
add_library(kvp11_cli11 INTERFACE)
add_library(kvp11::cli11 ALIAS kvp11_cli11)
target_include_directories(kvp11_cli11 SYSTEM INTERFACE ${KVP11_CLI11_INCLUDE})

find_package(spdlog REQUIRED)

# The server's allocator, for the program only: a module must not bring one into its host. glibc's has at hand seven
# pieces of a size for a thread, and the answers of one turn of a loop are more. Sanitizers bring their own.
# Nothing relies on it for wiping: secrets are overwritten by their owners before they are freed.
add_library(kvp11_allocator INTERFACE)
add_library(kvp11::allocator ALIAS kvp11_allocator)
find_library(KVP11_LIBMIMALLOC mimalloc)
if(KVP11_LIBMIMALLOC AND NOT KVP11_SANITIZE)
  target_link_libraries(kvp11_allocator INTERFACE ${KVP11_LIBMIMALLOC})
elseif(NOT KVP11_LIBMIMALLOC)
  message(STATUS "libmimalloc is not here: hsm-sim uses the C library's allocator, which costs it some 1 us per signature")
endif()
