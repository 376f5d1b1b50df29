#include "token/template.hpp"

#include <algorithm>
#include <cstring>

namespace kvp11::token {

namespace {

bool same_bytes(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

void append_number(Bytes& out, CK_ULONG value) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
    out.insert(out.end(), bytes, bytes + sizeof value);
}

}  // namespace

bool is_template_attribute(CK_ATTRIBUTE_TYPE type) noexcept {
    return type == CKA_WRAP_TEMPLATE || type == CKA_UNWRAP_TEMPLATE || type == CKA_DERIVE_TEMPLATE;
}

Bytes encode_flag(bool value) { return {static_cast<std::uint8_t>(value ? CK_TRUE : CK_FALSE)}; }

Bytes encode_number(CK_ULONG value) {
    Bytes out;
    append_number(out, value);
    return out;
}

std::optional<CK_ULONG> decode_number(ByteView value) {
    CK_ULONG number = 0;
    if (value.size() != sizeof number) return std::nullopt;
    std::memcpy(&number, value.data(), sizeof number);
    return number;
}

Result<Template> Template::parse(const CK_ATTRIBUTE* attributes, CK_ULONG count) {
    return parse_level(attributes, count, false);
}

Result<Template> Template::parse_level(const CK_ATTRIBUTE* attributes, CK_ULONG count, bool nested) {
    if (count > max_attributes || (count > 0 && attributes == nullptr)) return fail(Errc::ArgumentsBad);
    Template result;
    result.attributes_.reserve(count);
    for (CK_ULONG i = 0; i < count; ++i) {
        const CK_ATTRIBUTE& given = attributes[i];
        if (given.ulValueLen > max_attribute_size || (given.ulValueLen > 0 && given.pValue == nullptr)) {
            return fail(Errc::AttributeValueInvalid, "an attribute's value is NULL or too long");
        }
        const auto* bytes = static_cast<const std::uint8_t*>(given.pValue);
        if (!is_template_attribute(given.type)) {
            TRY(result.add(given.type, {bytes, given.ulValueLen}));
            continue;
        }
        if (nested || given.ulValueLen % sizeof(CK_ATTRIBUTE) != 0) return fail(Errc::AttributeValueInvalid);
        const Template inner = TRY(
            parse_level(static_cast<const CK_ATTRIBUTE*>(given.pValue), given.ulValueLen / sizeof(CK_ATTRIBUTE), true));
        TRY(result.add(given.type, result.owned_.emplace_back(inner.encode())));
    }
    return result;
}

Result<Template> Template::decode(ByteView encoded) {
    Template result;
    while (!encoded.empty()) {
        if (encoded.size() < 2 * sizeof(CK_ULONG)) return fail(Errc::AttributeValueInvalid);
        const CK_ULONG type = *decode_number(encoded.first(sizeof(CK_ULONG)));
        const CK_ULONG size = *decode_number(encoded.subspan(sizeof(CK_ULONG), sizeof(CK_ULONG)));
        encoded = encoded.subspan(2 * sizeof(CK_ULONG));
        if (size > encoded.size()) return fail(Errc::AttributeValueInvalid);
        result.set(type, copy_of(encoded.first(size)));
        encoded = encoded.subspan(size);
    }
    return result;
}

Bytes Template::encode() const {
    Bytes out;
    for (const Attribute& attribute : attributes_) {
        append_number(out, attribute.type);
        append_number(out, attribute.value.size());
        out.insert(out.end(), attribute.value.begin(), attribute.value.end());
    }
    return out;
}

std::optional<ByteView> Template::find(CK_ATTRIBUTE_TYPE type) const {
    for (const Attribute& attribute : attributes_) {
        if (attribute.type == type) return attribute.value;
    }
    return std::nullopt;
}

Result<std::optional<bool>> Template::flag(CK_ATTRIBUTE_TYPE type) const {
    const auto value = find(type);
    if (!value) return std::optional<bool>{};
    if (value->size() != sizeof(CK_BBOOL)) return fail(Errc::AttributeValueInvalid);
    return std::optional<bool>{(*value)[0] != CK_FALSE};
}

Result<std::optional<CK_ULONG>> Template::number(CK_ATTRIBUTE_TYPE type) const {
    const auto value = find(type);
    if (!value) return std::optional<CK_ULONG>{};
    const auto number = decode_number(*value);
    if (!number) return fail(Errc::AttributeValueInvalid);
    return number;
}

Result<void> Template::add(CK_ATTRIBUTE_TYPE type, ByteView value) {
    const auto before = find(type);
    if (!before)
        attributes_.push_back({type, value});
    else if (!same_bytes(*before, value))
        return fail(Errc::TemplateInconsistent);
    return {};
}

void Template::set(CK_ATTRIBUTE_TYPE type, Bytes value) {
    const ByteView kept = owned_.emplace_back(std::move(value));
    for (Attribute& attribute : attributes_) {
        if (attribute.type == type) {
            attribute.value = kept;
            return;
        }
    }
    attributes_.push_back({type, kept});
}

Result<void> Template::demand(const Template& demanded) {
    for (const Attribute& attribute : demanded.attributes_) {
        const auto given = find(attribute.type);
        if (!given)
            set(attribute.type, copy_of(attribute.value));
        else if (!same_bytes(*given, attribute.value)) {
            return fail(Errc::TemplateInconsistent, "the template contradicts the one that the key demands");
        }
    }
    return {};
}

}  // namespace kvp11::token
