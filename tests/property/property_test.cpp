// Ten thousand random actions over several processes, some of them killed, against a model in memory.
//
// KVP11_TEST_SEED=<number> plays a run again; KVP11_TEST_ACTIONS=<number> makes it longer.
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

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
    std::vector<std::string> wrong(4);
    std::vector<std::thread> courses;
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        courses.emplace_back([&, i] {
            CourseSettings settings;
            settings.folder = folder.partition();
            settings.seed = seed + static_cast<std::uint32_t>(i);
            settings.actions = static_cast<int>(number_from("KVP11_TEST_ACTIONS", 10'000) / 10);
            settings.workers = 2;
            settings.prefix = std::string(1, static_cast<char>('a' + i));
            settings.alone_in_partition = false;
            wrong[i] = Course(settings).run();
        });
    }
    for (std::thread& course : courses) course.join();
    for (const std::string& one : wrong) BOOST_TEST(one == "", one);
    BOOST_TEST(audit_findings(folder.partition()) == "ok");
}

BOOST_AUTO_TEST_SUITE_END()
