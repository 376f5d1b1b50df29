#include "partition/caller_record.hpp"

#include <errno.h>
#include <unistd.h>

#include <chrono>

namespace kvp11::partition {
namespace {

constexpr std::int64_t microseconds = 1'000'000;

std::string this_program() { return std::string(program_invocation_short_name) + " " + std::to_string(getpid()); }

}  // namespace

// The seconds are the partition's, whose clock may be another one; what is below a second is the machine's.
audit::AuditEntry caller_record(const PartitionCore& core, const Caller& caller, std::string& program) {
    using namespace std::chrono;
    const auto real = duration_cast<std::chrono::microseconds>(system_clock::now().time_since_epoch()).count();
    audit::AuditEntry record;
    record.time_us = core.now() * microseconds + real % microseconds;
    record.operation_version = caller.operation_version;
    record.request_uri = caller.request_uri;
    record.principal = caller.object_id;
    record.application = caller.application;
    record.user_name = caller.user_name;
    record.caller_address = caller.address;
    if (caller.client_info.empty()) program = this_program();
    record.client_info = caller.client_info.empty() ? program : caller.client_info;
    record.correlation_id = caller.correlation_id;
    return record;
}

}  // namespace kvp11::partition
