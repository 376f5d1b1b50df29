// Many processes write to one store at once, and some are killed: what was acknowledged is there, whole, and nobody
// waits for ever. KVP11_TEST_SEED=<number> kills in the same order again.
#include "workplace.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <thread>

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t writers = 8;

/// What writers acknowledge: lines "<name> <milliseconds waited>" appended by one write(2) each, so that a kill
/// leaves whole lines.
class Journal {
public:
    explicit Journal(std::string path)
        : path_(std::move(path)), file_(open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal() { close(file_); }

    [[nodiscard]] bool note(const std::string& name, Clock::duration waited) const {
        const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(waited).count();
        const std::string line = name + " " + std::to_string(milliseconds) + "\n";
        return write(file_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    }
    [[nodiscard]] std::map<std::string, long> read() const {
        std::map<std::string, long> lines;
        std::ifstream in(path_);
        std::string name;
        for (long waited = 0; in >> name >> waited;) lines[name] = waited;
        return lines;
    }

private:
    std::string path_;
    int file_;
};

/// Makes keys of two versions, each key in one batch.
int write_keys(const TemporaryFolder& folder, const Journal& journal, int keys) {
    auto store = open_store(folder);
    if (!store.ok()) return 1;
    for (int i = 0; i < keys; ++i) {
        const std::string name = "key-" + std::to_string(getpid()) + "-" + std::to_string(i);
        const Batch batch = {InsertItem{item_named(name)}, AddVersion{version_of(name, "v2"), "v1"}};
        const auto begin = Clock::now();
        if (!store.value()->commit(batch).ok()) return 2;
        if (!journal.note(name, Clock::now() - begin)) return 3;
    }
    return 0;
}

/// Every key has its two versions and its four faces, and the generation settles.
void check_whole(const TemporaryFolder& folder, const std::map<std::string, long>& acknowledged) {
    const auto store = open_store(folder).value();
    std::set<std::string> present;
    const std::vector<StoredItem> live = store->latest({NameState::Live, "", 1'000'000}).value();
    for (const StoredItem& item : live) {
        present.insert(item.id.name);
        BOOST_REQUIRE_EQUAL(item.id.version, "v2");
    }
    for (const auto& [name, waited] : acknowledged) BOOST_REQUIRE(present.count(name) == 1);
    ObjectQuery all;
    all.all_versions = true;
    BOOST_CHECK_EQUAL(store->find(all).value().size(), 4 * present.size());
    BOOST_CHECK_EQUAL(store->find({}).value().size(), 2 * present.size());
    store->settle_generation();
    BOOST_CHECK_EQUAL(store->generation() % 2, 0U);
    BOOST_CHECK_EQUAL(ask(folder.database(), "PRAGMA integrity_check"), "ok\n");
}

void check_patience(const std::map<std::string, long>& acknowledged) {
    long longest = 0;
    for (const auto& [name, waited] : acknowledged) longest = std::max(longest, waited);
    std::cout << acknowledged.size() << " batches, the slowest took " << longest << " ms" << std::endl;
    BOOST_CHECK_LT(longest, 10'000);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(side_by_side)

BOOST_AUTO_TEST_CASE(eight_writers_all_get_their_turn) {
    const TemporaryFolder folder;
    make_store(folder);
    const Journal journal(folder.path("journal"));
    std::vector<pid_t> children;
    for (std::size_t i = 0; i < writers; ++i) {
        children.push_back(fork());
        if (children.back() == 0) _exit(write_keys(folder, journal, 100));
    }
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        BOOST_CHECK_EQUAL(status, 0);
    }
    const std::map<std::string, long> acknowledged = journal.read();
    BOOST_CHECK_EQUAL(acknowledged.size(), writers * 100);
    check_whole(folder, acknowledged);
    check_patience(acknowledged);
}

BOOST_AUTO_TEST_CASE(writers_that_are_killed_lose_nothing_of_their_own_or_of_others) {
    const char* wish = std::getenv("KVP11_TEST_SEED");
    const std::uint32_t seed =
        wish ? static_cast<std::uint32_t>(std::strtoul(wish, nullptr, 10)) : std::random_device{}();
    std::cout << "KVP11_TEST_SEED=" << seed << std::endl;
    std::mt19937 random(seed);
    const TemporaryFolder folder;
    make_store(folder);
    const Journal journal(folder.path("journal"));
    std::vector<pid_t> children(writers, 0);
    for (int round = 0; round < 60; ++round) {
        pid_t& child = children[random() % writers];
        if (child != 0) {
            kill(child, SIGKILL);
            waitpid(child, nullptr, 0);
        }
        child = fork();
        if (child == 0) _exit(write_keys(folder, journal, 1'000'000));
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 30'000));
    }
    for (const pid_t child : children) {
        int status = 0;
        // One that gave up by itself is a failure; those that go on are ended here.
        if (child != 0 && waitpid(child, &status, WNOHANG) == child) BOOST_ERROR("a writer gave up: " << status);
        if (child == 0) continue;
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
    }
    const std::map<std::string, long> acknowledged = journal.read();
    BOOST_CHECK_GT(acknowledged.size(), 60U);
    check_whole(folder, acknowledged);
    check_patience(acknowledged);
}

BOOST_AUTO_TEST_SUITE_END()
