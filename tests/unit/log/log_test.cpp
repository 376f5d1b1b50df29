#include "log/log.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace klog = kvp11::log;
namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder() {
        std::string name = (fs::temp_directory_path() / "kvp11-log-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    fs::path path;
};

std::vector<std::string> lines_of(const fs::path& file) {
    std::ifstream stream(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

// What the action prints on standard error.
template <class Action>
std::vector<std::string> captured(const fs::path& file, Action action) {
    const int before = ::dup(STDERR_FILENO);
    const int capture = ::open(file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    ::dup2(capture, STDERR_FILENO);
    action();
    ::dup2(before, STDERR_FILENO);
    ::close(capture);
    ::close(before);
    return lines_of(file);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(logger, Folder)

BOOST_AUTO_TEST_CASE(warnings_reach_standard_error_before_any_configuration) {
    const auto lines = captured(path / "stderr", [] {
        klog::write(klog::Level::Warn, "heard");
        klog::write(klog::Level::Info, "not heard");
    });
    BOOST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0].ends_with("warn: heard"));
}

BOOST_AUTO_TEST_CASE(level_of_the_settings_decides_what_is_written) {
    const auto file = path / "log";
    klog::configure({klog::Level::Debug, file.string()});
    BOOST_TEST(klog::enabled(klog::Level::Debug));
    BOOST_TEST(!klog::enabled(klog::Level::Trace));
    klog::write(klog::Level::Debug, "in");
    klog::write(klog::Level::Trace, "out");
    BOOST_TEST(lines_of(file).size() == 1U);
}

BOOST_AUTO_TEST_CASE(environment_overrides_the_target) {
    const auto file = path / "log";
    ::setenv("KVP11_LOG_TARGET", file.c_str(), 1);
    klog::configure({klog::Level::Warn, "syslog"});
    ::unsetenv("KVP11_LOG_TARGET");
    klog::write(klog::Level::Warn, "wanted in the environment's file");
    BOOST_TEST(lines_of(file).size() == 1U);
}

BOOST_AUTO_TEST_CASE(environment_overrides_the_level) {
    ::setenv("KVP11_LOG", "trace", 1);
    const auto file = path / "log";
    klog::configure({klog::Level::Error, file.string()});
    ::unsetenv("KVP11_LOG");
    klog::write(klog::Level::Trace, "wanted by the environment");
    BOOST_TEST(lines_of(file).size() == 1U);
}

BOOST_AUTO_TEST_CASE(environment_with_an_unknown_level_changes_nothing) {
    ::setenv("KVP11_LOG", "loud", 1);
    klog::configure({klog::Level::Warn, (path / "log").string()});
    ::unsetenv("KVP11_LOG");
    BOOST_TEST(klog::enabled(klog::Level::Warn));
    BOOST_TEST(!klog::enabled(klog::Level::Info));
}

BOOST_AUTO_TEST_CASE(file_that_cannot_be_written_is_replaced_by_standard_error) {
    klog::configure({klog::Level::Warn, (path / "missing" / "log").string()});
    const auto lines = captured(path / "stderr", [] { klog::write(klog::Level::Error, "not lost"); });
    BOOST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0].ends_with("error: not lost"));
}

BOOST_AUTO_TEST_CASE(target_can_be_changed_while_running) {
    klog::configure({klog::Level::Warn, (path / "a").string()});
    klog::write(klog::Level::Warn, "one");
    klog::configure({klog::Level::Warn, (path / "b").string()});
    klog::write(klog::Level::Warn, "two");
    BOOST_TEST(lines_of(path / "a").size() == 1U);
    BOOST_TEST(lines_of(path / "b").size() == 1U);
}

BOOST_AUTO_TEST_CASE(lines_of_threads_and_children_do_not_mix) {
    const auto file = path / "log";
    klog::configure({klog::Level::Warn, file.string()});
    const std::string message(300, 'm');
    const auto write_many = [&] {
        for (int i = 0; i < 200; ++i) klog::write(klog::Level::Warn, message);
    };
    const auto child = ::fork();
    if (child == 0) {
        write_many();
        ::_exit(0);
    }
    std::thread first(write_many);
    std::thread second(write_many);
    first.join();
    second.join();
    int status = 1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    const auto lines = lines_of(file);
    BOOST_TEST(lines.size() == 600U);
    for (const auto& line : lines) BOOST_REQUIRE(line.ends_with(": " + message));
}

BOOST_AUTO_TEST_CASE(no_descriptor_stays_open_and_errno_stays) {
    klog::configure({klog::Level::Warn, (path / "log").string()});
    const int before = ::dup(STDERR_FILENO);
    ::close(before);
    errno = EPIPE;
    klog::write(klog::Level::Warn, "x");
    BOOST_TEST(errno == EPIPE);
    const int after = ::dup(STDERR_FILENO);
    ::close(after);
    BOOST_TEST(before == after);
}

BOOST_AUTO_TEST_CASE(names_of_levels_are_read_back) {
    for (const auto level :
         {klog::Level::Error, klog::Level::Warn, klog::Level::Info, klog::Level::Debug, klog::Level::Trace})
        BOOST_TEST((klog::level_named(klog::name_of(level)) == level));
    BOOST_TEST(!klog::level_named("WARN").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
