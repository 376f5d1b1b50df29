// An answer as services nearly always give it, read in place: HTTP/1.1, all of it there, of a length that it says, in
// plain ASCII, with nothing to say about the connection. What is anything else is nothing here, and the parser's
// (answer_reader.hpp), which takes whatever this takes, and understands the same: each signature has an answer, and the
// parser goes over it byte for byte. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "transport/message.hpp"

namespace kvp11::transport {

struct PlainAnswer {
    Answer answer;
    std::size_t size = 0;  // bytes that it took; more may follow
};

/// `most_bytes`: of the body. The connection can take another request after it.
std::optional<PlainAnswer> read_plain_answer(std::string_view bytes, std::size_t most_bytes);

}  // namespace kvp11::transport
