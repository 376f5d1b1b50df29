// The names of PKCS#11's numbers, all those of kvp11/pkcs11.h. Constants; thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "kvp11/pkcs11.h"

namespace kvp11::trace {

struct Constant {
    std::string_view name;
    CK_ULONG value;
};

/// Every constant of the header, in its order.
[[nodiscard]] std::span<const Constant> constants() noexcept;

/// The name of `value` among the constants whose names begin with one of `prefixes`, which are separated by
/// blanks: "CKM_". Empty if there is none; of several the one that the header has first (CKK_EC, not CKK_ECDSA).
[[nodiscard]] std::string_view name_of(std::string_view prefixes, CK_ULONG value) noexcept;

}  // namespace kvp11::trace
