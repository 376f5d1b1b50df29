// CONNECT (RFC 9110 §9.3.6): a tunnel through a proxy.
#include "transport/connector.hpp"

namespace kvp11::transport {
namespace {

constexpr std::size_t read_size = 4U << 10U;
constexpr std::size_t most_body_bytes = 1U << 10U;  // of an answer that nobody reads
constexpr unsigned wants_password = 407;

MaybeTrouble verdict(const Answer& answer, const Proxy& proxy, const Endpoint& endpoint, bool more) {
    const std::string name = "the proxy " + name_of(proxy.endpoint);
    if (answer.status() == wants_password) {
        return trouble(Trouble::Kind::Proxy,
                       name + (proxy.authorization.empty()
                                   ? " wants a user and a password: http://user:password@host:port"
                                   : " does not take this user and password"));
    }
    if (answer.status() / 100 != 2) {
        return trouble(Trouble::Kind::Proxy, name + " does not connect to " + name_of(endpoint) + ": it answers " +
                                                 std::to_string(answer.status()));
    }
    if (more) return trouble(Trouble::Kind::Proxy, name + " says more than was asked");
    return std::nullopt;
}

MaybeTrouble read_verdict(Channel& channel, const Proxy& proxy, const Endpoint& endpoint) {
    AnswerReader reader(most_body_bytes);
    reader.begin(true);
    WipedBuffer bytes;
    for (;;) {
        const auto room = bytes.room(read_size);
        const Moved moved = channel.read(room.data(), room.size());
        if (moved.end == End::Deadline) {
            return trouble(Trouble::Kind::Deadline, "the proxy " + name_of(proxy.endpoint) + " did not answer in time");
        }
        if (moved.end != End::None) {
            return trouble(Trouble::Kind::Proxy, "the proxy " + name_of(proxy.endpoint) + " closed the connection");
        }
        bytes.grow_by(moved.bytes);
        std::size_t taken = 0;
        const auto state = reader.feed(bytes.expose_text(), taken);
        bytes.drop(taken);
        if (state == AnswerReader::State::Done) return verdict(reader.take(), proxy, endpoint, bytes.size() != 0);
        if (state == AnswerReader::State::Malformed) {
            return trouble(Trouble::Kind::Proxy, "the proxy " + name_of(proxy.endpoint) + ": " + reader.complaint());
        }
    }
}

}  // namespace

MaybeTrouble open_tunnel(Channel& channel, const Proxy& proxy, const Endpoint& endpoint) {
    const std::string name = name_of(endpoint);
    WipedBuffer request;
    for (const std::string_view part :
         {std::string_view("CONNECT "), std::string_view(name), std::string_view(" HTTP/1.1\r\nHost: "),
          std::string_view(name), std::string_view("\r\n")}) {
        request.append(part);
    }
    if (!proxy.authorization.empty()) {
        request.append("Proxy-Authorization: ");
        request.append(proxy.authorization);
        request.append("\r\n");
    }
    request.append("\r\n");
    const std::string_view text = request.expose_text();
    const End end = channel.write(text.data(), text.size());
    if (end == End::None) return read_verdict(channel, proxy, endpoint);
    return trouble(end == End::Deadline ? Trouble::Kind::Deadline : Trouble::Kind::Proxy,
                   "the proxy " + name_of(proxy.endpoint) + " took no request");
}

}  // namespace kvp11::transport
