// DirectoryFile: the file through which processes of one user share what they know of a pool's keys, and the turn for
// reading its list.
//
// Lines are appended; now and then the whole is written anew beside it and takes its place at once, so a reader sees
// one or the other, and what is appended meanwhile is carried over. It is mode 0600 in a folder of mode 0700; one that
// belongs to somebody else or that others may write is not read. All of it is a convenience: whatever goes wrong with
// it, there is no file.
//
// One caller's at a time, which its owner sees to. No descriptor is kept open. Nothing is held over a fork.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kvp11::managed_hsm {

class DirectoryFile {
public:
    /// An empty path: no file.
    explicit DirectoryFile(std::string path) : path_(std::move(path)) {}

    struct News {
        bool is_whole = false;  // the file is another one than before, and this is all of it
        std::string text;       // complete lines
    };
    /// What was added since the last call, by us or by others. Costs a stat when nothing was.
    std::optional<News> read_news();
    /// Complete lines. True when it is time to write the whole anew.
    bool append(std::string_view lines);
    /// The first line differs from that of every other file. What others appended since the last read_news() comes
    /// after it: displace() and carry_over(), one after the other.
    void replace(std::string_view lines) { carry_over(displace(lines)); }
    /// The lines take the file's place. What was appended to the displaced one meanwhile, by whoever did not see that.
    [[nodiscard]] std::string displace(std::string_view lines);
    /// To the file as it is then: another process may have displaced ours, and read what is in it, before.
    void carry_over(const std::string& missed) { (void)append(missed); }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// The right to read the list while others wait for the result. A record lock of the process, so a child of
    /// fork() has no part in it, and it ends with the process.
    class Turn {
    public:
        Turn() = default;
        explicit Turn(int descriptor) : descriptor_(descriptor) {}
        Turn(Turn&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
        Turn& operator=(Turn&& other) noexcept {
            std::swap(descriptor_, other.descriptor_);
            return *this;
        }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn();

    private:
        int descriptor_ = -1;
    };
    /// Nothing when another process has it; an empty one where there can be no lock.
    [[nodiscard]] std::optional<Turn> try_turn() const;

private:
    struct Place {
        dev_t device = 0;
        ino_t number = 0;
        off_t size = 0;  // of what was read
        std::int64_t changed = 0;
        std::string first_line;  // numbers of files are given out again, so this tells whether it is the same file
    };
    [[nodiscard]] std::string missed_of(const std::string& displaced) const;
    [[nodiscard]] bool goes_on(const struct stat& facts, const std::string& first_line) const;
    bool write_all(int descriptor, std::string_view text) const;
    bool make_folder() const;

    std::string path_;
    std::optional<Place> read_;  // nothing: no file was read yet
    off_t size_when_whole_ = 0;
};

/// Where the file of a slot lies: `folder`, or kvp11 in the user's cache folder. Empty when there is no such place.
std::string directory_file_path(const std::string& folder, const std::string& host, std::string_view identity);

}  // namespace kvp11::managed_hsm
