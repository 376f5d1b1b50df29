#include "managed_hsm/managed_hsm.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "log/log.hpp"
#include "managed_hsm/changing.hpp"
#include "managed_hsm/making.hpp"
#include "managed_hsm/remote_key.hpp"
#include "managed_hsm/tag_value.hpp"
#include "managed_hsm/wire.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::size_t longest_label = 32;
constexpr std::size_t serial_size = 16;
constexpr std::size_t most_random = 128;

bool has_digest(Digest digest) {
    return digest == Digest::Sha256 || digest == Digest::Sha384 || digest == Digest::Sha512;
}

Failure no_records() { return fail(Errc::FunctionNotSupported, "the service keeps keys and nothing else"); }

class ManagedHsm final : public Backend {
public:
    ManagedHsm(Settings settings, std::unique_ptr<pipeline::Pipeline> pipeline)
        : service_(std::move(settings), std::move(pipeline)), status_(make_status()) {}

    // --- what it is
    Result<TokenStatus> status() const override { return status_; }
    bool supports(const SignatureAlgorithm& algorithm, KeyType type, bool for_verifying) const noexcept override;
    bool supports(CipherScheme scheme, KeyType type, bool for_decrypting) const noexcept override;
    bool supports(WrapScheme scheme, KeyType type) const noexcept override;
    bool supports_generating(KeyType type) const noexcept override { return has_keys_of(type); }
    bool supports_agreement(KeyType) const noexcept override { return false; }
    std::uint64_t generation() const noexcept override { return service_.directory().generation(); }

    // --- roles
    Result<void> login(Role role, const SecretBytes& pin) override {
        if (role == Role::SecurityOfficer) {
            return refused(Errc::UserTypeInvalid,
                           "a slot on a Managed HSM has no security officer: roles are assigned at the service");
        }
        // Clients that insist on a PIN are content with any.
        return by_pin() ? service_.pipeline().log_in(pin) : Result<void>();
    }
    Result<void> logout() override {
        if (by_pin()) service_.pipeline().log_out();
        return {};
    }
    Result<void> initialise(const SecretBytes&, const std::string&) override {
        return refused(Errc::TokenWriteProtected, "a Managed HSM is created and activated by Azure's tools");
    }
    Result<void> initialise_user_pin(const SecretBytes&) override { return no_pins(); }
    Result<void> change_pin(Role, const SecretBytes&, const SecretBytes&) override { return no_pins(); }

    // --- lookup
    Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const override {
        // Before a login by PIN nobody knows who asks, so there is nothing to be seen.
        if (query.kind == ObjectKind::Record || (by_pin() && !service_.pipeline().logged_in())) {
            return std::vector<ObjectRef>();
        }
        return service_.directory().find(query);
    }
    Result<KeyRecordPtr> key_record(const KeyId& id) const override { return service_.directory().record(id); }
    Result<KeyRecordPtr> key_sketch(const KeyId& id) const override { return service_.directory().sketch(id); }
    Result<std::shared_ptr<const Record>> record(const std::string&) const override {
        return fail(Errc::KeyNotFound, "the service keeps keys and nothing else");
    }
    Result<std::shared_ptr<const Key>> open(const KeyId& id) const override {
        return RemoteKey::open(service_, TRY(service_.directory().record(id)));
    }

    // --- change
    Result<KeyRecordPtr> generate(const NewKey& key) override { return make_key(service_, key); }
    Result<KeyRecordPtr> import_key(const NewKey& key, const SecretMaterial& material) override {
        return managed_hsm::import_key(service_, key, material);
    }
    Result<KeyRecordPtr> update(const KeyId& id, const KeyUpdate& update) override {
        return update_key(service_, id, update);
    }
    Result<void> remove(const ObjectRef& ref) override {
        if (ref.kind == ObjectKind::Record) return no_records();
        return remove_object(service_, ref);
    }
    Result<std::shared_ptr<const Record>> create_record(const Record&) override { return no_records(); }
    Result<std::shared_ptr<const Record>> update_record(const Record&) override { return no_records(); }

    Result<void> random(MutableBytes output) override;

private:
    [[nodiscard]] bool by_pin() const noexcept { return service_.settings().pipeline.credential_by_pin; }
    [[nodiscard]] bool has_keys_of(KeyType type) const noexcept {
        const bool secret = type == KeyType::Aes || type == KeyType::GenericSecret;
        return type == KeyType::Rsa || type == KeyType::Ec || (secret && service_.has_secret_keys());
    }
    [[nodiscard]] TokenStatus make_status() const;
    static Failure no_pins() {
        return refused(Errc::FunctionNotSupported, "there are no PINs at the service: the slot's credential logs in");
    }
    Result<void> random_here(MutableBytes output);

    RemoteService service_;
    TokenStatus status_;
    std::atomic<bool> told_of_random_{false};
};

TokenStatus ManagedHsm::make_status() const {
    const std::string& host = service_.pipeline().host();
    TokenStatus status;
    status.life_cycle = LifeCycle::Active;
    status.label = service_.settings().label.empty() ? host.substr(0, host.find('.')) : service_.settings().label;
    if (status.label.size() > longest_label) status.label.resize(longest_label);
    status.serial = hex_of(crypto::hash(Digest::Sha256, bytes_of(host))).substr(0, serial_size);
    status.model = service_.pipeline().is_vault() ? "Key Vault" : "Managed HSM";
    status.login_required = by_pin();
    status.has_security_domain = true;
    status.user.initialised = true;
    return status;
}

bool ManagedHsm::supports(const SignatureAlgorithm& algorithm, KeyType type, bool for_verifying) const noexcept {
    // Public halves are used here, by everything that there is.
    const bool here = for_verifying && is_pair(type);
    switch (algorithm.scheme) {
        case SignatureScheme::RsaPkcs1:
        case SignatureScheme::RsaPss: return type == KeyType::Rsa && (here || has_digest(algorithm.digest));
        case SignatureScheme::RsaPkcs1DigestInfo: return type == KeyType::Rsa;
        case SignatureScheme::RsaRaw: return type == KeyType::Rsa && here;
        // Any digest, cut or filled up, is as good as one that the service made.
        case SignatureScheme::Ecdsa: return type == KeyType::Ec;
        case SignatureScheme::Hmac:
            return type == KeyType::GenericSecret && has_keys_of(type) && service_.has_algorithms_of_7_6() &&
                   has_digest(algorithm.digest) && algorithm.mac_length == 0;
        default: break;
    }
    return false;
}

bool ManagedHsm::supports(CipherScheme scheme, KeyType type, bool for_decrypting) const noexcept {
    switch (scheme) {
        case CipherScheme::RsaRaw: return type == KeyType::Rsa && !for_decrypting;
        case CipherScheme::RsaPkcs1:
        case CipherScheme::RsaOaep: return type == KeyType::Rsa;
        case CipherScheme::AesCbc:
        case CipherScheme::AesCbcPad:
        case CipherScheme::AesGcm: return type == KeyType::Aes && has_keys_of(type);
        default: break;
    }
    return false;
}

bool ManagedHsm::supports(WrapScheme scheme, KeyType type) const noexcept {
    switch (scheme) {
        case WrapScheme::RsaPkcs1:
        case WrapScheme::RsaOaep:
        case WrapScheme::RsaAesKeyWrap: return type == KeyType::Rsa;
        case WrapScheme::AesKwp: return type == KeyType::Aes && has_keys_of(type) && service_.has_algorithms_of_7_6();
        case WrapScheme::AesKw:
        case WrapScheme::AesCbcPad: return type == KeyType::Aes && has_keys_of(type);
        // The service makes IVs, but wraps by no AEAD.
        case WrapScheme::AesGcm:
        case WrapScheme::AesCcm: break;
    }
    return false;
}

/// A Key Vault has no generator to ask.
Result<void> ManagedHsm::random_here(MutableBytes output) {
    if (!told_of_random_.exchange(true)) {
        log::write(log::Level::Info, "random numbers come from this machine's generator: a Key Vault gives none");
    }
    return crypto::random_bytes(output);
}

Result<void> ManagedHsm::random(MutableBytes output) {
    if (service_.pipeline().is_vault()) return random_here(output);
    while (!output.empty()) {
        const std::size_t size = std::min(output.size(), most_random);
        const std::string body = "{\"count\":" + std::to_string(size) + "}";
        const auto answer = TRY(service_.pipeline().call({.method = "POST",
                                                          .path = "/rng",
                                                          .query = {},
                                                          .body = body,
                                                          .repeat = pipeline::Repeat::Safe,
                                                          .weight = pipeline::Weight::Read}));
        const OperationResult made = TRY(parse_operation_result(answer.expose_body()));
        if (made.value.size() != size) return fail(Errc::DeviceError, "the service's random bytes are too few");
        std::memcpy(output.data(), made.value.expose_bytes().data(), size);
        output = output.subspan(size);
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Backend>> open_managed_hsm(Settings settings) {
    if (settings.import_way == ImportWay::Byok && settings.exchange_key.empty()) {
        return fail(Errc::ConfigurationInvalid, "import by BYOK needs the name of the pool's exchange key");
    }
    auto pipeline = TRY(pipeline::Pipeline::open(settings.pipeline));
    return std::make_unique<ManagedHsm>(std::move(settings), std::move(pipeline));
}

}  // namespace kvp11::managed_hsm
