// What strangers do to texts: bytes, base64url and percent-encoding that are nearly right. Pure but for the dice.
#pragma once

#include <string>

#include "dice.hpp"

namespace kvp11::fuzz {

/// One place changed: bytes replaced, left out, doubled, moved, or the text cut or made very long.
std::string mutated_bytes(std::string text, Dice& dice);
/// base64url with padding, the other alphabet, an impossible length, blanks or characters that are none of it.
std::string mutated_base64(std::string text, Dice& dice);
/// A URL's path: segments doubled, left out, encoded once or twice, encoded wrongly, or replaced.
std::string mutated_path(std::string path, Dice& dice);
/// A URL's query, without the question mark.
std::string mutated_query(std::string query, Dice& dice);

}  // namespace kvp11::fuzz
