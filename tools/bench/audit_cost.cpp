// kvp11-audit-bench: what one record of the audit log costs, alone and with others at the same log.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <thread>
#include <vector>

#include "audit/audit_log.hpp"

namespace kvp11::bench {
namespace {

struct Options {
    unsigned rounds = 9;
    unsigned records = 50'000;
};

struct Cost {
    double processor_us;  // of all threads and processes together
    double wall_us;
};

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "kvp11-audit-bench-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string log() const { return path_ / "audit"; }

private:
    std::filesystem::path path_;
};

// What the server writes about a signature: some 430 bytes with its place in the chain.
audit::AuditRecord signature() {
    audit::AuditRecord record;
    record.time_us = 1'795'330'408'000'007;
    record.operation = "KeySign";
    record.operation_version = "7.5";
    record.key = "/keys/signing/0123456789abcdef0123456789abcdef";
    record.result = "Success";
    record.duration_us = 31;
    record.principal = "7b0a6f52-5d0c-4b3c-9d52-0a2f9be0a1c3";
    record.caller_address = "127.0.0.1";
    record.client_info = "azsdk-net-Security.KeyVault.Keys/4.6.0";
    record.approved = true;
    return record;
}

void write_records(audit::AuditLog& log, unsigned count) {
    const audit::AuditRecord record = signature();
    for (unsigned i = 0; i < count; ++i) {
        if (!log.reserve().ok()) throw std::runtime_error("no room in the log");
        const auto written = log.append(record);
        if (!written.ok()) throw std::runtime_error(written.error().message);
    }
}

void write_with_threads(const std::string& folder, unsigned threads, unsigned count) {
    audit::LogSettings settings;
    settings.folder = folder;
    const auto log = audit::AuditLog::open(settings);
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back([&] { write_records(*log, count); });
    write_records(*log, count);
    for (std::thread& other : others) other.join();
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

/// The processes are forked anew, so that what they used can be asked for when they have ended.
Cost measure(unsigned processes, unsigned threads, unsigned count) {
    const TemporaryFolder folder;
    const auto begin = std::chrono::steady_clock::now();
    std::vector<pid_t> children;
    for (unsigned i = 0; i < processes; ++i) {
        const pid_t child = fork();
        if (child < 0) throw std::runtime_error("cannot fork");
        if (child == 0) {
            write_with_threads(folder.log(), threads, count);
            _exit(0);
        }
        children.push_back(child);
    }
    double used = 0;
    for (const pid_t child : children) {
        int status = 0;
        rusage usage{};
        if (wait4(child, &status, 0, &usage) != child || status != 0) throw std::runtime_error("a writer failed");
        used += seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const double records = static_cast<double>(processes) * threads * count;
    return {used / records * 1e6, took.count() / records * 1e6};
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void print(const char* name, const std::vector<Cost>& costs) {
    std::vector<double> processor;
    std::vector<double> wall;
    for (const Cost& cost : costs) {
        processor.push_back(cost.processor_us);
        wall.push_back(cost.wall_us);
    }
    std::printf("| %-24s | %14.2f | %9.2f |\n", name, median(processor), median(wall));
}

struct Row {
    const char* name;
    unsigned processes;
    unsigned threads;
    std::vector<Cost> costs;
};

// The rows take turns, so that drift of the machine meets all.
void run(const Options& options) {
    Row rows[] = {{"1 thread", 1, 1, {}}, {"2 threads", 1, 2, {}}, {"2 processes", 2, 1, {}}};
    for (unsigned round = 0; round < options.rounds; ++round) {
        for (Row& row : rows) row.costs.push_back(measure(row.processes, row.threads, options.records));
    }
    std::printf("| per record               | processor, us  | wall, us  |\n|---|---|---|\n");
    for (const Row& row : rows) print(row.name, row.costs);
}

}  // namespace
}  // namespace kvp11::bench

int main(int argc, char** argv) {
    kvp11::bench::Options options;
    CLI::App app("What one record of the audit log costs. The log lies in TMPDIR.");
    app.add_option("--rounds", options.rounds, "how often; the median is printed")->capture_default_str();
    app.add_option("--records", options.records, "per writer and round")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        kvp11::bench::run(options);
    } catch (const std::exception& error) {
        std::cerr << "kvp11-audit-bench: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
