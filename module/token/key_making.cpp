#include "token/key_making.hpp"

#include "token/approved_leaving.hpp"
#include "token/making_steps.hpp"

namespace kvp11::token {

namespace {

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
                              const mechanism::Mechanism& row) {
    const Kind named = TRY(kind_of(attributes, kind));
    if (named != kind) return fail(Errc::TemplateInconsistent, "the mechanism makes keys of another class or type");
    const Origin origin{.how = Making::Generate, .mechanism = row.type, .secret_name = row.secret_name};
    Draft draft = TRY(draft_object(kind, attributes, origin, is_officer(session)));
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
            return fail(Errc::KeyHandleInvalid, "the key does not match the wrapping key's template");
        }
    }
    return {};
}

/// Before the work, while there is no material to look at; and after it.
Result<void> check_arrival(const Session& session, const Draft& draft, const SecretMaterial& material) {
    return session.slot().token().approved_only() ? check_arriving(draft.kind, draft.protection, material)
                                                  : Result<void>{};
}

Result<void> check_length(const Template& attributes, const Draft& draft, const SecretMaterial& material) {
    if (draft.kind.object_class != CKO_SECRET_KEY) return {};
    const auto wanted = TRY(attributes.number(CKA_VALUE_LEN));
    if (wanted && *wanted != material.size())
        return fail(Errc::WrappedKeyLenRange, "CKA_VALUE_LEN is not the key's length");
    return {};
}

/// CKM_PKCS5_PBKD2: the template names the type (PKCS#11 2.40 mechanisms §2.34.5).
Result<Handle> generate_from_password(Session& session, const mechanism::Request& request, const Template& attributes) {
    if (!attributes.has(CKA_KEY_TYPE)) return fail(Errc::TemplateIncomplete, "CKA_KEY_TYPE is missing");
    const Kind kind = TRY(kind_of(attributes, Kind{CKO_SECRET_KEY, KeyType::GenericSecret}));
    if (kind.object_class != CKO_SECRET_KEY) return fail(Errc::TemplateInconsistent, "a password makes secret keys");
    const Origin origin{.how = Making::Generate, .mechanism = request.row->type};
    const Draft draft = TRY(draft_object(kind, attributes, origin, is_officer(session)));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    const KeySpec spec = TRY(mechanism::secret_spec(*kind.key_type, attributes));
    const SecretMaterial material = TRY(mechanism::derive_from_password(request, spec.bits / 8));
    return import_material(session, draft, attributes, material);
}

/// What C_WrapKey is about, once it was found to be allowed.
struct Wrapping {
    mechanism::Request request;
    std::shared_ptr<const Key> key;
    std::shared_ptr<const Key> target;
};

Result<Wrapping> prepare_wrapping(Session& session, const MechanismUse& mechanism, Handle wrapping_key, Handle key) {
    const mechanism::Request request = TRY(begin_making(session, mechanism, CKF_WRAP));
    const auto wrapping = TRY(key_argument(session, wrapping_key, Errc::WrappingKeyHandleInvalid));
    const auto target = TRY(key_argument(session, key, Errc::KeyHandleInvalid));
    auto opened = TRY(key_for(session, *wrapping, wrapping_key, CKA_WRAP, mechanism.type));
    TRY(check_wrappable(*wrapping, *target));
    if (session.slot().token().approved_only()) TRY(check_leaving(*wrapping, *target, *request.row));
    return Wrapping{request, std::move(opened), TRY(session.slot().objects().key(key))};
}

}  // namespace

Result<Handle> generate_key(Session& session, const MechanismUse& mechanism, const Template& attributes) {
    const mechanism::Request request = TRY(begin_making(session, mechanism, CKF_GENERATE));
    if (request.row->password != nullptr) return generate_from_password(session, request, attributes);
    const Kind kind{CKO_SECRET_KEY, request.row->keys.first()};
    const Draft draft = TRY(generated_draft(session, kind, attributes, *request.row));
    const KeySpec spec = TRY(mechanism::generated_spec(*request.row, attributes));
    Backend* store = TRY(session.slot().store_for_new(draft.on_token));
    const auto made = TRY(store->generate(draft.new_key(spec)));
    session.note_completed(store->generation_is_approved(made->spec));
    return session.adopt(draft.on_token, {ObjectKind::SecretKey, made->id}, draft.face.is_private);
}

Result<PairHandles> generate_key_pair(Session& session, const MechanismUse& mechanism,
                                      const Template& public_attributes, const Template& private_attributes) {
    MechanismUse meant = mechanism;
    // GnuTLS, up to 3.8 at least, asks for Ed25519 pairs by the name of their signatures.
    if (meant.type == CKM_EDDSA) meant.type = CKM_EC_EDWARDS_KEY_PAIR_GEN;
    const mechanism::Request request = TRY(begin_making(session, meant, CKF_GENERATE_KEY_PAIR));
    const KeyType type = request.row->keys.first();
    Draft public_half = TRY(generated_draft(session, {CKO_PUBLIC_KEY, type}, public_attributes, *request.row));
    const Draft private_half = TRY(generated_draft(session, {CKO_PRIVATE_KEY, type}, private_attributes, *request.row));
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

Result<Bytes> wrap_key(Session& session, const MechanismUse& mechanism, Handle wrapping_key, Handle key,
                       std::size_t room) {
    const Wrapping wrapping = TRY(prepare_wrapping(session, mechanism, wrapping_key, key));
    auto wrapped = TRY(mechanism::wrap(wrapping.request, *wrapping.key, *wrapping.target, room));
    session.note_completed(wrapped.approved);
    return std::move(wrapped.value);
}

Result<std::size_t> wrapped_key_size(Session& session, const MechanismUse& mechanism, Handle wrapping_key, Handle key) {
    const bool before = session.last_was_approved();
    const auto wrapping = prepare_wrapping(session, mechanism, wrapping_key, key);
    session.note_completed(before);
    if (!wrapping.ok()) return fail(wrapping.error());
    return mechanism::wrapped_size(wrapping->request, *wrapping->key, *wrapping->target);
}

Result<Handle> unwrap_key(Session& session, const MechanismUse& mechanism, Handle unwrapping_key, ByteView wrapped,
                          Template attributes) {
    const mechanism::Request request = TRY(begin_making(session, mechanism, CKF_UNWRAP));
    const auto unwrapping = TRY(key_argument(session, unwrapping_key, Errc::UnwrappingKeyHandleInvalid));
    const auto opened = TRY(key_for(session, *unwrapping, unwrapping_key, CKA_UNWRAP, mechanism.type));
    const Template demanded = TRY(unwrapping->kept_template(CKA_UNWRAP_TEMPLATE));
    TRY(attributes.demand(demanded));
    const Kind kind = TRY(kind_of(attributes, {}));
    if (!has_material(kind.object_class)) return fail(Errc::TemplateInconsistent, "a wrapped key is private or secret");
    const Draft draft = TRY(draft_object(kind, attributes, Origin{.how = Making::Unwrap}, is_officer(session)));
    TRY(check_arrival(session, draft, {}));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    const auto material = TRY(mechanism::unwrap(request, *opened, wrapped));
    TRY(check_arrival(session, draft, material.value));
    TRY(check_length(attributes, draft, material.value));
    auto made = import_material(session, draft, attributes, material.value);
    session.note_completed(made.ok() && material.approved);
    // What came out is no key of the type that the template says.
    if (!made.ok() && made.code() == Errc::AttributeValueInvalid)
        return fail(Errc::WrappedKeyInvalid, made.error().message);
    return made;
}

}  // namespace kvp11::token
