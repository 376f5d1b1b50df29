// What one PKCS#11 header says, as tables, so that headers which define the same macros can be
// compared: each is included by one translation unit only (reference_*.cpp).
#pragma once

#include <cstddef>
#include <map>
#include <string>

struct HeaderTable {
    std::map<std::string, unsigned long> constants;
    std::map<std::string, std::size_t> sizes;       // of structures
    std::map<std::string, std::size_t> offsets;     // of members, as "STRUCT.member"
    std::map<std::string, std::string> signatures;  // of functions, with plain types and names of structures
};

HeaderTable our_header();
HeaderTable p11_kit_header();
HeaderTable nss_header();
