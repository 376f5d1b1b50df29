#include "host/clock.hpp"

#include <time.h>

#include <cstdlib>

namespace kvp11::host {
namespace {

class SystemClock final : public Clock {
public:
    [[nodiscard]] std::int64_t now() const noexcept override {
        return static_cast<std::int64_t>(time(nullptr)) + offset_;
    }

private:
    static std::int64_t offset() noexcept {
        const char* wish = std::getenv("KVP11_TEST_TIME_OFFSET");
        return wish ? std::strtoll(wish, nullptr, 10) : 0;
    }

    std::int64_t offset_ = offset();
};

}  // namespace

std::shared_ptr<const Clock> system_clock() {
    // Never destroyed: the last user may run after the static destructors.
    static const auto* const clock = new std::shared_ptr<const Clock>(std::make_shared<SystemClock>());
    return *clock;
}

}  // namespace kvp11::host
