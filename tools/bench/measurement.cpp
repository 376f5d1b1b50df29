#include "measurement.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

namespace kvp11::bench {
namespace {

using Clock = std::chrono::steady_clock;

// What goes through the pipe: the first says whether the target is ready, the others are slices.
struct Answer {
    double rate;
    std::array<char, 240> failure;
};

Answer failed(const char* what) {
    Answer answer{};
    std::strncpy(answer.failure.data(), what, answer.failure.size() - 1);
    return answer;
}

// Looks at the clock about every 100 µs only: it costs as much as a tenth of the fastest operation.
double run_thread(Job& job, Clock::time_point end) {
    const auto begin = Clock::now();
    auto now = begin;
    double count = 0;
    for (unsigned batch = 1; now < end;) {
        const auto before = now;
        for (unsigned i = 0; i < batch; ++i) {
            job();
        }
        count += batch;
        now = Clock::now();
        if (now - before < std::chrono::microseconds(50)) {
            batch *= 2;
        }
    }
    return count / std::chrono::duration<double>(now - begin).count();
}

double run_slice(std::vector<Job>& jobs, std::chrono::milliseconds slice) {
    const auto end = Clock::now() + slice;
    if (jobs.size() == 1) {
        return run_thread(jobs.front(), end);
    }
    std::vector<double> rates(jobs.size());
    std::vector<std::thread> threads;
    std::string failure;
    std::mutex failure_mutex;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        threads.emplace_back([&, i] {
            try {
                rates[i] = run_thread(jobs[i], end);
            } catch (const std::exception& error) {
                const std::lock_guard lock(failure_mutex);
                failure = error.what();
            }
        });
    }
    double sum = 0;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        threads[i].join();
        sum += rates[i];
    }
    if (!failure.empty()) {
        throw Failure(failure);
    }
    return sum;
}

void send_answer(int socket, const Answer& answer) {
    if (write(socket, &answer, sizeof(answer)) != sizeof(answer)) {
        _exit(1);
    }
}

// The life of a measuring process. It ends by _exit: what a module does at exit is not measured
// here.
[[noreturn]] void serve(int socket, const MakeTarget& make, const Operation& operation, const Plan& plan) {
    try {
        const auto target = make();
        auto jobs = target->prepare(operation);
        run_slice(jobs, plan.slice / 4);  // warm-up
        send_answer(socket, Answer{});
        for (char go = 0; read(socket, &go, 1) == 1;) {
            Answer answer{};
            answer.rate = run_slice(jobs, plan.slice);
            send_answer(socket, answer);
        }
    } catch (const std::exception& error) {
        send_answer(socket, failed(error.what()));
    }
    _exit(0);
}

// The parent's end of one measuring process.
class Worker {
public:
    Worker(const MakeTarget& make, const Operation& operation, const Plan& plan) {
        int sockets[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
            throw std::system_error(errno, std::generic_category(), "socketpair");
        }
        process_ = fork();
        if (process_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(sockets[0]);
            serve(sockets[1], make, operation, plan);
        }
        close(sockets[1]);
        socket_ = sockets[0];
        receive();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() {
        // Workers made later hold copies of this socket: closing it alone would not end the
        // process.
        shutdown(socket_, SHUT_RDWR);
        close(socket_);
        waitpid(process_, nullptr, 0);
    }

    void run_slice() {
        const char go = 'g';
        if (rates_.failure.empty() && send(socket_, &go, 1, MSG_NOSIGNAL) == 1 && receive()) {
            rates_.per_round.push_back(last_rate_);
        }
    }

    const Rates& rates() const { return rates_; }

private:
    bool receive() {
        Answer answer{};
        if (recv(socket_, &answer, sizeof(answer), MSG_WAITALL) != sizeof(answer)) {
            answer = failed("its process died");
        }
        rates_.failure = answer.failure.data();
        last_rate_ = answer.rate;
        return rates_.failure.empty();
    }

    pid_t process_ = -1;
    int socket_ = -1;
    double last_rate_ = 0;
    Rates rates_;
};

}  // namespace

std::vector<Rates> measure(const std::vector<MakeTarget>& targets, const Operation& operation, const Plan& plan) {
    std::vector<std::unique_ptr<Worker>> workers;
    for (const auto& make : targets) {
        workers.push_back(make ? std::make_unique<Worker>(make, operation, plan) : nullptr);
    }
    for (unsigned round = 0; round < plan.rounds; ++round) {
        for (std::size_t turn = 0; turn < workers.size(); ++turn) {
            const auto& worker = workers[round % 2 == 0 ? turn : workers.size() - 1 - turn];
            if (worker) {
                worker->run_slice();
            }
        }
    }
    std::vector<Rates> rates;
    for (const auto& worker : workers) {
        rates.push_back(worker ? worker->rates() : Rates{});
    }
    return rates;
}

std::string in_own_process(const std::function<void()>& function) {
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
    const pid_t process = fork();
    if (process == 0) {
        try {
            function();
        } catch (const std::exception& error) {
            if (write(pipe_ends[1], error.what(), std::strlen(error.what())) < 0) {
                _exit(2);
            }
            _exit(1);
        }
        _exit(0);
    }
    close(pipe_ends[1]);
    std::array<char, 240> said{};
    const ssize_t length = read(pipe_ends[0], said.data(), said.size() - 1);
    close(pipe_ends[0]);
    int status = 0;
    waitpid(process, &status, 0);
    if (length > 0) {
        return said.data();
    }
    return status == 0 ? "" : "its process died";
}

}  // namespace kvp11::bench
