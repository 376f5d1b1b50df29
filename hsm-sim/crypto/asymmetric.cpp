#include "crypto/asymmetric.hpp"

#include "crypto/ecdsa.hpp"
#include "crypto/eddsa.hpp"
#include "crypto/library.hpp"
#include "crypto/pkey.hpp"
#include "crypto/raw_block.hpp"
#include "crypto/rsa_cipher.hpp"
#include "crypto/rsa_signature.hpp"

namespace kvp11::crypto {
namespace {

bool is_rsa(SignatureScheme scheme) {
    return scheme == SignatureScheme::RsaPkcs1 || scheme == SignatureScheme::RsaPkcs1DigestInfo ||
           scheme == SignatureScheme::RsaPss || scheme == SignatureScheme::RsaRaw;
}

Failure wrong_type() { return fail(Errc::KeyTypeInconsistent, "the key is of another type than the algorithm"); }

KeySpec spec_of(const PublicKey& key) {
    KeySpec spec;
    spec.type = key.type;
    spec.curve = key.curve;
    if (key.type != KeyType::Rsa) return spec;
    spec.bits = static_cast<std::uint32_t>(modulus_bits(key.n));
    spec.public_exponent = 0;  // stays so where it does not fit
    if (key.e.size() <= 4) {
        for (const std::uint8_t byte : key.e) spec.public_exponent = spec.public_exponent << 8 | byte;
    }
    return spec;
}

/// The peer's key beside one on the same curve, checked.
Result<EvpPkey> peer_of(const EVP_PKEY* own, const PublicKey& peer) {
    if (peer.type == KeyType::EcMontgomery) return public_pkey(peer);
    EvpPkey point(EVP_PKEY_new());
    if (!point || EVP_PKEY_copy_parameters(point.get(), own) != 1) return openssl_failure("ECDH");
    TRY(set_point(point.get(), peer.curve, peer.point));
    return point;
}

}  // namespace

struct PublicHalf::State {
    PublicKey value;
    KeySpec spec;
    EvpPkey pkey;
    EvpPkeyCtx ready_to_verify;  // Ec only
};

PublicHalf::PublicHalf(std::unique_ptr<State> state) : state_(std::move(state)) {}
PublicHalf::~PublicHalf() = default;

Result<std::shared_ptr<const PublicHalf>> PublicHalf::parse(const PublicKey& key) {
    ErrorMark mark;
    auto state = std::make_unique<State>();
    state->pkey = TRY(public_pkey(key));
    state->value = TRY(public_key_of(state->pkey.get()));
    state->spec = spec_of(state->value);
    if (key.type == KeyType::Ec) state->ready_to_verify = TRY(ecdsa_context(state->pkey.get()));
    return std::shared_ptr<const PublicHalf>(new PublicHalf(std::move(state)));
}

const PublicKey& PublicHalf::value() const noexcept { return state_->value; }
const KeySpec& PublicHalf::spec() const noexcept { return state_->spec; }

Result<std::unique_ptr<Verifier>> PublicHalf::verifier(const SignatureAlgorithm& algorithm) const {
    ErrorMark mark;
    if (state_->value.type == KeyType::Ec) {
        if (algorithm.scheme != SignatureScheme::Ecdsa) return wrong_type();
        return ecdsa_verifier(state_->ready_to_verify.get(), state_->value.curve);
    }
    if (state_->value.type == KeyType::EcEdwards && algorithm.scheme == SignatureScheme::EdDsa) {
        return eddsa_verifier(state_->pkey.get(), state_->value.curve);
    }
    if (state_->value.type != KeyType::Rsa || !is_rsa(algorithm.scheme)) return wrong_type();
    return rsa_verifier(state_->pkey.get(), state_->value.n, algorithm);
}

Result<std::unique_ptr<Cipher>> PublicHalf::encryptor(const CipherAlgorithm& algorithm) const {
    if (state_->value.type != KeyType::Rsa) return wrong_type();
    return rsa_encryptor(state_->pkey.get(), state_->value.n, algorithm);
}

Result<Bytes> PublicHalf::wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const {
    if (state_->value.type != KeyType::Rsa) return fail(Errc::WrappingKeyTypeInconsistent, "only RSA keys wrap");
    return rsa_wrap(state_->pkey.get(), state_->value.n, algorithm, material);
}

struct PrivateHalf::State {
    KeySpec spec;
    PublicKey public_key;
    EvpPkey pkey;
    std::shared_ptr<EC_KEY> signing_key;  // Ec only

    static Result<std::unique_ptr<State>> of(EvpPkey pkey);
};

Result<std::unique_ptr<PrivateHalf::State>> PrivateHalf::State::of(EvpPkey pkey) {
    auto state = std::make_unique<State>();
    state->public_key = TRY(public_key_of(pkey.get()));
    state->spec = spec_of(state->public_key);
    if (state->spec.type == KeyType::Ec) state->signing_key = TRY(ecdsa_key(pkey.get()));
    state->pkey = std::move(pkey);
    return state;
}

PrivateHalf::PrivateHalf(std::unique_ptr<State> state) : state_(std::move(state)) {}
PrivateHalf::~PrivateHalf() = default;

Result<std::shared_ptr<const PrivateHalf>> PrivateHalf::generate(const KeySpec& spec) {
    ErrorMark mark;
    EvpPkey key = TRY(generate_pkey(spec));
    std::unique_ptr<State> state = TRY(State::of(std::move(key)));
    return std::shared_ptr<const PrivateHalf>(new PrivateHalf(std::move(state)));
}

Result<std::shared_ptr<const PrivateHalf>> PrivateHalf::parse(const SecretMaterial& pkcs8) {
    ErrorMark mark;
    EvpPkey key = TRY(parse_pkcs8(pkcs8.expose_bytes()));
    std::unique_ptr<State> state = TRY(State::of(std::move(key)));
    return std::shared_ptr<const PrivateHalf>(new PrivateHalf(std::move(state)));
}

const KeySpec& PrivateHalf::spec() const noexcept { return state_->spec; }
const PublicKey& PrivateHalf::public_key() const noexcept { return state_->public_key; }

Result<SecretMaterial> PrivateHalf::expose_pkcs8() const { return crypto::expose_pkcs8(state_->pkey.get()); }

Result<std::unique_ptr<Signer>> PrivateHalf::signer(const SignatureAlgorithm& algorithm) const {
    ErrorMark mark;
    if (state_->spec.type == KeyType::Ec) {
        if (algorithm.scheme != SignatureScheme::Ecdsa) return wrong_type();
        return ecdsa_signer(state_->signing_key, state_->spec.curve);
    }
    if (state_->spec.type == KeyType::EcEdwards && algorithm.scheme == SignatureScheme::EdDsa) {
        return eddsa_signer(state_->pkey.get(), state_->spec.curve);
    }
    if (state_->spec.type != KeyType::Rsa || !is_rsa(algorithm.scheme)) return wrong_type();
    return rsa_signer(state_->pkey.get(), state_->public_key.n, algorithm);
}

Result<std::unique_ptr<Cipher>> PrivateHalf::decryptor(const CipherAlgorithm& algorithm) const {
    if (state_->spec.type != KeyType::Rsa) return wrong_type();
    return rsa_decryptor(state_->pkey.get(), state_->public_key.n, algorithm);
}

Result<SecretMaterial> PrivateHalf::unwrap(const WrapAlgorithm& algorithm, ByteView wrapped) const {
    if (state_->spec.type != KeyType::Rsa) {
        return fail(Errc::UnwrappingKeyTypeInconsistent, "only RSA keys unwrap");
    }
    return rsa_unwrap(state_->pkey.get(), state_->public_key.n, algorithm, wrapped);
}

Result<SecretBytes> PrivateHalf::agree(const PublicKey& peer) const {
    ErrorMark mark;
    const Curve curve = state_->spec.curve;
    if (state_->spec.type != KeyType::Ec && state_->spec.type != KeyType::EcMontgomery) return wrong_type();
    if (peer.type != state_->spec.type || peer.curve != curve) {
        return fail(Errc::PublicKeyInvalid, "the peer's key is not on the same curve");
    }
    const EvpPkey point = TRY(peer_of(state_->pkey.get(), peer));
    EvpPkeyCtx context(EVP_PKEY_CTX_new_from_pkey(library_context(), state_->pkey.get(), nullptr));
    SecretBytes shared(curve_size(curve));
    std::size_t size = shared.size();
    // peer_of has validated the peer; a second full check costs as much as the derivation.
    if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer_ex(context.get(), point.get(), 0) != 1) {
        return openssl_failure("key agreement");
    }
    const bool done = EVP_PKEY_derive(context.get(), shared.expose_writable().data(), &size) == 1;
    if (!done && state_->spec.type == KeyType::EcMontgomery) {
        return fail(Errc::PublicKeyInvalid, "the peer's key is of small order: the shared secret would be zero");
    }
    if (!done || size != shared.size()) return openssl_failure("key agreement");
    return shared;
}

}  // namespace kvp11::crypto
