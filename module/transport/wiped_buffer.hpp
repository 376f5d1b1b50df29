// WipedBuffer: bytes of requests and answers, which may hold tokens and keys. Wiped where they are given up or
// outgrown, kept as memory for the next exchange. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

namespace kvp11::transport {

class WipedBuffer {
public:
    WipedBuffer() = default;
    WipedBuffer(const WipedBuffer&) = delete;
    WipedBuffer& operator=(const WipedBuffer&) = delete;
    ~WipedBuffer() { wipe(); }

    [[nodiscard]] std::string_view expose_text() const noexcept { return {bytes_.get(), size_}; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    void append(std::string_view text) {
        if (text.empty()) return;
        make_room(text.size());
        std::memcpy(bytes_.get() + size_, text.data(), text.size());
        grow_by(text.size());
    }
    void append(std::initializer_list<std::string_view> texts) {
        std::size_t more = 0;
        for (const std::string_view text : texts) more += text.size();
        make_room(more);
        char* end = bytes_.get() + size_;
        for (const std::string_view text : texts) end = std::copy(text.begin(), text.end(), end);
        grow_by(more);
    }
    /// Room behind the content, at least `size` bytes of it, to be followed by grow_by().
    [[nodiscard]] std::span<char> room(std::size_t size) {
        make_room(size);
        return {bytes_.get() + size_, capacity_ - size_};
    }
    void grow_by(std::size_t size) noexcept {
        size_ += size;
        used_ = std::max(used_, size_);
    }
    /// Takes bytes off the front.
    void drop(std::size_t size) noexcept {
        size_ -= size;
        if (size_ != 0) std::memmove(bytes_.get(), bytes_.get() + size, size_);
    }
    /// Empties it and overwrites all that was in it; memory for large bodies is given back.
    void wipe() noexcept {
        if (bytes_) explicit_bzero(bytes_.get(), used_);
        size_ = used_ = 0;
        if (capacity_ <= most_kept) return;
        bytes_.reset();
        capacity_ = 0;
    }

private:
    static constexpr std::size_t least = 4U << 10U;
    static constexpr std::size_t most_kept = 64U << 10U;

    void make_room(std::size_t more) {
        if (capacity_ - size_ >= more) return;
        const std::size_t capacity = std::max({size_ + more, 2 * capacity_, least});
        std::unique_ptr<char[]> larger(new char[capacity]);
        if (size_ != 0) std::memcpy(larger.get(), bytes_.get(), size_);
        if (bytes_) explicit_bzero(bytes_.get(), used_);
        bytes_ = std::move(larger);
        capacity_ = capacity;
        used_ = size_;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t used_ = 0;  // so far have bytes been written since the last wipe
    std::size_t capacity_ = 0;
};

}  // namespace kvp11::transport
