// KeyTypes: a small set of key types, for mechanisms that work with keys of more than one. A value.
#pragma once

#include <bit>
#include <initializer_list>

#include "kvp11/algorithm.hpp"

namespace kvp11::mechanism {

class KeyTypes {
public:
    constexpr KeyTypes() = default;
    constexpr KeyTypes(KeyType type) : bits_(bit_of(type)) {}  // NOLINT: one type is a set, too
    constexpr KeyTypes(std::initializer_list<KeyType> types) {
        for (const KeyType type : types) bits_ |= bit_of(type);
    }

    [[nodiscard]] constexpr bool has(KeyType type) const { return (bits_ & bit_of(type)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    /// The first of them in the order of KeyType: the only one where a mechanism makes keys. Not of an empty set.
    [[nodiscard]] constexpr KeyType first() const { return static_cast<KeyType>(std::countr_zero(bits_)); }
    template <class Predicate>
    [[nodiscard]] constexpr bool any(Predicate predicate) const {
        for (std::size_t i = 0; i < key_type_count; ++i) {
            const auto type = static_cast<KeyType>(i);
            if (has(type) && predicate(type)) return true;
        }
        return false;
    }
    template <class Visit>
    constexpr void each(Visit visit) const {
        for (std::size_t i = 0; i < key_type_count; ++i) {
            if (has(static_cast<KeyType>(i))) visit(static_cast<KeyType>(i));
        }
    }
    bool operator==(const KeyTypes&) const = default;

private:
    static constexpr unsigned bit_of(KeyType type) { return 1U << static_cast<unsigned>(type); }
    unsigned bits_ = 0;
};

}  // namespace kvp11::mechanism
