// One random sequence of actions over several workers, checked step by step against the model. One thread's.
#pragma once

#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "model.hpp"
#include "worker.hpp"

namespace kvp11::test {

struct CourseSettings {
    std::string folder;
    std::uint32_t seed = 0;
    int actions = 10'000;
    int workers = 4;
    std::string prefix = "k";        // of the names, which nobody else touches
    bool alone_in_partition = true;  // then lists and notes are checked too
    int kill_one_in = 100;
};

class Course {
public:
    explicit Course(CourseSettings settings);
    /// Empty when everything was as the model says; else what was not, with the last actions.
    std::string run();

private:
    Action next_action();
    std::string step(const Action& action);
    std::string killed(const Action& action, const Model& before, const std::string& wanted);
    std::string look_at_all();
    Worker& worker(std::size_t at);
    std::uint32_t below(std::uint32_t limit) {
        return std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(random_);
    }

    CourseSettings settings_;
    std::mt19937 random_;
    std::int64_t now_ = 1'800'000'000;
    Model model_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::deque<std::string> history_;
};

}  // namespace kvp11::test
