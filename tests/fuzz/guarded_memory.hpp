// GuardedMemory: arguments that end where a page ends behind which nothing may be read, so that a byte too many ends
// the program. It keeps all that was put there until it is emptied.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace kvp11::fuzz {

class GuardedMemory {
public:
    /// `pages`: how many arguments of at most a page each there is room for.
    explicit GuardedMemory(std::size_t pages)
        : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))), size_(2 * pages * page_) {
        void* memory = ::mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::runtime_error("no memory to guard");
        start_ = static_cast<std::uint8_t*>(memory);
        for (std::size_t at = 0; at < size_; at += 2 * page_) {
            if (::mprotect(start_ + at, page_, PROT_READ | PROT_WRITE) != 0)
                throw std::runtime_error("no guarded page");
        }
    }
    ~GuardedMemory() { ::munmap(start_, size_); }
    GuardedMemory(const GuardedMemory&) = delete;
    GuardedMemory& operator=(const GuardedMemory&) = delete;

    void empty() { next_ = 0; }
    /// The last `size` bytes of a page.
    std::uint8_t* room(std::size_t size) {
        if (size > page_ || next_ == size_) throw std::runtime_error("no room for another argument");
        std::uint8_t* end = start_ + next_ + page_;
        next_ += 2 * page_;
        return end - size;
    }
    template <class Value>
    Value* put(const Value& value) {
        return reinterpret_cast<Value*>(std::memcpy(room(sizeof value), &value, sizeof value));
    }
    template <class Value>
    Value* put_all(const std::vector<Value>& values) {
        const std::size_t size = values.size() * sizeof(Value);
        std::uint8_t* made = room(size);
        if (size > 0) std::memcpy(made, values.data(), size);
        return reinterpret_cast<Value*>(made);
    }

private:
    std::size_t page_;
    std::size_t size_;
    std::uint8_t* start_ = nullptr;
    std::size_t next_ = 0;
};

}  // namespace kvp11::fuzz
