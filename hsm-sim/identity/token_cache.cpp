#include "identity/token_cache.hpp"

#include <cstring>
#include <functional>
#include <mutex>

namespace kvp11::identity {
namespace {

/// The end of a token is the end of its signature, which nobody chooses: only verified tokens are kept, so a short
/// hash of it spreads them evenly, and whoever has no valid token fills no set.
constexpr std::size_t hashed_tail = 32;

bool equal(const SecretBytes& kept, std::string_view token) noexcept {
    const ByteView bytes = kept.expose_bytes();
    return bytes.size() == token.size() && std::memcmp(bytes.data(), token.data(), token.size()) == 0;
}

bool is_valid(const Validity& validity, std::int64_t now) { return now >= validity.from && now < validity.until; }

}  // namespace

TokenCache::TokenCache(std::size_t tokens)
    : sets_((tokens + std::tuple_size_v<decltype(Set::places)> - 1) / std::tuple_size_v<decltype(Set::places)>) {}

std::size_t TokenCache::hash_of(std::string_view token) noexcept {
    if (token.size() > hashed_tail) token.remove_prefix(token.size() - hashed_tail);
    return std::hash<std::string_view>{}(token);
}

PrincipalPtr TokenCache::find(std::string_view token, std::int64_t now, std::uint64_t generation) const {
    if (sets_.empty()) return nullptr;
    const std::size_t hash = hash_of(token);
    const Set& set = sets_[hash % sets_.size()];
    const std::shared_lock lock(set.mutex);
    for (const Place& place : set.places) {
        if (place.hash != hash || !place.principal || !equal(place.token, token)) continue;
        if (place.validity.generation != generation || !is_valid(place.validity, now)) return nullptr;
        if (!place.used.load(std::memory_order_relaxed)) place.used.store(true, std::memory_order_relaxed);
        return place.principal;
    }
    return nullptr;
}

TokenCache::Place& TokenCache::place_for(Set& set, const Validity& validity, std::int64_t now) {
    for (Place& place : set.places) {
        const bool is_stale = place.validity.generation != validity.generation || !is_valid(place.validity, now);
        if (!place.principal || is_stale) return place;
    }
    // Everybody asked for since the hand last came by stays for one more round.
    for (;; ++set.hand) {
        Place& place = set.places[set.hand % set.places.size()];
        if (!place.used.exchange(false, std::memory_order_relaxed)) {
            ++set.hand;
            return place;
        }
    }
}

void TokenCache::keep(std::string_view token, const Validity& validity, PrincipalPtr principal, std::int64_t now) {
    if (sets_.empty()) return;
    const std::size_t hash = hash_of(token);
    Set& set = sets_[hash % sets_.size()];
    const std::unique_lock lock(set.mutex);
    Place* chosen = nullptr;
    for (Place& place : set.places) {
        if (place.principal && place.hash == hash && equal(place.token, token)) chosen = &place;
    }
    if (!chosen) chosen = &place_for(set, validity, now);
    chosen->hash = hash;
    chosen->token = SecretBytes::copy_of(bytes_of(token));
    chosen->validity = validity;
    chosen->principal = std::move(principal);
    chosen->used.store(false, std::memory_order_relaxed);
}

std::size_t TokenCache::size() const {
    std::size_t kept = 0;
    for (const Set& set : sets_) {
        const std::shared_lock lock(set.mutex);
        for (const Place& place : set.places) kept += place.principal ? 1 : 0;
    }
    return kept;
}

}  // namespace kvp11::identity
