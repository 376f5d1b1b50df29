// Conditions as CK_RV: the one table. Constant; thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "kvp11/error.hpp"
#include "kvp11/pkcs11.h"

namespace kvp11::abi {

struct ConditionRow {
    Errc condition;
    CK_RV value;
    std::string_view name;           // of the value
    bool operators_concern = false;  // somebody must do something about it: worth a line in the log
};

/// The row of every Errc, in their order.
[[nodiscard]] std::span<const ConditionRow> condition_rows() noexcept;
[[nodiscard]] const ConditionRow& row_of(Errc condition) noexcept;
[[nodiscard]] inline CK_RV ck_rv(Errc condition) noexcept { return row_of(condition).value; }

}  // namespace kvp11::abi
