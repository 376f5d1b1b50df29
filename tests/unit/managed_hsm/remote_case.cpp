#include "remote_case.hpp"

#include <boost/json/parse.hpp>

namespace kvp11::test {

RemoteCase::RemoteCase(const std::function<void(managed_hsm::Settings&)>& change) {
    managed_hsm::Settings settings = hsm.settings();
    if (change) change(settings);
    auto opened = managed_hsm::open_managed_hsm(std::move(settings));
    REQUIRE_OK(opened);
    backend = std::move(opened).value();
}

KeyRecord RemoteCase::made(const NewKey& key) {
    const auto record = backend->generate(key);
    REQUIRE_OK(record);
    return **record;
}

std::shared_ptr<const Key> RemoteCase::opened(const KeyId& id) {
    auto key = backend->open(id);
    REQUIRE_OK(key);
    return std::move(key).value();
}

KeyRecord RemoteCase::foreign(const std::string& name, const std::string& body) {
    hsm.ask("POST", "/keys/" + name + "/create", body);
    const auto record = backend->key_record({name, {}});
    REQUIRE_OK(record);
    return **record;
}

ObjectRef RemoteCase::labelled(const std::string& label, ObjectKind kind) {
    ObjectQuery query;
    query.kind = kind;
    query.label = text_bytes(label);
    const auto found = backend->find(query);
    REQUIRE_OK(found);
    BOOST_REQUIRE_EQUAL(found->size(), 1u);
    return found->front();
}

std::size_t RemoteCase::count(const std::string& label) {
    ObjectQuery query;
    query.label = text_bytes(label);
    const auto found = backend->find(query);
    REQUIRE_OK(found);
    return found->size();
}

Face face_of(const std::string& label, const Bytes& id) {
    Face face;
    face.label = text_bytes(label);
    face.id = id;
    return face;
}

namespace {

NewKey pair_of(const std::string& label) {
    NewKey key;
    key.face = face_of(label, {1, 2});
    key.public_face = key.face;
    key.public_face->is_private = false;
    return key;
}

}  // namespace

NewKey rsa_key(const std::string& label) {
    NewKey key = pair_of(label);
    key.spec = KeySpec{.type = KeyType::Rsa, .bits = 2048};
    key.ops = KeyOps::Sign | KeyOps::Verify | KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap;
    return key;
}

NewKey ec_key(const std::string& label, Curve curve) {
    NewKey key = pair_of(label);
    key.spec = KeySpec{.type = KeyType::Ec, .curve = curve};
    key.ops = KeyOps::Sign | KeyOps::Verify | KeyOps::Derive;
    return key;
}

NewKey aes_key(const std::string& label, std::uint32_t bits) {
    NewKey key;
    key.face = face_of(label, {3});
    key.spec = KeySpec{.type = KeyType::Aes, .bits = bits};
    key.ops = KeyOps::Sign | KeyOps::Verify | KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap;
    return key;
}

NewKey hmac_key(const std::string& label) {
    NewKey key;
    key.face = face_of(label);
    key.spec = KeySpec{.type = KeyType::GenericSecret, .bits = 256};
    key.ops = KeyOps::Sign | KeyOps::Verify;
    return key;
}

SecretBytes secret(ByteView bytes) { return SecretBytes::copy_of(bytes); }

Result<Bytes> signature_by(const Key& key, const SignatureAlgorithm& algorithm, ByteView input) {
    const auto signer = TRY(key.signer(algorithm));
    Bytes signature(signer->size());
    signature.resize(TRY(signer->sign(input, signature)));
    return signature;
}

Result<void> verified(const KeyRecord& key, const SignatureAlgorithm& algorithm, ByteView input, ByteView signature) {
    const auto half = TRY(crypto::PublicHalf::parse(key.public_key));
    const auto verifier = TRY(half->verifier(algorithm));
    return verifier->verify(input, signature);
}

Result<Bytes> run(Cipher& cipher, ByteView input) {
    Bytes output(cipher.output_bound(input.size()));
    const std::size_t first = TRY(cipher.update(input, output));
    const std::size_t rest = TRY(cipher.finish(MutableBytes(output).subspan(first)));
    output.resize(first + rest);
    return output;
}

}  // namespace kvp11::test
