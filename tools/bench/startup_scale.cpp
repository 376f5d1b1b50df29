// kvp11-startup-scale: what the number of keys in a partition costs a process that starts: C_Initialize,
// C_OpenSession and C_Login, a search, the first signature; each in fresh processes, few keys and many in turns.
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

#include "large_partition.hpp"
#include "loaded_module.hpp"
#include "measurement.hpp"
#include "partition/role_credential.hpp"
#include "target.hpp"

namespace kvp11::bench {
namespace {

struct Options {
    std::string module;
    std::string folder;
    std::size_t few = 100;
    std::size_t many = 100'000;
    unsigned rounds = 21;
    unsigned kdf_cost = partition::default_kdf_cost;
    double limit = 0;
};

constexpr std::array<const char*, 5> kSteps = {"C_Initialize, C_OpenSession, C_Login", "C_FindObjects by CKA_LABEL",
                                               "C_FindObjects by CKA_ID", "C_SignInit, the first time",
                                               "C_Sign, the first time"};
using Times = std::array<double, kSteps.size()>;  // milliseconds

class Watch {
public:
    double lap() {
        const auto now = std::chrono::steady_clock::now();
        return std::chrono::duration<double, std::milli>(now - std::exchange(last_, now)).count();
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

template <class Value>
CK_OBJECT_HANDLE find_private(const LoadedModule& module, CK_SESSION_HANDLE session, CK_ATTRIBUTE_TYPE type,
                              Value* value, std::size_t size) {
    CK_OBJECT_CLASS object_class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted[] = {attribute(CKA_CLASS, object_class), {type, value, size}};
    CK_OBJECT_HANDLE handles[2] = {};
    CK_ULONG found = 0;
    require_ok(module->C_FindObjectsInit(session, wanted, 2), "C_FindObjectsInit");
    require_ok(module->C_FindObjects(session, handles, 2, &found), "C_FindObjects");
    require_ok(module->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    if (found != 1) throw Failure("found " + std::to_string(found) + " keys, want 1");
    return handles[0];
}

Times time_start(const std::string& path, const std::filesystem::path& folder, std::size_t keys) {
    enter_folder(folder);
    const LoadedModule module(path);
    Times times{};
    Watch watch;
    module.initialize();
    const CK_SESSION_HANDLE session = module.open_session();
    module.login(session, CKU_USER);
    times[0] = watch.lap();
    std::string label = name_of_key(keys / 2);
    find_private(module, session, CKA_LABEL, label.data(), label.size());
    times[1] = watch.lap();
    auto id = static_cast<std::uint32_t>(keys / 3);
    const CK_OBJECT_HANDLE key = find_private(module, session, CKA_ID, &id, sizeof(id));
    times[2] = watch.lap();
    CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
    require_ok(module->C_SignInit(session, &mechanism, key), "C_SignInit");
    times[3] = watch.lap();
    CK_BYTE digest[32] = {1};
    CK_BYTE signature[64];
    CK_ULONG size = sizeof(signature);
    require_ok(module->C_Sign(session, digest, sizeof(digest), signature, &size), "C_Sign");
    times[4] = watch.lap();
    require_ok(module->C_Finalize(nullptr), "C_Finalize");
    return times;
}

Times in_fresh_process(const std::string& path, const std::filesystem::path& folder, std::size_t keys) {
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0) throw Failure("no pipe");
    const std::string failure = in_own_process([&] {
        const Times times = time_start(path, folder, keys);
        if (write(pipe_ends[1], &times, sizeof(times)) != sizeof(times)) throw Failure("cannot write");
    });
    close(pipe_ends[1]);
    Times times{};
    const bool got = read(pipe_ends[0], &times, sizeof(times)) == sizeof(times);
    close(pipe_ends[0]);
    if (!failure.empty() || !got) throw Failure(failure.empty() ? "a child gave nothing" : failure);
    return times;
}

void make_folder(const std::filesystem::path& folder, std::size_t keys, unsigned kdf_cost) {
    if (std::filesystem::exists(folder / "kvp11.toml")) return;
    std::filesystem::create_directories(folder);
    const std::string failure = in_own_process([&] { make_large_partition(folder / "partition", keys, kdf_cost); });
    if (!failure.empty()) throw Failure(failure);
    std::ofstream(folder / "kvp11.toml") << "[[slot]]\nid = 0\nlabel = \"" << kLabel
                                         << "\"\nbackend = \"partition\"\npath = \"" << (folder / "partition").string()
                                         << "\"\n";
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

int run(const Options& options) {
    const std::filesystem::path root(options.folder);
    const std::size_t counts[] = {options.few, options.many};
    std::array<std::array<std::vector<double>, kSteps.size()>, 2> all;
    for (const std::size_t count : counts) make_folder(root / std::to_string(count), count, options.kdf_cost);
    for (unsigned round = 0; round < options.rounds; ++round) {
        for (std::size_t turn = 0; turn < 2; ++turn) {
            const std::size_t which = (round + turn) % 2;
            const auto folder = root / std::to_string(counts[which]);
            const Times times = in_fresh_process(options.module, folder, counts[which]);
            for (std::size_t step = 0; step < kSteps.size(); ++step) all[which][step].push_back(times[step]);
        }
    }
    std::printf("| median of %u processes, scrypt cost %u | %zu keys | %zu keys | ratio |\n|---|---|---|---|\n",
                options.rounds, options.kdf_cost, options.few, options.many);
    double first_ratio = 0;
    for (std::size_t step = 0; step < kSteps.size(); ++step) {
        const double few = median(all[0][step]);
        const double many = median(all[1][step]);
        if (step == 0) first_ratio = many / few;
        std::printf("| %s | %.2f ms | %.2f ms | %.2f |\n", kSteps[step], few, many, many / few);
    }
    return options.limit > 0 && first_ratio > options.limit ? 1 : 0;
}

}  // namespace
}  // namespace kvp11::bench

int main(int argc, char** argv) {
    kvp11::bench::Options options;
    CLI::App app("Measures what the number of keys costs a process that starts");
    app.add_option("--module", options.module, "libkvp11.so")->required();
    app.add_option("--folder", options.folder, "Where the partitions are made, or were made before")->required();
    app.add_option("--few", options.few)->capture_default_str();
    app.add_option("--many", options.many)->capture_default_str();
    app.add_option("--rounds", options.rounds)->capture_default_str()->check(CLI::PositiveNumber);
    app.add_option("--kdf-cost", options.kdf_cost, "Of new partitions")->capture_default_str();
    app.add_option("--limit", options.limit, "Exit with 1 when starting takes longer by this factor");
    CLI11_PARSE(app, argc, argv);
    try {
        return kvp11::bench::run(options);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "kvp11-startup-scale: %s\n", problem.what());
        return 2;
    }
}
