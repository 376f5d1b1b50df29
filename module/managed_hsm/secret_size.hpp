// SecretSize: bits of a secret key. The service does not tell them, and its algorithms are named after them: without a
// word about it in the key's tags they are found out by the first operation that succeeds. Shared by a key and what it
// prepared; thread-safe.
#pragma once

#include <atomic>

#include "managed_hsm/remote_service.hpp"

namespace kvp11::managed_hsm {

class SecretSize {
public:
    explicit SecretSize(const KeyRecord& key);

    [[nodiscard]] std::uint32_t bits() const noexcept { return bits_.load(std::memory_order_relaxed); }

    /// `attempt(bits)` gives Result<transport::Answer>. While the size is not certain, a refusal that a wrong size
    /// could explain leads to another attempt; the first refusal is what the caller gets in the end.
    template <class Attempt>
    Result<transport::Answer> operate(Attempt attempt) {
        auto answer = attempt(bits());
        if (answer.ok()) certain_.store(true, std::memory_order_relaxed);
        if (answer.ok() || certain_.load(std::memory_order_relaxed) || !may_be_the_size(answer.code())) return answer;
        for (const std::uint32_t other : {128U, 192U}) {
            auto again = attempt(other);
            if (!again.ok()) continue;
            bits_.store(other, std::memory_order_relaxed);
            certain_.store(true, std::memory_order_relaxed);
            return again;
        }
        return answer;
    }

private:
    static bool may_be_the_size(Errc code) noexcept;

    std::atomic<std::uint32_t> bits_;
    std::atomic<bool> certain_;
};

}  // namespace kvp11::managed_hsm
