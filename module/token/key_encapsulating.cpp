#include "token/key_encapsulating.hpp"

#include <cstring>

#include "token/making_steps.hpp"

namespace kvp11::token {

namespace {

/// The mechanism's parameter with a peer's public value, which the caller leaves out. MechanismParamInvalid.
Result<Bytes> with_peer(ByteView parameter, const Bytes& peer) {
    CK_ECDH1_DERIVE_PARAMS params;
    if (parameter.size() != sizeof params)
        return fail(Errc::MechanismParamInvalid, "want CK_ECDH1_DERIVE_PARAMS as the parameter");
    std::memcpy(&params, parameter.data(), sizeof params);
    if (params.ulPublicDataLen != 0) return fail(Errc::MechanismParamInvalid, "the public value is the ciphertext");
    params.pPublicData = const_cast<CK_BYTE_PTR>(peer.data());
    params.ulPublicDataLen = peer.size();
    const auto* first = reinterpret_cast<const std::uint8_t*>(&params);
    return Bytes(first, first + sizeof params);
}

struct Recipient {
    mechanism::Request request;
    std::shared_ptr<const Object> object;
};

Result<Recipient> recipient_for(Session& session, const MechanismUse& mechanism, Handle handle) {
    const mechanism::Request request = TRY(begin_making(session, mechanism, CKF_ENCAPSULATE));
    auto object = TRY(key_argument(session, handle, Errc::KeyHandleInvalid));
    if (object->kind().object_class != CKO_PUBLIC_KEY || !request.row->keys.has(*object->kind().key_type))
        return fail(Errc::KeyTypeInconsistent, "the mechanism encapsulates for other public keys");
    if (!object->flag(CKA_ENCAPSULATE)) return fail(Errc::KeyFunctionNotPermitted);
    if (!object->allows_mechanism(mechanism.type))
        return fail(Errc::MechanismInvalid, "not among the key's allowed mechanisms");
    return Recipient{request, std::move(object)};
}

/// A pair for one use. It lives among the session objects, where nobody has its name.
class PassingPair {
public:
    static Result<PassingPair> make(Session& session, const KeySpec& spec) {
        Backend* store = TRY(session.slot().store_for_new(false));
        NewKey pair;
        pair.spec = spec;
        pair.ops = KeyOps::Derive;
        pair.public_face = Face{};
        const auto record = TRY(store->generate(pair));
        PassingPair made(store, record->id);
        made.key_ = TRY(store->open(record->id));
        return made;
    }
    PassingPair(PassingPair&& other) noexcept
        : store_(std::exchange(other.store_, nullptr)), id_(std::move(other.id_)), key_(std::move(other.key_)) {}
    PassingPair& operator=(PassingPair&&) = delete;
    ~PassingPair() {
        if (store_ == nullptr) return;
        (void)store_->remove({ObjectKind::PrivateKey, id_});
        (void)store_->remove({ObjectKind::PublicKey, id_});
    }
    [[nodiscard]] const Key& key() const noexcept { return *key_; }

private:
    PassingPair(Backend* store, KeyId id) : store_(store), id_(std::move(id)) {}
    Backend* store_;
    KeyId id_;
    std::shared_ptr<const Key> key_;
};

/// The key that both sides get.
Result<Handle> make_shared_key(Session& session, const mechanism::Request& request, const Key& own, const Bytes& peer,
                               const Template& attributes) {
    const Kind kind = TRY(kind_of(attributes, Kind{CKO_SECRET_KEY, KeyType::GenericSecret}));
    if (kind.object_class != CKO_SECRET_KEY) return fail(Errc::TemplateInconsistent, "a shared key is a secret key");
    const Draft draft = TRY(draft_object(kind, attributes, Origin{.how = Making::Unwrap}, is_officer(session)));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    const KeyType type = *kind.key_type;
    const CK_ULONG said = TRY(attributes.number(CKA_VALUE_LEN)).value_or(0);
    const std::size_t wanted = said == 0 ? mechanism::fixed_size(type) : said;
    const Bytes parameter = TRY(with_peer(request.parameter, peer));
    const auto secret = TRY(mechanism::derive({request.row, parameter}, own, wanted));
    const SecretMaterial material = TRY(fitted(secret.value, type, wanted));
    const Handle made = TRY(import_material(session, draft, attributes, material));
    KeySpec spec;
    spec.type = type;
    spec.bits = static_cast<std::uint32_t>(material.size() * 8);
    session.note_completed(secret.approved &&
                           session.slot().objects().store(draft.on_token).generation_is_approved(spec));
    return made;
}

}  // namespace

Result<std::size_t> encapsulated_size(Session& session, const MechanismUse& mechanism, Handle public_key) {
    const bool before = session.last_was_approved();
    const auto recipient = recipient_for(session, mechanism, public_key);
    session.note_completed(before);
    if (!recipient.ok()) return fail(recipient.error());
    return recipient->object->key()->public_key.point.size();
}

Result<Encapsulated> encapsulate_key(Session& session, const MechanismUse& mechanism, Handle public_key,
                                     const Template& attributes) {
    const Recipient recipient = TRY(recipient_for(session, mechanism, public_key));
    const PublicKey& theirs = recipient.object->key()->public_key;
    KeySpec spec;
    spec.type = theirs.type;
    spec.curve = theirs.curve;
    const PassingPair pair = TRY(PassingPair::make(session, spec));
    const Handle made = TRY(make_shared_key(session, recipient.request, pair.key(), theirs.point, attributes));
    return Encapsulated{made, pair.key().record().public_key.point};
}

Result<Handle> decapsulate_key(Session& session, const MechanismUse& mechanism, Handle private_key, ByteView ciphertext,
                               Template attributes) {
    const mechanism::Request request = TRY(begin_making(session, mechanism, CKF_DECAPSULATE));
    const auto object = TRY(key_argument(session, private_key, Errc::UnwrappingKeyHandleInvalid));
    if (!request.row->keys.has(*object->kind().key_type))
        return fail(Errc::UnwrappingKeyTypeInconsistent, "the mechanism decapsulates with other keys");
    const auto key = TRY(key_for(session, *object, private_key, CKA_DECAPSULATE, mechanism.type));
    const Template demanded = TRY(object->kept_template(CKA_UNWRAP_TEMPLATE));
    TRY(attributes.demand(demanded));
    const Bytes& own = object->key()->public_key.point;
    if (ciphertext.size() != own.size())
        return fail(Errc::WrappedKeyLenRange, "a ciphertext of " + std::to_string(ciphertext.size()) + " bytes, want " +
                                                  std::to_string(own.size()));
    TRY(with_peer(request.parameter, own));
    auto made = make_shared_key(session, request, *key, copy_of(ciphertext), attributes);
    // The caller's part of the parameter was found right before.
    if (!made.ok() && made.code() == Errc::MechanismParamInvalid)
        return fail(Errc::WrappedKeyInvalid, made.error().message);
    return made;
}

}  // namespace kvp11::token
