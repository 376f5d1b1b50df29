// What strangers do to JSON: values of another type, numbers too large, too deep, members twice. Pure but for the dice.
#pragma once

#include <string>
#include <string_view>

#include "dice.hpp"

namespace kvp11::fuzz {

/// `text` is JSON; what comes out is mostly JSON too.
std::string mutated_json(std::string_view text, Dice& dice);

}  // namespace kvp11::fuzz
