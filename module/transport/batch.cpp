#include "transport/batch.hpp"

#include <poll.h>

#include <algorithm>
#include <array>

namespace kvp11::transport {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t most_lanes = 16;
// A connection takes several round trips to make, so that it must save more.
constexpr std::size_t worth_a_connection = 4;
constexpr milliseconds longest_look{1000};

}  // namespace

std::vector<Outcome> Batch::run(const Endpoint& endpoint) {
    open_lanes(endpoint);
    while (!lanes_.empty()) {
        const auto lane = wait_for_answer();
        if (read_answer(*lane) && !ask_next(*lane)) {
            lanes_.erase(lane);
        } else {
            lanes_.splice(lanes_.end(), lanes_, lane);
        }
    }
    give_up_the_rest();
    return std::move(outcomes_);
}

// The first one waits for a place, as any request does; the others take what is free.
void Batch::open_lanes(const Endpoint& endpoint) {
    while (next_ < requests_.size() && lanes_.size() < most_lanes) {
        const auto patience = lanes_.empty() ? deadline_ : Clock::time_point();
        Lane& lane = lanes_.emplace_back(pool_, endpoint, patience);
        if (is_worth_while(lane) && ask_next(lane)) continue;
        lanes_.pop_back();
        return;
    }
}

bool Batch::is_worth_while(Lane& lane) const {
    if (!lane.lease.has_place()) return false;
    lane.lease.drop_the_dead();
    const std::size_t others = lanes_.size() - 1;
    return lane.lease.connection() || requests_.size() - next_ > worth_a_connection * others;
}

bool Batch::ask_next(Lane& lane) {
    while (next_ < requests_.size() && Clock::now() < deadline_) {
        if (!is_sound(requests_[next_])) {
            outcomes_[next_++] = not_sound();
            continue;
        }
        if (!is_ready(lane)) return false;
        lane.request = next_++;
        ask(lane);
        return true;
    }
    return false;
}

bool Batch::is_ready(Lane& lane) {
    const auto& connection = lane.lease.connection();
    lane.is_kept = connection && connection->is_reusable();
    return lane.is_kept || !connect(lane);
}

// Where one connection cannot be made, others would cost their time for nothing; those that there are go on.
MaybeTrouble Batch::connect(Lane& lane) {
    lane.is_kept = false;
    if (!no_way_) no_way_ = lane.lease.connect(connector_, deadline_);
    return no_way_;
}

void Batch::ask(Lane& lane) { lane.sent = lane.lease.connection()->send(requests_[lane.request], deadline_); }

/// The oldest that has something to read; when time is up, the oldest.
Batch::Lanes::iterator Batch::wait_for_answer() {
    std::array<pollfd, most_lanes> wanted{};
    nfds_t count = 0;
    for (auto lane = lanes_.begin(); lane != lanes_.end(); ++lane) {
        if (lane->sent.end != End::None || lane->lease.connection()->has_pending()) return lane;
        wanted[count++] = {lane->lease.connection()->descriptor(), POLLIN, 0};
    }
    for (int ready = 0; ready <= 0;) {
        const auto left = std::chrono::ceil<milliseconds>(deadline_ - Clock::now());
        if (left <= milliseconds{0}) return lanes_.begin();
        ready = poll(wanted.data(), count, static_cast<int>(std::min(left, longest_look).count()));
    }
    auto lane = lanes_.begin();
    for (const pollfd* one = wanted.data(); one->revents == 0; ++one) ++lane;
    return lane;
}

bool Batch::read_answer(Lane& lane) {
    Outcome outcome = lane.lease.connection()->read_answer(lane.sent, nullptr);
    const auto* const bad = std::get_if<Trouble>(&outcome);
    if (bad != nullptr && bad->kind == Trouble::Kind::Closed) {
        pool_.suspect(lane.lease.shelf());
        if (lane.is_kept && !bad->may_have_happened) {
            auto worse = connect(lane);
            if (!worse) {
                ask(lane);
                return false;
            }
            outcome = std::move(*worse);
        }
    }
    outcomes_[lane.request] = std::move(outcome);
    return true;
}

void Batch::give_up_the_rest() {
    const bool is_late = Clock::now() >= deadline_;
    const Trouble late = trouble(Trouble::Kind::Deadline, "there was no time for the request before the deadline");
    for (; next_ < requests_.size(); ++next_) outcomes_[next_] = no_way_ && !is_late ? *no_way_ : late;
}

}  // namespace kvp11::transport
