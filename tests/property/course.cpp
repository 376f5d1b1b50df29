#include "course.hpp"

#include <set>

namespace kvp11::test {
namespace {

constexpr std::uint32_t names = 12;
constexpr std::size_t remembered = 30;
constexpr const char* points[] = {"before-begin", "after-begin",           "after-insert",  "before-commit",
                                  "after-commit", "after-generation-bump", "audit-in-line", "audit-after-line"};

// What shows in a dump, so that a look at it tells whether it was done.
bool may_be_killed(Verb verb) {
    const std::set<Verb> shown = {Verb::Create, Verb::Version, Verb::Rotate,  Verb::Tag,     Verb::Disable,
                                  Verb::Enable, Verb::Remove,  Verb::Destroy, Verb::Recover, Verb::Purge};
    return shown.contains(verb);
}

}  // namespace

Course::Course(CourseSettings settings) : settings_(std::move(settings)), random_(settings_.seed) {
    workers_.resize(static_cast<std::size_t>(settings_.workers));
}

Worker& Course::worker(std::size_t at) {
    if (!workers_[at]) workers_[at] = std::make_unique<Worker>(settings_.folder, "");
    return *workers_[at];
}

Action Course::next_action() {
    Action action;
    action.verb = static_cast<Verb>(below(action_verbs));
    action.name = settings_.prefix + std::to_string(below(names));
    action.value = static_cast<int>(below(20));
    const bool is_backup = action.verb == Verb::BackUp || action.verb == Verb::Restore;
    const bool is_note = action.verb == Verb::Note || action.verb == Verb::EraseNote;
    if (!settings_.alone_in_partition && (is_backup || is_note)) action.verb = Verb::Sign;
    if (settings_.alone_in_partition && below(40) == 0) now_ += static_cast<std::int64_t>(below(4)) * 86'400;
    action.now = now_;
    return action;
}

std::string Course::step(const Action& action) {
    const std::size_t at = below(static_cast<std::uint32_t>(settings_.workers));
    const bool is_to_die = may_be_killed(action.verb) && below(static_cast<std::uint32_t>(settings_.kill_one_in)) == 0;
    if (is_to_die) {
        const std::string plan = std::string(points[below(std::size(points))]) + ":" + std::to_string(1 + below(2));
        // Its logins pass the points too: what kills it there is tried again without a plan.
        workers_[at] = std::make_unique<Worker>(settings_.folder, plan);
    }
    const Model before = model_;
    const std::string wanted = model_.apply(action);
    const auto answer = worker(at).ask(action);
    history_.push_back("worker " + std::to_string(at) + ": " + describe(action) + (is_to_die ? " (to die)" : "") +
                       " -> " + answer.value_or("died"));
    if (history_.size() > remembered) history_.pop_front();
    if (!answer) {
        workers_[at].reset();
        return is_to_die ? killed(action, before, wanted) : "a worker died";
    }
    if (is_to_die) workers_[at].reset();
    if (wanted == "*") return model_.learn(action, *answer) ? "" : "got '" + *answer + "', which cannot be";
    return matches(wanted, *answer) ? "" : "got '" + *answer + "', want '" + wanted + "'";
}

// Done or not done, and nothing in between.
std::string Course::killed(const Action& action, const Model& before, const std::string&) {
    const Action look{Verb::Dump, action.name, 0, action.now};
    const std::string seen = worker(0).ask(look).value_or("died");
    if (matches(model_.dump(action.name, action.now), seen)) return "";
    model_ = before;
    if (matches(model_.dump(action.name, action.now), seen)) return "";
    return "after the kill there is '" + seen + "', want '" + before.dump(action.name, action.now) +
           "' or the action done";
}

std::string Course::look_at_all() {
    const std::size_t at = below(static_cast<std::uint32_t>(settings_.workers));
    for (std::uint32_t i = 0; i < names; ++i) {
        const Action look{Verb::Dump, settings_.prefix + std::to_string(i), 0, now_};
        const std::string seen = worker(at).ask(look).value_or("died");
        const std::string wanted = model_.dump(look.name, now_);
        if (!matches(wanted, seen)) return look.name + " is '" + seen + "', want '" + wanted + "'";
    }
    if (!settings_.alone_in_partition) return "";
    const std::string seen = worker(at).ask({Verb::DumpAll, "", 0, now_}).value_or("died");
    const std::string wanted = model_.dump_all(now_);
    return seen == wanted ? "" : "there is '" + seen + "', want '" + wanted + "'";
}

std::string Course::run() {
    for (int i = 0; i < settings_.actions; ++i) {
        std::string wrong = step(next_action());
        if (wrong.empty() && (i % 100 == 99 || i + 1 == settings_.actions)) wrong = look_at_all();
        if (wrong.empty()) continue;
        std::string report = "action " + std::to_string(i) + ": " + wrong + "\nthe last actions:";
        for (const std::string& line : history_) report += "\n  " + line;
        return report;
    }
    return "";
}

}  // namespace kvp11::test
