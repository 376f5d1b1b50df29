// Reply: what a handler answers. A value.
#pragma once

#include <string>

#include "http/message.hpp"
#include "rest/wire_value.hpp"

namespace kvp11::rest {

/// `code` and `message` are of an error that the service names otherwise than the table of conditions does; they make
/// the body when there is none.
struct Reply {
    unsigned status = 200;
    std::string body = {};  // JSON
    http::Headers headers = {};
    std::string code = {};
    std::string message = {};
    bool for_workers = false;  // nothing was done yet: call the handler again on a worker thread
};

inline Reply json_reply(const json::value& value, unsigned status = 200) { return {status, wire_text(value)}; }
/// An error in the service's shape; the Activity ID is added to the message.
inline Reply refusal(unsigned status, std::string code, std::string message) {
    return {status, {}, {}, std::move(code), std::move(message)};
}
inline Reply on_workers() {
    Reply reply;
    reply.for_workers = true;
    return reply;
}

}  // namespace kvp11::rest
