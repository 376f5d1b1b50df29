// Fixed-size text fields of C structures: UTF-8, padded with blanks, not terminated.
#pragma once

#include <algorithm>
#include <string_view>

#include "kvp11/pkcs11.h"

namespace kvp11::abi {

template <std::size_t size>
void write_text(CK_BYTE (&field)[size], std::string_view text) {
    std::fill(std::begin(field), std::end(field), static_cast<CK_BYTE>(' '));
    std::size_t fitting = std::min(size, text.size());
    // A character that does not fit whole is left out whole.
    while (fitting < text.size() && fitting > 0 && (static_cast<CK_BYTE>(text[fitting]) & 0xC0U) == 0x80U) --fitting;
    std::copy_n(text.begin(), fitting, std::begin(field));
}

}  // namespace kvp11::abi
