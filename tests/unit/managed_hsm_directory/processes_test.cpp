// Several processes with one file, and children of fork().
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <thread>

#include "played_pool.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

/// Counts what all processes ask.
struct Shared {
    std::atomic<std::size_t> pages{0}, keys{0}, ready{0}, right{0};

    static Shared* make() {
        void* page = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        BOOST_REQUIRE(page != MAP_FAILED);
        return new (page) Shared;
    }
    static void free(Shared* shared) { munmap(shared, sizeof(Shared)); }
};

/// The same file with a first line of its own.
std::string marked(std::string text, int number) {
    const std::string member = "\"mark\":\"";
    const std::size_t at = text.find(member);
    BOOST_REQUIRE(at < text.find('\n'));
    return text.insert(at + member.size(), std::to_string(number) + ",");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(processes)

BOOST_AUTO_TEST_CASE(a_child_knows_what_its_parent_knew) {
    PlayedPool pool(30);
    Directory directory(pool.settings(), pool.ask());
    REQUIRE_OK(directory.find({}));
    const auto generation = directory.generation();
    const int result = in_child([&] {
        (void)pool.asked();
        const auto refs = directory.find(every(ObjectKind::PrivateKey));
        if (!refs.ok() || refs->size() != 30) return 1;
        if (!directory.record(refs->front().id).ok()) return 2;
        if (!(pool.asked() == Asked{})) return 3;
        return directory.generation() == generation ? 0 : 4;
    });
    BOOST_TEST(result == 0);
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 30U);
}

BOOST_AUTO_TEST_CASE(a_child_never_waits_for_a_lock_of_its_parent) {
    PlayedPool pool(30);
    const Folder folder;
    Directory directory(with_file(pool, folder), pool.ask());
    REQUIRE_OK(directory.find({}));
    const auto record = pool.record("key-3");
    std::atomic<bool> is_over{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            while (!is_over) {
                directory.learn(record);
                (void)directory.find(every(ObjectKind::PrivateKey));
                directory.forget("key-3");
            }
        });
    }
    // The pool's own lock may be held when we fork, so it does not answer children.
    pool.only_for = getpid();
    int hangs = 0;
    for (int i = 0; i < 40; ++i) {
        hangs += in_child([&] {
            (void)directory.generation();
            directory.learn(record);
            // The parent may have told by the file that it forgot the key since.
            const auto known = directory.record({"key-3", record.id.version});
            return known.ok() || known.code() == Errc::KeyNotFound || known.code() == Errc::DeviceError ? 0 : 1;
        });
    }
    is_over = true;
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(hangs == 0);
}

BOOST_AUTO_TEST_CASE(processes_that_start_together_read_one_list) {
    constexpr std::size_t processes = 8;
    PlayedPool pool(60);
    const Folder folder;
    const auto settings = with_file(pool, folder);
    Shared* shared = Shared::make();
    const auto answering = pool.ask();
    const managed_hsm::Ask counting = [&](const pipeline::Call& call) {
        ++(call.path == "/keys" ? shared->pages : shared->keys);
        return answering(call);
    };
    std::vector<pid_t> children;
    for (std::size_t i = 0; i < processes; ++i) {
        const pid_t child = fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            alarm(60);
            ++shared->ready;
            while (shared->ready < processes) std::this_thread::yield();
            Directory directory(settings, counting);
            const auto refs = directory.find(every(ObjectKind::PrivateKey));
            if (refs.ok() && refs->size() == 60) ++shared->right;
            _exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) waitpid(child, nullptr, 0);
    BOOST_TEST(shared->right == processes);
    BOOST_TEST(shared->pages == 3U);
    BOOST_TEST(shared->keys == 60U);
    Shared::free(shared);
}

BOOST_AUTO_TEST_CASE(a_process_that_dies_while_it_lists_is_no_obstacle) {
    PlayedPool pool(60);
    const Folder folder;
    const auto settings = with_file(pool, folder);
    const int result = in_child([&] {
        int answers = 0;
        pool.before = [&](const std::string&) {
            if (++answers == 2) _exit(7);
        };
        Directory directory(settings, pool.ask());
        (void)directory.find({});
        return 0;
    });
    BOOST_TEST(result == 7);
    Directory directory(settings, pool.ask());
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 60U);
}

// One displaces the file, and before it has carried over what the displaced one had got meanwhile, its own is
// displaced.
BOOST_AUTO_TEST_CASE(what_is_carried_over_reaches_the_file_that_is_there_then) {
    PlayedPool pool(3);
    const Folder folder;
    const auto settings = with_file(pool, folder);
    {
        Directory directory(settings, pool.ask());
        REQUIRE_OK(directory.find({}));
    }
    managed_hsm::DirectoryFile first(settings.file), second(settings.file), third(settings.file);
    const auto first_read = first.read_news();
    const auto second_read = second.read_news();
    BOOST_REQUIRE((first_read && second_read));
    (void)third.append("{\"appended\":1}\n");
    const std::string missed = first.displace(marked(first_read->text, 1));
    BOOST_TEST(missed.find("appended") != std::string::npos);
    second.replace(marked(second_read->text, 2));
    first.carry_over(missed);
    const std::string whole = whole_file(settings.file);
    BOOST_TEST(whole.find("\"mark\":\"2,") != std::string::npos);
    BOOST_TEST(whole.find("appended") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_process_appends_while_another_writes_the_whole_is_kept) {
    PlayedPool pool(20);
    const Folder folder;
    auto settings = with_file(pool, folder);
    settings.age = 1'000'000'000;
    {
        Directory first(settings, pool.ask());
        REQUIRE_OK(first.find({}));
    }
    constexpr int processes = 4;
    constexpr int rounds = 30;
    for (int i = 0; i < processes; ++i) {
        for (int round = 0; round < rounds; ++round) pool.add("own-" + std::to_string(i) + "-" + std::to_string(round));
    }
    std::vector<pid_t> children;
    for (int i = 0; i < processes; ++i) {
        const pid_t child = fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            alarm(60);
            for (int round = 0; round < rounds; ++round) {
                Directory directory(settings, pool.ask());
                directory.learn(pool.record("own-" + std::to_string(i) + "-" + std::to_string(round)));
                // Somebody writes all of it anew, all the time.
                managed_hsm::DirectoryFile file(settings.file);
                if (const auto news = file.read_news()) file.replace(marked(news->text, i * rounds + round));
            }
            _exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = -1;
        BOOST_TEST(waitpid(child, &status, 0) == child);
        BOOST_TEST(status == 0);
    }
    (void)pool.asked();
    Directory last(settings, pool.ask());
    const auto names = found(last.find(every(ObjectKind::PrivateKey)));
    BOOST_TEST(names.size() == 20U + processes * rounds);
    for (int i = 0; i < processes * rounds; ++i) {
        const std::string name = "own-" + std::to_string(i / rounds) + "-" + std::to_string(i % rounds);
        if (std::find(names.begin(), names.end(), name) == names.end()) BOOST_TEST_ERROR(name + " is lost");
    }
    BOOST_TEST(pool.asked() == Asked{});
}

BOOST_AUTO_TEST_SUITE_END()
