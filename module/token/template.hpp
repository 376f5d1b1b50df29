// Template: a caller's CK_ATTRIBUTE array, checked for shape and then read by type.
//
// It refers to the caller's memory and so lives no longer than the call; only values that were added
// or nested are its own. A value type of one thread.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "mechanism/key_template.hpp"

namespace kvp11::token {

/// What a caller may reasonably say in one template.
constexpr CK_ULONG max_attributes = 1000;
constexpr CK_ULONG max_attribute_size = 16UL << 20;

class Template final : public mechanism::AttributeSource {
public:
    struct Attribute {
        CK_ATTRIBUTE_TYPE type;
        ByteView value;
    };

    Template() = default;
    Template(Template&&) = default;
    Template& operator=(Template&&) = default;

    /// ArgumentsBad for a NULL array or an absurd count, AttributeValueInvalid for a NULL or absurdly
    /// long value, TemplateInconsistent for an attribute given twice with different values.
    static Result<Template> parse(const CK_ATTRIBUTE* attributes, CK_ULONG count);
    /// The inverse of encode().
    static Result<Template> decode(ByteView encoded);
    /// As one value: type, length and bytes of each attribute. What CKA_UNWRAP_TEMPLATE is kept as.
    [[nodiscard]] Bytes encode() const;

    [[nodiscard]] std::optional<ByteView> find(CK_ATTRIBUTE_TYPE type) const override;
    [[nodiscard]] bool has(CK_ATTRIBUTE_TYPE type) const { return find(type).has_value(); }
    [[nodiscard]] const std::vector<Attribute>& attributes() const noexcept { return attributes_; }

    /// Nothing when absent, AttributeValueInvalid when it has the wrong size.
    [[nodiscard]] Result<std::optional<bool>> flag(CK_ATTRIBUTE_TYPE type) const;
    [[nodiscard]] Result<std::optional<CK_ULONG>> number(CK_ATTRIBUTE_TYPE type) const;

    /// Adds or replaces an attribute with a value of the template's own.
    void set(CK_ATTRIBUTE_TYPE type, Bytes value);
    /// Adds what `demanded` says; TemplateInconsistent where this template says otherwise.
    Result<void> demand(const Template& demanded);

private:
    static Result<Template> parse_level(const CK_ATTRIBUTE* attributes, CK_ULONG count, bool nested);
    Result<void> add(CK_ATTRIBUTE_TYPE type, ByteView value);

    std::vector<Attribute> attributes_;
    std::deque<Bytes> owned_;  // a deque, because attributes_ refers to its elements
};

[[nodiscard]] bool is_template_attribute(CK_ATTRIBUTE_TYPE type) noexcept;

/// Encodings of single values, as PKCS#11 has them on this machine.
Bytes encode_flag(bool value);
Bytes encode_number(CK_ULONG value);
std::optional<CK_ULONG> decode_number(ByteView value);

}  // namespace kvp11::token
