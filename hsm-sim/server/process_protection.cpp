#include "server/process_protection.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace kvp11::server {
namespace {

// With a limit, locking works at first and allocations fail later: then it is better not to lock.
bool lock_memory() {
    rlimit limit{};
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY) return false;
    return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}

}  // namespace

std::string protect_process() {
    std::string missing;
    const rlimit no_core{0, 0};
    if (setrlimit(RLIMIT_CORE, &no_core) != 0) missing += "core dumps are on; ";
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) missing += "other processes can read its memory; ";
    if (!lock_memory()) missing += "memory may be swapped (the limit memlock is not unlimited); ";
    return missing.empty() ? missing : missing.substr(0, missing.size() - 2);
}

}  // namespace kvp11::server
