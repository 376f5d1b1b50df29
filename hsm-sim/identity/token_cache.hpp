// TokenCache: whom tokens speak for that were verified before. Thread-safe.
//
// A fixed number of places in sets of eight, each set with a lock of its own: a token is looked for in one set only,
// and a full set gives up what was not asked for lately. Tokens are kept whole, compared whole, and wiped.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "identity/principal.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::identity {

/// When a verified token counts, and by which generation of keys it was verified.
struct Validity {
    std::int64_t from = 0;
    std::int64_t until = 0;
    std::uint64_t generation = 0;
};

class TokenCache {
public:
    /// Rounded up to full sets; 0 keeps nothing.
    explicit TokenCache(std::size_t tokens);

    /// Null when it is not there, or not valid now.
    [[nodiscard]] PrincipalPtr find(std::string_view token, std::int64_t now, std::uint64_t generation) const;
    void keep(std::string_view token, const Validity& validity, PrincipalPtr principal, std::int64_t now);
    /// For metrics and tests.
    [[nodiscard]] std::size_t size() const;

private:
    struct Place {
        std::size_t hash = 0;
        SecretBytes token;
        Validity validity;
        PrincipalPtr principal;  // null: free
        mutable std::atomic<bool> used{false};
    };
    struct Set {
        mutable std::shared_mutex mutex;
        std::array<Place, 8> places;
        std::size_t hand = 0;  // where the search for somebody to give up goes on
    };
    [[nodiscard]] static std::size_t hash_of(std::string_view token) noexcept;
    [[nodiscard]] static Place& place_for(Set& set, const Validity& validity, std::int64_t now);

    std::vector<Set> sets_;
};

}  // namespace kvp11::identity
