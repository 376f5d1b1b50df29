#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server_process.hpp"

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(activation)

// As systemd does it: the socket is open before the program starts, which finds it as descriptor 3.
BOOST_AUTO_TEST_CASE(a_socket_that_systemd_opened_is_served) {
    const ScratchFolder scratch;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
    BOOST_REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    BOOST_REQUIRE(listen(listener, 16) == 0);
    socklen_t size = sizeof address;
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    const std::uint16_t port = ntohs(address.sin_port);
    constexpr int agreed = 9;  // a shell redirects one digit only
    BOOST_REQUIRE(dup2(listener, agreed) == agreed);
    close(listener);

    const std::string script = "exec 3<&9 9<&-; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=https exec \"$@\"";
    Process process({"sh", "-c", script, "sh", KVP11_HSM_SIM, "serve", "--dev", "--folder", scratch / "dev"});
    close(agreed);
    BOOST_REQUIRE(process.read_until("\nready https://lab.managedhsm.localhost:" + std::to_string(port) + "\n"));
    DevClient client(scratch / "dev", port);
    client.must("POST", "/keys/k/create", R"({"kty":"EC-HSM","crv":"P-256"})");
    BOOST_TEST(client.sign("k").find("/keys/k/") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_is_no_socket_is_refused) {
    const ScratchFolder scratch;
    const std::string script = "exec 3</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"";
    const Ended ended = run({"sh", "-c", script, "sh", KVP11_HSM_SIM, "serve", "--dev", "--folder", scratch / "dev"});
    BOOST_TEST(ended.exit_code == 1);
    BOOST_TEST(ended.output.find("no listening socket") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
