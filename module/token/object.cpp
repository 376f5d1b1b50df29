#include "token/object.hpp"

#include <algorithm>
#include <cstring>

#include "token/key_dates.hpp"
#include "token/record_rules.hpp"

namespace kvp11::token {

namespace {

/// A record's extras as a source of attributes.
class ExtrasSource final : public mechanism::AttributeSource {
public:
    explicit ExtrasSource(const ExtraAttributes& extras) : extras_(extras) {}
    [[nodiscard]] std::optional<ByteView> find(CK_ATTRIBUTE_TYPE type) const override {
        const auto at = extras_.find(type);
        if (at == extras_.end()) return std::nullopt;
        return ByteView(at->second);
    }

private:
    const ExtraAttributes& extras_;
};

Result<std::shared_ptr<const KeyRecord>> key_of_record(const Record& record) {
    const ExtrasSource source(record.face.extras);
    const auto type = source.find(CKA_KEY_TYPE);
    const auto number = type ? decode_number(*type) : std::nullopt;
    if (!number) return fail(Errc::AttributeValueInvalid, "a stored public key has no key type");
    auto key = std::make_shared<KeyRecord>();
    key->spec.type = TRY(mechanism::key_type_of(*number));
    key->public_key = TRY(mechanism::created_public_key(key->spec.type, source));
    key->spec.curve = key->public_key.curve;
    key->spec.bits = static_cast<std::uint32_t>(key->public_key.n.size() * 8);
    const Kind kind{CKO_PUBLIC_KEY, key->spec.type};
    key->ops = operations_of(kind, record.face, possible_operations(kind));
    key->public_face = record.face;
    key->revision = record.revision;
    return std::shared_ptr<const KeyRecord>(std::move(key));
}

CK_ULONG bits_of(const ExtraAttributes& extras, CK_ATTRIBUTE_TYPE type) {
    const auto at = extras.find(type);
    if (at == extras.end()) return 0;
    const auto first = std::find_if(at->second.begin(), at->second.end(), [](std::uint8_t byte) { return byte != 0; });
    if (first == at->second.end()) return 0;
    CK_ULONG bits = static_cast<CK_ULONG>(at->second.end() - first) * 8;
    for (unsigned byte = *first; (byte & 0x80U) == 0; byte <<= 1U) --bits;
    return bits;
}

bool is_public_half(const Kind& kind) { return kind.object_class == CKO_PUBLIC_KEY; }

}  // namespace

CK_OBJECT_CLASS class_of(ObjectKind kind) noexcept {
    switch (kind) {
        case ObjectKind::PrivateKey: return CKO_PRIVATE_KEY;
        case ObjectKind::PublicKey: return CKO_PUBLIC_KEY;
        case ObjectKind::SecretKey: return CKO_SECRET_KEY;
        case ObjectKind::Record: break;
    }
    return CKO_DATA;
}

KeyOps possible_operations(const Kind& kind) noexcept {
    KeyOps ops = KeyOps::None;
    for (const Usage& usage : usages()) {
        if (is_possible_usage(kind, usage.type) && find_rule(kind, usage.type) != nullptr) ops = ops | usage.operation;
    }
    return ops;
}

KeyOps operations_of(const Kind& kind, const Face& face, KeyOps otherwise) {
    KeyOps ops = KeyOps::None;
    for (const Usage& usage : usages()) {
        if (find_rule(kind, usage.type) == nullptr) continue;
        const auto at = face.extras.find(usage.type);
        const bool allowed = at == face.extras.end() ? !usage.only_when_said && allows(otherwise, usage.operation)
                                                     : at->second == encode_flag(true);
        if (allowed) ops = ops | usage.operation;
    }
    return ops & possible_operations(kind);
}

Object::Object(ObjectRef ref, bool on_token, std::shared_ptr<const KeyRecord> key)
    : ref_(std::move(ref)), on_token_(on_token), kind_{class_of(ref_.kind), key->spec.type}, key_(std::move(key)) {}

Result<std::shared_ptr<const Object>> Object::of_record(bool on_token, std::shared_ptr<const Record> record) {
    std::shared_ptr<const KeyRecord> key;
    if (!is_known_class(record->object_class))
        return fail(Errc::AttributeValueInvalid, "a stored object is of an unknown class");
    if (record->object_class == CKO_PUBLIC_KEY) key = TRY(key_of_record(*record));
    auto object = std::make_shared<Object>(ObjectRef{ObjectKind::Record, {record->id, {}}}, on_token,
                                           key ? key : std::make_shared<const KeyRecord>());
    const auto variety = variety_of(record->object_class, ExtrasSource(record->face.extras));
    object->kind_ = {record->object_class, key ? std::optional(key->spec.type) : std::nullopt,
                     variety.ok() ? *variety : 0};
    object->key_ = std::move(key);
    object->record_ = std::move(record);
    return std::shared_ptr<const Object>(std::move(object));
}

const Face& Object::face() const noexcept {
    if (record_) return record_->face;
    return is_public_half(kind_) && key_->public_face ? *key_->public_face : key_->face;
}

Bytes Object::extra_or_default(const Rule& rule) const {
    const auto at = face().extras.find(rule.type);
    if (at != face().extras.end()) return at->second;
    switch (rule.fallback) {
        case Default::Empty: return {};
        case Default::False: return encode_flag(false);
        case Default::True: return encode_flag(true);
        case Default::Zero: return encode_number(0);
        case Default::Sha1: return encode_number(CKM_SHA_1);
        case Default::Unavailable: return encode_number(CK_UNAVAILABLE_INFORMATION);
        case Default::ForPrivateKinds: return encode_flag(has_material(kind_.object_class));
        case Default::ForUsage: return encode_flag(is_natural_usage(kind_, rule.type));
    }
    return {};
}

// KeyOps leads, because others change it too; what they have no say in is as it was said.
bool Object::allows_operation(CK_ATTRIBUTE_TYPE usage) const {
    const auto said = [&](CK_ATTRIBUTE_TYPE type, bool flag) {
        const auto at = face().extras.find(type);
        return at != face().extras.end() && at->second == encode_flag(flag);
    };
    for (const Usage& row : usages()) {
        if (row.type != usage || !allows(possible_operations(kind_), row.operation)) continue;
        if (!allows(key_->ops, row.operation)) return false;
        if (row.only_when_said) return said(usage, true);
        // The key may have the operation for its other attribute's sake alone.
        return !said(usage, false) || std::none_of(usages().begin(), usages().end(), [&](const Usage& other) {
            return other.only_when_said && other.operation == row.operation && said(other.type, true);
        });
    }
    return said(usage, true);
}

Bytes Object::date(const Rule& rule) const {
    const auto own = face().extras.find(rule.type);
    const bool is_of_key = ref_.kind != ObjectKind::Record;
    const Bytes shared = !is_of_key                         ? Bytes{}
                         : rule.source == Source::StartDate ? start_date(key_->not_before)
                                                            : end_date(key_->expires);
    // Of a private half only what an earlier release kept without enforcing it.
    const bool has_own = own != face().extras.end() && (is_public_half(kind_) || shared.empty());
    return has_own ? own->second : shared;
}

Bytes Object::origin(const Rule& rule) const {
    if (face().extras.contains(rule.type) || !key_->generated) return extra_or_default(rule);
    if (rule.source == Source::Generator) return encode_number(mechanism::generation_mechanism(*kind_.key_type));
    const Protection& protection = key_->protection;
    if (rule.source == Source::AlwaysSensitive) return encode_flag(protection.sensitive);
    if (rule.source == Source::NeverExtractable) return encode_flag(!protection.extractable);
    return encode_flag(true);
}

CK_ULONG Object::size_of_value() const { return key_->spec.bits / 8; }

Result<Bytes> Object::value(const Rule& rule) const {
    switch (rule.source) {
        case Source::Extra: return extra_or_default(rule);
        case Source::Class: return encode_number(kind_.object_class);
        case Source::KeyType: {
            const auto at = face().extras.find(rule.type);
            return at != face().extras.end() ? at->second : encode_number(mechanism::ck_key_type(*kind_.key_type));
        }
        case Source::Token: return encode_flag(on_token_);
        case Source::Private: return encode_flag(is_private());
        case Source::Label: return face().label;
        case Source::Id: return face().id;
        case Source::UniqueId: {
            const std::string half = ref_.kind == ObjectKind::PublicKey ? "/public" : "";
            // A reference may name a version in another way than its key does.
            const KeyId& id = record_ ? ref_.id : key_->id;
            return copy_of(bytes_of(id.name + (id.version.empty() ? "" : "/" + id.version) + half));
        }
        case Source::Usage: return encode_flag(allows_operation(rule.type));
        case Source::Sensitive: return encode_flag(key_->protection.sensitive);
        case Source::Extractable: return encode_flag(key_->protection.extractable);
        case Source::WrapWithTrusted: return encode_flag(key_->protection.wrap_with_trusted);
        case Source::Trusted: return encode_flag(key_->protection.trusted);
        case Source::StartDate:
        case Source::EndDate: return date(rule);
        case Source::Local:
        case Source::Generator:
        case Source::AlwaysSensitive:
        case Source::NeverExtractable: return origin(rule);
        case Source::Public: return mechanism::public_attribute(key_->public_key, rule.type);
        case Source::Size: return encode_number(size_of_value());
        case Source::BitsOfPrime: return encode_number(bits_of(face().extras, CKA_PRIME));
        case Source::Clock: return time_now();
        case Source::Secret:
        case Source::CheckValue: break;
    }
    return fail(Errc::AttributeSensitive);
}

bool Object::flag(CK_ATTRIBUTE_TYPE type) const {
    const Rule* rule = find_rule(kind_, type);
    if (rule == nullptr || rule->form != Form::Flag) return false;
    const auto bytes = value(*rule);
    return bytes.ok() && *bytes == encode_flag(true);
}

bool Object::reveals_secrets() const noexcept {
    return key_ && !key_->protection.sensitive && key_->protection.extractable;
}

bool Object::allows_mechanism(CK_MECHANISM_TYPE mechanism) const {
    const auto at = face().extras.find(CKA_ALLOWED_MECHANISMS);
    if (at == face().extras.end() || at->second.empty()) return true;
    const ByteView list(at->second);
    for (std::size_t i = 0; i + sizeof mechanism <= list.size(); i += sizeof mechanism) {
        if (decode_number(list.subspan(i, sizeof mechanism)) == mechanism) return true;
    }
    return false;
}

Result<Template> Object::kept_template(CK_ATTRIBUTE_TYPE type) const {
    const auto at = face().extras.find(type);
    return at == face().extras.end() ? Template() : Template::decode(at->second);
}

}  // namespace kvp11::token
