#include "rest/workers.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <thread>

namespace kvp11::rest {
namespace {

constexpr int lower_priority = 10;

// On Linux a thread has a priority of its own; failing to lower it costs only speed.
void lower_own_priority() {
    thread_local bool done = false;
    if (done) return;
    done = true;
    setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), lower_priority);
}

}  // namespace

struct Workers::Pool {
    explicit Pool(unsigned count) : threads(count) {}
    boost::asio::thread_pool threads;
};

Workers::Workers(unsigned threads)
    : pool_(std::make_unique<Pool>(threads ? threads : std::max(1U, std::thread::hardware_concurrency()))) {}

Workers::~Workers() {
    pool_->threads.stop();
    pool_->threads.join();
}

void Workers::post(std::function<void()> work) {
    boost::asio::post(pool_->threads, [work = std::move(work)] {
        lower_own_priority();
        work();
    });
}

}  // namespace kvp11::rest
