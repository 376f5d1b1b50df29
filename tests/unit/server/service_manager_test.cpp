#include "server/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"

using kvp11::server::ServiceManager;
using kvp11::test::ScratchFolder;

namespace {

/// What systemd would hear.
class Listener {
public:
    explicit Listener(const std::string& path) : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        BOOST_REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    ~Listener() { close(socket_); }
    std::string next() {
        std::array<char, 512> text{};
        const ssize_t size = recv(socket_, text.data(), text.size(), MSG_DONTWAIT);
        return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
    }

private:
    int socket_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(service_manager)

BOOST_AUTO_TEST_CASE(states_are_told_as_sd_notify_does) {
    const ScratchFolder folder;
    Listener systemd(folder / "notify");
    const ServiceManager manager(folder / "notify");
    manager.ready("active, 3 keys");
    BOOST_TEST(systemd.next() == "READY=1\nSTATUS=active, 3 keys");
    manager.reloading();
    BOOST_TEST(systemd.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    manager.stopping();
    BOOST_TEST(systemd.next() == "STOPPING=1");
    manager.alive();
    BOOST_TEST(systemd.next() == "WATCHDOG=1");
    BOOST_TEST(systemd.next() == "nothing");
}

BOOST_AUTO_TEST_CASE(without_systemd_nothing_happens) {
    ServiceManager().ready("active");
    ServiceManager("/nobody/listens/here").stopping();
    ServiceManager(std::string(200, 'x')).alive();
}

BOOST_AUTO_TEST_CASE(the_environment_says_where_and_how_often_and_is_emptied) {
    setenv("NOTIFY_SOCKET", "/run/notify", 1);
    setenv("WATCHDOG_USEC", "2000000", 1);
    setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
    const ServiceManager manager = ServiceManager::take_from_environment();
    BOOST_TEST(manager.alive_every().value_or(std::chrono::microseconds(0)).count() == 1'000'000);
    BOOST_TEST(getenv("NOTIFY_SOCKET") == nullptr);
    BOOST_TEST(getenv("WATCHDOG_USEC") == nullptr);
    setenv("WATCHDOG_USEC", "2000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    BOOST_TEST(!ServiceManager::take_from_environment().alive_every().has_value());
    BOOST_TEST(!ServiceManager::take_from_environment().alive_every().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
