#include "store/sqlite_fork_guard.hpp"

#include <pthread.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace kvp11::store {
namespace {

// Two seconds in all, longer than any commit takes; a host that forks is not to hang on a disk.
constexpr int most_tries = 2000;
constexpr std::chrono::milliseconds pause{1};

bool lock_patiently(std::mutex& mutex) {
    for (int i = 0; i < most_tries; ++i) {
        if (mutex.try_lock()) return true;
        std::this_thread::sleep_for(pause);
    }
    return false;
}

}  // namespace

struct SqliteForkGuard::State {
    std::mutex mutex;  // taken before any connection's lock, and held over the fork
    std::vector<SqliteConnection*> connections;
    std::vector<SqliteConnection*> closed_for_fork;
};

// Never destroyed: a fork may come after the static destructors.
SqliteForkGuard::State& SqliteForkGuard::state() {
    static State* const state = [] {
        pthread_atfork(&before_fork, &after_fork, &after_fork);
        return new State;
    }();
    return *state;
}

void SqliteForkGuard::enlist(SqliteConnection& connection) {
    const std::lock_guard lock(state().mutex);
    state().connections.push_back(&connection);
}

void SqliteForkGuard::delist(SqliteConnection& connection) {
    const std::lock_guard lock(state().mutex);
    auto& all = state().connections;
    all.erase(std::remove(all.begin(), all.end(), &connection), all.end());
}

// Without the checkpoint of an ordinary close, which the next close makes up for.
void SqliteForkGuard::before_fork() {
    state().mutex.lock();
    for (SqliteConnection* connection : state().connections) {
        if (!lock_patiently(connection->mutex_)) continue;
        state().closed_for_fork.push_back(connection);
        if (!connection->handle_ || connection->is_foreign()) continue;
        sqlite3_db_config(connection->handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        connection->close();
    }
}

void SqliteForkGuard::after_fork() {
    for (SqliteConnection* connection : state().closed_for_fork) connection->mutex_.unlock();
    state().closed_for_fork.clear();
    state().mutex.unlock();
}

}  // namespace kvp11::store
