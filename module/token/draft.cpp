#include "token/draft.hpp"

#include <algorithm>
#include <vector>

#include "token/key_dates.hpp"
#include "token/record_rules.hpp"

namespace kvp11::token {

namespace {

void write_date(const Rule& rule, ByteView value, Draft& draft) {
    if (!has_material(draft.kind.object_class)) {
        draft.face.extras[rule.type] = copy_of(value);
        return;
    }
    draft.face.extras.erase(rule.type);
    if (rule.source == Source::StartDate) {
        draft.not_before = started(draft.not_before, value);
    } else {
        draft.expires = ended(draft.expires, value);
    }
}

/// Puts a value where its rule keeps it; nothing to do for what is computed.
void write(const Rule& rule, ByteView value, Draft& draft) {
    const bool raised = !value.empty() && value[0] == CK_TRUE;
    switch (rule.source) {
        case Source::Label: draft.face.label = copy_of(value); break;
        case Source::Id: draft.face.id = copy_of(value); break;
        case Source::Token: draft.on_token = raised; break;
        case Source::Private: draft.face.is_private = raised; break;
        case Source::Sensitive: draft.protection.sensitive = raised; break;
        case Source::Extractable: draft.protection.extractable = raised; break;
        case Source::WrapWithTrusted: draft.protection.wrap_with_trusted = raised; break;
        case Source::Trusted: draft.protection.trusted = raised; break;
        case Source::StartDate:
        case Source::EndDate: write_date(rule, value, draft); break;
        case Source::Extra:
        case Source::Usage:
        case Source::AlwaysSensitive:
        case Source::NeverExtractable:
        case Source::Local:
        case Source::Generator: draft.face.extras[rule.type] = copy_of(value); break;
        case Source::Class:
        case Source::KeyType:
        case Source::UniqueId:
        case Source::Public:
        case Source::Secret:
        case Source::Size:
        case Source::CheckValue:
        case Source::BitsOfPrime:
        case Source::Clock: break;
    }
}

/// Private keys, generated and unwrapped ones are closed unless told otherwise; secrets that the caller
/// brought, or agreed on to send on, are as open as §4.10 has it; what comes out of a key is as that key.
Protection default_protection(const Kind& kind, const Origin& origin, bool on_token) {
    const bool secret = kind.object_class == CKO_SECRET_KEY;
    Protection protection;
    protection.sensitive = !secret || origin.how == Making::Generate || origin.how == Making::Unwrap;
    switch (origin.how) {
        case Making::Generate: protection.extractable = secret && !on_token; break;
        case Making::Create: protection.extractable = secret; break;
        default: protection.extractable = true;
    }
    if (!origin.bases) return protection;
    if (origin.bases->gives_defaults) {
        protection.sensitive = origin.bases->sensitive;
        protection.extractable = origin.bases->extractable;
    }
    const bool kept = origin.bases->heritage == mechanism::Heritage::Kept;
    protection.wrap_with_trusted = kept && origin.bases->wrap_with_trusted;
    return protection;
}

/// A key that has bytes of others in it is no less closed than they are.
Result<void> check_heritage(const Draft& draft, const Origin& origin) {
    if (!origin.bases || origin.bases->heritage != mechanism::Heritage::Kept) return {};
    const bool opens = (origin.bases->sensitive && !draft.protection.sensitive) ||
                       (!origin.bases->extractable && draft.protection.extractable) ||
                       (origin.bases->wrap_with_trusted && !draft.protection.wrap_with_trusted);
    if (!opens) return {};
    return fail(Errc::TemplateInconsistent, "a key that is made of a closed one's bytes is as closed");
}

void note_origin(Draft& draft, const Origin& origin) {
    const bool generated = origin.how == Making::Generate;
    auto& extras = draft.face.extras;
    extras[CKA_LOCAL] = encode_flag(generated);
    if (generated) extras[CKA_KEY_GEN_MECHANISM] = encode_number(origin.mechanism);
    if (!has_material(draft.kind.object_class)) return;
    const bool was_sensitive = generated || (origin.bases && origin.bases->always_sensitive);
    const bool was_kept = generated || (origin.bases && origin.bases->never_extractable);
    extras[CKA_ALWAYS_SENSITIVE] = encode_flag(was_sensitive && draft.protection.sensitive);
    extras[CKA_NEVER_EXTRACTABLE] = encode_flag(was_kept && !draft.protection.extractable);
}

/// What a key is called besides its type: as the template says, or the mechanism that generates it.
Result<CK_KEY_TYPE> name_of(const Kind& kind, const Template& attributes, const Origin& origin) {
    const auto said = TRY(attributes.number(CKA_KEY_TYPE));
    if (said && origin.secret_name && *said != *origin.secret_name)
        return fail(Errc::TemplateInconsistent, "the mechanism makes keys of another name");
    return said ? *said : origin.secret_name.value_or(mechanism::ck_key_type(*kind.key_type));
}

/// Usages that nobody spoke of. A key for HKDF is for deriving, whatever other secrets are for.
void fill_in_usages(Draft& draft, CK_KEY_TYPE name) {
    for (const Usage& usage : usages()) {
        if (find_rule(draft.kind, usage.type) == nullptr || draft.face.extras.contains(usage.type)) continue;
        const bool natural = name == CKK_HKDF ? usage.type == CKA_DERIVE : is_natural_usage(draft.kind, usage.type);
        draft.face.extras[usage.type] = encode_flag(natural);
    }
}

/// What a key is besides its face, and what its face says otherwise than the backend does by now.
Result<void> take_over(const Object& object, unsigned right, Draft& draft) {
    const KeyRecord& key = *object.key();
    draft.protection = key.protection;
    if (has_material(object.kind().object_class)) {
        draft.not_before = key.not_before;
        draft.expires = key.expires;
    }
    // Fixed before the protection changes under it, for keys that were made without it; a copy is not made here.
    std::vector<CK_ATTRIBUTE_TYPE> fixed{CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE};
    if (right == may::copy) fixed.insert(fixed.end(), {CKA_LOCAL, CKA_KEY_GEN_MECHANISM});
    for (const Usage& usage : usages()) fixed.push_back(usage.type);
    for (const CK_ATTRIBUTE_TYPE type : fixed) {
        const Rule* rule = find_rule(object.kind(), type);
        if (rule != nullptr) draft.face.extras[type] = TRY(object.value(*rule));
    }
    return {};
}

bool is_true(ByteView value) { return !value.empty() && value[0] == CK_TRUE; }

Result<void> check_change(const Object& object, const Rule& rule, ByteView value, bool officer) {
    if (rule.form != Form::Flag) return {};
    const bool before = object.flag(rule.type);
    if ((rule.rights & may::only_raise) != 0 && before && !is_true(value)) return fail(Errc::AttributeReadOnly);
    if ((rule.rights & may::only_lower) != 0 && !before && is_true(value)) return fail(Errc::AttributeReadOnly);
    if ((rule.rights & may::officer_only) != 0 && !before && is_true(value) && !officer)
        return fail(Errc::AttributeReadOnly);
    return {};
}

/// PKCS#11 2.40 §4.9: only of private objects.
Result<void> check_authentication(const Draft& draft) {
    const auto at = draft.face.extras.find(CKA_ALWAYS_AUTHENTICATE);
    if (draft.face.is_private || at == draft.face.extras.end() || at->second != encode_flag(true)) return {};
    return fail(Errc::TemplateInconsistent, "CKA_ALWAYS_AUTHENTICATE wants CKA_PRIVATE");
}

}  // namespace

Bases Bases::of(const Object& base, mechanism::Heritage heritage) {
    return {.heritage = heritage,
            .sensitive = base.flag(CKA_SENSITIVE),
            .extractable = base.flag(CKA_EXTRACTABLE),
            .wrap_with_trusted = base.flag(CKA_WRAP_WITH_TRUSTED),
            .always_sensitive = base.flag(CKA_ALWAYS_SENSITIVE),
            .never_extractable = base.flag(CKA_NEVER_EXTRACTABLE)};
}

void Bases::join(const Object& other) {
    const Bases its = of(other, heritage);
    if (heritage == mechanism::Heritage::Kept) {
        sensitive = sensitive || its.sensitive;
        extractable = extractable && its.extractable;
        wrap_with_trusted = wrap_with_trusted || its.wrap_with_trusted;
        always_sensitive = always_sensitive && its.always_sensitive;
        never_extractable = never_extractable && its.never_extractable;
    } else if (heritage == mechanism::Heritage::OneWayOfAny) {
        always_sensitive = always_sensitive || its.always_sensitive;
        never_extractable = never_extractable || its.never_extractable;
    }
}

NewKey Draft::new_key(const KeySpec& spec) const {
    NewKey made;
    made.spec = spec;
    made.ops = ops;
    made.protection = protection;
    made.face = face;
    made.not_before = not_before;
    made.expires = expires;
    return made;
}

void Draft::share_dates_with(Draft& public_half) const {
    const std::pair<CK_ATTRIBUTE_TYPE, Bytes> dates[] = {{CKA_START_DATE, start_date(not_before)},
                                                         {CKA_END_DATE, end_date(expires)}};
    for (const auto& [type, shared] : dates) {
        const auto own = public_half.face.extras.try_emplace(type, Bytes{}).first;
        if (own->second == shared) public_half.face.extras.erase(own);
    }
}

Result<Kind> kind_of(const Template& attributes, const std::optional<Kind>& expected) {
    const auto object_class = TRY(attributes.number(CKA_CLASS));
    if (!object_class && !expected) return fail(Errc::TemplateIncomplete, "CKA_CLASS is missing");
    Kind kind{object_class.value_or(expected ? expected->object_class : 0), {}};
    if (!can_be_created(kind.object_class)) return fail(Errc::AttributeValueInvalid, "no objects of this class here");
    if (is_key_class(kind.object_class)) {
        const auto type = TRY(attributes.number(CKA_KEY_TYPE));
        if (type)
            kind.key_type = TRY(mechanism::key_type_of(*type));
        else if (expected)
            kind.key_type = expected->key_type;
        if (!kind.key_type) return fail(Errc::TemplateIncomplete, "CKA_KEY_TYPE is missing");
        if (!fits(*kind.key_type, kind.object_class))
            return fail(Errc::TemplateInconsistent, "no such keys of this class");
    } else {
        kind.variety = TRY(variety_of(kind.object_class, attributes));
    }
    return kind;
}

Result<Draft> draft_object(const Kind& kind, const Template& attributes, const Origin& origin, bool officer) {
    TRY(check_making(kind, attributes, origin.how, officer));
    Draft draft;
    draft.kind = kind;
    draft.face.is_private = has_material(kind.object_class);
    draft.on_token = TRY(attributes.flag(CKA_TOKEN)).value_or(false);
    if (has_material(kind.object_class)) draft.protection = default_protection(kind, origin, draft.on_token);
    for (const auto& [type, value] : attributes.attributes()) write(*find_rule(kind, type), value, draft);
    TRY(check_authentication(draft));
    if (!is_key_class(kind.object_class)) return draft;

    const CK_KEY_TYPE name = TRY(name_of(kind, attributes, origin));
    fill_in_usages(draft, name);
    if (name != mechanism::ck_key_type(*kind.key_type)) draft.face.extras[CKA_KEY_TYPE] = encode_number(name);
    TRY(check_heritage(draft, origin));
    note_origin(draft, origin);
    draft.ops = operations_of(kind, draft.face, KeyOps::None);
    return draft;
}

Result<void> check_fingerprint(const Template& attributes, KeyType type, const SecretMaterial& material) {
    const auto given = attributes.find(CKA_CHECK_VALUE);
    if (!given || given->empty()) return {};
    const Bytes own = TRY(mechanism::check_value(type, material));
    if (std::equal(own.begin(), own.end(), given->begin(), given->end())) return {};
    return fail(Errc::AttributeValueInvalid, "CKA_CHECK_VALUE is another key's");
}

Result<Draft> changed(const Object& object, const Template& changes, unsigned right, bool officer) {
    Draft draft{object.kind(), object.on_token(), object.face(), {}, KeyOps::None};
    if (object.key()) TRY(take_over(object, right, draft));
    // What cannot be changed cannot be changed by way of a copy either.
    const unsigned barred = object.flag(CKA_MODIFIABLE) ? 0U : may::set;
    for (const auto& [type, value] : changes.attributes()) {
        const Rule* rule = find_rule(object.kind(), type);
        if (rule == nullptr) return fail(Errc::AttributeTypeInvalid);
        TRY(check_form(*rule, value));
        if ((rule->rights & right) == 0 || (rule->rights & barred) != 0) {
            // Saying what is so already does no harm, and copiers do.
            const auto own = object.value(*rule);
            if (own.ok() && std::equal(own->begin(), own->end(), value.begin(), value.end())) continue;
            return fail(Errc::AttributeReadOnly);
        }
        TRY(check_change(object, *rule, value, officer));
        write(*rule, value, draft);
    }
    if (object.key()) draft.ops = operations_of(object.kind(), draft.face, object.key()->ops);
    return draft;
}

Result<Record> public_key_record(const PublicKey& key, Face face) {
    Record record;
    record.object_class = CKO_PUBLIC_KEY;
    record.face = std::move(face);
    auto& extras = record.face.extras;
    extras.try_emplace(CKA_KEY_TYPE, encode_number(mechanism::ck_key_type(key.type)));
    const bool rsa = key.type == KeyType::Rsa;
    for (const CK_ATTRIBUTE_TYPE type : {rsa ? CKA_MODULUS : CKA_EC_PARAMS, rsa ? CKA_PUBLIC_EXPONENT : CKA_EC_POINT}) {
        extras[type] = TRY(mechanism::public_attribute(key, type));
    }
    return record;
}

}  // namespace kvp11::token
