// Observers: tells several observers of each request, in order. They are the caller's. Thread-safe once it is filled.
#pragma once

#include <vector>

#include "rest/observer.hpp"

namespace kvp11::server {

class Observers final : public rest::Observer {
public:
    void add(rest::Observer& observer) { all_.push_back(&observer); }
    void observed(const rest::Observation& observation) noexcept override {
        for (rest::Observer* observer : all_) observer->observed(observation);
    }
    void unsettled(const Error& why) noexcept override {
        for (rest::Observer* observer : all_) observer->unsettled(why);
    }

private:
    std::vector<rest::Observer*> all_;
};

}  // namespace kvp11::server
