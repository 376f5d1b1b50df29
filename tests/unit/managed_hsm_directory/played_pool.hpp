// A pool that answers what a directory asks, in the shapes of the real service, and counts; and what its tests share.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "managed_hsm/directory.hpp"
#include "support/results.hpp"

namespace kvp11::test {

using managed_hsm::Directory;
using managed_hsm::DirectorySettings;
using managed_hsm::Moment;

/// What was asked; of pages those of /keys alone.
struct Asked {
    std::size_t pages = 0;
    std::size_t keys = 0;
    std::size_t versions = 0;
    bool operator==(const Asked&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Asked& asked);

/// How nextLink looks: a Managed HSM's has no api-version, a vault's has a port.
enum class Links { Hsm, Vault };

/// Thread-safe. Times are its own: now() is what a directory takes for the time as well.
class PlayedPool {
public:
    explicit PlayedPool(std::size_t keys = 0, const std::string& kty = "EC-HSM");

    using Tags = std::map<std::string, std::string>;
    void add(const std::string& name, const std::string& kty = "EC-HSM", Tags tags = {});
    void rotate(const std::string& name);
    void remove(const std::string& name);
    void change(const std::string& name, bool enabled, Tags tags);

    [[nodiscard]] managed_hsm::Ask ask();
    /// One by one, by ask().
    [[nodiscard]] managed_hsm::AskMany ask_many();
    /// Of ask_many() since the last call: how many keys each was about.
    std::vector<std::size_t> batches();
    /// Since the last call.
    Asked asked();
    [[nodiscard]] DirectorySettings settings() const;
    [[nodiscard]] KeyRecord record(const std::string& name);
    [[nodiscard]] std::string version(const std::string& name);

    [[nodiscard]] Moment now() const { return now_->load(); }
    void pass(Moment milliseconds) { *now_ += milliseconds; }

    Links links = Links::Hsm;
    std::atomic<bool> is_down{false};
    pid_t only_for = 0;                              // this process; others get no answer. 0: for all
    std::map<std::string, Errc> refused;             // names, folded
    std::function<void(const std::string&)> before;  // each answer, with the path; no lock is held

private:
    struct Version {
        std::string version, kty;
        bool enabled = true;
        std::int64_t created = 0, updated = 0;
        Tags tags;
    };
    struct Key {
        std::string name;
        std::vector<Version> versions;
    };
    [[nodiscard]] Result<std::string> answer(const std::string& path, const std::string& query);
    [[nodiscard]] Result<std::string> bundle(const std::string& name, const std::string& version) const;
    [[nodiscard]] std::string page(std::size_t count, const std::function<std::string(std::size_t)>& item,
                                   const std::string& path, const std::string& query) const;

    std::mutex mutex_;
    std::map<std::string, Key> keys_;
    std::size_t made_ = 0;
    std::vector<std::size_t> batches_;
    std::atomic<std::size_t> pages_{0}, gets_{0}, versions_{0};
    std::shared_ptr<std::atomic<Moment>> now_ = std::make_shared<std::atomic<Moment>>(1'700'000'000'000);
};

/// Removed with everything in it.
class Folder {
public:
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();
    [[nodiscard]] std::string path(const std::string& name = {}) const { return root_ / name; }

private:
    std::filesystem::path root_;
};

/// The settings of a pool, with a file.
DirectorySettings with_file(const PlayedPool& pool, const Folder& folder);

/// "one", "one/public", "two": what was found, in its order, as "name" with what half it is when it is not the private.
std::vector<std::string> found(const Result<std::vector<ObjectRef>>& refs);

ObjectQuery every(ObjectKind kind);
ObjectQuery labelled(const std::string& label, std::optional<ObjectKind> kind = ObjectKind::PrivateKey);

std::string whole_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

/// Runs it in a child of fork(); its exit code, or minus the signal that ended it. A child that hangs is ended.
int in_child(const std::function<int()>& work);

}  // namespace kvp11::test
