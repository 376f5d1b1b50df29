// Ten thousand random actions over several processes, some of them killed, against a model in memory.
//
// KVP11_TEST_SEED=<number> plays a run again; KVP11_TEST_ACTIONS=<number> makes it longer.
#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "course.hpp"

using namespace kvp11::test;

namespace {

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "kvp11-property-XXXXXX").string();
        BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
        root_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    [[nodiscard]] std::string partition() const { return root_ / "partition"; }

private:
    std::filesystem::path root_;
};

std::uint32_t number_from(const char* variable, std::uint32_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10)) : otherwise;
}

std::uint32_t seed_of_run() {
    const std::uint32_t seed = number_from("KVP11_TEST_SEED", std::random_device{}());
    std::cout << "KVP11_TEST_SEED=" << seed << std::endl;
    return seed;
}

/// A course in a process of its own. In threads of one process, a worker could be forked while another thread holds a
/// lock that it needs, such as AddressSanitizer's allocator's.
class CourseProcess {
public:
    explicit CourseProcess(const CourseSettings& settings) {
        std::array<int, 2> ends{};
        BOOST_REQUIRE_EQUAL(pipe(ends.data()), 0);
        process_ = fork();
        BOOST_REQUIRE(process_ >= 0);
        if (process_ == 0) {
            const std::string wrong = Course(settings).run();
            const bool is_told = write(ends[1], wrong.data(), wrong.size()) == static_cast<ssize_t>(wrong.size());
            _exit(is_told ? 0 : 1);
        }
        close(ends[1]);
        told_ = ends[0];
    }
    /// Waits for its end. What was wrong; empty when nothing was.
    std::string end() {
        std::string wrong;
        std::array<char, 4096> some{};
        for (ssize_t got = 0; (got = read(told_, some.data(), some.size())) > 0;) {
            wrong.append(some.data(), static_cast<std::size_t>(got));
        }
        close(told_);
        int status = -1;
        waitpid(process_, &status, 0);
        return status == 0 ? wrong : wrong + " the course ended with status " + std::to_string(status);
    }

private:
    pid_t process_ = -1;
    int told_ = -1;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(property)

BOOST_AUTO_TEST_CASE(ten_thousand_actions_over_four_processes_do_what_the_model_says) {
    const Folder folder;
    lay_out_partition(folder.partition());
    CourseSettings settings;
    settings.folder = folder.partition();
    settings.seed = seed_of_run();
    settings.actions = static_cast<int>(number_from("KVP11_TEST_ACTIONS", 10'000));
    const std::string wrong = Course(settings).run();
    BOOST_TEST(wrong == "", wrong);
    BOOST_TEST(audit_findings(folder.partition()) == "ok");
}

// Each course minds its own names; what one process does to the store must not disturb the others.
BOOST_AUTO_TEST_CASE(processes_side_by_side_do_what_each_ones_model_says) {
    const Folder folder;
    lay_out_partition(folder.partition());
    const std::uint32_t seed = seed_of_run();
    std::vector<CourseProcess> courses;
    for (std::uint32_t i = 0; i < 4; ++i) {
        CourseSettings settings;
        settings.folder = folder.partition();
        settings.seed = seed + i;
        settings.actions = static_cast<int>(number_from("KVP11_TEST_ACTIONS", 10'000) / 10);
        settings.workers = 2;
        settings.prefix = std::string(1, static_cast<char>('a' + i));
        settings.alone_in_partition = false;
        courses.emplace_back(settings);
    }
    for (CourseProcess& course : courses) {
        const std::string wrong = course.end();
        BOOST_TEST(wrong == "", wrong);
    }
    BOOST_TEST(audit_findings(folder.partition()) == "ok");
}

BOOST_AUTO_TEST_SUITE_END()
