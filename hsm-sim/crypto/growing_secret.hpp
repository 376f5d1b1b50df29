// A secret that arrives in pieces: a buffer that is wiped when it grows, is cleared or dies. Kept
// between messages, so that a warm operation allocates nothing. One caller's at a time.
#pragma once

#include <algorithm>
#include <cstring>

#include "kvp11/secret.hpp"

namespace kvp11::crypto {

class GrowingSecret {
public:
    GrowingSecret() = default;
    explicit GrowingSecret(std::size_t capacity) : room_(capacity) {}

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] MutableBytes expose_writable() noexcept { return room_.expose_writable().first(size_); }

    void append(ByteView bytes) {
        if (bytes.empty()) return;
        if (bytes.size() > room_.size() - size_) grow(size_ + bytes.size());
        std::memcpy(room_.expose_writable().data() + size_, bytes.data(), bytes.size());
        size_ += bytes.size();
    }

    void clear() noexcept {
        if (size_ != 0) explicit_bzero(room_.expose_writable().data(), size_);
        size_ = 0;
    }

private:
    void grow(std::size_t wanted) {
        SecretBytes larger(std::max(wanted, room_.size() * 2));
        if (size_ != 0) std::memcpy(larger.expose_writable().data(), room_.expose_bytes().data(), size_);
        room_ = std::move(larger);
    }

    SecretBytes room_;
    std::size_t size_ = 0;
};

}  // namespace kvp11::crypto
