#include "server/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "server/exposition.hpp"

namespace kvp11::server {
namespace {

double processor_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    double all = 0;
    double resident = 0;
    statm >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double open_descriptors() {
    std::error_code problem;
    double count = 0;
    std::filesystem::directory_iterator entry("/proc/self/fd", problem);
    for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) ++count;
    return count;
}

}  // namespace

void write_process_metrics(Exposition& exposition, std::time_t started) {
    exposition.single("process_cpu_seconds_total", "counter", "Processor time, user and system.", processor_seconds());
    exposition.single("process_resident_memory_bytes", "gauge", "Memory that is resident.", resident_bytes());
    exposition.single("process_open_fds", "gauge", "Open file descriptors.", open_descriptors());
    exposition.single("process_start_time_seconds", "gauge", "When it started, Unix seconds.",
                      static_cast<double>(started));
}

}  // namespace kvp11::server
