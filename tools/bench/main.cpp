// kvp11-bench: times a PKCS#11 module against another one and against straight OpenSSL in the same
// run.
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "measurement.hpp"
#include "module_target.hpp"
#include "openssl_target.hpp"
#include "table.hpp"

namespace kvp11::bench {
namespace {

struct Options {
    std::string module;
    std::string reference = "/usr/lib/softhsm/libsofthsm2.so";
    unsigned rounds = 20;
    unsigned slice_ms = 200;
    unsigned objects = 10000;
    bool quick = false;
    std::string only;
};

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "kvp11-bench-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw Failure("no temporary folder: " + name);
        }
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

constexpr unsigned kFewObjects = 10;

std::vector<Operation> operations_of(unsigned many) {
    std::vector<Operation> operations;
    for (const unsigned threads : {1U, 2U}) {
        operations.push_back({Work::RsaSign, "RSA-2048 sign", threads, kFewObjects});
        operations.push_back({Work::EcSign, "P-256 sign", threads, kFewObjects});
        operations.push_back({Work::GcmEncrypt, "AES-256-GCM, 1 KiB", threads, kFewObjects});
        for (const unsigned objects : {kFewObjects, many}) {
            operations.push_back({Work::FindById, "find by CKA_ID among " + std::to_string(objects), threads, objects});
        }
    }
    for (const unsigned objects : {kFewObjects, many}) {
        operations.push_back({Work::StartAndLogin,
                              "C_Initialize, login, C_Finalize; " + std::to_string(objects) + " objects", 1, objects});
    }
    return operations;
}

TokenFolder folder_of(const TemporaryFolder& place, const char* who, unsigned objects) {
    return {place.path() / who / std::to_string(objects), objects};
}

void make_tokens(const std::string& module, const TemporaryFolder& place, const char* who, unsigned many) {
    for (const unsigned objects : {kFewObjects, many}) {
        const auto begin = std::chrono::steady_clock::now();
        const std::string failure = in_own_process([&] { make_token(module, folder_of(place, who, objects)); });
        if (!failure.empty()) {
            throw Failure(module + ": a token with " + std::to_string(objects) + " objects: " + failure);
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        std::fprintf(stderr, "%s: token with %u objects made in %.1f s\n", module.c_str(), objects, took.count());
    }
}

MakeTarget module_maker(const std::string& module, TokenFolder folder) {
    return [module, folder] { return std::make_unique<ModuleTarget>(module, folder); };
}

// Seconds of CPU that all processes used since boot, from /proc/stat.
double busy_seconds() {
    std::ifstream stat("/proc/stat");
    std::string word;
    stat >> word;
    double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0;
    stat >> user >> nice >> system >> idle >> iowait >> irq >> softirq;
    return (user + nice + system + irq + softirq) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double own_seconds() {
    double sum = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        getrusage(who, &usage);
        sum += static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    }
    return sum;
}

void measure_all(const Options& options, const TemporaryFolder& place) {
    const auto begin = std::chrono::steady_clock::now();
    const double busy = busy_seconds();
    const double own = own_seconds();
    const Plan plan{options.rounds, std::chrono::milliseconds(options.slice_ms)};
    std::cout << table_head(std::filesystem::path(options.module).filename().string(),
                            options.reference.empty() ? "(no reference)"
                                                      : std::filesystem::path(options.reference).filename().string());
    for (const auto& operation : operations_of(options.objects)) {
        if (operation.name.find(options.only) == std::string::npos) {
            continue;
        }
        std::vector<MakeTarget> targets = {module_maker(options.module, folder_of(place, "module", operation.objects)),
                                           nullptr, nullptr};
        if (!options.reference.empty()) {
            targets[1] = module_maker(options.reference, folder_of(place, "reference", operation.objects));
        }
        if (openssl_does(operation.work)) {
            targets[2] = [] { return std::make_unique<OpensslTarget>(); };
        }
        std::cout << table_row(operation, measure(targets, operation, plan)) << std::flush;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("\nRatios are medians of slice-by-slice pairs (10th–90th percentile): %u rounds of %u ms "
                "slices in alternating order,\neach target in its own process. Other work on the machine "
                "used %.2f cores.\n",
                options.rounds, options.slice_ms, (busy_seconds() - busy - (own_seconds() - own)) / took.count());
}

int run(Options options) {
    if (options.quick) {
        options.rounds = std::min(options.rounds, 5U);
        options.slice_ms = std::min(options.slice_ms, 50U);
        options.objects = std::min(options.objects, 1000U);
    }
    if (!options.reference.empty() && !std::filesystem::exists(options.reference)) {
        std::cerr << "no reference at " << options.reference << ": without it\n";
        options.reference.clear();
    }
    const TemporaryFolder place;
    make_tokens(options.module, place, "module", options.objects);
    if (!options.reference.empty()) {
        make_tokens(options.reference, place, "reference", options.objects);
    }
    measure_all(options, place);
    return 0;
}

}  // namespace
}  // namespace kvp11::bench

int main(int count, char** arguments) {
    kvp11::bench::Options options;
    CLI::App app{"Times a PKCS#11 module against another one and against straight OpenSSL, in the "
                 "same run."};
    app.add_option("--module", options.module, "the module under test")->required()->check(CLI::ExistingFile);
    app.add_option("--reference", options.reference, "another module (empty: none)")->capture_default_str();
    app.add_option("--rounds", options.rounds, "slices per target and operation")
        ->capture_default_str()
        ->check(CLI::Range(1, 10000));
    app.add_option("--slice-ms", options.slice_ms, "length of a slice")
        ->capture_default_str()
        ->check(CLI::Range(1, 60000));
    app.add_option("--objects", options.objects, "objects in the large token")
        ->capture_default_str()
        ->check(CLI::Range(11, 1000000));
    app.add_option("--only", options.only, "only operations whose name contains this");
    app.add_flag("--quick", options.quick, "5 rounds of 50 ms, 1,000 objects");
    CLI11_PARSE(app, count, arguments);
    try {
        return kvp11::bench::run(options);
    } catch (const std::exception& error) {
        std::cerr << "kvp11-bench: " << error.what() << '\n';
        return 1;
    }
}
