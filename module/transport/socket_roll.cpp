#include "transport/socket_roll.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace kvp11::transport {
namespace {

/// 0 for what is no socket.
std::uint64_t socket_number(int descriptor) noexcept {
    struct stat about {};
    if (fstat(descriptor, &about) != 0 || !S_ISSOCK(about.st_mode)) return 0;
    return static_cast<std::uint64_t>(about.st_ino);
}

}  // namespace

bool is_ours(const SocketRoll::Place& place) noexcept {
    const int descriptor = place.descriptor.load(std::memory_order_acquire);
    return descriptor >= 0 && socket_number(descriptor) == place.inode;
}

SocketRoll::~SocketRoll() {
    for (Place* place = places_.load(); place != nullptr;) {
        Place* const next = place->next;
        delete place;
        place = next;
    }
}

SocketRoll::Place& SocketRoll::free_place() {
    for (Place* place = places_.load(std::memory_order_acquire); place != nullptr; place = place->next) {
        bool is_taken = false;
        if (place->taken.compare_exchange_strong(is_taken, true)) return *place;
    }
    auto* const place = new Place;
    place->next = places_.load(std::memory_order_relaxed);
    while (!places_.compare_exchange_weak(place->next, place)) {
    }
    return *place;
}

SocketRoll::Place& SocketRoll::enlist(int descriptor) {
    Place& place = free_place();
    place.inode = socket_number(descriptor);
    place.descriptor.store(descriptor, std::memory_order_release);
    open_.fetch_add(1, std::memory_order_relaxed);
    made_.fetch_add(1, std::memory_order_relaxed);
    return place;
}

void SocketRoll::strike(Place& place) noexcept {
    const bool ours = is_ours(place);
    const int descriptor = place.descriptor.exchange(-1);
    if (ours) close(descriptor);
    open_.fetch_sub(1, std::memory_order_relaxed);
    place.taken.store(false, std::memory_order_release);
}

void SocketRoll::abandon() noexcept {
    for (Place* place = places_.load(std::memory_order_acquire); place != nullptr; place = place->next) {
        const bool ours = is_ours(*place);
        const int descriptor = place->descriptor.exchange(-1);
        if (ours) close(descriptor);
    }
}

}  // namespace kvp11::transport
