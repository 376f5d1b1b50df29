// Azure Arc's agent gives tokens to who can read a file of its: it answers 401 with the file's path, and wants the
// content back. Thread-safe functions.
#pragma once

#include <string>

#include "credential/wiped_text.hpp"
#include "kvp11/result.hpp"
#include "transport/message.hpp"

namespace kvp11::credential {

/// `head_lines` and the Authorization. UserNotLoggedIn for an answer without a path, for a file that is not directly in
/// `folder`, is not called *.key, is longer than 4096 bytes, or cannot be read: whoever is behind the endpoint is to
/// get no other file of this machine.
Result<WipedText> arc_head_lines(const transport::Answer& challenge, const std::string& folder,
                                 std::string_view head_lines);

}  // namespace kvp11::credential
