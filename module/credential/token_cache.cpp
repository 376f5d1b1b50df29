#include "credential/token_cache.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <vector>

#include "host/process_mark.hpp"
#include "log/log.hpp"

namespace kvp11::credential {
namespace {

using std::chrono::seconds;
using transport::Clock;

constexpr std::size_t most_entries = 16;
constexpr std::int64_t end_margin = 5;  // a token must still be good when the request has arrived
constexpr seconds first_pause{5};       // between early renewals that fail; doubled
constexpr seconds longest_pause{80};
constexpr seconds first_patience{3};  // of a caller that has a good token, with its renewal; doubled when it failed
constexpr seconds longest_patience{24};

std::int64_t epoch(std::chrono::system_clock::time_point time) {
    return std::chrono::duration_cast<seconds>(time.time_since_epoch()).count();
}

/// One fetch, which any number of threads wait for. Guarded by the room's lock.
struct Flight {
    std::string claims;
    Clock::time_point deadline;
    bool landed = false;
    TokenPtr token;              // null: failed
    std::optional<Error> error;  // absent in a failure that was only the fetcher's deadline
};

struct Entry {
    TokenRequest request;  // without claims
    std::string claims;    // that the token was fetched with
    TokenPtr token;        // null: none, or rejected
    std::int64_t renew_at = 0;
    std::int64_t ends_at = 0;
    unsigned failures = 0;  // of early renewals, since the last token
    std::shared_ptr<Flight> flight;
};

bool is_for(const Entry& entry, const TokenRequest& request) {
    return entry.request.resource == request.resource && entry.request.tenant == request.tenant &&
           entry.request.authority == request.authority;
}

/// Processes that inherited one token would otherwise renew it in the same second.
std::int64_t renewal_time(const Token& token) {
    const std::int64_t refresh = epoch(token.refresh_at);
    const std::int64_t spread = (epoch(token.expires) - refresh) / 4;
    if (spread <= 0) return refresh;
    return refresh + static_cast<std::int64_t>((host::process_mark() * 0x9e3779b97f4a7c15U >> 33U) %
                                               static_cast<std::uint64_t>(spread));
}

/// What one process knows. A child makes its own of it, and leaves the parent's lock alone.
struct Room {
    std::uint64_t mark = host::process_mark();
    std::mutex mutex;
    std::condition_variable landed;
    std::vector<Entry> entries;
    std::atomic<std::uint64_t> fetched{0};
    /// What it was made of; kept, since threads of the child may still be looking at it.
    Room* inherited = nullptr;
};

Entry& entry_for(Room& room, const TokenRequest& request) {
    for (Entry& entry : room.entries) {
        if (is_for(entry, request)) return entry;
    }
    if (room.entries.size() >= most_entries) {
        const auto idle = std::find_if(room.entries.begin(), room.entries.end(),
                                       [](const Entry& entry) { return entry.flight == nullptr; });
        if (idle != room.entries.end()) room.entries.erase(idle);
    }
    Entry& entry = room.entries.emplace_back();
    entry.request = request;
    entry.request.claims.clear();
    return entry;
}

bool is_good(const Entry& entry, const TokenRequest& request, std::int64_t now) {
    return entry.token != nullptr && now < entry.ends_at && (request.claims.empty() || entry.claims == request.claims);
}

void keep(Entry& entry, const TokenPtr& token, const std::string& claims, std::int64_t now) {
    const std::int64_t expires = epoch(token->expires);
    entry.token = token;
    entry.claims = claims;
    entry.renew_at = renewal_time(*token);
    entry.ends_at = expires - std::min(end_margin, std::max<std::int64_t>(expires - now, 0) / 8);
    entry.failures = 0;
}

}  // namespace

struct TokenCache::State {
    std::unique_ptr<Credential> credential;
    std::shared_ptr<const host::Clock> clock;
    std::atomic<Room*> current{new Room};

    Room& own_room();
    Result<Token> acquire(const TokenRequest& request, Clock::time_point deadline) const;
    Result<TokenPtr> fetch(Room& room, const TokenRequest& request, const std::shared_ptr<Flight>& flight);
    Result<TokenPtr> renew(Room& room, const TokenRequest& request, const TokenPtr& good, unsigned failures,
                           const std::shared_ptr<Flight>& flight);
    static std::optional<Result<TokenPtr>> wait(Room& room, std::unique_lock<std::mutex>& lock,
                                                const std::shared_ptr<Flight>& flight, const TokenRequest& request,
                                                Clock::time_point deadline);
};

// After a fork: the tokens are taken over if the parent's lock was free at that moment, which it nearly always is.
Room& TokenCache::State::own_room() {
    Room* known = current.load(std::memory_order_acquire);
    if (known->mark == host::process_mark()) return *known;
    auto own = std::make_unique<Room>();
    own->inherited = known;
    if (const std::unique_lock lock(known->mutex, std::try_to_lock); lock) {
        own->entries = known->entries;
        for (Entry& entry : own->entries) {
            entry.flight = nullptr;
            if (entry.token) entry.renew_at = renewal_time(*entry.token);
        }
    }
    if (current.compare_exchange_strong(known, own.get(), std::memory_order_acq_rel)) return *own.release();
    return *known;
}

// Whatever happens, who waits must be told.
Result<Token> TokenCache::State::acquire(const TokenRequest& request, Clock::time_point deadline) const {
    try {
        return credential->acquire(request, deadline);
    } catch (const std::bad_alloc&) {
        return fail(Errc::OutOfMemory, "no memory for a token");
    } catch (const std::exception& reason) {
        return fail(Errc::Internal, credential->name() + ": " + reason.what());
    }
}

Result<TokenPtr> TokenCache::State::fetch(Room& room, const TokenRequest& request,
                                          const std::shared_ptr<Flight>& flight) {
    Result<Token> fetched = acquire(request, flight->deadline);
    TokenPtr token;
    if (fetched) token = std::make_shared<const Token>(*std::move(fetched));
    const bool was_late = Clock::now() >= flight->deadline;
    const std::lock_guard lock(room.mutex);
    Entry& entry = entry_for(room, request);
    flight->landed = true;
    flight->token = token;
    if (entry.flight == flight) entry.flight = nullptr;
    if (token) {
        keep(entry, token, request.claims, clock->now());
        room.fetched.fetch_add(1, std::memory_order_relaxed);
    } else if (!was_late) {
        flight->error = fetched.error();
    }
    room.landed.notify_all();
    if (token) return token;
    return fail(fetched.error());
}

Result<TokenPtr> TokenCache::State::renew(Room& room, const TokenRequest& request, const TokenPtr& good,
                                          unsigned failures, const std::shared_ptr<Flight>& flight) {
    Result<TokenPtr> token = fetch(room, request, flight);
    if (token) return token;
    const seconds pause = std::min(first_pause * (1U << std::min(failures, 8U)), longest_pause);
    log::write(log::Level::Warn, credential->name() + " cannot renew the token, which is good for another " +
                                     std::to_string(epoch(good->expires) - clock->now()) +
                                     " s: " + token.error().message);
    const std::lock_guard lock(room.mutex);
    Entry& entry = entry_for(room, request);
    if (entry.token == good) {
        entry.renew_at = clock->now() + pause.count();
        entry.failures = failures + 1;
    }
    return good;
}

/// Nothing: look again.
std::optional<Result<TokenPtr>> TokenCache::State::wait(Room& room, std::unique_lock<std::mutex>& lock,
                                                        const std::shared_ptr<Flight>& flight,
                                                        const TokenRequest& request, Clock::time_point deadline) {
    const bool in_time = room.landed.wait_until(lock, deadline, [&flight] { return flight->landed; });
    if (!in_time) return fail(Errc::DeviceError, "the deadline passed while another thread fetched a token");
    if (!request.claims.empty() && flight->claims != request.claims) return std::nullopt;
    if (flight->token) return flight->token;
    if (flight->error) return fail(*flight->error);
    return std::nullopt;
}

TokenCache::TokenCache(std::unique_ptr<Credential> credential, std::shared_ptr<const host::Clock> clock)
    : state_(std::make_unique<State>()) {
    state_->credential = std::move(credential);
    state_->clock = std::move(clock);
}

// A child that never asked leaves the parent's room alone: its lock may be held by a thread that is not here.
TokenCache::~TokenCache() {
    Room* room = state_->current.load(std::memory_order_acquire);
    if (room->mark == host::process_mark()) delete room;
}

std::string TokenCache::credential_name() const { return state_->credential->name(); }

Result<TokenPtr> TokenCache::token(const TokenRequest& request, Clock::time_point deadline) {
    Room& room = state_->own_room();
    std::unique_lock lock(room.mutex);
    for (;;) {
        const std::int64_t now = state_->clock->now();
        Entry& entry = entry_for(room, request);
        const bool good = is_good(entry, request, now);
        if (good && (now < entry.renew_at || entry.flight)) return entry.token;
        if (!good && entry.flight) {
            const std::shared_ptr<Flight> flight = entry.flight;  // the entry may move while the lock is away
            if (auto outcome = State::wait(room, lock, flight, request, deadline)) return *std::move(outcome);
            continue;
        }
        const TokenPtr kept = good ? entry.token : nullptr;
        const unsigned failures = entry.failures;
        const seconds patience = std::min(first_patience * (1U << std::min(failures, 8U)), longest_patience);
        auto flight = std::make_shared<Flight>();
        flight->claims = request.claims;
        flight->deadline = good ? std::min(deadline, Clock::now() + patience) : deadline;
        entry.flight = flight;
        lock.unlock();
        return good ? state_->renew(room, request, kept, failures, flight) : state_->fetch(room, request, flight);
    }
}

void TokenCache::reject(const TokenRequest& request, const TokenPtr& token) {
    Room& room = state_->own_room();
    const std::lock_guard lock(room.mutex);
    Entry& entry = entry_for(room, request);
    if (entry.token == token) entry.token = nullptr;
}

std::uint64_t TokenCache::fetched() const noexcept {
    return state_->own_room().fetched.load(std::memory_order_relaxed);
}

}  // namespace kvp11::credential
