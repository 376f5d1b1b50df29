// Signatures of a remote slot as a host gets them, beside the bare request for the same signature.
// tools/bench/remote-load starts the server and runs this; KVP11_CONFIG names the slot, whose token is called bench and
// has one EC key.
//
//   kvp11-remote-bench rate MODULE THREADS SECONDS
//   kvp11-remote-bench bare-rate THREADS SECONDS HOST PORT CA_FILE REQUEST_FILE
//   kvp11-remote-bench latency MODULE SECONDS HOST PORT CA_FILE REQUEST_FILE
//
// A signature is C_SignInit and C_Sign. Times are microseconds. `latency` takes turns between the two every hundred
// signatures, on one thread, so that drift of the machine meets both.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <thread>
#include <vector>

#include "blocking_client.hpp"
#include "loaded_module.hpp"
#include "target.hpp"

namespace {

using namespace kvp11::bench;
using Clock = std::chrono::steady_clock;

constexpr int warm_up = 200;  // signatures of each thread
constexpr int block = 100;

double microseconds(Clock::duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

double cpu_microseconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

double percentile(std::vector<double>& times, double share) {
    if (times.empty()) return 0;
    const auto place = static_cast<std::size_t>(share * static_cast<double>(times.size() - 1));
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(place), times.end());
    return times[place];
}

class Slot {
public:
    explicit Slot(const std::string& path) : module_(path) {
        module_.initialize();
        key_ = module_.find(module_.open_session(), CKO_PRIVATE_KEY, CKK_EC);
    }

    [[nodiscard]] CK_SESSION_HANDLE session() const { return module_.open_session(); }
    CK_RV sign(CK_SESSION_HANDLE session) const {
        CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
        CK_BYTE digest[32] = {7};
        CK_BYTE signature[64];
        CK_ULONG size = sizeof(signature);
        const CK_RV code = module_->C_SignInit(session, &mechanism, key_);
        return code != CKR_OK ? code : module_->C_Sign(session, digest, sizeof(digest), signature, &size);
    }
    void end() const { require_ok(module_->C_Finalize(nullptr), "C_Finalize"); }

private:
    LoadedModule module_;
    CK_OBJECT_HANDLE key_ = CK_INVALID_HANDLE;
};

// What one thread did after everybody was warm.
struct Work {
    std::vector<double> times;
    std::size_t failures = 0;
};

// What a thread does again and again; made on the thread itself. False when it failed.
using Job = std::function<bool()>;

void work_until(const std::function<Job()>& make, std::atomic<int>& warm, const std::atomic<bool>& go,
                const std::atomic<bool>& stop, Work& work) {
    const Job job = make();
    for (int i = 0; i < warm_up; ++i) job();
    ++warm;
    while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    while (!stop) {
        const auto begin = Clock::now();
        const bool is_good = job();
        work.times.push_back(microseconds(Clock::now() - begin));
        work.failures += is_good ? 0 : 1;
    }
}

void report(const std::vector<Work>& works, double took, double cpu) {
    std::vector<double> times;
    std::size_t failures = 0;
    for (const Work& work : works) {
        times.insert(times.end(), work.times.begin(), work.times.end());
        failures += work.failures;
    }
    const auto done = static_cast<double>(times.size());
    std::printf("RATE %.1f %.1f %.1f %zu %.1f\n", done * 1e6 / took, percentile(times, 0.5), percentile(times, 0.99),
                failures, cpu / std::max(done, 1.0));
}

void rate(const std::function<Job()>& make, int count, double seconds) {
    std::vector<Work> works(static_cast<std::size_t>(count));
    std::vector<std::thread> threads;
    std::atomic<int> warm{0};
    std::atomic<bool> go{false};
    std::atomic<bool> stop{false};
    for (Work& work : works) {
        work.times.reserve(1U << 20U);
        threads.emplace_back([&] { work_until(make, warm, go, stop, work); });
    }
    while (warm < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double cpu = cpu_microseconds();
    const auto begin = Clock::now();
    go = true;
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    stop = true;
    const double took = microseconds(Clock::now() - begin);
    for (std::thread& thread : threads) thread.join();
    report(works, took, cpu_microseconds() - cpu);
}

std::string content_of(const char* path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

template <class Sign>
void time_block(std::vector<double>& times, Sign sign) {
    for (int i = 0; i < block; ++i) {
        const auto begin = Clock::now();
        sign();
        times.push_back(microseconds(Clock::now() - begin));
    }
}

void latency(const Slot& slot, double seconds, BlockingClient& client, const std::string& request) {
    const CK_SESSION_HANDLE session = slot.session();
    const auto through_module = [&] { require_ok(slot.sign(session), "C_Sign"); };
    const auto bare = [&] {
        if (const int status = client.ask(request); status != 200) throw Failure("status " + std::to_string(status));
    };
    std::vector<double> ours;
    std::vector<double> theirs;
    for (int i = 0; i < 5; ++i) time_block(ours, through_module), time_block(theirs, bare);
    ours.clear();
    theirs.clear();
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    while (Clock::now() < end) {
        time_block(ours, through_module);
        time_block(theirs, bare);
    }
    std::printf("LATENCY %.1f %.1f %.1f %.1f\n", percentile(ours, 0.5), percentile(ours, 0.99), percentile(theirs, 0.5),
                percentile(theirs, 0.99));
}

std::uint16_t port_of(const char* word) { return static_cast<std::uint16_t>(std::atoi(word)); }

int run(int count, char** words) {
    const std::string verb = count > 1 ? words[1] : "";
    if (verb == "rate" && count == 5) {
        const Slot slot(words[2]);
        const auto make = [&]() -> Job {
            return [&slot, session = slot.session()] { return slot.sign(session) == CKR_OK; };
        };
        rate(make, std::atoi(words[3]), std::atof(words[4]));
        slot.end();
        return 0;
    }
    if (verb == "bare-rate" && count == 8) {
        const std::string request = content_of(words[7]);
        const auto make = [&]() -> Job {
            auto client = std::make_shared<BlockingClient>(words[4], port_of(words[5]), words[6]);
            return [&request, client] { return client->ask(request) == 200; };
        };
        rate(make, std::atoi(words[2]), std::atof(words[3]));
        return 0;
    }
    if (verb == "latency" && count == 8) {
        const Slot slot(words[2]);
        BlockingClient client(words[4], port_of(words[5]), words[6]);
        latency(slot, std::atof(words[3]), client, content_of(words[7]));
        slot.end();
        return 0;
    }
    std::fprintf(stderr, "kvp11-remote-bench rate MODULE THREADS SECONDS\n"
                         "kvp11-remote-bench bare-rate THREADS SECONDS HOST PORT CA_FILE REQUEST_FILE\n"
                         "kvp11-remote-bench latency MODULE SECONDS HOST PORT CA_FILE REQUEST_FILE\n");
    return 2;
}

}  // namespace

int main(int count, char** words) {
    try {
        return run(count, words);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "kvp11-remote-bench: %s\n", problem.what());
        return 1;
    }
}
