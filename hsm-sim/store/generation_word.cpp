#include "store/generation_word.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace kvp11::store {
namespace {

constexpr std::size_t file_size = 2 * sizeof(std::uint64_t);
static_assert(GenerationWord::Word::is_always_lock_free);

// A store that is made anew at the same place must not repeat the numbers of the old one.
std::uint64_t first_generation() noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const auto seconds = static_cast<std::uint64_t>(now.tv_sec);
    const auto ticks = seconds * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
    return ticks & ~1ULL;
}

bool is_long_enough(int file) noexcept {
    struct stat facts {};
    return fstat(file, &facts) == 0 && facts.st_size >= static_cast<off_t>(file_size);
}

// With its block on the disk, for a full disk would make the first store to the page the end of the process.
bool make_long_enough(int file) noexcept {
    if (fallocate(file, 0, 0, static_cast<off_t>(file_size)) == 0) return true;
    if (errno != EOPNOTSUPP && errno != ENOSYS) return false;
    return is_long_enough(file) || ftruncate(file, static_cast<off_t>(file_size)) == 0;
}

}  // namespace

GenerationWord GenerationWord::map_file(const std::string& path, unsigned mode) {
    GenerationWord generation;
    int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
    generation.writable_ = file >= 0;
    if (file < 0) file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return generation;
    if (generation.writable_ ? make_long_enough(file) : is_long_enough(file)) {
        const int access = generation.writable_ ? PROT_READ | PROT_WRITE : PROT_READ;
        void* page = mmap(nullptr, file_size, access, MAP_SHARED, file, 0);
        if (page != MAP_FAILED) generation.word_ = static_cast<Word*>(page);
    }
    close(file);
    if (generation.word_ && generation.writable_) {
        std::uint64_t empty = 0;
        generation.word_->compare_exchange_strong(empty, first_generation());
    }
    return generation;
}

std::uint64_t GenerationWord::load() const noexcept {
    static std::atomic<std::uint64_t> looks{1};
    if (!word_) return looks.fetch_add(2, std::memory_order_relaxed);
    return word_->load(std::memory_order_acquire);
}

std::uint64_t GenerationWord::begin_change() noexcept {
    if (!word_ || !writable_) return 0;
    const std::uint64_t before = word_->load();
    const std::uint64_t begun = before + (before % 2 == 0 ? 1 : 2);
    word_->store(begun);
    return begun;
}

// Another writer may have come in since our COMMIT; then the word is its to make even.
void GenerationWord::end_change(std::uint64_t begun) noexcept {
    if (word_ && writable_) word_->compare_exchange_strong(begun, begun + 1);
}

void GenerationWord::note_waiting(std::int64_t time) noexcept {
    if (word_ && writable_) word_[1].store(static_cast<std::uint64_t>(time), std::memory_order_relaxed);
}

std::int64_t GenerationWord::last_waiting() const noexcept {
    return word_ ? static_cast<std::int64_t>(word_[1].load(std::memory_order_relaxed)) : 0;
}

}  // namespace kvp11::store
