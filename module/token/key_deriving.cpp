// C_DeriveKey: by agreement of a pair with a peer, out of secret keys' values, and a public half out of a private one.
#include <algorithm>

#include "token/making_steps.hpp"

namespace kvp11::token {

namespace {

using mechanism::Heritage;

/// A key that a call derives, before there is anything of it but its description.
struct Wanted {
    Template attributes;
    Draft draft;
    std::size_t size = 0;  // bytes; 0: as many as the mechanism gives by itself
};

/// The base key and what the call says of it.
struct Base {
    std::shared_ptr<const Object> object;
    std::shared_ptr<const Key> key;
};

Result<Base> base_for(Session& session, const MechanismUse& mechanism, Handle handle) {
    auto object = TRY(key_argument(session, handle, Errc::KeyHandleInvalid));
    auto key = TRY(key_for(session, *object, handle, CKA_DERIVE, mechanism.type));
    return Base{std::move(object), std::move(key)};
}

bool is_partly_known(const Object& object) { return object.face().extras.contains(partly_known_attribute); }

/// The length that a template asks for. A type that has one size needs none; of other types but generic secrets the
/// template says it (PKCS#11 3.1 §6.43).
Result<std::size_t> wanted_size(const Template& attributes, KeyType type) {
    const std::size_t only = mechanism::fixed_size(type);
    if (attributes.has(CKA_VALUE_LEN) || only != 0) {
        return TRY(mechanism::secret_spec(type, attributes)).bits / 8;
    }
    if (type == KeyType::GenericSecret) return std::size_t{0};
    return fail(Errc::TemplateIncomplete, "keys of this type have several lengths: CKA_VALUE_LEN is missing");
}

Result<Draft> secret_draft(Session& session, const Template& attributes, const Bases& bases) {
    const Kind kind = TRY(kind_of(attributes, Kind{CKO_SECRET_KEY, KeyType::GenericSecret}));
    if (kind.object_class != CKO_SECRET_KEY) return fail(Errc::TemplateInconsistent, "a derived key is a secret key");
    const Origin origin{.how = Making::Derive, .bases = bases};
    Draft draft = TRY(draft_object(kind, attributes, origin, is_officer(session)));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    return draft;
}

bool is_made_approved(Session& session, const Draft& draft, std::size_t size) {
    KeySpec spec;
    spec.type = *draft.kind.key_type;
    spec.bits = static_cast<std::uint32_t>(size * 8);
    return session.slot().objects().store(draft.on_token).generation_is_approved(spec);
}

// --- agreement

Result<Handle> derive_by_agreement(Session& session, const mechanism::Request& request, const Base& base,
                                   const Template& attributes) {
    Bases bases = Bases::of(*base.object, Heritage::OneWay);
    bases.gives_defaults = false;
    const Draft draft = TRY(secret_draft(session, attributes, bases));
    const KeyType type = *draft.kind.key_type;
    const CK_ULONG said = TRY(attributes.number(CKA_VALUE_LEN)).value_or(0);
    const std::size_t wanted = said == 0 ? mechanism::fixed_size(type) : said;
    const auto secret = TRY(mechanism::derive(request, *base.key, wanted));
    const SecretMaterial material = TRY(fitted(secret.value, type, wanted));
    const Handle made = TRY(import_material(session, draft, attributes, material));
    session.note_completed(secret.approved && is_made_approved(session, draft, material.size()));
    return made;
}

// --- out of a private key

/// What the standard copies from the private key where the template does not say it (PKCS#11 3.1 §6.43.8).
struct CopiedAttribute {
    CK_ATTRIBUTE_TYPE of_public;
    CK_ATTRIBUTE_TYPE of_private;
};
constexpr CopiedAttribute copied_attributes[] = {
    {CKA_ENCRYPT, CKA_DECRYPT},
    {CKA_VERIFY, CKA_SIGN},
    {CKA_VERIFY_RECOVER, CKA_SIGN_RECOVER},
    {CKA_WRAP, CKA_UNWRAP},
    {CKA_DERIVE, CKA_DERIVE},
    {CKA_ID, CKA_ID},
    {CKA_SUBJECT, CKA_SUBJECT},
    {CKA_START_DATE, CKA_START_DATE},
    {CKA_END_DATE, CKA_END_DATE},
    {CKA_ALLOWED_MECHANISMS, CKA_ALLOWED_MECHANISMS},
};

Result<void> copy_attributes(const Object& from, Template& attributes) {
    for (const auto& [of_public, of_private] : copied_attributes) {
        const Rule* rule = find_rule(from.kind(), of_private);
        if (rule != nullptr && !attributes.has(of_public)) attributes.set(of_public, TRY(from.value(*rule)));
    }
    return {};
}

Result<Handle> derive_public_half(Session& session, const mechanism::Request& request, Handle handle,
                                  Template attributes) {
    const auto base = TRY(key_argument(session, handle, Errc::KeyHandleInvalid));
    if (base->kind().object_class != CKO_PRIVATE_KEY || !request.row->keys.has(*base->kind().key_type)) {
        return fail(Errc::KeyTypeInconsistent, "only a private key has a public half");
    }
    if (!base->allows_mechanism(request.row->type))
        return fail(Errc::MechanismInvalid, "not among the key's allowed mechanisms");
    const Kind wanted{CKO_PUBLIC_KEY, base->kind().key_type};
    const Kind kind = TRY(kind_of(attributes, wanted));
    if (kind != wanted) return fail(Errc::TemplateInconsistent, "the public half of this key is of another type");
    TRY(copy_attributes(*base, attributes));
    Draft draft = TRY(draft_object(kind, attributes, Origin{.how = Making::Derive}, is_officer(session)));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    if (const Rule* rule = find_rule(base->kind(), CKA_KEY_GEN_MECHANISM)) {
        draft.face.extras[CKA_KEY_GEN_MECHANISM] = TRY(base->value(*rule));
    }
    const Record record = TRY(public_key_record(base->key()->public_key, draft.face));
    Backend* store = TRY(session.slot().store_for_new(draft.on_token));
    const auto made = TRY(store->create_record(record));
    session.note_completed(true);
    return session.adopt(draft.on_token, {ObjectKind::Record, {made->id, {}}}, draft.face.is_private);
}

// --- out of secret keys

struct Sources {
    std::vector<mechanism::DerivationSource> keys;
    Bases bases;
};

Result<Sources> gather(Session& session, const MechanismUse& mechanism, const Base& base, Heritage heritage,
                       std::span<const CK_OBJECT_HANDLE> others) {
    Sources sources{{}, Bases::of(*base.object, heritage)};
    sources.keys.push_back({base.key, is_partly_known(*base.object)});
    for (const CK_OBJECT_HANDLE handle : others) {
        const Base other = TRY(base_for(session, mechanism, handle));
        sources.keys.push_back({other.key, is_partly_known(*other.object)});
        sources.bases.join(*other.object);
    }
    return sources;
}

/// CKM_HKDF_DATA: CKA_VALUE_LEN says how much, although a data object has no such attribute.
Result<Handle> make_data(Session& session, const Template& attributes, const SecretBytes& value) {
    if (attributes.has(CKA_VALUE)) return fail(Errc::TemplateInconsistent, "the value is the derivation's to say");
    Template complete;
    for (const auto& [type, given] : attributes.attributes()) {
        if (type != CKA_VALUE_LEN) complete.set(type, copy_of(given));
    }
    complete.set(CKA_VALUE, copy_of(value.expose_bytes()));
    const Kind kind = TRY(kind_of(complete, {}));
    const Draft draft = TRY(draft_object(kind, complete, Origin{}, is_officer(session)));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    Backend* store = TRY(session.slot().store_for_new(draft.on_token));
    const auto made = TRY(store->create_record(Record{{}, kind.object_class, draft.face, 0}));
    return session.adopt(draft.on_token, {ObjectKind::Record, {made->id, {}}}, draft.face.is_private);
}

Result<Handle> derive_data(Session& session, const mechanism::Request& request, const mechanism::Derivation& derivation,
                           const Sources& sources, Template attributes) {
    if (!attributes.has(CKA_CLASS)) attributes.set(CKA_CLASS, encode_number(CKO_DATA));
    if (TRY(attributes.number(CKA_CLASS)) != CKO_DATA) return fail(Errc::TemplateInconsistent, "it makes data objects");
    const std::size_t sizes[] = {TRY(attributes.number(CKA_VALUE_LEN)).value_or(0)};
    const auto derived = TRY(mechanism::derive(request, derivation, sources.keys, sizes));
    return make_data(session, attributes, derived.value.front().value);
}

Result<Wanted> wanted_key(Session& session, Template attributes, const Bases& bases) {
    Draft draft = TRY(secret_draft(session, attributes, bases));
    const std::size_t size = TRY(wanted_size(attributes, *draft.kind.key_type));
    return Wanted{std::move(attributes), std::move(draft), size};
}

/// The call's own key and those in the parameter. Whose template is at fault gets no handle (PKCS#11 3.1 §6.42.6).
Result<std::vector<Wanted>> wanted_keys(Session& session, const mechanism::Derivation& derivation, Template attributes,
                                        const Template& demanded, const Bases& bases) {
    std::vector<Wanted> all;
    all.push_back(TRY(wanted_key(session, std::move(attributes), bases)));
    for (const CK_DERIVED_KEY& key : derivation.additional_keys()) {
        auto wanted = [&]() -> Result<Wanted> {
            Template own = TRY(Template::parse(key.pTemplate, key.ulAttributeCount));
            TRY(own.demand(demanded));
            return wanted_key(session, std::move(own), bases);
        }();
        if (!wanted.ok()) {
            *key.phKey = CK_INVALID_HANDLE;
            return fail(wanted.error());
        }
        all.push_back(std::move(wanted).value());
    }
    return all;
}

void forget_made(Session& session, std::span<const Handle> handles) {
    for (const Handle handle : handles) {
        const auto object = session.slot().objects().object(handle);
        if (!object.ok()) continue;
        (void)session.slot().objects().store((*object)->on_token()).remove((*object)->ref());
        session.slot().objects().forget(handle);
    }
}

/// All of them or none.
Result<std::vector<Handle>> make_all(Session& session, std::vector<Wanted>& wanted,
                                     const std::vector<mechanism::DerivedValue>& derived) {
    std::vector<Handle> handles;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        Draft& draft = wanted[i].draft;
        if (derived[i].partly_known) draft.face.extras[partly_known_attribute] = encode_flag(true);
        const auto made = import_material(session, draft, wanted[i].attributes, derived[i].value);
        if (!made.ok()) {
            forget_made(session, handles);
            return fail(made.error());
        }
        handles.push_back(*made);
    }
    return handles;
}

Result<Handle> derive_from_secrets(Session& session, const mechanism::Request& request, const MechanismUse& mechanism,
                                   const Base& base, Template attributes, const Template& demanded) {
    const auto derivation = TRY(mechanism::start_derivation(request, base.key->record()));
    const Sources sources = TRY(gather(session, mechanism, base, request.row->heritage, derivation->other_keys()));
    if (request.row->derives_data) {
        return derive_data(session, request, *derivation, sources, std::move(attributes));
    }
    auto wanted = TRY(wanted_keys(session, *derivation, std::move(attributes), demanded, sources.bases));
    std::vector<std::size_t> sizes;
    for (const Wanted& key : wanted) sizes.push_back(key.size);
    const auto derived = TRY(mechanism::derive(request, *derivation, sources.keys, sizes));
    const auto handles = TRY(make_all(session, wanted, derived.value));
    bool approved = derived.approved;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        approved = approved && is_made_approved(session, wanted[i].draft, derived.value[i].value.size());
        if (i > 0) *derivation->additional_keys()[i - 1].phKey = handles[i];
    }
    session.note_completed(approved);
    return handles.front();
}

}  // namespace

Result<Handle> derive_key(Session& session, const MechanismUse& mechanism, Handle base_key, Template attributes) {
    const mechanism::Request request = TRY(begin_making(session, mechanism, CKF_DERIVE));
    if (request.row->derives_public_half) {
        return derive_public_half(session, request, base_key, std::move(attributes));
    }
    const Base base = TRY(base_for(session, mechanism, base_key));
    const Template demanded = TRY(base.object->kept_template(CKA_DERIVE_TEMPLATE));
    TRY(attributes.demand(demanded));
    if (request.row->agreement != nullptr) return derive_by_agreement(session, request, base, attributes);
    return derive_from_secrets(session, request, mechanism, base, std::move(attributes), demanded);
}

}  // namespace kvp11::token
