// What a worker does: each action through a partition opened in its own process, once as user and once as officer.
#pragma once

#include <memory>
#include <string>

#include "action.hpp"
#include "partition/partition.hpp"

namespace kvp11::test {

class WorkerLife {
public:
    explicit WorkerLife(const std::string& folder);
    /// "ok", "ok WHAT", or the name of the condition.
    std::string perform(const Action& action);
    std::string audit_findings();

    /// Makes the partition; "ok" or what is wrong.
    static std::string lay_out(const std::string& folder);

private:
    std::string make(const Action& action, NameUse use);
    std::string change_latest(const Action& action, const KeyUpdate& update);
    std::string destroy(const std::string& name);
    std::string sign(const Backend& by, const Action& action);
    std::string keep_backup(const Action& action);
    std::string restore(const Action& action);
    std::string assign(const std::string& name, bool granted);
    std::string make_note(int label);
    std::string erase_note(int label);
    std::string login_again();
    std::string dump(const std::string& name);
    std::string dump_all();
    Result<std::vector<KeyRecordPtr>> versions(const std::string& name);

    std::string folder_;
    std::shared_ptr<host::ManualClock> clock_;
    std::unique_ptr<partition::Partition> user_;
    std::unique_ptr<partition::Partition> officer_;
    std::unique_ptr<partition::Partition> principal_;
};

}  // namespace kvp11::test
