// The rules of objects that are no keys, as groups of attribute_rules: data, certificates, domain parameters, trust,
// and what the module itself says of a slot (built_in.hpp). Constants; thread-safe.
#pragma once

#include <array>

#include "token/attribute_rules.hpp"

namespace kvp11::token {

using Rules = std::span<const Rule>;

/// Whether objects of this class are records, at least in some of their varieties.
[[nodiscard]] bool is_record_class(CK_OBJECT_CLASS object_class) noexcept;
/// Whether an application can make such objects; the others are built in.
[[nodiscard]] bool can_be_created(CK_OBJECT_CLASS object_class) noexcept;
/// Of an object that is no key, beside those of all objects; all empty where there are no such objects.
[[nodiscard]] std::array<Rules, 2> record_rules_of(const Kind& kind) noexcept;

/// Kind::variety of an object that is no key: zero where its class has none. AttributeValueInvalid for one that is not
/// known here, TemplateIncomplete where one must be said.
Result<CK_ULONG> variety_of(CK_OBJECT_CLASS object_class, const mechanism::AttributeSource& attributes);

/// What the values of a new record must be like together, once its rules are met. AttributeValueInvalid,
/// TemplateIncomplete, DomainParamsInvalid. Certificates have more (certificate_draft.hpp).
Result<void> check_record(const Kind& kind, const Face& face);

}  // namespace kvp11::token
