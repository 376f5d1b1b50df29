#include "conformance/service/service_keys.hpp"

#include <algorithm>
#include <functional>

#include "support/results.hpp"

namespace kvp11::test {
namespace {

const Bytes digest(32, 0x5A);
constexpr SignatureAlgorithm ecdsa{.scheme = SignatureScheme::Ecdsa};
constexpr SignatureAlgorithm cmac{.scheme = SignatureScheme::AesCmac};

bool is_pair(const Key& key) {
    const KeyType type = key.record().spec.type;
    return type == KeyType::Ec || type == KeyType::Rsa;
}

SignatureAlgorithm algorithm_of(const Key& key) {
    return key.record().spec.type == KeyType::Rsa ? SignatureAlgorithm{.scheme = SignatureScheme::RsaPkcs1} : ecdsa;
}

Result<Bytes> mac_with(const Key& key, bool for_verifying) {
    const auto mac = TRY(key.mac(cmac, for_verifying));
    TRY(mac->start());
    TRY(mac->update(digest));
    Bytes value(mac->size());
    TRY(mac->finish(value));
    return value;
}

std::vector<KeyRecordPtr> all_pages(const std::function<Result<KeyPage>(const PageRequest&)>& list) {
    std::vector<KeyRecordPtr> all;
    PageRequest request;
    do {
        const auto page = list(request);
        REQUIRE_OK(page);
        all.insert(all.end(), page->keys.begin(), page->keys.end());
        request.after = page->next;
    } while (!request.after.empty());
    return all;
}

}  // namespace

NewKey signing_pair(const std::string& name) {
    NewKey key;
    key.name = name;
    key.spec = {.type = KeyType::Ec, .curve = Curve::P256};
    key.ops = KeyOps::Sign | KeyOps::Verify;
    return key;
}

NewKey aes_key(const std::string& name) {
    NewKey key;
    key.name = name;
    key.spec = {.type = KeyType::Aes, .bits = 256};
    key.ops = KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap | KeyOps::Sign | KeyOps::Verify;
    return key;
}

NewKey rsa_pair(const std::string& name) {
    NewKey key = aes_key(name);
    key.spec = {.type = KeyType::Rsa, .bits = 2048};
    return key;
}

NewKey versioned(NewKey key) {
    key.name_use = NameUse::MayAddVersion;
    return key;
}

void give_faces(NewKey& key, const std::string& label) {
    key.face.label = copy_of(bytes_of(label));
    key.face.id = copy_of(bytes_of("id of " + label));
    key.face.extras = {{0x0000'0110, {'2', '0', '2', '6'}}, {0x8000'0001, {1, 0, 255}}, {0x8000'0002, {}}};
    if (key.spec.type != KeyType::Ec && key.spec.type != KeyType::Rsa) return;
    key.public_face = key.face;
    key.public_face->is_private = false;
    key.public_face->label = copy_of(bytes_of("public " + label));
}

KeyRecord made(ServiceSubject& subject, const NewKey& key) {
    const auto record = subject.backend().generate(key);
    REQUIRE_OK(record);
    return **record;
}

KeyId latest(const std::string& name) { return {name, ""}; }

Result<Bytes> sign(Backend& backend, const KeyId& id) {
    const auto key = TRY(backend.open(id));
    if (!is_pair(*key)) return mac_with(*key, false);
    const auto signer = TRY(key->signer(algorithm_of(*key)));
    Bytes signature(signer->size());
    TRY(signer->sign(digest, signature));
    return signature;
}

Result<void> verify(Backend& backend, const KeyId& id, const Bytes& signature) {
    const auto key = TRY(backend.open(id));
    if (!is_pair(*key)) {
        const Bytes wanted = TRY(mac_with(*key, true));
        return wanted == signature ? Result<void>() : fail(Errc::SignatureInvalid, "the MAC is another one");
    }
    const auto verifier = TRY(key->verifier(algorithm_of(*key)));
    return verifier->verify(digest, signature);
}

void check_works(Backend& backend, const KeyId& id) {
    const auto signature = sign(backend, id);
    REQUIRE_OK(signature);
    CHECK_OK(verify(backend, id, *signature));
}

std::vector<std::string> names_of(const KeyPage& page) {
    std::vector<std::string> names;
    for (const auto& key : page.keys) names.push_back(key->id.name);
    return names;
}

std::vector<std::string> versions_of(const KeyPage& page) {
    std::vector<std::string> versions;
    for (const auto& key : page.keys) versions.push_back(key->id.version);
    return versions;
}

std::vector<std::string> all_names(const KeyLifeCycle& keys) {
    return names_of({all_pages([&](const PageRequest& page) { return keys.list_keys(page); }), ""});
}

std::vector<std::string> all_versions(const KeyLifeCycle& keys, const std::string& name) {
    return versions_of({all_pages([&](const PageRequest& page) { return keys.list_versions(name, page); }), ""});
}

std::vector<std::string> all_deleted(const KeyLifeCycle& keys) {
    return names_of({all_pages([&](const PageRequest& page) { return keys.list_deleted_keys(page); }), ""});
}

bool is_hex(const std::string& text, std::size_t digits) {
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool same_key(const KeyRecord& one, const KeyRecord& other) {
    const auto facts = [](const KeyRecord& key) {
        return std::tie(key.id, key.spec, key.ops, key.protection, key.enabled, key.exportable, key.not_before,
                        key.expires, key.created, key.tags, key.release_policy, key.is_latest, key.rotation_policy,
                        key.public_key, key.face, key.public_face, key.has_material);
    };
    return facts(one) == facts(other);
}

}  // namespace kvp11::test
