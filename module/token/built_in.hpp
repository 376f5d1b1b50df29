// Built-in objects: what the module itself says of a slot in objects that nobody made and nobody can change:
// profiles (CKO_PROFILE), the slot's mechanisms (CKO_MECHANISM), the clock of a token that has one (CKO_HW_FEATURE)
// and that nothing is validated (CKO_VALIDATION). PKCS#11 3.2 §4.3, §4.13 to §4.15.
//
// They are made when somebody asks for them, and only then: a search finds them when its template has their class, or
// the attribute that only they have, or CKA_UNIQUE_ID. 2.20 demanded that of mechanisms and hardware features, so that
// applications do not meet objects that they do not know; profiles and validations are kept from those likewise.
// Pure but for the questions to the slot; thread-safe.
#pragma once

#include "token/slot.hpp"

namespace kvp11::token::built_in {

/// The one bit of C_GetSessionValidationFlags, and CKA_VALIDATION_FLAG of the one validation object.
inline constexpr CK_FLAGS policy_flag = 1;

/// Whether a record of this name is a built-in one.
[[nodiscard]] bool is_name(std::string_view name) noexcept;
/// Null when there is no such built-in object.
[[nodiscard]] std::shared_ptr<const Record> record(const std::string& name);
/// Those of the slot that a template may ask for, in ascending order; its other attributes are not looked at.
[[nodiscard]] std::vector<ObjectRef> asked_for(const Slot& slot, const Template& wanted);

}  // namespace kvp11::token::built_in
