#include "rest/request_id.hpp"

#include <array>
#include <atomic>
#include <chrono>

#include "crypto/random.hpp"

namespace kvp11::rest {
namespace {

// UUID version 1 (RFC 9562): 60 bits of time in units of 100 ns, and a node of random bits per process. The time
// never stands still: two requests at once get two units.
constexpr std::uint64_t from_1582_to_1970 = 0x01B21DD213814000ULL;

std::uint64_t next_time() {
    static std::atomic<std::uint64_t> last{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto ticks = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() / 100;
    const std::uint64_t wanted = static_cast<std::uint64_t>(ticks) + from_1582_to_1970;
    std::uint64_t seen = last.load(std::memory_order_relaxed);
    std::uint64_t next = 0;
    do {
        next = std::max(wanted, seen + 1);
    } while (!last.compare_exchange_weak(seen, next, std::memory_order_relaxed));
    return next;
}

std::array<std::uint8_t, 8> make_node() {
    std::array<std::uint8_t, 8> node{};
    // Without random numbers the partition refuses everything; an id need not be secret.
    static_cast<void>(crypto::random_bytes(node).ok());
    node[0] = static_cast<std::uint8_t>((node[0] & 0x3fU) | 0x80U);  // variant
    node[2] |= 1U;                                                   // a multicast address is nobody's
    return node;
}

}  // namespace

std::string new_request_id() {
    static const std::array<std::uint8_t, 8> node = make_node();
    constexpr char digits[] = "0123456789abcdef";
    const std::uint64_t time = next_time();
    std::array<std::uint8_t, 16> id{};
    const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(time >> shift); };
    id = {
        byte(24), byte(16), byte(8), byte(0), byte(40), byte(32), static_cast<std::uint8_t>((byte(56) & 0x0fU) | 0x10U),
        byte(48)};
    std::copy(node.begin(), node.end(), id.begin() + 8);
    std::string text(36, '-');
    std::size_t at = 0;
    for (std::size_t i = 0; i < id.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
        text[at++] = digits[id[i] >> 4U];
        text[at++] = digits[id[i] & 0xfU];
    }
    return text;
}

}  // namespace kvp11::rest
