#include "token/key_making.hpp"

#include "token/draft.hpp"
#include "token/token_info.hpp"

namespace kvp11::token {

namespace {

bool is_officer(const Session& session) { return session.slot().login_state() == LoginState::SecurityOfficer; }

/// Also the beginning of the call: what follows either completes or leaves no approved service behind.
Result<mechanism::Request> request_of(Session& session, const MechanismUse& mechanism, CK_FLAGS needed) {
    session.note_completed(false);
    TRY(mechanism::require_operational());
    return listed_mechanism(session.slot(), mechanism.type, mechanism.parameter, needed);
}

/// Attributes of a pair: those of one half, then those of the other.
class PairSource final : public mechanism::AttributeSource {
public:
    PairSource(const Template& first, const Template& second) : first_(first), second_(second) {}
    [[nodiscard]] std::optional<ByteView> find(CK_ATTRIBUTE_TYPE type) const override {
        const auto value = first_.find(type);
        return value ? value : second_.find(type);
    }

private:
    const Template& first_;
    const Template& second_;
};

Result<Draft> generated_draft(Session& session, const Kind& kind, const Template& attributes,
                              CK_MECHANISM_TYPE mechanism) {
    const Kind named = TRY(kind_of(attributes, kind));
    if (named != kind) return fail(Errc::TemplateInconsistent, "the mechanism makes keys of another class or type");
    Draft draft = TRY(draft_object(kind, attributes, Origin{Making::Generate, mechanism}, is_officer(session)));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    return draft;
}

/// Halves on different sides of CKA_TOKEN: the public one becomes an object of its own.
Result<PairHandles> generate_apart(Session& session, const Draft& private_half, const Draft& public_half,
                                   const KeySpec& spec) {
    Backend* store = TRY(session.slot().store_for_new(private_half.on_token));
    const auto made = TRY(store->generate(private_half.new_key(spec)));
    Backend& other = session.slot().objects().store(public_half.on_token);
    auto record = public_key_record(made->public_key, public_half.face);
    auto saved =
        record.ok() ? other.create_record(*record) : Result<std::shared_ptr<const Record>>(fail(record.error()));
    if (!saved.ok()) {
        (void)store->remove({ObjectKind::PrivateKey, made->id});
        return fail(saved.error());
    }
    session.note_completed(store->generation_is_approved(made->spec));
    PairHandles pair;
    pair.private_key =
        session.adopt(private_half.on_token, {ObjectKind::PrivateKey, made->id}, private_half.face.is_private);
    pair.public_key =
        session.adopt(public_half.on_token, {ObjectKind::Record, {(*saved)->id, {}}}, public_half.face.is_private);
    return pair;
}

Result<Handle> import_secret(Session& session, const Draft& draft, const Template& attributes,
                             const SecretMaterial& material) {
    KeySpec spec;
    spec.type = *draft.kind.key_type;
    TRY(check_fingerprint(attributes, spec.type, material));
    Backend* store = TRY(session.slot().store_for_new(draft.on_token));
    const auto made = TRY(store->import_key(draft.new_key(spec), material));
    const bool is_pair = draft.kind.object_class == CKO_PRIVATE_KEY;
    return session.adopt(draft.on_token, {is_pair ? ObjectKind::PrivateKey : ObjectKind::SecretKey, made->id},
                         draft.face.is_private);
}

/// The key for a call with a handle, once its attributes permit the use.
Result<std::shared_ptr<const Key>> key_for(Session& session, const Object& object, Handle handle,
                                           CK_ATTRIBUTE_TYPE usage, CK_MECHANISM_TYPE mechanism) {
    if (!object.flag(usage)) return fail(Errc::KeyFunctionNotPermitted);
    if (!object.allows_mechanism(mechanism))
        return fail(Errc::MechanismInvalid, "not among the key's allowed mechanisms");
    return session.slot().objects().key(handle);
}

Result<std::shared_ptr<const Object>> key_argument(Session& session, Handle handle, Errc when_missing) {
    auto object = session.key_object(handle);
    if (!object.ok() && object.code() == Errc::KeyHandleInvalid) return fail(when_missing);
    return object;
}

/// Whether `target` may leave under `wrapping` (2.40 §4.9, §4.10).
Result<void> check_wrappable(const Object& wrapping, const Object& target) {
    if (!has_material(target.kind().object_class))
        return fail(Errc::KeyNotWrappable, "only private and secret keys are wrapped");
    if (!target.flag(CKA_EXTRACTABLE)) return fail(Errc::KeyUnextractable);
    if (target.flag(CKA_WRAP_WITH_TRUSTED) && !wrapping.flag(CKA_TRUSTED)) {
        return fail(Errc::KeyNotWrappable, "the key leaves only under a trusted key");
    }
    const Template demanded = TRY(wrapping.kept_template(CKA_WRAP_TEMPLATE));
    for (const auto& [type, value] : demanded.attributes()) {
        const Rule* rule = find_rule(target.kind(), type);
        const auto own = rule == nullptr ? Result<Bytes>(fail(Errc::AttributeTypeInvalid)) : target.value(*rule);
        if (!own.ok() || *own != copy_of(value)) {
            return fail(Errc::KeyNotWrappable, "the key does not match the wrapping key's template");
        }
    }
    return {};
}

/// In approved mode no key comes out of a blob readable: whoever may wrap and unwrap would read every extractable key.
Result<void> check_stays_closed(const Session& session, const Draft& draft) {
    if (draft.protection.sensitive || !session.slot().token().approved_only()) return {};
    return fail(Errc::TemplateInconsistent, "in approved mode an unwrapped key is sensitive");
}

Result<void> check_length(const Template& attributes, const Draft& draft, const SecretMaterial& material) {
    if (draft.kind.object_class != CKO_SECRET_KEY) return {};
    const auto wanted = TRY(attributes.number(CKA_VALUE_LEN));
    if (wanted && *wanted != material.size())
        return fail(Errc::TemplateInconsistent, "CKA_VALUE_LEN is not the key's length");
    return {};
}

/// As much of a derived secret as the key takes; what is too much is cut off at the leading end
/// (PKCS#11 2.40 mechanisms §2.3.8).
Result<SecretMaterial> fitted(const SecretBytes& secret, KeyType type, CK_ULONG wanted) {
    constexpr std::size_t largest_aes = 32;
    std::size_t size = wanted;
    if (size == 0) size = type == KeyType::Aes ? std::min(secret.size(), largest_aes) : secret.size();
    if (size > secret.size()) return fail(Errc::KeySizeRange, "the derived secret is shorter than CKA_VALUE_LEN");
    return SecretBytes::copy_of(secret.expose_bytes().last(size));
}

}  // namespace

Result<Handle> generate_key(Session& session, const MechanismUse& mechanism, const Template& attributes) {
    const mechanism::Request request = TRY(request_of(session, mechanism, CKF_GENERATE));
    const Kind kind{CKO_SECRET_KEY, request.row->key_type};
    const Draft draft = TRY(generated_draft(session, kind, attributes, mechanism.type));
    const KeySpec spec = TRY(mechanism::generated_spec(*request.row, attributes));
    Backend* store = TRY(session.slot().store_for_new(draft.on_token));
    const auto made = TRY(store->generate(draft.new_key(spec)));
    session.note_completed(store->generation_is_approved(made->spec));
    return session.adopt(draft.on_token, {ObjectKind::SecretKey, made->id}, draft.face.is_private);
}

Result<PairHandles> generate_key_pair(Session& session, const MechanismUse& mechanism,
                                      const Template& public_attributes, const Template& private_attributes) {
    const mechanism::Request request = TRY(request_of(session, mechanism, CKF_GENERATE_KEY_PAIR));
    const auto type = request.row->key_type;
    Draft public_half = TRY(generated_draft(session, {CKO_PUBLIC_KEY, type}, public_attributes, mechanism.type));
    const Draft private_half =
        TRY(generated_draft(session, {CKO_PRIVATE_KEY, type}, private_attributes, mechanism.type));
    const KeySpec spec =
        TRY(mechanism::generated_spec(*request.row, PairSource(public_attributes, private_attributes)));
    if (public_half.on_token != private_half.on_token) return generate_apart(session, private_half, public_half, spec);

    private_half.share_dates_with(public_half);
    NewKey pair = private_half.new_key(spec);
    pair.ops = private_half.ops | public_half.ops;
    pair.public_face = public_half.face;
    Backend* store = TRY(session.slot().store_for_new(private_half.on_token));
    const auto made = TRY(store->generate(pair));
    session.note_completed(store->generation_is_approved(made->spec));
    PairHandles handles;
    handles.public_key =
        session.adopt(public_half.on_token, {ObjectKind::PublicKey, made->id}, public_half.face.is_private);
    handles.private_key =
        session.adopt(private_half.on_token, {ObjectKind::PrivateKey, made->id}, private_half.face.is_private);
    return handles;
}

Result<Bytes> wrap_key(Session& session, const MechanismUse& mechanism, Handle wrapping_key, Handle key) {
    const mechanism::Request request = TRY(request_of(session, mechanism, CKF_WRAP));
    const auto wrapping = TRY(key_argument(session, wrapping_key, Errc::WrappingKeyHandleInvalid));
    const auto target = TRY(key_argument(session, key, Errc::KeyHandleInvalid));
    const auto opened = TRY(key_for(session, *wrapping, wrapping_key, CKA_WRAP, mechanism.type));
    TRY(check_wrappable(*wrapping, *target));
    const auto material = TRY(session.slot().objects().key(key));
    auto wrapped = TRY(mechanism::wrap(request, *opened, *material));
    session.note_completed(wrapped.approved);
    return std::move(wrapped.value);
}

Result<Handle> unwrap_key(Session& session, const MechanismUse& mechanism, Handle unwrapping_key, ByteView wrapped,
                          Template attributes) {
    const mechanism::Request request = TRY(request_of(session, mechanism, CKF_UNWRAP));
    const auto unwrapping = TRY(key_argument(session, unwrapping_key, Errc::UnwrappingKeyHandleInvalid));
    const auto opened = TRY(key_for(session, *unwrapping, unwrapping_key, CKA_UNWRAP, mechanism.type));
    const Template demanded = TRY(unwrapping->kept_template(CKA_UNWRAP_TEMPLATE));
    TRY(attributes.demand(demanded));
    const Kind kind = TRY(kind_of(attributes, {}));
    if (!has_material(kind.object_class)) return fail(Errc::TemplateInconsistent, "a wrapped key is private or secret");
    const Draft draft = TRY(draft_object(kind, attributes, Origin{Making::Unwrap}, is_officer(session)));
    TRY(check_stays_closed(session, draft));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    const auto material = TRY(mechanism::unwrap(request, *opened, wrapped));
    TRY(check_length(attributes, draft, material.value));
    auto made = import_secret(session, draft, attributes, material.value);
    session.note_completed(made.ok() && material.approved);
    // What came out is no key of the type that the template says.
    if (!made.ok() && made.code() == Errc::AttributeValueInvalid)
        return fail(Errc::WrappedKeyInvalid, made.error().message);
    return made;
}

Result<Handle> derive_key(Session& session, const MechanismUse& mechanism, Handle base_key, Template attributes) {
    const mechanism::Request request = TRY(request_of(session, mechanism, CKF_DERIVE));
    const auto base = TRY(key_argument(session, base_key, Errc::KeyHandleInvalid));
    const auto opened = TRY(key_for(session, *base, base_key, CKA_DERIVE, mechanism.type));
    const Template demanded = TRY(base->kept_template(CKA_DERIVE_TEMPLATE));
    TRY(attributes.demand(demanded));
    const Kind kind = TRY(kind_of(attributes, Kind{CKO_SECRET_KEY, KeyType::GenericSecret}));
    if (kind.object_class != CKO_SECRET_KEY) return fail(Errc::TemplateInconsistent, "a derived key is a secret key");
    const Origin origin{Making::Derive, CK_UNAVAILABLE_INFORMATION, base->flag(CKA_ALWAYS_SENSITIVE),
                        base->flag(CKA_NEVER_EXTRACTABLE)};
    const Draft draft = TRY(draft_object(kind, attributes, origin, is_officer(session)));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    const CK_ULONG wanted = TRY(attributes.number(CKA_VALUE_LEN)).value_or(0);
    const auto secret = TRY(mechanism::derive(request, *opened, wanted));
    const SecretMaterial material = TRY(fitted(secret.value, *kind.key_type, wanted));
    const Handle made = TRY(import_secret(session, draft, attributes, material));
    KeySpec spec;
    spec.type = *kind.key_type;
    spec.bits = static_cast<std::uint32_t>(material.size() * 8);
    session.note_completed(secret.approved &&
                           session.slot().objects().store(draft.on_token).generation_is_approved(spec));
    return made;
}

}  // namespace kvp11::token
