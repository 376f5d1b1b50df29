// kvp11-startup: the processor time of a host from before dlopen until its first use of cryptography is done, by parts.
// Each sample is a process of its own; its numbers are getrusage's. The self-tests and the integrity check run at the
// first use; a copy of the module without its sidecar shows the share of the latter.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "loaded_module.hpp"
#include "measurement.hpp"
#include "module_target.hpp"
#include "target.hpp"

namespace kvp11::bench {
namespace {

namespace fs = std::filesystem;

enum Part { Load, Initialize, FirstUse, Finalize, Total, parts };
constexpr const char* names[parts] = {"dlopen", "C_Initialize", "first use", "C_Finalize", "whole process"};
using Times = std::array<double, parts>;  // milliseconds

double used() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto milliseconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

Times host(const std::string& path) {
    Times times{};
    double last = used();
    const auto note = [&](Part part) {
        const double now = used();
        times[part] = now - last;
        last = now;
    };
    const LoadedModule module(path);
    note(Load);
    module.initialize();
    note(Initialize);
    const CK_SESSION_HANDLE session = module.open_session();
    CK_BYTE random[32];
    require_ok(module->C_GenerateRandom(session, random, sizeof random), "C_GenerateRandom");
    note(FirstUse);
    require_ok(module->C_Finalize(nullptr), "C_Finalize");
    note(Finalize);
    times[Total] = used();
    return times;
}

Times sample(const std::string& path) {
    int ends[2];
    if (pipe(ends) != 0) throw Failure("pipe");
    const pid_t child = fork();
    if (child == 0) {
        try {
            const Times times = host(path);
            _exit(write(ends[1], times.data(), sizeof times) == sizeof times ? 0 : 1);
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
            _exit(1);
        }
    }
    close(ends[1]);
    Times times{};
    const bool whole = read(ends[0], times.data(), sizeof times) == sizeof times;
    close(ends[0]);
    waitpid(child, nullptr, 0);
    if (!whole) throw Failure("the host process failed");
    return times;
}

/// The median of each part.
Times median(const std::string& path, unsigned samples) {
    std::vector<Times> all;
    for (unsigned i = 0; i < samples; ++i) all.push_back(sample(path));
    Times middle{};
    for (std::size_t part = 0; part < parts; ++part) {
        std::sort(all.begin(), all.end(), [&](const Times& a, const Times& b) { return a[part] < b[part]; });
        middle[part] = all[all.size() / 2][part];
    }
    return middle;
}

struct Options {
    std::string module;
    fs::path folder;
    unsigned samples = 21;
    double limit = 0;
};

int report(const Options& options) {
    const std::string failure = in_own_process([&] { make_token(options.module, {options.folder, 0}); });
    if (!failure.empty()) throw Failure(failure);
    enter_folder(options.folder);
    const fs::path alone = options.folder / "libkvp11-without-sidecar.so";
    fs::copy_file(options.module, alone);
    const Times whole = median(options.module, options.samples);
    const Times unchecked = median(alone, options.samples);
    std::printf("processor time in ms, median of %u processes; %s, %.1f MB%s\n", options.samples,
                options.module.c_str(), static_cast<double>(fs::file_size(options.module)) / 1e6,
                fs::exists(options.module + ".hmac") ? "" : ", WITHOUT A SIDECAR");
    for (std::size_t part = 0; part < parts; ++part) {
        std::printf("%-40s %7.1f\n", names[part], whole[part]);
        if (part != FirstUse) continue;
        std::printf("%-40s %7.1f\n", "  of that, integrity of the file", whole[part] - unchecked[part]);
        std::printf("%-40s %7.1f\n", "  of that, OpenSSL and the self-tests", unchecked[part]);
    }
    if (options.limit == 0 || whole[Total] < options.limit) return 0;
    std::printf("more than the limit of %.0f ms\n", options.limit);
    return 1;
}

}  // namespace
}  // namespace kvp11::bench

int main(int argc, char** argv) {
    using namespace kvp11::bench;
    Options options;
    CLI::App app{"What starting with the module costs a host."};
    app.add_option("--module", options.module, "libkvp11.so")->required();
    app.add_option("--folder", options.folder, "an empty folder for a token")->required();
    app.add_option("--samples", options.samples, "processes")->check(CLI::Range(1, 1000));
    app.add_option("--limit", options.limit, "ends with 1 when the whole takes more milliseconds");
    CLI11_PARSE(app, argc, argv);
    try {
        return report(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "kvp11-startup: %s\n", error.what());
        return 2;
    }
}
