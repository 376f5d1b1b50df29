# Fails when a file includes what its layer may not. Run: cmake -D SOURCE_DIR=. -P tools/cmake/check_arrows.cmake
cmake_minimum_required(VERSION 3.25)

# room folder | prefixes of quoted includes that its files may use beside their own
set(ARROWS
  "include/kvp11|kvp11/"
  "hsm-sim/crypto|kvp11/"
  "hsm-sim/host|"
  "hsm-sim/store|kvp11/ host/"
  "hsm-sim/access|kvp11/ store/"
  "hsm-sim/audit|kvp11/ crypto/ host/"
  "hsm-sim/fips|kvp11/ crypto/ host/"
  "hsm-sim/partition|kvp11/ crypto/ host/ store/ access/ audit/ fips/"
  # The server: transport, who asks, what goes wrong on purpose, the REST API, and the program that puts them together.
  "hsm-sim/http|kvp11/ crypto/library.hpp crypto/handles.hpp"
  "hsm-sim/identity|kvp11/ crypto/ host/ http/message.hpp"
  "hsm-sim/traffic|kvp11/ host/ http/message.hpp"
  "hsm-sim/rest|kvp11/ crypto/ host/ http/message.hpp http/handler.hpp identity/principal.hpp identity/attestation.hpp traffic/traffic.hpp partition/ access/ audit/"
  "hsm-sim/server|kvp11/ crypto/ host/ http/ identity/ traffic/ rest/ partition/ access/ audit/"
  # Public-key operations and digests run in the module: the policy, the indicator and the error state count there too.
  "module/mechanism|kvp11/ crypto/ fips/approved_mode.hpp fips/approved_input.hpp fips/error_state.hpp"
  "module/token|kvp11/ mechanism/"
  "module/trace|kvp11/ log/"
  "module/abi|kvp11/ token/ trace/ log/ backends.hpp"
  # The remote slot: bytes over TLS, who we are, one call with its retries, and the Backend made of calls.
  "module/transport|kvp11/ crypto/library.hpp crypto/handles.hpp host/"
  "module/credential|kvp11/ crypto/ host/ log/ transport/"
  "module/pipeline|kvp11/ crypto/ host/ log/ transport/ credential/"
  "module/managed_hsm|kvp11/ crypto/ host/ log/ transport/ credential/ pipeline/"
  "module/records|kvp11/ crypto/ store/ log/"
  "module/config|kvp11/ host/nearest.hpp"
  "module/log|kvp11/")

# header that is at home in some rooms only | those rooms (a trailing / is a folder)
set(HOMES
  "openssl/|hsm-sim/crypto/ hsm-sim/http/ tests/ tools/bench/ module/transport/"
  "sqlite3.h|hsm-sim/store/sqlite tests/"
  "toml++/|module/config/ tests/"
  "CLI/|tools/ hsm-sim/server/"
  "spdlog/|hsm-sim/server/"
  "boost/beast|module/transport/ hsm-sim/http/"
  "boost/asio|hsm-sim/http/ hsm-sim/rest/workers hsm-sim/server/"
  "boost/json|hsm-sim/json/ hsm-sim/audit/ hsm-sim/partition/ hsm-sim/identity/ hsm-sim/traffic/ hsm-sim/rest/ hsm-sim/server/ module/credential/ module/pipeline/ module/managed_hsm/ tools/ tests/"
  "kvp11/pkcs11.h|module/abi/ module/trace/ module/token/ module/mechanism/ module/log/ tools/ tests/")

set(failures "")
file(GLOB_RECURSE files RELATIVE ${SOURCE_DIR}
  ${SOURCE_DIR}/include/*.hpp ${SOURCE_DIR}/module/*.[ch]pp ${SOURCE_DIR}/hsm-sim/*.[ch]pp ${SOURCE_DIR}/tools/*.[ch]pp)
foreach(file IN LISTS files)
  file(STRINGS ${SOURCE_DIR}/${file} includes REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS includes)
    string(REGEX REPLACE "^[^\"<]*[\"<]([^\">]+)[\">].*$" "\\1" header "${line}")
    foreach(arrow IN LISTS ARROWS)
      string(REPLACE "|" ";" arrow "${arrow}")
      list(GET arrow 0 room)
      list(GET arrow 1 allowed)
      string(FIND "${file}" "${room}/" at)
      if(NOT at EQUAL 0 OR NOT line MATCHES "\"")
        continue()
      endif()
      get_filename_component(own ${room} NAME)
      string(REPLACE " " ";" allowed "${own}/ ${allowed}")
      set(ok FALSE)
      foreach(prefix IN LISTS allowed)
        string(FIND "${header}" "${prefix}" at)
        if(at EQUAL 0)
          set(ok TRUE)
        endif()
      endforeach()
      if(NOT ok)
        list(APPEND failures "${file}: may not include \"${header}\" (allowed: ${allowed})")
      endif()
    endforeach()
    foreach(home IN LISTS HOMES)
      string(REPLACE "|" ";" home "${home}")
      list(GET home 0 prefix)
      list(GET home 1 rooms)
      string(FIND "${header}" "${prefix}" at)
      if(NOT at EQUAL 0 OR file STREQUAL "include/${header}")
        continue()
      endif()
      string(REPLACE " " ";" rooms "${rooms}")
      set(ok FALSE)
      foreach(room IN LISTS rooms)
        string(FIND "${file}" "${room}" at)
        if(at EQUAL 0)
          set(ok TRUE)
        endif()
      endforeach()
      if(NOT ok)
        list(APPEND failures "${file}: <${header}> is at home in ${rooms} only")
      endif()
    endforeach()
  endforeach()
endforeach()
if(failures)
  list(JOIN failures "\n  " text)
  message(FATAL_ERROR "forbidden includes:\n  ${text}")
endif()
