#include "token/built_in.hpp"

#include <algorithm>
#include <charconv>

#include "mechanism/registry.hpp"
#include "token/certificate_draft.hpp"
#include "token/token_info.hpp"

namespace kvp11::token::built_in {

namespace {

using Numbers = std::vector<CK_ULONG>;

struct Profile {
    CK_ULONG id;
    std::string_view label;
};

// CKP_COMPLETE_PROVIDER would be all mechanisms of the standard; CKP_PUBLIC_CERTIFICATES_TOKEN depends on what lies
// there.
constexpr Profile profiles[] = {
    {CKP_BASELINE_PROVIDER, "Baseline Provider"},
    {CKP_EXTENDED_PROVIDER, "Extended Provider"},
    {CKP_AUTHENTICATION_TOKEN, "Authentication Token"},
    {CKP_PUBLIC_CERTIFICATES_TOKEN, "Public Certificates Token"},
};

Numbers profile_numbers(const Slot& slot) {
    Numbers numbers;
    for (const Profile& profile : profiles) {
        if (profile.id != CKP_PUBLIC_CERTIFICATES_TOKEN || has_public_certificates(slot.token()))
            numbers.push_back(profile.id);
    }
    return numbers;
}

std::string profile_label(CK_ULONG id) {
    const auto* profile =
        std::find_if(std::begin(profiles), std::end(profiles), [&](const Profile& one) { return one.id == id; });
    return profile == std::end(profiles) ? std::string() : std::string(profile->label);
}

Numbers mechanism_numbers(const Slot& slot) {
    const auto listed = mechanisms(slot);
    return listed.ok() ? *listed : Numbers{};
}

std::string mechanism_label(CK_ULONG type) {
    const auto* row = mechanism::find_row(type);
    return row == nullptr ? std::string() : std::string(row->name);
}

Numbers clock_numbers(const Slot& slot) { return slot.has_clock() ? Numbers{CKH_CLOCK} : Numbers{}; }

std::string clock_label(CK_ULONG feature) { return feature == CKH_CLOCK ? "Clock" : ""; }

Numbers validation_numbers(const Slot&) { return {policy_flag}; }

std::string validation_label(CK_ULONG flag) {
    return flag == policy_flag ? "Not validated: the flag is of kvp11's own policy" : "";
}

struct Row {
    CK_OBJECT_CLASS object_class;
    std::string_view name;     // in front of the number
    CK_ATTRIBUTE_TYPE number;  // the attribute that tells the objects of this class apart
    Numbers (*numbers)(const Slot& slot);
    std::string (*label)(CK_ULONG number);  // empty: there is no such object
};

constexpr Row rows[] = {
    {CKO_HW_FEATURE, "feature-", CKA_HW_FEATURE_TYPE, clock_numbers, clock_label},
    {CKO_MECHANISM, "mechanism-", CKA_MECHANISM_TYPE, mechanism_numbers, mechanism_label},
    {CKO_PROFILE, "profile-", CKA_PROFILE_ID, profile_numbers, profile_label},
    {CKO_VALIDATION, "validation-", CKA_VALIDATION_FLAG, validation_numbers, validation_label},
};

const Row* row_of(std::string_view name) noexcept {
    const auto* row =
        std::find_if(std::begin(rows), std::end(rows), [&](const Row& one) { return name.starts_with(one.name); });
    return row == std::end(rows) ? nullptr : row;
}

std::string name_of(const Row& row, CK_ULONG number) {
    char digits[2 * sizeof number];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number, 16).ptr;
    return std::string(row.name) + std::string(digits, end);
}

/// A CK_VERSION of nothing; the module's name says what there is instead.
void add_validation(ExtraAttributes& extras) {
    constexpr std::string_view who = "kvp11 (validated by nobody; see docs/security.md)";
    extras[CKA_VALIDATION_VERSION] = {0, 0};
    extras[CKA_VALIDATION_MODULE_ID] = copy_of(bytes_of(who));
}

bool may_ask_for(const Row& row, const Template& wanted) {
    const auto object_class = wanted.number(CKA_CLASS);
    if (!object_class.ok()) return false;
    if (*object_class) return **object_class == row.object_class;
    return wanted.has(row.number) || wanted.has(CKA_UNIQUE_ID);
}

}  // namespace

bool is_name(std::string_view name) noexcept { return row_of(name) != nullptr; }

std::shared_ptr<const Record> record(const std::string& name) {
    const Row* row = row_of(name);
    if (row == nullptr) return nullptr;
    CK_ULONG number = 0;
    const std::string_view digits = std::string_view(name).substr(row->name.size());
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    const std::string label = row->label(number);
    if (read.ec != std::errc{} || name_of(*row, number) != name || label.empty()) return nullptr;
    auto record = std::make_shared<Record>();
    record->id = name;
    record->object_class = row->object_class;
    record->face.is_private = false;
    record->face.label = copy_of(bytes_of(label));
    auto& extras = record->face.extras;
    extras[row->number] = encode_number(number);
    for (const CK_ATTRIBUTE_TYPE fixed : {CKA_MODIFIABLE, CKA_COPYABLE, CKA_DESTROYABLE})
        extras[fixed] = encode_flag(false);
    if (row->object_class == CKO_VALIDATION) add_validation(extras);
    return record;
}

std::vector<ObjectRef> asked_for(const Slot& slot, const Template& wanted) {
    std::vector<ObjectRef> refs;
    for (const Row& row : rows) {
        if (!may_ask_for(row, wanted)) continue;
        for (const CK_ULONG number : row.numbers(slot))
            refs.push_back({ObjectKind::Record, {name_of(row, number), {}}});
    }
    return refs;
}

}  // namespace kvp11::token::built_in
