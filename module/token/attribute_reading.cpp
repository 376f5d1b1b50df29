#include "token/attribute_reading.hpp"

#include <algorithm>
#include <cstring>

namespace kvp11::token {

namespace {

Result<SecretBytes> expose_secret(Session& session, const Object& object, Handle handle, CK_ATTRIBUTE_TYPE type) {
    if (!object.reveals_secrets()) return fail(Errc::AttributeSensitive);
    const auto key = TRY(session.slot().objects().key(handle));
    const SecretMaterial material = TRY(key->expose_material(MaterialUse::Reveal));
    return mechanism::expose_attribute(*object.kind().key_type, material, type);
}

/// Three bytes that identify a secret without giving it away; none where the key cannot give them.
SecretBytes check_value(Session& session, const Object& object, Handle handle) {
    const auto key = session.slot().objects().key(handle);
    if (!key.ok()) return {};
    const auto material = (*key)->expose_material(MaterialUse::Copy);
    if (!material.ok()) return {};
    const auto value = mechanism::check_value(*object.kind().key_type, *material);
    return value.ok() ? SecretBytes::copy_of(*value) : SecretBytes();
}

Result<SecretBytes> read(Session& session, const Object& object, Handle handle, const Rule& rule) {
    if (rule.source == Source::Secret) return expose_secret(session, object, handle, rule.type);
    if (rule.source == Source::CheckValue) return check_value(session, object, handle);
    return SecretBytes::copy_of(TRY(object.value(rule)));
}

/// Length and bytes into one attribute of the caller's.
Result<void> deliver(ByteView value, CK_ATTRIBUTE& out) {
    const CK_ULONG room = std::exchange(out.ulValueLen, value.size());
    if (out.pValue == nullptr) return {};
    if (room < value.size()) {
        out.ulValueLen = CK_UNAVAILABLE_INFORMATION;
        return fail(Errc::BufferTooSmall);
    }
    if (!value.empty()) std::memcpy(out.pValue, value.data(), value.size());
    return {};
}

/// The value is an array of attributes: their count first, then into each what its own buffer takes.
Result<void> deliver_template(ByteView encoded, CK_ATTRIBUTE& out) {
    const Template inner = TRY(Template::decode(encoded));
    const CK_ULONG size = inner.attributes().size() * sizeof(CK_ATTRIBUTE);
    const CK_ULONG room = std::exchange(out.ulValueLen, size);
    if (out.pValue == nullptr) return {};
    if (room < size) {
        out.ulValueLen = CK_UNAVAILABLE_INFORMATION;
        return fail(Errc::BufferTooSmall);
    }
    auto* attribute = static_cast<CK_ATTRIBUTE*>(out.pValue);
    bool too_small = false;
    for (const auto& [type, value] : inner.attributes()) {
        attribute->type = type;
        too_small |= !deliver(value, *attribute++).ok();
    }
    if (too_small) return fail(Errc::BufferTooSmall);
    return {};
}

Result<void> get_attribute(Session& session, const Object& object, Handle handle, CK_ATTRIBUTE& out) {
    const Rule* rule = find_rule(object.kind(), out.type);
    if (rule == nullptr) return fail(Errc::AttributeTypeInvalid);
    const SecretBytes value = TRY(read(session, object, handle, *rule));
    return rule->form == Form::Nested ? deliver_template(value.expose_bytes(), out)
                                      : deliver(value.expose_bytes(), out);
}

bool concerns_one_attribute(Errc code) {
    return code == Errc::AttributeSensitive || code == Errc::AttributeTypeInvalid || code == Errc::BufferTooSmall;
}

}  // namespace

Result<void> get_attributes(Session& session, Handle handle, std::span<CK_ATTRIBUTE> wanted) {
    const bool is_sketch =
        std::all_of(wanted.begin(), wanted.end(), [](const CK_ATTRIBUTE& one) { return is_sketched(one.type); });
    const auto object = TRY(is_sketch ? session.sketch(handle) : session.object(handle));
    std::optional<Error> first;
    for (CK_ATTRIBUTE& out : wanted) {
        const auto given = get_attribute(session, *object, handle, out);
        if (given.ok()) continue;
        if (!concerns_one_attribute(given.code())) return given;
        if (given.code() != Errc::BufferTooSmall || !is_template_attribute(out.type))
            out.ulValueLen = CK_UNAVAILABLE_INFORMATION;
        if (!first) first = given.error();
    }
    if (first) return fail(std::move(*first));
    return {};
}

Result<CK_ULONG> object_size(Session& session, Handle handle) {
    const auto object = TRY(session.object(handle));
    CK_ULONG size = 0;
    for (const Rule* rule : rules_of(object->kind())) {
        const auto value = object->value(*rule);
        if (value.ok()) size += value->size();
    }
    return size;
}

Result<SecretBytes> expose_digestible(Session& session, Handle handle) {
    const auto object = TRY(session.key_object(handle));
    if (object->kind().object_class != CKO_SECRET_KEY || !object->reveals_secrets()) return fail(Errc::KeyIndigestible);
    return expose_secret(session, *object, handle, CKA_VALUE);
}

}  // namespace kvp11::token
