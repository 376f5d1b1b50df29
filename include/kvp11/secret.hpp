// SecretBytes: key material, PINs and everything derived from them.
//
// Move-only, wiped before its memory is given back, compared in constant time, never printable.
// The only ways to the bytes are called expose_…, so that one search lists them all.
// Not thread-safe for writing; reading from several threads is fine.
#pragma once

#include <cstring>
#include <memory>
#include <utility>

#include "kvp11/bytes.hpp"

namespace kvp11 {

class SecretBytes {
public:
    SecretBytes() = default;
    /// `size` zero bytes.
    explicit SecretBytes(std::size_t size)
        : bytes_(size == 0 ? nullptr : new std::uint8_t[size]()), size_(size), capacity_(size) {}
    SecretBytes(SecretBytes&& other) noexcept { swap(other); }
    SecretBytes& operator=(SecretBytes&& other) noexcept {
        SecretBytes moved(std::move(other));
        swap(moved);
        return *this;
    }
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes() {
        if (bytes_) explicit_bzero(bytes_.get(), capacity_);
    }

    /// A second copy, made on purpose. The source stays the caller's to wipe.
    [[nodiscard]] static SecretBytes copy_of(ByteView bytes) {
        SecretBytes secret(bytes.size());
        if (!bytes.empty()) std::memcpy(secret.bytes_.get(), bytes.data(), bytes.size());
        return secret;
    }
    [[nodiscard]] SecretBytes clone() const { return copy_of(expose_bytes()); }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] ByteView expose_bytes() const noexcept { return {bytes_.get(), size_}; }
    [[nodiscard]] MutableBytes expose_writable() noexcept { return {bytes_.get(), size_}; }

    /// Keeps the first `size` bytes and wipes the rest at once; `size` is at most size().
    void shrink(std::size_t size) noexcept {
        if (size >= size_) return;
        explicit_bzero(bytes_.get() + size, size_ - size);
        size_ = size;
    }

    [[nodiscard]] bool equals(const SecretBytes& other) const noexcept {
        if (size_ != other.size_) return false;
        unsigned difference = 0;
        for (std::size_t i = 0; i < size_; ++i) difference |= static_cast<unsigned>(bytes_[i] ^ other.bytes_[i]);
        return difference == 0;
    }

private:
    void swap(SecretBytes& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

    std::unique_ptr<std::uint8_t[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace kvp11
