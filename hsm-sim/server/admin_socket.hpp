// AdminSocket: a Unix socket, for its owner only, that takes commands: one in a line, answered by lines of which the
// last is "ok" or "error: …". It has no thread: whoever owns it polls its descriptors. Not thread-safe.
#pragma once

#include <poll.h>

#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "http/descriptor.hpp"
#include "kvp11/result.hpp"

namespace kvp11::server {

class AdminSocket {
public:
    using Answer = std::function<std::vector<std::string>(std::string_view line)>;

    /// DeviceError. What is left of a server that died is replaced, one that lives is not.
    static Result<AdminSocket> open(const std::string& path, Answer answer);
    AdminSocket(AdminSocket&&) noexcept;
    AdminSocket& operator=(AdminSocket&&) = delete;
    /// Takes the socket off the file system.
    ~AdminSocket();

    /// What to poll for, added to `descriptors`.
    void add_to(std::vector<pollfd>& descriptors) const;
    /// Does what a descriptor of add_to() is ready for; others are none of its business.
    void serve(const pollfd& ready);

private:
    struct Client {
        http::Descriptor socket;
        std::string unread;
    };
    AdminSocket(std::string path, http::Descriptor listener, Answer answer)
        : path_(std::move(path)), listener_(std::move(listener)), answer_(std::move(answer)) {}
    void accept_client();
    /// False when the client is to go.
    [[nodiscard]] bool read_from(Client& client) const;
    [[nodiscard]] bool answer_lines(Client& client) const;

    std::string path_;
    http::Descriptor listener_;
    Answer answer_;
    std::list<Client> clients_;
};

}  // namespace kvp11::server
