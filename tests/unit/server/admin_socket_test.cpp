#include "server/admin_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server/files.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::server;
using kvp11::test::ScratchFolder;

namespace {

int connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    BOOST_REQUIRE(connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return client;
}

void send_text(int client, const std::string& text) {
    BOOST_REQUIRE(send(client, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

/// As the main loop does, until nothing is ready.
void serve(AdminSocket& admin) {
    for (;;) {
        std::vector<pollfd> descriptors;
        admin.add_to(descriptors);
        if (poll(descriptors.data(), descriptors.size(), 0) <= 0) return;
        for (const pollfd& ready : descriptors) admin.serve(ready);
    }
}

std::string received(int client) {
    std::array<char, 1024> text{};
    const ssize_t size = recv(client, text.data(), text.size(), MSG_DONTWAIT);
    if (size < 0) return "nothing";
    return size == 0 ? "the end" : std::string(text.data(), static_cast<std::size_t>(size));
}

std::vector<std::string> echo(std::string_view line) { return {"you said " + std::string(line), "ok"}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(admin_socket)

BOOST_AUTO_TEST_CASE(every_line_is_answered_however_it_comes) {
    const ScratchFolder folder;
    auto admin = AdminSocket::open(folder / "admin", echo);
    REQUIRE_OK(admin);
    const int client = connect_to(folder / "admin");
    send_text(client, "he");
    serve(*admin);
    BOOST_TEST(received(client) == "nothing");
    send_text(client, "llo\ntwice\n");
    serve(*admin);
    BOOST_TEST(received(client) == "you said hello\nok\nyou said twice\nok\n");
    close(client);
    serve(*admin);
    const int next = connect_to(folder / "admin");
    send_text(next, "still there\n");
    serve(*admin);
    BOOST_TEST(received(next) == "you said still there\nok\n");
    close(next);
}

BOOST_AUTO_TEST_CASE(it_is_its_owners_and_goes_with_it) {
    const ScratchFolder folder;
    {
        const auto admin = AdminSocket::open(folder / "admin", echo);
        REQUIRE_OK(admin);
        struct stat about {};
        BOOST_REQUIRE(stat((folder / "admin").c_str(), &about) == 0);
        BOOST_TEST((about.st_mode & 0777U) == 0600U);
        CHECK_FAILS(AdminSocket::open(folder / "admin", echo), Errc::DeviceError);  // one that lives
    }
    BOOST_TEST(!exists(folder / "admin"));
}

BOOST_AUTO_TEST_CASE(what_a_dead_server_left_is_replaced_and_nothing_else) {
    const ScratchFolder folder;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder / "admin";
    std::memcpy(address.sun_path, path.data(), path.size());
    const int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    BOOST_REQUIRE(bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    close(dead);
    CHECK_OK(AdminSocket::open(path, echo));
    REQUIRE_OK(replace_file(folder / "file", "mine"));
    CHECK_FAILS(AdminSocket::open(folder / "file", echo), Errc::DeviceError);
    BOOST_TEST(read_text(folder / "file").value() == "mine");
    CHECK_FAILS(AdminSocket::open(folder / std::string(200, 'x'), echo), Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(a_line_without_end_ends_the_connection) {
    const ScratchFolder folder;
    auto admin = AdminSocket::open(folder / "admin", echo);
    REQUIRE_OK(admin);
    const int client = connect_to(folder / "admin");
    const std::string piece(4096, 'x');
    for (int i = 0; i < 300 && send(client, piece.data(), piece.size(), MSG_NOSIGNAL) > 0; ++i) serve(*admin);
    BOOST_TEST(send(client, "x", 1, MSG_NOSIGNAL) < 0);
    close(client);
}

BOOST_AUTO_TEST_SUITE_END()
