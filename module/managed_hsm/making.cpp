#include "managed_hsm/making.hpp"

#include <array>

#include "crypto/asymmetric.hpp"
#include "crypto/random.hpp"
#include "managed_hsm/mapping.hpp"
#include "managed_hsm/tag_value.hpp"
#include "managed_hsm/wire.hpp"
#include "managed_hsm/wire_word.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::uint32_t least_secret_bits = 128;
constexpr std::uint32_t most_secret_bits = 512;

/// What a name is taken for.
struct Chosen {
    std::string name;
    bool may_change = false;  // it came from the label
};

Result<std::string> random_name() {
    std::array<std::uint8_t, 16> bytes{};
    TRY(crypto::random_bytes(bytes));
    return "p11-" + hex_of(bytes);
}

/// Nobody who may not look can tell; that is not free then.
Result<bool> is_free(const RemoteService& service, const std::string& name) {
    const auto known = service.directory().fetch({name, {}});
    if (known.ok() || known.code() == Errc::AccessDenied) return false;
    if (known.code() == Errc::KeyNotFound) return true;
    return fail(known.error());
}

Result<Chosen> choose_name(const RemoteService& service, const NewKey& key) {
    if (!key.name.empty()) {
        const auto name = name_in(bytes_of(key.name));
        if (!name) return fail(Errc::KeyNameInvalid, "'" + key.name + "' is no name for a key");
        if (key.name_use == NameUse::MustBeNew && !TRY(is_free(service, key.name))) {
            return fail(Errc::KeyExists, "there is a key named '" + key.name + "'");
        }
        return Chosen{key.name, false};
    }
    const auto label = name_in(key.face.label);
    if (label && TRY(is_free(service, *label))) return Chosen{*label, true};
    return Chosen{TRY(random_name()), false};
}

Result<void> check_size(const KeySpec& spec) {
    bool fits = true;
    switch (spec.type) {
        case KeyType::Rsa: fits = spec.bits == 2048 || spec.bits == 3072 || spec.bits == 4096; break;
        case KeyType::Ec: break;
        case KeyType::Aes: fits = spec.bits == 128 || spec.bits == 192 || spec.bits == 256; break;
        case KeyType::GenericSecret:
            fits = spec.bits >= least_secret_bits && spec.bits <= most_secret_bits && spec.bits % 8 == 0;
            break;
        default:
            return refused(Errc::AlgorithmNotSupported, "keys on Edwards and Montgomery curves, ChaCha20 and "
                                                        "AES-XTS keys: the service has none");
    }
    if (fits) return {};
    return fail(Errc::KeySizeRange, "the service has no key of this type with " + std::to_string(spec.bits) +
                                        " bits: RSA 2048, 3072, 4096; AES 128, 192, 256; HMAC 128 to 512");
}

/// What the service can do of what is wanted.
Result<KeyOps> operations_for(const NewKey& key) {
    const KeyOps ops = key.ops & possible_operations(key.spec.type);
    if (ops != KeyOps::None) return ops;
    return refused(Errc::TemplateInconsistent,
                   key.spec.type == KeyType::Ec
                       ? "an EC key that neither signs nor verifies: the service has no key agreement"
                       : "a key that could do nothing at the service: see key_ops");
}

Result<NewKey> adapted(const RemoteService& service, const NewKey& key) {
    if (!is_pair(key.spec.type) && !service.has_secret_keys()) {
        return refused(Errc::AlgorithmNotSupported, "secret keys: a Managed HSM has them, a Key Vault has not");
    }
    NewKey wanted = key;
    wanted.ops = TRY(operations_for(key));
    return wanted;
}

/// `send(name, tags)` asks the service. A label that turns out to be a deleted key's name does not stand in the way.
template <class Send>
Result<KeyRecordPtr> made_by(const RemoteService& service, const NewKey& key, bool generated, Send send) {
    const Chosen chosen = TRY(choose_name(service, key));
    const auto attempt = [&](const std::string& name) -> Result<transport::Answer> {
        return send(name, TRY(tags_with(key.tags, Kept{name, key.spec, generated, key.face, key.public_face, true})));
    };
    auto answer = attempt(chosen.name);
    const bool is_taken = !answer.ok() && (answer.code() == Errc::KeyDeleted || answer.code() == Errc::KeyExists);
    if (is_taken && chosen.may_change) answer = attempt(TRY(random_name()));
    if (!answer.ok()) return fail(answer.error());
    KeyRecord record = TRY(parse_key_bundle(answer->expose_body()));
    complete(record, true);
    return service.directory().learn(std::move(record));
}

Result<transport::Answer> send_once(const RemoteService& service, std::string_view method, std::string_view path,
                                    std::string_view body) {
    return service.pipeline().call({.method = method,
                                    .path = path,
                                    .query = {},
                                    .body = body,
                                    .repeat = pipeline::Repeat::Once,
                                    .weight = pipeline::Weight::CreateKey});
}

Result<KeySpec> spec_of_material(const KeySpec& said, const SecretMaterial& material) {
    KeySpec spec = said;
    if (is_pair(said.type)) {
        const auto half = crypto::PrivateHalf::parse(material);
        if (!half.ok()) return fail(Errc::AttributeValueInvalid, half.error().message);
        if ((*half)->spec().type != said.type) {
            return fail(Errc::AttributeValueInvalid, "the material is of another key type");
        }
        spec = (*half)->spec();
    } else {
        spec.bits = static_cast<std::uint32_t>(material.size() * 8);
    }
    const bool is_other = said.bits != 0 && said.type != KeyType::Ec && said.bits != spec.bits;
    const auto size = check_size(spec);
    if (is_other) return fail(Errc::AttributeValueInvalid, "the material is of another size");
    if (!size.ok()) return refused(Errc::AttributeValueInvalid, size.error().message);
    return spec;
}

/// A key-transfer file for the pool's exchange key (Azure: "Import HSM-protected keys to Managed HSM (BYOK)").
Result<std::string> transfer_file(const RemoteService& service, const SecretMaterial& material) {
    const std::string& name = service.settings().exchange_key;
    const auto exchange = service.directory().record({name, {}});
    if (!exchange.ok()) {
        return refused(exchange.code(), "the exchange key '" + name + "' for BYOK: " + exchange.error().message);
    }
    const auto half = TRY(crypto::PublicHalf::parse((*exchange)->public_key));
    const WrapAlgorithm wrapping{.scheme = WrapScheme::RsaAesKeyWrap,
                                 .digest = Digest::Sha1,
                                 .mgf_digest = Digest::Sha1,
                                 .label = {},
                                 .iv = {},
                                 .aes_bits = 256};
    const Bytes wrapped = TRY(half->wrap(wrapping, material));
    return transfer_blob(service.kid_of((*exchange)->id), wrapped);
}

}  // namespace

Result<KeyRecordPtr> make_key(const RemoteService& service, const NewKey& key) {
    if (key.protection.extractable) {
        return refused(Errc::AttributeValueInvalid, "CKA_EXTRACTABLE: keys of the service do not leave it wrapped; an "
                                                    "exportable one is released to an attested environment");
    }
    TRY(check_size(key.spec));
    const NewKey wanted = TRY(adapted(service, key));
    return made_by(service, wanted, true, [&](const std::string& name, const Tags& tags) {
        return send_once(service, "POST", key_path({name, {}}, "create"),
                         create_body(wanted, tags, service.makes_software_keys()));
    });
}

Result<KeyRecordPtr> import_key(const RemoteService& service, const NewKey& key, const SecretMaterial& material) {
    NewKey wanted = key;
    wanted.spec = TRY(spec_of_material(key.spec, material));
    wanted = TRY(adapted(service, wanted));
    const bool by_transfer = service.settings().import_way == ImportWay::Byok;
    const std::string blob = by_transfer ? TRY(transfer_file(service, material)) : std::string();
    return made_by(service, wanted, false, [&](const std::string& name, const Tags& tags) -> Result<transport::Answer> {
        const std::string path = key_path({name, {}});
        if (by_transfer) return send_once(service, "PUT", path, byok_import_body(wanted, tags, blob));
        const SecretBytes body = TRY(import_body(wanted, tags, material, service.makes_software_keys()));
        return send_once(service, "PUT", path, text_of(body.expose_bytes()));
    });
}

}  // namespace kvp11::managed_hsm
